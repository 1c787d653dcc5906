"""What moved from one frame to the next."""

from __future__ import annotations

import numpy as np

from stylepipe.video.flow import backward_flow
from stylepipe.video.motion import motion_between
from stylepipe.video.reliability import reliability
from tests.video.moving import frame


def test_motion_is_the_flow_back_and_what_the_flow_there_says_of_it() -> None:
    motion = motion_between(frame(0), frame(1))
    back, there = backward_flow(frame(1), frame(0)), backward_flow(frame(0), frame(1))
    np.testing.assert_array_equal(motion.flow, back)
    judged = reliability(back, there, frame(1), frame(0))
    np.testing.assert_array_equal(motion.reliable.seen, judged.seen)
    np.testing.assert_array_equal(motion.reliable.steady, judged.steady)
