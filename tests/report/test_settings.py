"""The settings of a record in words."""

from __future__ import annotations

from stylepipe.report.settings import axes, built_in, changed_settings, flat, shown
from stylepipe.spec.settings import SETTING_KEYS, Settings


def test_only_settings_that_differ_from_the_built_in_ones_are_changed() -> None:
    settings = Settings.model_validate({"size": 64, "video": {"passes": 2}}).model_dump(mode="json")
    assert changed_settings(settings) == {"size": 64, "video.passes": 2}
    assert changed_settings({}) == {}


def test_flat_settings_have_the_keys_of_job_files() -> None:
    assert set(built_in()) == set(SETTING_KEYS)
    assert flat({"style_layers": {"relu1_1": 1}}) == {"style_layers": {"relu1_1": 1}}


def test_of_a_path_only_the_name_is_shown() -> None:
    assert shown("masks.content", "/home/anna/masks/sky.png") == "sky.png"
    assert shown("init", "content") == "content"
    assert shown("iterations", [100]) == "100"
    assert shown("style_layers", {"relu1_1": 1.0, "relu2_1": 1.0}) == "relu1_1, relu2_1"


def test_as_few_axes_as_tell_variants_apart() -> None:
    variants = [{"size": 1, "seed": 1, "init": 1}, {"size": 1, "seed": 2, "init": 2}]
    assert axes(variants) == ["init"]
    assert axes(variants, ["seed"]) == ["seed"]
    assert axes([{"size": 1}, {"size": 1}]) == []
