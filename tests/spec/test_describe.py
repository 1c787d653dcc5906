from __future__ import annotations

from stylepipe.spec.describe import setting_rows
from stylepipe.spec.settings import Settings

ROWS = {row.key: row for row in setting_rows()}


def test_every_setting_has_a_row_with_a_meaning():
    assert set(ROWS) == set(Settings.model_fields) - {"masks"} | {"masks.content", "masks.style"}
    assert all(row.meaning.endswith(".") and "\n" not in row.meaning for row in ROWS.values())


def test_values_and_defaults_are_said_in_words():
    said = {
        key: (ROWS[key].values, ROWS[key].default) for key in ("size", "pooling", "iterations", "pyramid", "timeout")
    }
    assert said == {
        "size": ("a whole number from 16 to 65536 or original", "512"),
        "pooling": ("max, average, l2", "max"),
        "iterations": ("a whole number from 1 on or a list of whole numbers from 1 on", "100"),
        "pyramid": ("true, false or a whole number from 16 on", "true"),
        "timeout": ("a number above 0 or text", "none"),
    }
    assert ROWS["style_layers"].default == "relu1_1, relu1_2, relu2_1, relu2_2, relu3_1, relu3_3, relu4_1, relu5_1"
