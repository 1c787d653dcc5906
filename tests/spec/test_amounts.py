from __future__ import annotations

import pytest

from stylepipe.spec.amounts import parse_amount


@pytest.mark.parametrize(
    ("text", "number"),
    [("8GiB", 2**33), ("512MiB", 2**29), ("1.5 GB", 1_500_000_000), ("900 kB", 900_000), ("auto", "auto"), (7, 7)],
)
def test_an_amount_of_memory_is_read_with_its_unit(text: object, number: object) -> None:
    assert parse_amount(text) == number


@pytest.mark.parametrize("text", ["8", "8G", "8 gib", "-1GiB", "kiB", "1KB", "", "much"])
def test_what_is_no_amount_says_what_one_looks_like(text: str) -> None:
    with pytest.raises(ValueError, match="write 8GiB or 512MiB"):
        parse_amount(text)
