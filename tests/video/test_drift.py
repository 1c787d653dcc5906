"""Whether a shot slowly becomes another picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stylepipe.video.drift import PULL, has_drifted, led_back, look_of, sharpness
from stylepipe.video.flow import Picture
from tests.video.moving import frame

PICTURE: Picture = frame(0).astype(np.float32) / 255


def lighter(by: float) -> Picture:
    lifted: Picture = np.clip(PICTURE + np.float32(by), 0, 1)
    return lifted


def test_a_picture_like_the_first_has_not_drifted() -> None:
    first = look_of(PICTURE)
    assert not has_drifted(look_of(lighter(0.01)), first)
    now = lighter(0.01)
    assert led_back(now, look_of(now), first) is now


def test_a_lighter_a_darker_and_a_softer_picture_have() -> None:
    first = look_of(PICTURE)
    for changed in (lighter(0.1), lighter(-0.1), cv2.GaussianBlur(PICTURE, (0, 0), 2)):
        assert has_drifted(look_of(np.asarray(changed, np.float32)), first)


def test_colours_go_a_hundredth_of_the_way_back() -> None:
    first, now = look_of(PICTURE), lighter(0.15)
    before = look_of(now)
    after = look_of(led_back(now, before, first))
    assert after.mean == pytest.approx(before.mean + PULL * (first.mean - before.mean), abs=0.05)
    assert np.abs(led_back(now, before, first) - now).max() < 0.02


def test_a_grey_picture_stays_finite_when_it_is_led_back() -> None:
    grey = np.full_like(PICTURE, 0.9)
    assert np.isfinite(led_back(grey, look_of(grey), look_of(PICTURE))).all()


def test_sharpness_is_fine_detail_and_not_contrast_of_large_forms() -> None:
    slope = np.repeat(np.linspace(0, 1, 64, dtype=np.float32)[None, :, None], 64, 0).repeat(3, 2)
    assert sharpness(slope) < 1e-3
    assert sharpness(PICTURE) > 4 * sharpness(np.asarray(cv2.GaussianBlur(PICTURE, (0, 0), 2), np.float32))
