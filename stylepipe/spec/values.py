"""The kinds of value that settings take, so that each setting only says what is particular to it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Section(BaseModel):
    """A group of settings; it cannot change, and takes no key that it does not have."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def __deepcopy__(self, memo: dict[int, object] | None = None) -> Self:
        """Give itself, which cannot change: pydantic copies defaults, and a job file may have thousands of jobs."""
        return self


def _nothing(value: object) -> object:
    """Read the word `none`, which the table of settings shows, as no value."""
    return None if value == "none" else value


# Strict, because YAML's `true` is no number and its `1` is no truth.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Truth = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(min_length=1)]
OrNone = BeforeValidator(_nothing)
