"""What can be done for a frame before its turn to be painted comes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from stylepipe.engine.network import FeatureNetwork
from stylepipe.media.frame_reader import read_ahead
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.motion import Motion, motion_between
from stylepipe.video.preparation import PreparedFrame, ShotFrame, prepare_shot
from stylepipe.video.shot import paint_shot
from tests.video.moving import frame
from tests.video.test_shot import easel

SETTINGS = Settings(size="original")
FLOW = VideoSettings()
WHITE = np.full_like(frame(0), 250)


def prepare(*frames: ShotFrame, video: VideoSettings = FLOW, settings: Settings = SETTINGS) -> list[PreparedFrame]:
    return list(prepare_shot(frames, settings, video))


def assert_same(ours: Motion | None, theirs: Motion) -> None:
    assert ours is not None
    np.testing.assert_array_equal(ours.flow, theirs.flow)
    np.testing.assert_array_equal(ours.reliable.steady, theirs.reliable.steady)


def test_the_first_frame_has_come_from_nowhere_and_the_next_from_it() -> None:
    first, second = prepare(ShotFrame(frame(0)), ShotFrame(frame(1)))
    assert first.motion is None
    assert_same(second.motion, motion_between(frame(0), frame(1)))
    np.testing.assert_array_equal(second.levels, frame(1))


def test_behind_a_flash_and_what_repeats_motion_is_from_the_frame_before_them() -> None:
    _, flash, repeated, third = prepare(
        ShotFrame(frame(0)), ShotFrame(WHITE, flash=True), ShotFrame(WHITE, repeats=True), ShotFrame(frame(1))
    )
    assert flash.motion is None
    assert repeated.motion is None
    assert (flash.flash, repeated.repeats) == (True, True)
    assert_same(third.motion, motion_between(frame(0), frame(1)))


def test_a_shot_may_open_with_a_flash() -> None:
    _, second = prepare(ShotFrame(WHITE, flash=True), ShotFrame(frame(1)))
    assert_same(second.motion, motion_between(WHITE, frame(1)))


@pytest.mark.parametrize("warm_start", ["none", "previous"])
def test_no_motion_is_looked_for_that_nobody_needs(warm_start: str) -> None:
    video = VideoSettings(warm_start=warm_start)
    assert all(one.motion is None for one in prepare(*map(ShotFrame, map(frame, range(2))), video=video))


def test_motion_is_in_pixels_of_the_painting() -> None:
    small = prepare(*map(ShotFrame, map(frame, range(2))), settings=Settings(size=64))
    assert small[1].content.shape == (1, 3, 48, 64)
    assert small[1].motion is not None
    assert small[1].motion.flow.shape == (48, 64, 2)
    assert_same(small[1].motion, motion_between(small[0].levels, small[1].levels))


def test_each_frame_is_read_only_when_it_is_asked_for() -> None:
    read = []

    def frames() -> Iterator[ShotFrame]:
        for number in range(3):
            read.append(number)
            yield ShotFrame(frame(number))

    prepared = prepare_shot(frames(), SETTINGS, FLOW)
    next(prepared)
    assert read == [0]
    prepared.close()


def test_frames_prepared_in_another_thread_are_painted_the_same_to_the_bit(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    frames = [ShotFrame(frame(number)) for number in range(4)]
    in_turn = paint_shot(prepare_shot(frames, on.settings, on.video), on)
    ahead = read_ahead(lambda: prepare_shot(frames, on.settings, on.video))
    for ours, theirs in zip(paint_shot(ahead, on), in_turn, strict=True):
        np.testing.assert_array_equal(ours.picture, theirs.picture)
