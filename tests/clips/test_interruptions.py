"""A run may end anywhere, as by a power cut: the next goes on, loses one frame at most, and makes the same file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
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
  video: {{frame_iterations: 1, scene_cuts: {cuts}, passes: {passes}}}
jobs: [{{contents: film.mp4, styles: {art}}}]
"""
FRAMES, PIECE = 72, 6
OF_FRAMES = ("picture", "picture is there", "state", "state is there", "journal", "frame goes")
OF_PIECES = ("piece", "encoding", "checking", "piece is there")
AT_THE_END = ("joining", "joining", "clip is there", "record", "record is there", "rest goes")

Run = Callable[..., "Ended"]


class Ended(NamedTuple):
    """How a run ended, how often it came to each place, and what was said last."""

    code: int
    places: dict[str, int]
    said: str


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the program in processes of their own, each in a folder, that die where they are told to."""
    command = [sys.executable, str(Path(__file__).with_name("mortal.py"))]
    errors = tmp_path_factory.mktemp("mortal") / "stderr"
    with errors.open("w") as said, Popen(command, stdin=PIPE, stdout=PIPE, stderr=said, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def run(*arguments: object, place: str = "", often: int = 1, seconds: float = 0.0) -> Ended:
            line = [os.getcwd(), [*map(str, arguments)], place, often, seconds]
            print(json.dumps(line), file=process.stdin, flush=True)
            return Ended(*json.loads(process.stdout.readline() or "[0, {}]"), errors.read_text()[-2000:])

        yield run
        process.stdin.close()


@pytest.fixture
def job(tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray, art: Path) -> Callable[..., Path]:
    """Write a job of one clip with sound, of two shots, and of many pieces."""
    frames = np.concatenate([np.tile(moving, (3, 1, 1, 1)), 255 - np.tile(moving[::-1], (3, 1, 1, 1))])
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2.9"]
    (tmp_path / "film.mp4").write_bytes(encode("film.mp4", frames, "-c:a", "aac", before=sound).read_bytes())
    cuts = list(range(PIECE, FRAMES, PIECE))

    def write(passes: int = 1) -> Path:
        (tmp_path / "job.yaml").write_text(JOB.format(art=f"art/{art.name}", cuts=cuts, passes=passes))
        return tmp_path / "job.yaml"

    return write


def done(out: Path) -> tuple[list[tuple[int, int]], list[str]]:
    """Give the frames, each with its pass, and the pieces that the journals of an unfinished clip's shots tell of."""
    journals = sorted(out.glob(".stylepipe/unfinished/*.parts/shot_*/journal.jsonl"))
    lines = [json.loads(line) for journal in journals for line in journal.read_text().splitlines()]
    frames = [(line["frame"], line["round"]) for line in lines if "frame" in line]
    return frames, [line["piece"] for line in lines if "piece" in line]


def files_in(folder: Path) -> set[str]:
    """Name all files, but for logs, of which each run has its own, and hashes, which are kept of older inputs only."""
    paths = (path for path in folder.rglob("*") if path.parent.name != "runs" and path.name != "hashes.json")
    return {str(path.relative_to(folder)) for path in paths}


@pytest.mark.slow
@pytest.mark.parametrize("passes", [1, 2])
def test_twenty_power_cuts_anywhere_change_nothing_and_cost_a_frame_each_at_most(
    job: Callable[..., Path], mortal: Run, passes: int
) -> None:
    random = np.random.default_rng(16)
    file = job(passes)
    run = partial(mortal, "run", file, "--workers", "0")  # in the process that is watched
    assert run("--set", "output.dir=whole").code == 0
    out, whole = file.parent / "out", file.parent / "whole"
    moments = [(str(place), int(random.integers(1, 4))) for place in random.choice(OF_FRAMES, 8)]
    moments += [(str(place), 1) for place in random.choice(OF_PIECES, 6)]
    random.shuffle(moments)
    moments += [(place, 1) for place in AT_THE_END]
    deaths: list[str] = []
    painted = 0
    for place, often in moments:
        frames, pieces = done(out)
        seconds = 0.0 if place in AT_THE_END[2:] else float(random.choice([0, random.uniform(0, 0.05)]))
        ended = run("--quiet", place=place, often=often, seconds=seconds)
        assert ended.code in (-9, 0), ended.said
        deaths += [place] if ended.code else []
        frames_now, pieces_now = done(out)
        if frames_now:  # else the clip is there, and what it was made of is gone
            assert frames_now[: len(frames)] == frames
            assert pieces_now[: len(pieces)] == pieces
            assert ended.places.get("picture", 0) <= len(frames_now) - len(frames) + 1
            assert len(set(frames_now)) == len(frames_now)
            assert len(set(pieces_now)) == len(pieces_now)
        painted += ended.places.get("picture", 0)
    last = run()
    assert last.code == 0, last.said

    assert len(deaths) == 20, deaths
    turns = FRAMES + (passes - 1) * (FRAMES - FRAMES // PIECE)  # a shot's last frame is painted once
    assert turns <= painted + last.places.get("picture", 0) <= turns + 20
    assert (out / "film--night.mp4").read_bytes() == (whole / "film--night.mp4").read_bytes()
    assert files_in(out) == files_in(whole)


@pytest.mark.parametrize("place", ["state", "journal", "encoding", "joining", "clip is there"])
def test_a_power_cut_while_a_clip_is_rendered_leaves_nothing_behind_in_the_end(
    job: Callable[..., Path], mortal: Run, art: Path, tmp_path: Path, place: str
) -> None:
    job()
    words = ["render", "film.mp4", "-s", art, "-o", "out/film.mp4", "--size", "32", "--iterations", "1"]
    words += ["--set", "pyramid=false", "--set", "video.frame_iterations=1", "--set", "video.end=0.2"]

    assert mortal(*words, place=place, seconds=0.01).code == -9
    assert mortal(*words).code == 0

    assert files_in(tmp_path / "out") == {"film.mp4"}
