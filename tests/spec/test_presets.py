from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec import presets
from stylepipe.spec.document import given
from stylepipe.spec.presets import load_preset, preset_names
from stylepipe.spec.problems import Complaint, SpecError
from stylepipe.spec.settings import Settings, settings_problems


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with presets of its own, and no checkout around it."""
    monkeypatch.setattr(presets, "FOLDERS", (tmp_path, tmp_path / "nowhere"))
    preset_names.cache_clear()
    load_preset.cache_clear()
    return tmp_path


@pytest.fixture(autouse=True)
def forget():
    yield
    preset_names.cache_clear()
    load_preset.cache_clear()


def test_the_four_promised_presets_are_there():
    assert {"draft", "balanced", "best", "gatys"} <= set(preset_names())


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_painted_with(name: str):
    preset = load_preset(name)
    assert preset.preset is None
    assert settings_problems(Settings.model_validate(given(preset))) == []


def test_a_preset_sets_only_what_it_names(installed: Path):
    (installed / "quick.yaml").write_text("iterations: 5\n")
    assert preset_names() == ("quick",)
    assert given(load_preset("quick")) == {"iterations": (5,)}


def test_an_empty_preset_sets_nothing(installed: Path):
    (installed / "plain.yaml").write_text("# nothing yet\n")
    assert given(load_preset("plain")) == {}


def test_an_unknown_preset_is_answered_with_a_guess():
    with pytest.raises(Complaint) as caught:
        load_preset("drafft")
    assert caught.value.hint == "did you mean `draft`?"


def test_a_mistake_in_a_preset_is_shown_with_its_place(installed: Path):
    path = installed / "bad.yaml"
    path.write_text("iterations: 5\nsiez: 3\n")
    with pytest.raises(SpecError) as caught:
        load_preset("bad")
    assert str(caught.value).startswith(f"{path}:2:1: unknown key `siez`")
    assert "did you mean `size`?" in str(caught.value)
