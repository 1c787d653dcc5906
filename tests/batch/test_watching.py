"""How much of the work is done counts pixels, and a timeout is said with what to do about it."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from stylepipe import load_spec
from stylepipe.batch.plan import plan
from stylepipe.batch.watching import mind_timeout, pyramid, work_until
from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting import Step
from stylepipe.engine.pyramid import Scale
from stylepipe.errors import ItemTimeoutError, UnpaintableError
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

from .conftest import Job


def at(planned: list[Scale], number: int, iteration: int) -> Step:
    """Give an iteration of a scale, both counted from 1."""

    def unasked() -> None:
        raise AssertionError("a look at the time asks for no picture")

    losses = LossValues(0.5, 0.2, 0.3, 0.0)
    return Step(iteration, iteration, planned[number - 1], number, len(planned), losses, unasked, unasked)  # type: ignore[arg-type]


def test_a_pyramid_is_that_of_the_painting_and_not_of_the_photograph() -> None:
    planned = pyramid(Settings(size=64, pyramid=32, iterations=(2, 1, 1)), 510, 640)
    assert [(scale.height, scale.width, scale.iterations) for scale in planned] == [
        (26, 32, 2), (36, 45, 1), (51, 64, 1)
    ]  # fmt: skip


def test_what_the_deepest_layer_cannot_see_is_refused_before_anything_is_painted() -> None:
    with pytest.raises(UnpaintableError, match="64x3 px is too small"):
        pyramid(Settings(size=64), 32, 640)


def test_what_is_spent_rises_to_the_whole_though_a_scale_has_stopped_early() -> None:
    planned = pyramid(Settings(size=64, pyramid=32, iterations=(20, 10, 10)), 51, 64)
    steps = [at(planned, 1, 1), at(planned, 1, 3), at(planned, 2, 1), at(planned, 3, 10)]  # after the third step, say
    spent = [work_until(step, planned) for step in steps]
    assert spent[:2] == [26 * 32, 3 * 26 * 32]
    assert spent[2] == planned[0].work + 36 * 45
    assert spent[3] == sum(scale.work for scale in planned)
    assert all(before < after for before, after in pairwise(spent))


@pytest.fixture
def cat(job: Job) -> Item:
    return plan(load_spec(job(), {"timeout": "90s"}))[0].item


def test_a_timeout_says_where_it_came_and_what_to_do(cat: Item) -> None:
    with pytest.raises(ItemTimeoutError) as caught:
        mind_timeout(cat, time.monotonic() - 90.5, "iteration 7 of 300")
    assert str(caught.value) == (
        "cat--night: stopped at iteration 7 of 300, after its timeout of 90 s; allow more time, or set fewer "
        "iterations or a smaller size"
    )


def test_until_then_and_without_a_timeout_time_is_no_matter(cat: Item, job: Job) -> None:
    mind_timeout(cat, time.monotonic() - 60, "iteration 7 of 300")
    mind_timeout(plan(load_spec(job()))[0].item, -1e9, "iteration 7 of 300")
