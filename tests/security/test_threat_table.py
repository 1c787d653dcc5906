"""What docs/security.md promises is tested by what it names, and its limits are the program's."""

from __future__ import annotations

import re
from pathlib import Path

from stylepipe.spec.settings import LIMITS, Settings
from stylepipe.store.fingerprint import _NOT_IN_THE_PICTURE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)
    assert len(named) > 30
    for file, name in named:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_every_row_names_one() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "::" not in line]
    assert all(row.startswith(("| input |", "| limit |", "| `")) for row in rows)


def test_every_attack_is_in_the_table() -> None:
    attacks = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    fuzzed = {"test_fuzzed_texts.py"}  # told of below the table
    assert {name for name in attacks - fuzzed if f"security/{name}::" not in PAGE} == set()


def test_limits_are_settings_that_change_no_picture_and_stand_in_the_table() -> None:
    assert set(LIMITS) <= set(Settings.model_fields)
    assert set(LIMITS) <= _NOT_IN_THE_PICTURE
    assert {name for name in Settings.model_fields if name.startswith("max_")} <= set(LIMITS)
    assert all(f"| `{name}` |" in PAGE for name in LIMITS)
