from __future__ import annotations

import numpy as np

from stylepipe.media import Picture


def test_a_picture_knows_its_width_and_height():
    picture = Picture(np.zeros((2, 5, 3), np.float32))
    assert (picture.width, picture.height) == (5, 2)


def test_a_picture_is_opaque_and_tells_nothing_unless_said():
    picture = Picture(np.zeros((1, 1, 3), np.float32))
    assert picture.alpha is None
    assert picture.bits == 8
    assert dict(picture.exif) == {}
