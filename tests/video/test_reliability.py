"""Where a flow can be relied on."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from stylepipe.video.flow import backward_flow
from stylepipe.video.reliability import Reliability, reliability
from tests.video.moving import HEIGHT, SIDE, WIDTH, frame, place_of_square


@pytest.fixture(scope="module")
def judged() -> Reliability:
    before, now = frame(0), frame(1)
    return reliability(backward_flow(now, before), backward_flow(before, now), now, before)


def uncovered() -> NDArray[np.bool_]:
    """Ground that the square covered in frame 0 and not in frame 1: a strip of six columns and a row, less a margin."""
    rows, columns = place_of_square(1)
    strip = np.zeros((HEIGHT, WIDTH), bool)
    strip[rows.start + 6 : rows.stop - 6, columns.stop + 1 : columns.stop + 4] = True
    return strip


def test_what_the_square_uncovers_was_not_seen_before(judged: Reliability) -> None:
    assert judged.seen[uncovered()].mean() < 0.2


def test_most_of_the_ground_and_the_square_is_relied_on(judged: Reliability) -> None:
    rows, columns = place_of_square(1)
    inner = (slice(rows.start + 10, rows.stop - 10), slice(columns.start + 10, columns.stop - 10))
    assert judged.steady[inner].mean() > 0.9
    assert judged.steady[:, 4:32].mean() > 0.8


def test_motion_boundaries_are_seen_but_not_steady(judged: Reliability) -> None:
    assert (judged.steady <= judged.seen + 1e-6).all()
    assert judged.steady.sum() < judged.seen.sum() - SIDE


def test_what_comes_in_at_the_border_was_not_seen_before(judged: Reliability) -> None:
    assert judged.seen[:, 0].mean() < 0.2


def test_a_consistent_flow_between_pictures_that_differ_is_not_believed() -> None:
    nothing = np.zeros((HEIGHT, WIDTH, 2), np.float32)
    light = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    dark = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)
    assert reliability(nothing, nothing, light, dark).seen.max() == 0
    assert reliability(nothing, nothing, light, light).steady.min() == 1
