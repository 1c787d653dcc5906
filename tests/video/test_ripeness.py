"""Paint that is only just on the canvas is not held to."""

from __future__ import annotations

import numpy as np

from stylepipe.video.reliability import Reliability
from stylepipe.video.ripeness import RIPENS_IN, carried, counted, older
from tests.video.moving import GROUND, HEIGHT, WIDTH, true_flow

RIPE = np.ones((HEIGHT, WIDTH), np.float32)


def test_new_paint_counts_in_full_after_some_frames_and_hardly_at_first() -> None:
    paint = 0 * RIPE
    counts = [counted(paint).max()]
    for _ in range(RIPENS_IN):
        paint = older(paint)
        counts.append(counted(paint).max())
    assert counts[0] == 0
    assert counts[1] < 0.01
    assert (np.diff(counts) > 0).all()
    assert counts[-1] > 0.999
    assert older(RIPE).max() == 1


def test_paint_keeps_its_age_as_it_moves_and_what_comes_into_view_has_none() -> None:
    paint = RIPE.copy()
    paint[:, 10] = 0.5
    seen = RIPE.copy()
    seen[:, :2] = 0
    here = carried(paint, true_flow(1), Reliability(seen, seen))
    np.testing.assert_allclose(here[8:24, 10 + GROUND[0]], 0.5, atol=1e-6)
    np.testing.assert_allclose(here[8:24, 20:60], 1, atol=1e-6)
    assert here[:, :2].max() == 0
