"""What is kept of an unfinished clip, changed by one who knows our sums: it is painted anew, to the same bytes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from stylepipe import load_spec
from stylepipe.batch.clip_job import look_through
from stylepipe.batch.clip_leftovers import can_go_on
from stylepipe.batch.clip_pieces import PieceWriter
from stylepipe.batch.plan import identified_now, plan
from stylepipe.store.unfinished_clip import UnfinishedClip

from ..batch.conftest import FEW, Job, carry_out, clip_job, film, stopped_behind
from ..conftest import save_picture
from .test_edited_journals import edit

__all__ = ["clip_job", "film"]

TWICE = FEW.replace("video: {", "video: {passes: 2, end: 0.24, scene_cuts: [4], ")
"""A shot of four frames, and one of two, of which the first is painted a second time at the end."""
DONE, BEGUN = "shot_00000000", "shot_00000004"


def packed(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def forge(file: Path, content: bytes, shot: Path, line: int, key: str) -> None:
    """Put something else in a file's place, with its sum in the journal."""
    file.write_bytes(content)
    edit(shot, line, **{key: sha256(content).hexdigest()})


def small_kept(parts: Path) -> None:
    arrays = {"levels": np.zeros((2, 2, 3), np.uint8), "underpainting": np.zeros((2, 2, 3), np.float16)}
    forge(parts / BEGUN / "kept/00000004.npz", packed(**arrays), parts / BEGUN, 0, "kept")


def kept_of_others(parts: Path) -> None:
    forge(parts / BEGUN / "kept/00000004.npz", packed(x=np.zeros(1)), parts / BEGUN, 0, "kept")


def kept_that_is_none(parts: Path) -> None:
    forge(parts / BEGUN / "kept/00000004.npz", b"PK", parts / BEGUN, 0, "kept")


def state_of_others(parts: Path) -> None:
    forge(parts / BEGUN / "state_b.npz", packed(unit=np.array(1.0)), parts / BEGUN, 1, "state")


def small_state(parts: Path) -> None:
    state = parts / BEGUN / "state_b.npz"
    arrays = {name: array[:2] if array.ndim else array for name, array in np.load(state).items()}
    forge(state, packed(**arrays), parts / BEGUN, 1, "state")


def small_picture(parts: Path) -> None:
    picture = save_picture(parts / "small.png", 8, 8).read_bytes()
    forge(parts / BEGUN / "frames/00000005.png", picture, parts / BEGUN, 1, "picture")


DAMAGES: list[Callable[[Path], object]] = [
    lambda parts: (parts / BEGUN / "kept/00000004.npz").write_bytes(b"PK"),
    lambda parts: (parts / BEGUN / "frames/00000005.png").write_bytes(b"PNG"),
    lambda parts: (parts / "piece_00000000.mp4").write_bytes(b"ffconcat version 1.0\n"),
    kept_that_is_none,
    kept_of_others,
    small_kept,
    state_of_others,
    small_state,
    small_picture,
    lambda parts: edit(parts / BEGUN, 0, facts={}),
    lambda parts: edit(parts / BEGUN, 0, facts={"start": "anew", "losses": ["x"]}),
    lambda parts: edit(parts / BEGUN, 0, facts=5),
    lambda parts: edit(parts / BEGUN, 0, frame=5),
    lambda parts: edit(parts / BEGUN, 0, round=2),
    lambda parts: edit(parts / DONE, 7, record={}),
    lambda parts: edit(parts / DONE, 7, record={"instants": [0, 1, 2, 3], "end": 4, "thumbnails": "AAAA"}),
    lambda parts: edit(parts / DONE, 7, behind=3),
]


@pytest.fixture
def no_piece_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a run wait for each piece, which is written beside the next frames else, and noted when one is painted."""
    write = PieceWriter._write

    def write_at_once(writer: PieceWriter, piece: range) -> None:
        write(writer, piece)
        writer._keep()

    monkeypatch.setattr(PieceWriter, "_write", write_at_once)


@pytest.mark.usefixtures("no_piece_is_late")
def test_a_clip_that_somebody_has_changed_in_the_making_is_painted_anew(clip_job: Job, tmp_path: Path) -> None:
    file, output = clip_job(defaults=TWICE), tmp_path / "out" / "square--night.mp4"
    carry_out(file)
    whole = output.read_bytes()
    assert stopped_behind(file, 9) == 9
    left = shutil.copytree(tmp_path / "out/.stylepipe/unfinished", tmp_path / "left")
    planned = identified_now(plan(load_spec(file))[0])
    clip = look_through(planned.item)

    def resumes(damage: Callable[[Path], object]) -> bool:
        parts = shutil.copytree(left, tmp_path / "now", dirs_exist_ok=True) / "square--night.mp4.parts"
        damage(parts)
        works = UnfinishedClip(parts, planned.identity or {}, clip.shots).works
        return all(work.frames and can_go_on(clip, shot, work) for shot, work in works.items())

    assert resumes(lambda parts: None)
    assert [number for number, damage in enumerate(DAMAGES) if resumes(damage)] == []
    for damage in (small_kept, small_state):
        parts = shutil.copytree(left, tmp_path / "out/.stylepipe/unfinished", dirs_exist_ok=True)
        damage(parts / "square--night.mp4.parts")
        assert carry_out(file, force=True)[0].done == 1
        assert output.read_bytes() == whole
