from __future__ import annotations

from stylepipe.spec.describe import setting_rows
from stylepipe.spec.settings import SETTING_KEYS

ROWS = {row.key: row for row in setting_rows()}


def test_every_setting_has_a_row_with_a_meaning():
    assert tuple(ROWS) == SETTING_KEYS
    assert all(row.meaning.endswith(".") and "\n" not in row.meaning for row in ROWS.values())


def test_values_and_defaults_are_said_in_words():
    said = {
        key: (ROWS[key].values, ROWS[key].default)
        for key in (
            "size",
            "pooling",
            "iterations",
            "pyramid",
            "timeout",
            "memory",
            "max_file_size",
            "video.scene_cuts",
            "video.start",
            "video.crf",
        )
    }
    assert said == {
        "size": ("a whole number from 16 to 65536 or original", "512"),
        "pooling": ("max, average, l2", "max"),
        "iterations": ("a whole number from 1 on or a list of whole numbers from 1 on", "100"),
        "pyramid": ("true, false or a whole number from 16 on", "true"),
        "timeout": ("a number above 0 or text", "none"),
        "memory": ("auto or text", "auto"),
        "max_file_size": ("a whole number from 1 on or text", "64GiB"),
        "video.scene_cuts": ("auto, none or a list of whole numbers from 1 on", "auto"),
        "video.start": ("a number from 0 on or text", "none"),
        "video.crf": ("a whole number from 0 to 63 or none", "none"),
    }
    assert ROWS["content_layers"].default == "relu3_3, relu4_2"
    assert ROWS["style_layers"].default.startswith("relu1_1=1, relu1_2=0.75, relu2_1=0.56, ")
