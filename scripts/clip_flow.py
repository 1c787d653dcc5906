"""The true motion of the sample clip, for benchmarks: where each pixel came from, and where that can be relied on.

    from clip_flow import ClipFlow
    flow, valid = ClipFlow()[5]  # from frame 5 of samples/clips/harbour.mp4 back to frame 4

It is known from the geometry of the scene (`scripts/samples/motion.py`), not estimated from the picture. What is stored
is not a flow but what it follows from: which plane each pixel shows, and how each plane lies in each frame. That is
small and exact at full resolution.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STORED = Path(__file__).parents[1] / "samples" / "clips" / "harbour_flow.npz"


class ClipFlow:
    """Backward flow and its validity, frame by frame."""

    def __init__(self, path: str | Path = STORED) -> None:
        with np.load(path) as stored:
            self._surface = stored["surface"]
            self._valid = np.unpackbits(stored["valid"], axis=-1, count=self._surface.shape[-1]).astype(bool)
            self._projection, self._planes = stored["projection"], stored["planes"]
            self._moving, self._moved = stored["moving"], stored["moved"]
            self.cuts = {int(number) for number in stored["cuts"]}

    def __len__(self) -> int:
        """The number of frames."""
        return len(self._surface)

    def __getitem__(self, frame: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Flow (height, width, 2), x and y in pixels back to the frame before, and where it is valid (height, width).

        A pixel plus its flow is where its point was in the frame before. Not valid: what the frame before does not
        show, edges between surfaces, and all water, whose ripples and reflections change by themselves. The first
        frame of a shot has no frame before it: its flow is 0 and nowhere valid.
        """
        if frame in self.cuts:
            return np.zeros((*self._surface.shape[1:], 2), np.float32), self._valid[frame]
        warps = self._pictured(frame - 1) @ np.linalg.pinv(self._pictured(frame))
        warp = warps[self._surface[frame]]
        row, column = np.indices(self._surface.shape[1:])
        x, y, w = (warp[..., i, 0] * column + warp[..., i, 1] * row + warp[..., i, 2] for i in range(3))
        return np.stack([x / w - column, y / w - row], -1).astype(np.float32), self._valid[frame]

    def _pictured(self, frame: int) -> NDArray[np.float64]:
        """How each plane of the scene comes to lie in a frame: matrices (3, 3)."""
        planes = self._planes.copy()
        planes[self._moving] = self._moved[frame]
        return self._projection[frame] @ planes
