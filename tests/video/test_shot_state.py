"""What the next frame of a shot depends on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stylepipe.video.drift import look_of
from stylepipe.video.shot_state import ShotState
from tests.video.moving import frame

PAINTED = 1 - frame(0).astype(np.float32) / 255
STATE = ShotState(frame(0), look_of(PAINTED), frame(1), PAINTED, PAINTED / 2, PAINTED[..., 0], 3.25)


@pytest.mark.parametrize("state", [STATE, replace(STATE, unit=None)])
def test_a_state_survives_as_arrays_to_the_bit(state: ShotState) -> None:
    again = ShotState.from_arrays(state.arrays())
    for name, array in state.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], array)
        assert again.arrays()[name].dtype == array.dtype
    assert again.unit == state.unit


def test_a_state_that_lacks_something_is_none() -> None:
    arrays = STATE.arrays()
    del arrays["frame"]
    with pytest.raises(KeyError, match="frame"):
        ShotState.from_arrays(arrays)
