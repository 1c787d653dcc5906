"""How much memory a painting takes, and which way to paint fits into what there is; known before it starts.

Three things take memory: the pictures that an optimiser works with, which grow with its history; the activations that
wait for a gradient; and what a convolution needs while it runs. Where they do not fit, activations are computed again
block by block (recomputation), or the picture is looked at in tiles, of which only one is in memory. Both give the
same picture, the first to the last bit, the second to rounding. Only where the optimiser itself has no room does it
get by with less: a shorter history, or Adam. Torch-free, since a run divides a machine by it before torch is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from stylepipe.engine.pyramid import receptive_radius, stride
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import LAYERS, Settings, has_layer

PICTURE = 12
"""Bytes of a pixel: three colours in float32."""

SIDES = (1024, 512, 256)
"""Sides of tiles in pixels. Larger ones lose less to their halos, and smaller ones gain little more."""

CONVOLUTION_LIBRARIES = 200 * 2**20
"""Bytes that the first convolution of a process loads."""

_HEAP = 250 * 2**20
"""Bytes of freed maps that a CPU's allocator keeps at most, since it gives only large ones back."""

_BETWEEN_TILES = 1.3
"""What tiles take over what one takes: maps of one tile lie in memory's gaps while the next is begun, as measured."""
_SURE = 0.95
"""Share of an allowance that a prediction may fill: it is a few hundredths too small at times."""

_WIDTHS = {"lite": (16, 32, 80, 160, 192), "vgg16": (64, 128, 256, 512, 512), "vgg19": (64, 128, 256, 512, 512)}
"""Maps of the five blocks."""


@dataclass(frozen=True)
class Allowance:
    """What a painting may take, all in all. bytes: at its peak. taken: what of them is taken already.

    held: whether the photograph at its full size is among these. spared: how many ways that would fit are left out,
    since they did not fit after all.
    """

    bytes: int
    taken: int
    held: bool = False
    spared: int = 0


@dataclass(frozen=True)
class Way:
    """A way to paint one scale.

    settings: with an optimiser that there is room for. side: of tiles, in pixels, None for the picture as a whole.
    sparing: whether even Adam remembers less. bytes: what it takes at its peak.
    """

    settings: Settings
    recompute: bool = False
    side: int | None = None
    sparing: bool = False
    bytes: int = 0


def way_to_paint(
    settings: Settings, height: int, width: int, allowance: Allowance | None, *, half: bool = False
) -> Way:
    """Choose the fastest way to paint a picture of height x width that keeps to an allowance.

    half: whether activations take two bytes each. Raises UnpaintableError when there is none.
    """
    if allowance is None:
        return Way(settings)
    ways = [*_ways(settings, height, width, allowance, half=half)]
    fitting = [way for way in ways if way.bytes <= _SURE * allowance.bytes]
    if not fitting:
        least = min(way.bytes for way in ways)
        raise UnpaintableError(
            f"{width}x{height} px need {in_gib(least)} GiB of memory, however they are painted, and there may be "
            f"{in_gib(allowance.bytes)} GiB; set a smaller `size`, fewer `--workers`, or more `memory`"
        )
    return fitting[min(allowance.spared, len(fitting) - 1)]


def paintings_at_once(settings: Settings, height: int, width: int, allowance: Allowance, *, half: bool = False) -> int:
    """Give how many pictures of height x width may be painted in one pass; 1 also where there is no room for one."""
    if allowance.spared:
        return 1
    most = _SURE * allowance.bytes - allowance.taken - CONVOLUTION_LIBRARIES
    each = footprint(Way(settings), height, width, half=half) - CONVOLUTION_LIBRARIES
    # Strides hold on to where they began, and a bad one to the past once more (lockstep.py).
    canvas = (height + 2 * settings.margin) * (width + 2 * settings.margin)
    each += PICTURE * canvas * (2 + 4 * settings.history)
    return max(1, int(most // each))


def in_gib(number: float) -> str:
    """Write a number of bytes in GiB."""
    return f"{number / 2**30:.1f}"


def _ways(settings: Settings, height: int, width: int, allowance: Allowance, *, half: bool) -> Iterator[Way]:
    """Give all ways, the fastest and truest first."""
    by_tiles = [Way(settings, side=side) for side in SIDES if side < max(height, width)]
    ways = [Way(settings), Way(settings, recompute=True), *by_tiles]
    optimized = [settings, *_with_less(settings)]
    for less in optimized[1:]:
        ways += [replace(way, settings=less) for way in by_tiles]
    ways += [replace(way, settings=optimized[-1], sparing=True) for way in by_tiles]
    for way in ways:
        own = PICTURE * height * width if allowance.held else 0
        yield replace(way, bytes=allowance.taken - own + footprint(way, height, width, half=half))


def _with_less(settings: Settings) -> Iterator[Settings]:
    """Give settings with optimisers that remember less and less, down to Adam."""
    if settings.optimizer == "lbfgs":
        for history in (5, 3):
            if history < settings.history:
                yield settings.model_copy(update={"history": history})
        yield settings.model_copy(update={"optimizer": "adam", "learning_rate": None})


def footprint(way: Way, height: int, width: int, *, half: bool = False) -> int:
    """Predict the bytes that painting a picture of height x width takes at its peak, beside what its process has taken.

    half: whether activations take two bytes each.
    """
    settings = way.settings
    height, width = height + 2 * settings.margin, width + 2 * settings.margin
    pictures = PICTURE * height * width * _copies(way)
    seen = height * width
    if way.side is not None:
        reach = way.side + 2 * receptive_radius(_computed(settings))
        seen = min(height, reach) * min(width, reach)
    activations = seen * _activations(way, half=half)
    if way.side is not None:
        activations *= _BETWEEN_TILES
    return CONVOLUTION_LIBRARIES + round(
        pictures + activations + min(2 * _HEAP if way.side else _HEAP, 0.5 * activations)
    )


def _copies(way: Way) -> float:
    """Say how many pictures of the full size are in memory at once: the photograph, the canvas, and the optimiser's."""
    settings = way.settings
    if settings.optimizer == "adam":
        return 5.75 if way.sparing else 8
    return 10 + 2 * min(settings.history, max(settings.iterations))


def _activations(way: Way, *, half: bool) -> float:
    """Give the bytes a pixel of what waits for the gradient at its peak."""
    settings = way.settings
    content, _ = settings.layer_weights()
    widths = _WIDTHS[settings.backbone]
    each = 2 if half else 4

    def maps(layers: Collection[str]) -> float:
        return sum(each * widths[int(layer[4]) - 1] / stride(layer) ** 2 for layer in layers)

    largest = each * widths[0]
    # A tile of the copy that is half as large sees four times its pixels, and so does its gradient.
    pieces = 2 * 4 * PICTURE if way.side and settings.octaves > 1 else 0
    targets = 0 if way.side else maps(content)
    if way.recompute:
        return targets + 8 * largest
    octaves = 1 if way.side else sum(0.25**k for k in range(settings.octaves))
    return targets + pieces + 1.25 * octaves * maps(_computed(settings)) + 3 * largest


def _computed(settings: Settings) -> list[str]:
    """List the layers that are computed."""
    content, style = settings.layer_weights()
    layers = [layer for layer in LAYERS if has_layer(settings.backbone, layer)]
    deepest = max((layers.index(layer) for layer in (*content, *style)), default=0)
    return layers[: deepest + 1]
