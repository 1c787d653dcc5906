"""A clip is painted frame by frame into a file that is whole, and goes on where a run ended, however it ended."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from stylepipe.batch import events
from stylepipe.errors import ClipError, ExitCode, ItemTimeoutError
from stylepipe.media import open_clip
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.store.places import all_unfinished
from stylepipe.store.records import Record, read_record

from ..conftest import save_picture
from .conftest import FEW, Job, Start, answer, carry_out, of_kind, reasons, stopped_behind

RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from stylepipe.cli.main import main
main(sys.argv[1:])
"""


def test_a_clip_comes_out_with_its_frames_instants_and_sound(clip_job: Job, film: Path, tmp_path: Path) -> None:
    summary, told = carry_out(clip_job())

    assert summary == events.Summary(done=1), of_kind(told, events.ItemFailed)
    painted, source = open_clip(tmp_path / "out" / "square--night.mp4"), open_clip(film)
    assert painted.info.rate == source.info.rate
    assert [painted.info.seconds(tick) for tick in painted.info.instants] == [
        source.info.seconds(tick) for tick in source.info.instants
    ]
    assert (painted.info.width, painted.info.height) == (48, 32)
    assert [stream.kind for stream in painted.info.streams] == ["video", "audio"]
    assert not all_unfinished(tmp_path / "out").exists()


def test_its_record_counts_frames_and_shots(clip_job: Job, tmp_path: Path) -> None:
    carry_out(clip_job(defaults=FEW.replace("video: {", "video: {scene_cuts: [6, 400], ")))

    record = read_record(tmp_path / "out", "square--night")
    assert isinstance(record, Record)
    assert record.clip is not None
    assert record.clip["frames"] == 12
    assert record.clip["shots"] == [0, 6]
    assert "scene_cuts 400: only 12 frames are painted" in record.notes
    assert [row[0] for row in record.losses] == list(range(12))
    assert record.iterations >= 24


def test_its_record_says_how_steady_it_is_frame_by_frame(
    clip_job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = clip_job(defaults=FEW.replace("video: {", "video: {scene_cuts: [6], "))
    carry_out(file)
    record = read_record(tmp_path / "out", "square--night")
    assert isinstance(record, Record)
    assert record.clip is not None
    errors = dict(record.clip["warp_errors"])
    assert [*errors] == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert all(0 < error < 0.1 for error in errors.values())

    monkeypatch.setattr("stylepipe.batch.clip_painter.MOST_WARP_ERRORS", 4)
    carry_out(file, force=True)
    fewer = read_record(tmp_path / "out", "square--night")
    assert isinstance(fewer, Record)
    assert fewer.clip is not None
    assert [error for _, error in fewer.clip["warp_errors"]] == [
        max(errors[number] for number in stretch) for stretch in ((1, 2, 3), (4, 5, 7), (8, 9, 10), (11,))
    ]


def test_a_clip_that_is_done_is_up_to_date_until_it_changes(clip_job: Job, tmp_path: Path) -> None:
    file = clip_job()
    assert reasons(file) == {"square--night": "new"}
    carry_out(file)
    assert reasons(file) == {"square--night": None}
    assert reasons(file, {"video.temporal_weight": 2.0}) == {"square--night": "video.temporal_weight 1 -> 2"}
    with (tmp_path / "out" / "square--night.mp4").open("ab") as output:
        output.write(b"more")
    assert reasons(file) == {"square--night": "output changed size"}


@pytest.mark.parametrize("format", ["mkv", "mov", "webm"])
def test_other_containers_hold_the_same_frames(clip_job: Job, tmp_path: Path, format: str) -> None:
    summary, told = carry_out(clip_job(), {"output.format": format})

    assert summary == events.Summary(done=1), of_kind(told, events.ItemFailed)
    assert len(open_clip(tmp_path / "out" / f"square--night.{format}")) == 12


def test_a_gif_and_a_part_of_a_clip(clip_job: Job, tmp_path: Path) -> None:
    carry_out(clip_job(), {"output.format": "gif", "video.start": 0.08, "video.end": "0:00.24"})

    assert len(open_clip(tmp_path / "out" / "square--night.gif")) == 4


def test_a_folder_of_numbered_frames_is_a_clip(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - {contents: frames/*, styles: art/night.png, frames: true}\n", defaults=FEW)
    for number in range(3):
        save_picture(tmp_path / "frames" / "walk" / f"walk_{number:03}.png", seed=number)

    summary, told = carry_out(file, {"video.frame_rate": 10})

    assert summary == events.Summary(done=1), of_kind(told, events.ItemFailed)
    painted = open_clip(tmp_path / "out" / "walk--night.mp4")
    assert (len(painted), painted.info.rate) == (3, 10)


def test_what_is_painted_stays_when_a_timeout_ends_it(clip_job: Job, tmp_path: Path) -> None:
    file = clip_job()
    _, told = carry_out(file, {"timeout": 0.001})
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ItemTimeoutError)
    assert "frame 1 of 12" in str(failed.error)

    summary, _ = carry_out(file)
    assert summary.done == 1


def test_a_run_that_was_stopped_goes_on_to_the_same_bytes(clip_job: Job, tmp_path: Path) -> None:
    cut = FEW.replace("video: {", "video: {scene_cuts: [5], ")
    file = clip_job(defaults=cut)
    carry_out(file)
    output = tmp_path / "out" / "square--night.mp4"
    whole = output.read_bytes()

    for behind in (3, 5, 7):
        assert stopped_behind(file, behind) == behind
    summary, told = carry_out(file, force=True)

    assert summary.done == 1
    assert "went on at frame 8" in of_kind(told, events.ItemDone)[0].notes
    assert output.read_bytes() == whole


def test_a_clip_whose_settings_changed_meanwhile_begins_anew(clip_job: Job, tmp_path: Path) -> None:
    file = clip_job()
    stopped_behind(file, 3)

    _, told = carry_out(file, {"style_weight": 3.0})

    (done,) = of_kind(told, events.ItemDone)
    assert not any(note.startswith("went on") for note in done.notes)


def test_ctrl_c_finishes_the_frame_and_kill_9_loses_one_at_most(clip_job: Job, tmp_path: Path, python: Start) -> None:
    file = clip_job()
    answer(python(RUN, "run", file, "--quiet"))  # by processes like those that are stopped: threads count for the bytes
    output = tmp_path / "out" / "square--night.mp4"
    whole = output.read_bytes()
    painted = all_unfinished(tmp_path / "out") / "square--night.mp4.parts" / "shot_00000000" / "frames"

    for number, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)):
        before = len(list(painted.glob("*.png"))) if painted.exists() else 0
        process = python(RUN, "run", file, "--force", "--quiet")
        while len(list(painted.glob("*.png")) if painted.exists() else []) < before + 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.005)
        process.send_signal(number)
        process.communicate()
        assert process.returncode == expected
        assert output.read_bytes() == whole

    answer(python(RUN, "run", file, "--force", "--quiet"))
    assert output.read_bytes() == whole


def test_a_damaged_clip_fails_alone_and_names_its_first_bad_frame(clip_job: Job, film: Path, tmp_path: Path) -> None:
    run_ffmpeg(["-v", "error", "-i", str(film), "-c", "copy", f"file:{film.with_name('whole.ts')}"])
    whole = film.with_name("whole.ts")
    film.with_name("cut.mkv").write_bytes(b"\x1aE\xdf\xa3 no more than a beginning")

    summary, told = carry_out(clip_job())

    assert (summary.done, summary.failed) == (2, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ClipError)
    assert "cut.mkv" in str(failed.error)
    assert whole.exists()


def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(clip_job: Job, tmp_path: Path) -> None:
    import resource

    file = clip_job()
    carry_out(file)
    whole = (tmp_path / "out" / "square--night.mp4").read_bytes()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, before[1]))
    try:
        summary, _ = carry_out(file, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)

    assert summary.exit_code == ExitCode.OUTPUT
    summary, _ = carry_out(file, force=True)
    assert (tmp_path / "out" / "square--night.mp4").read_bytes() == whole
