#!/usr/bin/env python3
"""Measure how steady clips are painted, how sharp, how well, and how fast, from each kind of warm start.

    python scripts/bench_video.py [--size 240] [--frames 8] [--clips FOLDER] [--look FOLDER] [--write]

The sample clip is painted after three artworks, and judged by its true motion, which the painter does not know; each
clip of --clips after the first of them, and judged by motion that is estimated. --look keeps the frames as PNG; --write
puts tables and a plot into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import cv2
import numpy as np
import torch
from clip_shots import LONG, ClipShot, errors, sample_shot, shots_of
from marked import fill
from steadiness_plot import plot
from timing import processor

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting import Step
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import measure_targets
from stylepipe.media import read_picture
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.flow import Frame, Picture
from stylepipe.video.measures import sharpness_ratio
from stylepipe.video.pixels import tensor_of
from stylepipe.video.preparation import ShotFrame, prepare_shot
from stylepipe.video.second_pass import repaint_shot
from stylepipe.video.shot import Easel, PaintedFrame, paint_shot

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "images" / "clip_steadiness.png"
ARTWORKS = ("night_swirls", "woodcut_wave", "stained_glass")

WAYS = {
    "none": VideoSettings(warm_start="none"),
    "previous": VideoSettings(warm_start="previous"),
    "flow, temporal_weight 0": VideoSettings(temporal_weight=0.0),
    "flow, temporal_weight 1": VideoSettings(),
    "flow, temporal_weight 1, 2 passes": VideoSettings(passes=2),
}
"""Two passes go on from the way before them."""


@dataclass
class Watch:
    """Notes the loss of each step of a frame, without the hold, and the seconds until then."""

    settings: Settings
    clock: Callable[[], float]
    began: float = 0.0
    steps: list[tuple[float, float]] = field(default_factory=list)

    def start(self) -> None:
        """Begin a frame."""
        self.began, self.steps = self.clock(), []

    def __call__(self, step: Step) -> None:
        """Note a step at full size."""
        if step.scale_number == step.scale_count:
            self.steps.append((self.clock() - self.began, weighed(step.losses, self.settings)))


@dataclass(frozen=True, eq=False)
class TimedFrame:
    """A painted frame, the seconds it took, and the losses along the way at full size."""

    painted: PaintedFrame
    seconds: float
    iterations: int
    steps: list[tuple[float, float]]


@dataclass(frozen=True)
class Row:
    """What is told of a way: means over all frames but the first, which is the same in all ways."""

    way: str
    by_frame: list[float]
    error: float
    long_error: float
    sharpness: float
    content: float
    style: float
    loss: float
    iterations: float
    seconds: float
    to_same_loss: float


def weighed(losses: LossValues, settings: Settings) -> float:
    """Weigh the losses that a picture on its own has."""
    weighted = settings.content_weight * losses.content + settings.style_weight * losses.style
    return weighted + settings.tv_weight * losses.variation


def paint(shot: ClipShot, easel: Easel, clock: Callable[[], float], first: TimedFrame | None) -> Iterator[TimedFrame]:
    """Paint a shot, or go on behind its first frame, which all ways have in common."""
    watch = Watch(easel.settings, clock)
    state = first and first.painted.state
    frames = map(ShotFrame, shot.frames[1:] if first else shot.frames)
    if first:
        yield first
    watch.start()
    prepared = prepare_shot(frames, easel.settings, easel.video, state)
    for frame in paint_shot(prepared, replace(easel, on_step=watch), state):
        yield TimedFrame(frame, clock() - watch.began, frame.facts.iterations, watch.steps)
        watch.start()


def paint_again(shot: ClipShot, easel: Easel, clock: Callable[[], float], once: list[TimedFrame]) -> list[TimedFrame]:
    """Go through a painted shot a second time, backwards; seconds and iterations are those of both passes."""
    watch = Watch(easel.settings, clock)
    twice = [once[-1]]
    state = once[-1].painted.state
    prepared = prepare_shot(map(ShotFrame, shot.frames[-2::-1]), easel.settings, easel.video, state)
    pairs = zip(prepared, (frame.painted.underpainting for frame in once[-2::-1]), strict=True)
    watch.start()
    for frame, before in zip(repaint_shot(pairs, replace(easel, on_step=watch), state), once[-2::-1], strict=True):
        seconds, iterations = before.seconds + clock() - watch.began, before.iterations + frame.facts.iterations
        twice.insert(0, TimedFrame(frame, seconds, iterations, watch.steps))
        watch.start()
    return twice


def measure(shot: ClipShot, easel: Easel, clock: Callable[[], float], look: Path | None) -> list[Row]:
    """Paint the frames in every way."""
    steps = shot.steps(easel.settings)
    rows: list[Row] = []
    alone: list[TimedFrame] = []
    timed: list[TimedFrame] = []
    for way, video in WAYS.items():
        on = replace(easel, video=video)
        if video.passes == 2:
            timed = paint_again(shot, on, clock, timed)
        else:
            timed = list(paint(shot, on, clock, alone[0] if alone else None))
        alone = alone or timed
        pictures = [frame.painted.picture for frame in timed]
        far = errors(pictures, steps, over=LONG)
        rows.append(row(way, shot, timed[1:], alone[1:], errors(pictures, steps), far, easel))
        print(rows[-1], flush=True)
        if look:
            keep(pictures, look / way.replace(", ", "_").replace(" ", "_"))
    return rows


def row(
    way: str,
    shot: ClipShot,
    timed: list[TimedFrame],
    alone: list[TimedFrame],
    one: list[float],
    long: list[float],
    easel: Easel,
) -> Row:
    """Sum up how frames were painted, beside the same frames painted on their own."""
    losses = [final_losses(pixels, frame, easel) for pixels, frame in zip(shot.frames[1:], timed, strict=True)]
    theirs = [final_losses(pixels, frame, easel) for pixels, frame in zip(shot.frames[1:], alone, strict=True)]
    # What its steps tell is of the canvas with its margin; the last of them stands for the finished picture's loss.
    reached = [
        frame.steps[-1][1] * weighed(loss, easel.settings) / weighed(other, easel.settings)
        for frame, loss, other in zip(alone, losses, theirs, strict=True)
    ]
    return Row(
        way=way,
        by_frame=one,
        error=float(np.nanmean(one)),
        long_error=float(np.nanmean(long)),
        sharpness=statistics.mean(
            sharpness_ratio(a.painted.picture, b.painted.picture) for a, b in zip(timed, alone, strict=True)
        ),
        content=statistics.mean(loss.content for loss in losses),
        style=statistics.mean(loss.style for loss in losses),
        loss=statistics.mean(weighed(loss, easel.settings) for loss in losses),
        iterations=statistics.mean(frame.iterations for frame in timed),
        seconds=statistics.mean(frame.seconds for frame in timed),
        to_same_loss=statistics.mean(map(seconds_to, reached, alone)),
    )


@torch.no_grad()
def final_losses(pixels: Frame, frame: TimedFrame, easel: Easel) -> LossValues:
    """Measure a finished frame as a whole, as one picture of one ground: what was new in it counts like the rest."""
    picture = tensor_of(frame.painted.picture)
    content = resize(tensor_of(pixels), picture.shape[2], picture.shape[3])
    settings = easel.settings.model_copy(update={"margin": 0})
    objective = measure_targets(content, easel.styles, None, settings, easel.network.reading(settings))
    losses = objective(picture)
    return LossValues(*(float(part) for part in losses[:4]))


def seconds_to(loss: float, alone: TimedFrame) -> float:
    """Give how long a frame painted on its own takes to a loss; all its time if it does not get there."""
    return next((seconds for seconds, there in alone.steps if there <= loss), alone.seconds)


def keep(pictures: list[Picture], folder: Path) -> None:
    """Write frames to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures):
        cv2.imwrite(str(folder / f"{number:02}.png"), np.rint(picture[..., ::-1] * 255).astype(np.uint8))


def table(shot: ClipShot, artwork: str, rows: list[Row], settings: Settings) -> str:
    """Write the measurements as Markdown: losses, sharpness and time against the first row."""
    none, previous = rows[:2]
    own, own_long = shot.own_errors(settings, shot.steps(settings))
    motion = "true motion" if shot.known else "estimated motion"
    first, *_, last = shot.numbers
    lines = [
        f"{shot.name}, frames {first} to {last}{f' by {shot.numbers.step}' * (shot.numbers.step > 1)}, {artwork}, "
        f"{motion}; the frames' own E_warp is {own:.5f}, E_warp{LONG} {own_long:.5f}:",
        "",
        f"| warm_start | E_warp | / none | / previous | / frames | E_warp{LONG} | / E_warp "
        "| sharpness | content | style | loss | iterations | s a frame | / none | / none to that loss |",
        "|" + "---|" * 15,
    ]
    lines += [
        f"| {r.way} | {r.error:.5f} | {r.error / none.error:.3f} | {r.error / previous.error:.3f} "
        f"| {r.error / own:.1f} | {r.long_error:.5f} | {r.long_error / r.error:.1f} "
        f"| {r.sharpness:.2f} | {r.content / none.content:.2f} | {r.style / none.style:.2f} "
        f"| {r.loss / none.loss:.2f} | {r.iterations:.0f} "
        f"| {r.seconds:.1f} | {r.seconds / none.seconds:.2f} | {r.seconds / r.to_same_loss:.2f} |"
        for r in rows
    ]
    return "\n".join(lines)


def subjects(arguments: argparse.Namespace) -> list[tuple[ClipShot, str]]:
    """Give what is painted, and after which artwork."""
    sample, first = sample_shot(arguments.frames), ARTWORKS[0]
    others = shots_of(arguments.clips, arguments.frames) if arguments.clips else []
    return [(sample, first), *((shot, first) for shot in others), *((sample, artwork) for artwork in ARTWORKS[1:])]


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=240)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--clips", type=Path, help="a folder of more clips to measure on")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--look", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    settings = Settings(size=arguments.size)
    network = Networks(device).network(settings)
    # Processor time, where that is what paints: other work on the machine does not count.
    clock = time.process_time if device.type == "cpu" else time.perf_counter
    parts = [f"{arguments.size} px, backbone lite, {device_name(device)}, {processor()}:"]
    curves = {}
    for shot, artwork in subjects(arguments):
        style = Style(to_tensor(read_picture(ROOT / "samples" / "artworks" / f"{artwork}.jpg").pixels))
        look = arguments.look and arguments.look / f"{Path(shot.name).stem}_{artwork}"
        rows = measure(shot, Easel([style], settings, VideoSettings(), network), clock, look)
        parts.append(table(shot, artwork, rows, settings))
        print(parts[-1], flush=True)
        curves[f"{shot.name}, {artwork}"] = {row.way: row.by_frame for row in rows}
        if arguments.write:
            plot(curves, PLOT)
            fill(PAGE, "bench_video", "\n\n".join([*parts, f"![E_warp by frame](images/{PLOT.name})"]))


if __name__ == "__main__":
    main()
