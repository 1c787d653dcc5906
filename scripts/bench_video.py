#!/usr/bin/env python3
"""Measure how steady a clip is painted, how sharp, and how fast, from each kind of warm start.

    python scripts/bench_video.py [--size 240] [--frames 8] [--stride 2] [--look FOLDER] [--write]

Steadiness is measured with the sample clip's true motion, which the painter does not know. --look keeps the frames as
PNG; --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import torch
from bench import processor
from clip_flow import ClipFlow
from marked import fill

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.regions import Style
from stylepipe.media import read_picture
from stylepipe.media.clip_input import open_clip
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.flow import Flow, Frame, Picture
from stylepipe.video.measures import Valid, chained, sharpness_ratio, warp_error
from stylepipe.video.preparation import ShotFrame, prepare_shot
from stylepipe.video.shot import Easel, PaintedFrame, paint_shot

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
CLIP = ROOT / "samples" / "clips" / "harbour.mp4"
ARTWORK = ROOT / "samples" / "artworks" / "night_swirls.jpg"
FIRST = 16
"""Frame of the clip at which its camera pans fast."""

WAYS = {
    "none: each frame on its own": VideoSettings(warm_start="none"),
    "previous: from the last one as it is": VideoSettings(warm_start="previous"),
    "flow, temporal_weight 0": VideoSettings(temporal_weight=0.0),
    "flow, temporal_weight 1": VideoSettings(),
    "flow, temporal_weight 1, frame_iterations 20": VideoSettings(frame_iterations=20),
}


@dataclass(frozen=True, eq=False)
class Motion:
    """The true motion between the frames that are painted: flow and validity to the one before, and to the first."""

    steps: list[tuple[Flow, Valid]]
    whole: tuple[Flow, Valid]


@dataclass(frozen=True)
class Row:
    """What is told of a way: means over all frames but the first."""

    way: str
    error: float
    long_error: float
    sharpness: float
    loss: float
    iterations: float
    seconds: float


def read_frames(numbers: range) -> list[Frame]:
    """Decode some frames of the sample clip."""
    return [pixels for number, _, pixels in open_clip(CLIP) if number in numbers]


def true_motion(numbers: range, width: int, height: int) -> Motion:
    """Give the clip's motion at the size of the painting."""
    known = ClipFlow()
    steps = []
    for number in numbers[1:]:
        flow, valid = known[number]
        for between in range(number - 1, number - numbers.step, -1):
            flow, valid = chained(flow, valid, *known[between])
        steps.append(_at_size(flow, valid, width, height))
    flow, valid = steps[-1]
    for earlier in reversed(steps[:-1]):
        flow, valid = chained(flow, valid, *earlier)
    return Motion(steps, (flow, valid))


def _at_size(flow: Flow, valid: Valid, width: int, height: int) -> tuple[Flow, Valid]:
    share = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    small = cv2.resize(flow, (width, height), interpolation=cv2.INTER_AREA) * share
    covered = cv2.resize(valid.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return small, covered > 0.999


def paint(frames: list[Frame], easel: Easel) -> tuple[list[PaintedFrame], float]:
    """Paint a shot; give its frames, and seconds a frame behind the first."""
    painted, times = [], []
    for frame in paint_shot(prepare_shot(map(ShotFrame, frames), easel.settings, easel.video), easel):
        painted.append(frame)
        times.append(time.perf_counter())
    return painted, (times[-1] - times[0]) / (len(times) - 1)


def loss_without_hold(frame: PaintedFrame, settings: Settings) -> float:
    """Weigh the losses that a picture on its own has."""
    losses = frame.facts.losses
    assert losses is not None
    weighted = settings.content_weight * losses.content + settings.style_weight * losses.style
    return weighted + settings.tv_weight * losses.variation


def errors(pictures: list[Picture], motion: Motion) -> tuple[float, float]:
    """Give the mean warp error of neighbours, and that of the last frame against the first."""
    one = [warp_error(b, a, *step) for a, b, step in zip(pictures, pictures[1:], motion.steps, strict=False)]
    return statistics.mean(one), warp_error(pictures[-1], pictures[0], *motion.whole)


def measure(arguments: argparse.Namespace, device: torch.device) -> list[Row]:
    """Paint the frames in every way."""
    settings = Settings(size=arguments.size)
    network = Networks(device).network(settings)
    styles = [Style(to_tensor(read_picture(ARTWORK).pixels))]
    numbers = range(FIRST, FIRST + arguments.frames * arguments.stride, arguments.stride)
    frames = read_frames(numbers)
    rows: list[Row] = []
    alone: list[Picture] = []
    for way, video in WAYS.items():
        painted, seconds = paint(frames, Easel(styles, settings, video, network))
        pictures = [frame.picture for frame in painted]
        alone = alone or pictures
        height, width = pictures[0].shape[:2]
        sharp = statistics.mean(map(sharpness_ratio, pictures[1:], alone[1:]))
        loss = statistics.mean(loss_without_hold(frame, settings) for frame in painted[1:])
        iterations = statistics.mean(frame.facts.iterations for frame in painted[1:])
        rows.append(Row(way, *errors(pictures, true_motion(numbers, width, height)), sharp, loss, iterations, seconds))
        print(rows[-1], flush=True)
        if arguments.look:
            keep(pictures, Path(arguments.look) / way.replace(": ", "_").replace(" ", "_").replace(",", ""))
    return rows


def keep(pictures: list[Picture], folder: Path) -> None:
    """Write frames to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number:02}.png"), np.rint(picture[..., ::-1] * 255).astype(np.uint8))


def table(rows: list[Row], arguments: argparse.Namespace, device: torch.device) -> str:
    """Write the measurements as Markdown, with ratios to the first row."""
    none = rows[0]
    second, last = FIRST + arguments.stride, FIRST + arguments.stride * (arguments.frames - 1)
    lines = [
        f"Frames {FIRST}, {second} ... {last} of samples/clips/{CLIP.name}, {arguments.size} px, {ARTWORK.stem}, "
        f"backbone lite, {device_name(device)}, {processor()}:",
        "",
        "| warm_start | E_warp | ratio | first to last | sharpness | loss | iterations | s a frame | ratio |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.way} | {row.error:.5f} | {row.error / none.error:.2f} | {row.long_error:.5f} | {row.sharpness:.2f} "
        f"| {row.loss / none.loss:.2f} | {row.iterations:.0f} | {row.seconds:.1f} | {row.seconds / none.seconds:.2f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--stride", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--look")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    text = table(measure(arguments, device), arguments, device)
    print(text)
    if arguments.write:
        fill(PAGE, "bench_video", text)


if __name__ == "__main__":
    main()
