"""What does not move stays as it is, however long; what moves takes its paint along."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from clip_shots import FIRST, SAMPLE, ClipShot, errors
from PIL import Image

from stylepipe.media import open_clip
from stylepipe.spec.settings import Settings
from stylepipe.video.drift import sharpness

from ..cli.conftest import Stylepipe

LISTENING = """
import json, os, sys
from pathlib import Path
from stylepipe.batch import events
from stylepipe.batch.render import render

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

at = {}

def listen(event):
    if isinstance(event, events.ItemProgress) and event.progress.may_stop:
        at[event.progress.frame] = resident()

source, art, output, settings = sys.argv[1:]
summary = render(source, [(art, 1.0)], Path(output), json.loads(settings), listener=listen)
print(json.dumps([summary.done, at]))
"""


def pictures(folder: Path) -> list[np.ndarray]:
    """Give the painted frames as pictures in [0, 1]."""
    frames = []
    for path in sorted(folder.glob("*.png")):
        with Image.open(path) as picture:
            frames.append(np.array(picture, np.float32) / 255)
    return frames


@pytest.mark.slow
def test_a_thousand_frames_of_a_still_scene_stay_the_same_painting_in_the_same_memory(
    tmp_path: Path, encode: Callable[..., Path], art: Path
) -> None:
    random = np.random.default_rng(0)
    coarse = random.integers(40, 216, (6, 8, 3), dtype=np.uint8)
    scene = cv2.resize(coarse, (48, 36), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    frames = np.clip(scene + random.normal(0, 2, (1000, 36, 48, 3)), 0, 255).astype(np.uint8)
    repeated = [200, 201, 600, 999]
    for number in repeated:
        frames[number] = frames[number - 1]
    settings = {"size": 48, "iterations": 30, "video.frame_iterations": 10, "output.bits": 8}
    command = [sys.executable, "-c", LISTENING, encode("still.mkv", frames, codec=("-c:v", "ffv1", "-pix_fmt", "bgr0"))]
    done = subprocess.run(
        [*map(str, command), str(art), str(tmp_path / "out"), json.dumps(settings)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    finished, resident = json.loads(done.stdout)
    assert finished == 1

    shown = pictures(tmp_path / "out")
    assert len(shown) == 1000
    means = np.array([255 * picture.mean((0, 1)) for picture in shown])
    sharp = np.array([sharpness(picture) for picture in shown])
    apart = np.array([np.square(b - a).mean() for a, b in itertools.pairwise(shown)])
    noise = np.square(np.diff(frames.astype(np.float32) / 255, axis=0)).mean((1, 2, 3))
    report = (
        f"drift {np.abs(means[50:] - means[50]).max():.3f} levels, sharpness {(sharp[50:] / sharp[50]).min():.3f} to "
        f"{(sharp[50:] / sharp[50]).max():.3f}, unrest {np.median(apart) / np.median(noise):.3f} of the noise, "
        f"memory {resident['100'] / 2**20:.0f} to {resident['1000'] / 2**20:.0f} MiB"
    )
    print(report)
    for number in repeated:
        np.testing.assert_array_equal(shown[number], shown[number - 1])
    assert np.abs(means[50:] - means[50]).max() < 1, report
    assert np.abs(sharp[50:] / sharp[50] - 1).max() < 0.1, report
    assert np.median(apart) <= 2 * np.median(noise), report
    assert resident["1000"] <= 1.02 * resident["100"], report


@pytest.mark.slow
def test_paint_goes_along_with_what_it_is_on(stylepipe: Stylepipe, tmp_path: Path) -> None:
    numbers = range(FIRST, FIRST + 6)
    clip = open_clip(SAMPLE)
    info, frames = clip.info, [pixels for number, _, pixels in clip if number in numbers]
    steps = ClipShot(SAMPLE.name, numbers, frames, known=True).steps(Settings(size=160))
    begin, end = (float(info.seconds(info.instants[number])) for number in (numbers.start, numbers.stop))
    artwork = SAMPLE.parents[1] / "artworks" / "night_swirls.jpg"
    of: dict[str, tuple[float, float]] = {}
    for way in ("none", "previous", "flow"):
        part = ("--set", f"video.start={begin - 0.001}", "--set", f"video.end={end - 0.001}")
        fewer = ("--size", 160, "--iterations", 100, "--set", "video.frame_iterations=20")
        out = tmp_path / way
        answer = stylepipe(
            "render", SAMPLE, "-s", artwork, "-o", out, *part, *fewer, "--set", f"video.warm_start={way}", "-q"
        )
        assert answer.code == 0, answer.err
        shown = pictures(out)
        assert len(shown) == len(numbers)
        of[way] = (
            float(np.nanmean(errors(shown, steps))),
            float(np.mean([sharpness(picture) for picture in shown[1:]])),
        )
    print(of)
    assert of["flow"][0] <= 0.35 * of["none"][0], of
    assert of["flow"][0] <= 0.25 * of["previous"][0], of
    assert of["flow"][1] >= 0.6 * of["none"][1], of
