"""Ground that has just come into view gets its style by itself.

Style is a mean over the whole picture. In a frame that begins as a finished painting that mean is right already, and a
strip of plain photograph at the edge hardly moves it: the strip would stay a photograph. Measured apart, it is pulled
as hard as any unpainted picture is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.video.ripeness import Ripeness

LEAST_NEW = 0.002
"""Share of the frame that is worth measuring apart: a column of pixels or two."""


def with_new_ground_apart(styles: Sequence[Style], ripeness: Ripeness) -> list[Style]:
    """Give each style twice where paint is new: once on the new ground, once on the rest.

    ripeness: (H, W) in [0, 1], of the frame. Masks of the styles keep their meaning.
    """
    new = torch.from_numpy(1 - ripeness)[None, None]
    if float(new.mean()) < LEAST_NEW:
        return [*styles]
    return [replace(style, mask=_also(style.mask, part)) for part in (new, 1 - new) for style in styles]


def _also(mask: Tensor | None, part: Tensor) -> Tensor:
    return part if mask is None else resize(mask, part.shape[2], part.shape[3]) * part
