"""A clip is painted frame by frame into a file that is whole, and goes on where a run ended, however it ended."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe import load_spec
from stylepipe.batch import events
from stylepipe.batch.plan import plan
from stylepipe.batch.render import render
from stylepipe.errors import ClipCheckError, ClipError, ExitCode, ItemTimeoutError, OutputNameError, UsageError
from stylepipe.media import open_clip
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.store.records import Record, read_record

from ..conftest import save_picture
from .conftest import Job, Start, answer, carry_out, of_kind, reasons

FEW = "size: 48, iterations: 2, pyramid: false, video: {frame_iterations: 2}"
CLIPS = "jobs:\n  - contents: clips/*\n    styles: art/night.png\n"
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from stylepipe.cli.main import main
main(sys.argv[1:])
"""


@pytest.fixture
def film(tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray) -> Path:
    """Half a second of a moving square, with sound that is as long."""
    path = tmp_path / "clips" / "square.mp4"
    path.parent.mkdir(exist_ok=True)
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.48"]
    path.write_bytes(encode("sound.mp4", moving, "-c:a", "aac", before=sound).read_bytes())
    return path


@pytest.fixture
def clip_job(job: Job, film: Path) -> Callable[..., Path]:
    """Write a job file of that one clip."""
    assert film.exists()
    return lambda text=CLIPS, defaults=FEW: job(text, defaults=defaults)


def unfinished(out: Path) -> Path:
    return out / ".stylepipe" / "unfinished"


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
    assert not unfinished(tmp_path / "out").exists()


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


def test_progress_counts_frames_and_a_run_may_stop_only_between_them(clip_job: Job) -> None:
    _, told = carry_out(clip_job())

    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    assert {p.frames for p in progress} == {12}
    assert [p.frame for p in progress if p.may_stop] == list(range(1, 13))
    assert [p.share for p in progress] == sorted(p.share for p in progress)
    assert progress[-1].share == pytest.approx(1)


@pytest.mark.parametrize("format", ["mkv", "mov", "webm"])
def test_other_containers_hold_the_same_frames(clip_job: Job, tmp_path: Path, format: str) -> None:
    summary, told = carry_out(clip_job(), {"output.format": format})

    assert summary == events.Summary(done=1), of_kind(told, events.ItemFailed)
    assert len(open_clip(tmp_path / "out" / f"square--night.{format}")) == 12


def test_a_gif_and_a_part_of_a_clip(clip_job: Job, tmp_path: Path) -> None:
    carry_out(clip_job(), {"output.format": "gif", "video.start": 0.08, "video.end": "0:00.24"})

    assert len(open_clip(tmp_path / "out" / "square--night.gif")) == 4


def test_frames_come_out_as_a_folder_of_numbered_pictures(clip_job: Job, tmp_path: Path) -> None:
    file = clip_job()
    carry_out(file, {"output.format": "frames"})

    folder = tmp_path / "out" / "square--night"
    assert [path.name for path in sorted(folder.iterdir())] == [f"frame_{k:05d}.png" for k in range(12)]
    assert reasons(file, {"output.format": "frames"}) == {"square--night": None}
    (folder / "frame_00003.png").unlink()
    assert reasons(file, {"output.format": "frames"}) == {"square--night": "output changed size"}
    carry_out(file, {"output.format": "frames"})
    assert len(list(folder.iterdir())) == 12


def test_a_folder_that_holds_something_else_is_never_replaced(clip_job: Job, tmp_path: Path) -> None:
    diary = tmp_path / "out" / "square--night" / "diary.txt"
    diary.parent.mkdir(parents=True)
    diary.write_text("dear diary")

    _, told = carry_out(clip_job(), {"output.format": "frames"})

    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, OutputNameError)
    assert "diary.txt" in str(failed.error)
    assert diary.read_text() == "dear diary"


def test_a_folder_of_numbered_frames_is_a_clip(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - {contents: frames/*, styles: art/night.png, frames: true}\n", defaults=FEW)
    for number in range(3):
        save_picture(tmp_path / "frames" / "walk" / f"walk_{number:03}.png", seed=number)

    summary, told = carry_out(file, {"video.frame_rate": 10})

    assert summary == events.Summary(done=1), of_kind(told, events.ItemFailed)
    painted = open_clip(tmp_path / "out" / "walk--night.mp4")
    assert (len(painted), painted.info.rate) == (3, 10)


def test_equal_frames_are_painted_once(
    job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    film = tmp_path / "clips" / "slow.mp4"
    film.parent.mkdir()
    film.write_bytes(encode("slow.mp4", moving.repeat(2, axis=0)[:6]).read_bytes())

    carry_out(job(CLIPS, defaults=FEW), {"output.format": "frames"})

    frames = [path.read_bytes() for path in sorted((tmp_path / "out" / "slow--night").iterdir())]
    assert [frames[k] == frames[k + 1] for k in range(5)] == [True, False, True, False, True]


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


def test_a_second_pass_goes_back_over_each_shot_and_may_be_stopped_in_it(clip_job: Job, tmp_path: Path) -> None:
    twice = FEW.replace("video: {", "video: {passes: 2, end: 0.24, scene_cuts: [4], ")
    file = clip_job(defaults=twice)
    _, told = carry_out(file)
    output = tmp_path / "out" / "square--night.mp4"
    whole = output.read_bytes()
    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    # Two shots of four and two frames: the last frame of each is painted once.
    assert progress[-1].frames == 4 + 3 + 2 + 1

    for behind in (2, 5, 7, 9):
        assert stopped_behind(file, behind) == behind
    carry_out(file, force=True)

    assert output.read_bytes() == whole
    carry_out(file, {"video.passes": 1})
    assert output.read_bytes() != whole


def stopped_behind(file: Path, frame: int) -> int:
    """Run a job until so many frames of its clip are painted; give how many it was told of."""
    from stylepipe import run
    from stylepipe.batch.run import Options
    from stylepipe.errors import StoppedError

    last = 0

    def listen(event: events.Event) -> None:
        nonlocal last
        if isinstance(event, events.ItemProgress) and event.progress.may_stop:
            last = event.progress.frame
            if last == frame:
                raise StoppedError(ExitCode.INTERRUPTED)

    run(load_spec(file), Options(force=True, workers=0), listen)  # a worker would be a frame further by then
    return last


def test_a_clip_whose_settings_changed_meanwhile_begins_anew(clip_job: Job, tmp_path: Path) -> None:
    file = clip_job()
    stopped_behind(file, 3)

    _, told = carry_out(file, {"style_weight": 3.0})

    assert of_kind(told, events.ItemDone)[0].notes == () or "went on" not in str(
        of_kind(told, events.ItemDone)[0].notes
    )


def test_ctrl_c_finishes_the_frame_and_kill_9_loses_one_at_most(clip_job: Job, tmp_path: Path, python: Start) -> None:
    file = clip_job()
    answer(python(RUN, "run", file, "--quiet"))  # by processes like those that are stopped: threads count for the bytes
    output = tmp_path / "out" / "square--night.mp4"
    whole = output.read_bytes()
    painted = unfinished(tmp_path / "out") / "square--night.mp4.parts" / "shot_00000000" / "frames"

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


def test_render_leaves_nothing_but_the_clip(film: Path, tmp_path: Path, job: Job) -> None:
    job()
    few = {"size": 48, "iterations": 1, "pyramid": False, "video.frame_iterations": 1, "video.end": 0.1}
    summary = render(str(film), [(str(tmp_path / "art/night.png"), 1.0)], tmp_path / "o" / "painted.mkv", few)

    assert summary.done == 1
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["painted.mkv"]
    assert len(open_clip(tmp_path / "o" / "painted.mkv")) == 3


def test_render_refuses_an_output_of_the_other_kind(film: Path, tmp_path: Path, job: Job) -> None:
    job()
    styles = [(str(tmp_path / "art/night.png"), 1.0)]
    with pytest.raises(UsageError, match=r"is a clip, whose output ends in one of \.mp4"):
        render(str(film), styles, tmp_path / "out.png", {})
    with pytest.raises(UsageError, match=r"is a picture, whose output ends in one of \.png"):
        render(str(tmp_path / "photos/cat.png"), styles, tmp_path / "out.mp4", {})


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

    assert (
        summary.exit_code == ExitCode.OUTPUT_REFUSED
        if hasattr(ExitCode, "OUTPUT_REFUSED")
        else summary.fatal is not None
    )
    summary, _ = carry_out(file, force=True)
    assert (tmp_path / "out" / "square--night.mp4").read_bytes() == whole


def test_a_clip_that_does_not_show_what_was_painted_is_kept_and_not_put_in_place(
    clip_job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, expected: object) -> None:
        raise ClipCheckError(f"{path}: frame count: 11 instead of 12")

    monkeypatch.setattr("stylepipe.media.clip_finish.check_frames", refuse)
    _, told = carry_out(clip_job())

    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ClipCheckError)
    assert not (tmp_path / "out" / "square--night.mp4").exists()
    kept = unfinished(tmp_path / "out") / "square--night.mp4.parts" / "rejected.mp4"
    assert str(kept) in str(failed.error)
    assert len(open_clip(kept)) == 12

    monkeypatch.undo()
    summary, _ = carry_out(clip_job())
    assert summary.done == 1


def test_plan_says_what_is_due_without_opening_a_clip(clip_job: Job) -> None:
    (entry,) = plan(load_spec(clip_job()))

    assert (entry.item.name, entry.item.clip, entry.item.output.name) == ("square--night", True, "square--night.mp4")
