"""What the next frame of a shot depends on, and nothing else: whoever keeps it can go on exactly where a run ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stylepipe.video.drift import Look
from stylepipe.video.flow import Frame, Picture
from stylepipe.video.ripeness import Ripeness


@dataclass(frozen=True, eq=False)
class ShotState:
    """A shot after one of its frames; all pictures (H, W, 3), of the painting's size.

    opening: the shot's first frame. look: of its underpainting. frame: the last frame that was no flash.
    underpainting: what was painted of that, before the photograph's colours were put back. shown: the last painting as
    it is shown, of a flash, too. ripeness: how far each pixel of the underpainting is done. unit: the weight at
    which the temporal loss is as strong as style, once measured.
    """

    opening: Frame
    look: Look
    frame: Frame
    underpainting: Picture
    shown: Picture
    ripeness: Ripeness
    unit: float | None = None

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Give it as arrays by name, to be kept by whoever can write files."""
        return {
            "opening": self.opening,
            "look_mean": self.look.mean,
            "look_spread": self.look.spread,
            "look_sharpness": np.array(self.look.sharpness),
            "frame": self.frame,
            "underpainting": self.underpainting,
            "shown": self.shown,
            "ripeness": self.ripeness,
            "unit": np.array(np.nan if self.unit is None else self.unit),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> ShotState:
        """Take it up again, to the last bit. Raises KeyError when one is missing."""
        unit = float(arrays["unit"])
        return cls(
            opening=np.asarray(arrays["opening"], np.uint8),
            look=Look(
                np.asarray(arrays["look_mean"], np.float32),
                np.asarray(arrays["look_spread"], np.float32),
                float(arrays["look_sharpness"]),
            ),
            frame=np.asarray(arrays["frame"], np.uint8),
            underpainting=np.asarray(arrays["underpainting"], np.float32),
            shown=np.asarray(arrays["shown"], np.float32),
            ripeness=np.asarray(arrays["ripeness"], np.float32),
            unit=None if np.isnan(unit) else unit,
        )
