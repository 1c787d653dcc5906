import math

import pytest

from stylepipe.spec.problems import Complaint
from stylepipe.spec.scalars import plain_value, tagged_value

CORE = "tag:yaml.org,2002:"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1.", 1.0),
        (".5", 0.5),
        ("-12", -12),
        ("+7", 7),
        ("0777", 777),
        ("0o17", 15),
        ("0x1F", 31),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("Null", None),
        ("-.inf", -math.inf),
        (".INF", math.inf),
    ],
)
def test_numbers_booleans_and_nothing_are_those_of_yaml_1_2(text: str, value: object):
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


@pytest.mark.parametrize(
    "text", ["no", "off", "Yes", "y", "1:30", "00:01:30", "2024-01-02", "1_000", "0b11", "1e", "-", ".", "0o8", "inf"]
)
def test_everything_else_is_text(text: str):
    assert plain_value(text) == text


def test_not_a_number_is_one():
    assert math.isnan(plain_value(".nan"))  # type: ignore[arg-type]


def test_a_number_that_python_would_not_print_is_refused():
    with pytest.raises(Complaint, match="5000 digits"):
        plain_value("9" * 5000)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [("str", "1", "1"), ("int", "1", 1), ("float", "1", 1.0), ("bool", "true", True), ("null", "", None)],
)
def test_core_tags_choose_the_kind(tag: str, text: str, value: object):
    assert tagged_value(CORE + tag, text) == value


@pytest.mark.parametrize(("tag", "text"), [("int", "x"), ("bool", "1"), ("int", "true"), ("float", "no")])
def test_a_core_tag_on_the_wrong_word_is_a_mistake(tag: str, text: str):
    with pytest.raises(Complaint, match=f"`{text}` is no !!{tag}"):
        tagged_value(CORE + tag, text)


@pytest.mark.parametrize("tag", ["!mine", CORE + "python/object:os.system", CORE + "binary"])
def test_no_other_tag_is_taken(tag: str):
    with pytest.raises(Complaint, match="is not taken here"):
        tagged_value(tag, "x")
