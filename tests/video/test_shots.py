"""A clip falls into shots at its cuts, and shots into pieces that depend on nothing but the clip."""

from __future__ import annotations

from stylepipe.video.shots import pieces, shots


def test_a_clip_without_cuts_is_one_shot() -> None:
    assert shots(7, []) == [range(7)]


def test_a_cut_is_the_first_frame_of_a_new_shot() -> None:
    assert shots(10, [4, 9]) == [range(4), range(4, 9), range(9, 10)]


def test_cuts_outside_the_clip_or_at_its_first_frame_are_none() -> None:
    assert shots(5, [0, 3, 3, 5, 80]) == [range(3), range(3, 5)]


def test_pieces_never_reach_over_a_cut_and_never_grow_too_long() -> None:
    found = list(pieces([range(5), range(5, 6), range(6, 10)], longest=2))

    assert found == [range(2), range(2, 4), range(4, 5), range(5, 6), range(6, 8), range(8, 10)]
