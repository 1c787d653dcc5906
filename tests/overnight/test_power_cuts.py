"""The program may die at any moment: nothing is torn, nothing is done twice, and the next run makes the same files."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .aftermath import assert_nothing_is_torn, executions, outputs, records, temporaries, unfinished
from .conftest import Batch, Dying

FAILPOINTS = ["before_fsync", "before_picture", "after_picture", "before_record", "after_record"]


@pytest.mark.parametrize("place", FAILPOINTS)
def test_a_death_at_each_step_of_writing_costs_one_item_at_most(batch: Batch, dying: Dying, place: str) -> None:
    file = batch()
    assert dying(file, "--set", "output.dir=whole").code == 0
    out = file.parent / "out"

    assert dying(file, failpoint=f"{place}:3").code == -9
    assert_nothing_is_torn(out)
    pictures, told = (3 if place in FAILPOINTS[2:] else 2), (3 if place == "after_record" else 2)
    assert (len(outputs(out)), len(records(out))) == (pictures, told)
    assert len(temporaries(out)) == (place.startswith("before"))

    last = dying(file)
    assert (last.code, last.err) == (0, "")
    assert_nothing_is_torn(out)
    assert executions(out) == 6 + (told == 2)
    assert not temporaries(out)
    assert not unfinished(out)
    assert outputs(out) == outputs(file.parent / "whole")


def test_a_death_between_a_new_picture_and_its_record_leaves_no_record_of_the_old_one(
    batch: Batch, dying: Dying
) -> None:
    file = batch(1, 1)
    assert dying(file).code == 0
    assert dying(file, "--set", "iterations=3", failpoint="after_picture").code == -9
    assert_nothing_is_torn(file.parent / "out")


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_deaths_at_random_moments_tear_nothing_and_cost_one_item_each_at_most(
    batch: Batch, dying: Dying, kills: int
) -> None:
    chance = random.Random(kills)
    file = batch(4, 3)
    whole = dying(file, "--set", "output.dir=whole")
    assert whole.code == 0, whole.err
    dead = night = begun = 0
    while dead < kills:  # a night is a batch that is begun anew
        out, died_tonight = file.parent / f"night{night}", 0
        while dead < kills and not is_complete(out, 12):
            ended = dying(file, "--set", f"output.dir={out.name}", after=chance.uniform(0, whole.seconds / 2))
            assert ended.code in (0, -9), ended.err
            died_tonight += ended.code == -9
            dead += ended.code == -9
            assert_nothing_is_torn(out)
        last = dying(file, "--set", f"output.dir={out.name}")
        assert (last.code, last.err) == (0, "")
        assert_nothing_is_torn(out)
        assert executions(out) <= 12 + died_tonight
        begun += executions(out)
        assert not temporaries(out)
        assert not unfinished(out)
        assert outputs(out) == outputs(file.parent / "whole")
        night += 1
    print(f"{dead} deaths, {night} batches of 12 items, {begun} executions")


def is_complete(out: Path, items: int) -> bool:
    return len(records(out)) == items
