"""Cuts are found at their frame; motion, flashes, dissolves and held drawings are none."""

from __future__ import annotations

import numpy as np
import pytest

from stylepipe.media.cuts import CutFinder

COLORS = ((200, 40, 40), (30, 60, 180), (40, 160, 60), (220, 210, 60), (120, 40, 140))


def shot(seed: int, length: int = 20, *, speed: int = 2, grey: bool = False) -> list[np.ndarray]:
    """A textured picture that moves sideways, with a little noise."""
    random = np.random.default_rng(seed)
    wide = np.kron(random.integers(0, 90, (5, 40, 1)), np.ones((8, 8, 1))) + np.array(COLORS[seed % 5]) * 0.65
    if grey:
        wide = np.repeat(wide.mean(axis=2, keepdims=True), 3, axis=2)
    frames = [wide[:, speed * number : speed * number + 64] for number in range(length)]
    return [np.clip(frame + random.normal(0, 2, frame.shape), 0, 255).astype(np.uint8) for frame in frames]


def found(frames: list[np.ndarray]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    finder = CutFinder()
    for frame in frames:
        finder.add(frame)
    return finder.cuts(), finder.flashes()


def test_hard_cuts_are_found_at_their_frames() -> None:
    assert found([frame for seed in range(5) for frame in shot(seed)]) == ((20, 40, 60, 80), ())


def test_among_cuts_a_flash_and_a_dissolve_are_none() -> None:
    first, second, third, fourth = (shot(seed) for seed in range(4))
    second[9] = np.full_like(second[9], 255)
    mixed = [
        (a * (1 - s) + b * s).astype(np.uint8) for a, b, s in zip(third, fourth, np.linspace(0, 1, 20), strict=True)
    ]
    assert found([*first, *second, *mixed, *shot(4)]) == ((20, 40, 60), (29,))


def test_cuts_of_black_and_white_film_are_found() -> None:
    assert found([*shot(1, grey=True), *shot(3, grey=True)]) == ((20,), ())


def test_fast_motion_is_no_cut() -> None:
    assert found(shot(0, speed=12)) == ((), ())


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_flash_is_no_cut_but_a_flash(length: int) -> None:
    frames = shot(2)
    for number in range(10, 10 + length):
        frames[number] = np.full_like(frames[number], 250)
    assert found(frames) == ((), tuple(range(10, 10 + length)))


def test_a_flash_just_before_a_cut_leaves_the_cut() -> None:
    frames = [*shot(0), *shot(1)]
    frames[17] = np.full_like(frames[17], 250)
    assert found(frames) == ((20,), (17,))


def test_four_frames_of_something_else_are_a_shot_of_their_own() -> None:
    assert found([*shot(0, 12), *shot(1, 4), *shot(0, 12)]) == ((12, 16), ())


def test_a_dissolve_is_no_cut() -> None:
    one, other = shot(0), shot(1)
    shares = np.clip((np.arange(20) - 3) / 12, 0, 1)
    mixed = [(a * (1 - s) + b * s).astype(np.uint8) for a, b, s in zip(one, other, shares, strict=True)]
    assert found(mixed) == ((), ())


def test_a_fade_to_black_is_no_cut() -> None:
    frames = [(frame * max(0.0, 1 - number / 10)).astype(np.uint8) for number, frame in enumerate(shot(3))]
    assert found(frames) == ((), ())


def test_drawings_held_for_two_frames_are_no_cuts() -> None:
    drawings = [frame for frame in shot(4, speed=8) for _ in range(2)]
    assert found(drawings) == ((), ())


def test_a_cut_is_found_between_still_pictures_and_in_two_frames() -> None:
    still, other = shot(0, 1)[0], shot(1, 1)[0]
    assert found([still] * 5 + [other] * 5) == ((5,), ())
    assert found([still, other]) == ((1,), ())


def test_a_clip_of_one_frame_has_no_cut() -> None:
    assert found(shot(0, 1)) == ((), ())
