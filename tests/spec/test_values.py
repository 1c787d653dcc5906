from __future__ import annotations

import pytest
from pydantic import ValidationError

from stylepipe.spec.values import Name, Number, OrNone, Section, Truth, Whole


class Strict(Section):
    """What each kind takes."""

    number: Number = 0.0
    whole: Whole = 0
    truth: Truth = False
    name: Name = "x"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": True}, {"number": "1"}, {"number": float("nan")}, {"whole": True}, {"whole": 1.0}, {"truth": 1},
        {"truth": "yes"}, {"name": ""}, {"other": 1},
    ],
)  # fmt: skip
def test_numbers_are_no_truths_and_truths_no_numbers(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Strict.model_validate(wrong)


def test_a_section_does_not_change():
    with pytest.raises(ValidationError):
        Strict().whole = 3  # type: ignore[misc]


def test_the_word_none_is_nothing_only_where_that_is_meant():
    assert OrNone.func("none") is None  # type: ignore[call-arg]
    assert Strict(name="none").name == "none"
