from __future__ import annotations

from pathlib import Path

COMMITTED = Path(__file__).parents[2] / "configs" / "stylepipe.schema.json"


def test_what_is_printed_is_the_committed_schema_to_the_last_byte(stylepipe):
    answer = stylepipe("schema")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == COMMITTED.read_text(encoding="utf-8")
