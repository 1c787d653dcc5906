"""Amounts of bytes as people write them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from stylepipe.spec.values import Whole

_BYTES = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_AMOUNT = re.compile(r"(\d{1,15}(?:\.\d{1,15})?) ?([kKMGT]i?B)")


def parse_amount(value: object) -> object:
    """Read `8GiB`, `1.5 GB` or `512MiB` as bytes; `auto` and whole numbers, which are bytes already, pass."""
    if isinstance(value, str) and value != "auto":
        amount = _AMOUNT.fullmatch(value)
        if amount is None or amount[2] not in _BYTES:
            raise ValueError("is no amount of bytes: write 8GiB or 512MiB")
        return round(float(amount[1]) * _BYTES[amount[2]])
    return value


Memory = Annotated[
    Annotated[Whole, Field(ge=2**20)] | Literal["auto"],
    BeforeValidator(parse_amount),
    WithJsonSchema({"anyOf": [{"enum": ["auto"]}, {"type": "string"}]}, mode="validation"),
]
"""How much memory something may take, in bytes, or `auto` for what there is."""

Bytes = Annotated[
    Annotated[Whole, Field(ge=1)],
    BeforeValidator(parse_amount),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}, mode="validation"),
]
"""A number of bytes."""
