"""Coarse to fine: the sizes at which a picture is painted, and how long at each.

A small picture fits whole swirls and planes of the artwork into the network's view; painting there first and refining
at sqrt(2) times the size until the end brings the artwork's large forms along, and most iterations are cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings

COARSEST = 64
"""Longest side in pixels at or under which `pyramid: true` begins."""

LAST_SHARE = 0.4
"""Iterations at full size over those at the coarsest scale, when one number is given for all."""


@dataclass(frozen=True)
class Scale:
    """One step of the pyramid: its size in pixels, and the iterations spent there."""

    height: int
    width: int
    iterations: int

    @property
    def work(self) -> int:
        """Pixels times iterations: proportional to the time it takes."""
        return self.height * self.width * self.iterations


def fit(height: int, width: int, longest: int) -> tuple[int, int]:
    """Give the height and width of that aspect whose longest side is `longest` pixels."""
    share = longest / max(height, width)
    return max(1, round(height * share)), max(1, round(width * share))


def output_size(height: int, width: int, settings: Settings) -> tuple[int, int]:
    """Give the height and width of the painted picture of a photograph of that height and width."""
    return (height, width) if settings.size == "original" else fit(height, width, settings.size)


def scales(height: int, width: int, settings: Settings, *, smallest: int) -> list[Scale]:
    """Plan the pyramid up to height x width, from coarse to fine.

    smallest: pixels that the shorter side must have for the deepest layer to see anything. Scales below it are left
    out; if the full size is below it, that is an UnpaintableError.
    """
    if min(height, width) < smallest:
        raise UnpaintableError(
            f"{width}x{height} px is too small: the shorter side needs {smallest} px for the deepest layer to see "
            "anything; set a larger `size`, or use shallower layers"
        )
    longest = max(height, width)
    coarsest = _coarsest(settings, longest)
    sizes = [(height, width)]
    while max(sizes[0]) > coarsest:
        smaller = fit(height, width, round(longest / 2 ** (len(sizes) / 2)))
        if min(smaller) < smallest:
            break
        sizes.insert(0, smaller)
    return [Scale(h, w, n) for (h, w), n in zip(sizes, _iterations(settings.iterations, len(sizes)), strict=True)]


def stride(layer: str) -> int:
    """Say how many pixels of the picture one position of a layer's map stands for, in each direction."""
    return int(2 ** (int(layer[4]) - 1))


def receptive_radius(layers: Sequence[str]) -> int:
    """Say how many pixels beyond its own a position of the last of some layers sees, in the last one's strides."""
    step = stride(layers[-1])
    return -(-sum(map(stride, layers)) // step) * step  # each 3 x 3 convolution looks one position further


def deepest_stride(settings: Settings) -> int:
    """Say how many pixels one position of the deepest layer stands for: the least that a picture must measure."""
    content_layers, style_layers = settings.layer_weights()
    return max(map(stride, (*content_layers, *style_layers)))


def _coarsest(settings: Settings, longest: int) -> int:
    if isinstance(settings.pyramid, bool):
        return COARSEST if settings.pyramid else longest
    return settings.pyramid


def _iterations(given: Sequence[int], count: int) -> list[int]:
    if len(given) > 1:
        return [*given, *[given[-1]] * count][:count]
    fall = (1 - LAST_SHARE) / max(1, count - 1)
    return [max(1, round(given[0] * (1 - fall * k))) for k in range(count)]
