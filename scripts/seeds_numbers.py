"""What is measured on the pictures of configs/seeds, where the eye needs a number."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import cv2
import numpy as np
from clip_flow import ClipFlow
from clip_shots import ClipShot, errors
from numpy.typing import NDArray
from PIL import Image
from seeds_inputs import STRIPES
from seeds_sheets import label_of

from stylepipe.media.clip_input import open_clip
from stylepipe.spec.items import Item
from stylepipe.store.records import Record, read_record

Pixels = NDArray[np.float32]
FRAME_RATE = 24
"""Of the sample clip."""


def record_of(item: Item) -> Record:
    """Give the record of an item that was painted."""
    record = read_record(item.output_dir, item.name)
    assert isinstance(record, Record), f"{item.name} is not painted: python scripts/seeds.py"
    return record


def losses(items: Sequence[Item]) -> Iterator[str]:
    """Give content's and style's loss before the last step, by what sets an item apart."""
    yield "content / style loss at the end"
    for item in items:
        _, _, content, style, _ = record_of(item).losses[-1]
        yield f"{label_of(item) or item.style}: {content:.2g} / {style:.2g}"


def seeds_apart(items: Sequence[Item]) -> Iterator[str]:
    """Compare the pictures of several seeds with each other, and their losses."""
    apart = [_apart(pixels(a.output), pixels(b.output)) for a, b in combinations(items, 2)]
    totals = [record_of(item).losses[-1][1] for item in items]
    yield f"two seeds' pictures differ by {min(apart):.2f} to {max(apart):.2f} (root mean square, of a range of 1)"
    yield f"their total losses lie between {min(totals):.2f} and {max(totals):.2f}"


def starts_apart(items: Sequence[Item]) -> Iterator[str]:
    """Say what each start ends at, and how much of the stripes is left."""
    for item in items:
        yield f"{label_of(item)}: total loss {record_of(item).losses[-1][1]:.2f} at the end"
        yield f"{label_of(item)}: {_trace_of_stripes(pixels(item.output)):.1f} times as much at the stripes' frequency"


def lettering(items: Sequence[Item]) -> Iterator[str]:
    """Say how much of each line of the lettering is left on the way."""
    (item,) = items
    yield "correlation of each line with the original, large to small"
    places = {n: item.snapshot(n) for n in item.snapshots} | {item.settings.iterations[0]: item.output}
    for number, place in places.items():
        painted = pixels(place).mean(-1)
        given = cv2.resize(pixels(item.content).mean(-1), painted.shape[1::-1], interpolation=cv2.INTER_AREA)
        ends = [round(painted.shape[0] * share) for share in (0, 0.415, 0.64, 0.785, 0.9)]
        lines = [f"{_alike(painted[a:b], given[a:b]):.2f}" for a, b in pairwise(ends)]
        yield f"after {number}: {', '.join(lines)}"


def seconds_by_size(items: Sequence[Item]) -> Iterator[str]:
    """Give the seconds of an iteration by the longest side."""
    for item in items:
        record = record_of(item)
        yield f"{item.sweep['size']} px: {record.seconds / record.iterations:.3f} s an iteration"


def brightened(items: Sequence[Item]) -> Iterator[str]:
    """Compare the dark picture, before and after, with the same in full light."""
    item = items[-1]
    painted = pixels(item.output)
    dark, bright = (
        cv2.resize(pixels(path), painted.shape[1::-1], interpolation=cv2.INTER_AREA)
        for path in (item.content, item.styles[0].path)
    )
    for name, picture in (("dark", dark), ("painted", painted)):
        yield f"{name}: {_apart(picture, bright):.2f} from the lake in full light, mean level {picture.mean():.2f}"
    yield f"full light: mean level {bright.mean():.2f}"


def warp_errors(items: Sequence[Item]) -> dict[str, list[float]]:
    """Give each way's E_warp by frame, from the clip's true motion."""
    video = items[0].settings.video
    start, end = (round(float(moment or 0) * FRAME_RATE) for moment in (video.start, video.end))
    numbers = range(start, min(end, len(ClipFlow())))
    frames = [read for number, _, read in open_clip(items[0].content) if number in numbers]
    steps = ClipShot(items[0].content.stem, numbers, frames, known=True).steps(items[0].settings)
    return {
        item.settings.video.warm_start: errors([pixels(f) for f in sorted(item.output.glob("*.png"))], steps)
        for item in items
    }


def steadiness(items: Sequence[Item]) -> Iterator[str]:
    """Give each way's mean E_warp."""
    for way, found in warp_errors(items).items():
        yield f"{way}: E_warp {statistics.mean(found):.4f}"


def pixels(path: Path) -> Pixels:
    """Read a picture as (H, W, 3) in [0, 1]."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.float32) / 255


def _apart(one: Pixels, other: Pixels) -> float:
    return float(np.sqrt(np.square(one - other).mean()))


def _trace_of_stripes(picture: Pixels) -> float:
    """Give how much the mean of a picture's rows has at the stripes' frequency, against the frequencies around it."""
    spectrum = np.abs(np.fft.rfft(picture.mean((0, 2))))
    return float(spectrum[STRIPES] / np.median(spectrum[STRIPES // 2 : 2 * STRIPES]))


def _alike(one: Pixels, other: Pixels) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


MEASURES: Mapping[str, Callable[[Sequence[Item]], Iterator[str]]] = {
    "s2_detail": lettering,
    "s2_size": seconds_by_size,
    "s5_noise_seeds": seeds_apart,
    "s5_starts": starts_apart,
    "s5_photograph_as_style": brightened,
    "s5_clip": steadiness,
}
"""What is measured on a job's pictures, of others their losses."""
