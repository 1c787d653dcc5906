"""A clip takes its place as a file that was checked or a folder of frames, and nothing of somebody else's is lost."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from stylepipe.batch import events
from stylepipe.batch.clip_finish import put_in_place
from stylepipe.batch.clip_job import ClipJob, look_through
from stylepipe.errors import ClipCheckError, OutputNameError
from stylepipe.media import encode_frame, open_clip
from stylepipe.store.places import all_unfinished
from stylepipe.store.unfinished import FrameEntry
from stylepipe.store.unfinished_clip import UnfinishedClip

from .conftest import Job, Walk, carry_out, of_kind, reasons


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
    kept = all_unfinished(tmp_path / "out") / "square--night.mp4.parts" / "rejected.mp4"
    assert str(kept) in str(failed.error)
    assert len(open_clip(kept)) == 12

    monkeypatch.undo()
    summary, _ = carry_out(clip_job())
    assert summary.done == 1


@pytest.fixture
def three(walk: Walk, tmp_path: Path, moving: np.ndarray) -> tuple[ClipJob, UnfinishedClip]:
    """Three frames that are painted, and shall be a folder of pictures."""
    job = look_through(walk(frames=moving[:3]).item)
    unfinished = UnfinishedClip(tmp_path / "work", {}, job.shots)
    for turn in job.turns:
        picture = encode_frame(moving[turn.number, ::2, ::2], width=job.width, height=job.height)
        unfinished.works[turn.shot].commit(FrameEntry(turn.number, turn.round, {}), picture, {})
    return job, unfinished


def test_painted_frames_are_linked_into_place_and_an_earlier_clips_go(
    three: tuple[ClipJob, UnfinishedClip],
) -> None:
    job, unfinished = three
    output = job.item.output
    output.mkdir(parents=True)
    for number in range(5):
        (output / f"frame_{number:05d}.png").write_bytes(b"of an earlier clip")

    written, notes = put_in_place(job, unfinished, [])

    assert [path.name for path in sorted(output.iterdir())] == ["frame_00000.png", "frame_00001.png", "frame_00002.png"]
    assert all((output / f"frame_{k:05d}.png").samefile(unfinished.frame_path(k)) for k in range(3))
    assert written.size == sum(path.stat().st_size for path in output.iterdir())
    assert notes == []
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_on_a_disk_without_links_they_are_copied(
    three: tuple[ClipJob, UnfinishedClip], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, unfinished = three
    linked, _ = put_in_place(job, unfinished, [])

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    copied, _ = put_in_place(job, unfinished, [])

    assert copied == linked
    first = job.item.output / "frame_00000.png"
    assert first.read_bytes() == unfinished.frame_path(0).read_bytes()
    assert not first.samefile(unfinished.frame_path(0))


def test_what_an_interrupted_run_has_linked_is_no_hindrance(three: tuple[ClipJob, UnfinishedClip]) -> None:
    job, unfinished = three
    (unfinished.folder / "output").mkdir()
    (unfinished.folder / "output" / "frame_00000.png").write_bytes(b"torn")
    put_in_place(job, unfinished, [])
    assert (job.item.output / "frame_00000.png").samefile(unfinished.frame_path(0))
