"""A run may end anywhere, as by a power cut: the next goes on, loses one frame at most, and makes the same file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import numpy as np
import pytest

JOB = """
defaults:
  size: 48
  iterations: 2
  pyramid: false
  video: {{frame_iterations: 1, scene_cuts: {cuts}}}
jobs: [{{contents: film.mp4, styles: {art}}}]
"""
FRAMES, PIECE = 72, 6
WHILE_PAINTING = (
    "picture", "picture is there", "state", "state is there", "journal",
    "piece", "encoding", "checking", "piece is there", "frame goes",
)  # fmt: skip
AT_THE_END = ("joining", "joining", "clip is there", "record", "record is there", "rest goes")

Run = Callable[..., "Ended"]


class Ended(NamedTuple):
    """How a run ended, and how often it came to each place."""

    code: int
    places: dict[str, int]


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Run]:
    """Run the program in processes of their own that die where they are told to."""
    command = [sys.executable, str(Path(__file__).with_name("mortal.py"))]
    with (
        (tmp_path / "said").open("w") as said,
        Popen(command, stdin=PIPE, stdout=PIPE, stderr=said, text=True) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None

        def run(*arguments: object, place: str = "", often: int = 1, seconds: float = 0.0) -> Ended:
            print(json.dumps([[*map(str, arguments)], place, often, seconds]), file=process.stdin, flush=True)
            return Ended(*json.loads(process.stdout.readline()))

        yield run
        process.stdin.close()


@pytest.fixture
def job(tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray, art: Path) -> Path:
    """Write a job of one clip with sound, of two shots, and of many pieces."""
    frames = np.concatenate([np.tile(moving, (3, 1, 1, 1)), 255 - np.tile(moving[::-1], (3, 1, 1, 1))])
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2.9"]
    (tmp_path / "film.mp4").write_bytes(encode("film.mp4", frames, "-c:a", "aac", before=sound).read_bytes())
    cuts = list(range(PIECE, FRAMES, PIECE))
    (tmp_path / "job.yaml").write_text(JOB.format(art=art.name, cuts=cuts))
    return tmp_path / "job.yaml"


def done(out: Path) -> tuple[list[int], list[str]]:
    """Give the frames and the pieces that the journal of the unfinished clip speaks of."""
    journals = list(out.glob(".stylepipe/unfinished/*.parts/journal.jsonl"))
    lines = [json.loads(line) for line in journals[0].read_text().splitlines()] if journals else []
    return [line["frame"] for line in lines if "frame" in line], [line["piece"] for line in lines if "piece" in line]


def files_in(folder: Path) -> set[str]:
    """Name all files, but for logs, of which each run has its own."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.parent.name != "runs"}


@pytest.mark.slow
def test_twenty_power_cuts_anywhere_change_nothing_and_cost_a_frame_each_at_most(job: Path, mortal: Run) -> None:
    random = np.random.default_rng(16)
    assert mortal("run", job, "--set", "output.dir=whole").code == 0
    out, whole = job.parent / "out", job.parent / "whole"
    moments = [(str(place), int(random.integers(1, 4))) for place in random.choice(WHILE_PAINTING, 14)]
    painted = 0
    came_to = set()
    for place, often in [*moments, *((place, 1) for place in AT_THE_END)]:
        seconds = float(random.choice([0, random.uniform(0, 0.05)]))
        frames, pieces = done(out)
        ended = mortal("run", job, "--quiet", place=place, often=often, seconds=seconds)
        assert ended.code in (-9, 0), (job.parent / "said").read_text()
        came_to.add(place if ended.code else "the end")
        frames_now, pieces_now = done(out)
        if "clip is there" not in ended.places:
            assert frames_now[: len(frames)] == frames
            assert pieces_now[: len(pieces)] == pieces
            assert ended.places.get("picture", 0) <= len(frames_now) - len(frames) + 1
        assert frames_now == list(range(len(frames_now)))
        assert len(set(pieces_now)) == len(pieces_now)
        painted += ended.places.get("picture", 0)
    assert mortal("run", job).code == 0

    assert came_to >= {"joining", "record is there"}
    assert painted <= FRAMES + len(moments) + len(AT_THE_END)
    assert (out / "film--night.mp4").read_bytes() == (whole / "film--night.mp4").read_bytes()
    assert files_in(out) == files_in(whole)


@pytest.mark.parametrize("place", ["state", "journal", "encoding", "joining", "clip is there", "record"])
def test_a_power_cut_while_a_clip_is_rendered_leaves_nothing_behind_in_the_end(
    job: Path, mortal: Run, art: Path, tmp_path: Path, place: str
) -> None:
    words = ["render", "film.mp4", "-s", art, "-o", "out/film.mp4", "--size", "32", "--iterations", "1"]
    words += ["--set", "pyramid=false", "--set", "video.frame_iterations=1", "--set", "video.end=0.2"]

    assert mortal(*words, place=place, seconds=0.01).code == (0 if place == "record" else -9)
    assert mortal(*words).code == 0

    assert files_in(tmp_path / "out") == {"film.mp4"}
