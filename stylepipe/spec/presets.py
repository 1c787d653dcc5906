"""Named sets of settings, kept as YAML so that anyone can read and change them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import ValidationError

from stylepipe.spec.nodes import plain
from stylepipe.spec.problems import Complaint, SpecError, did_you_mean
from stylepipe.spec.settings import Settings
from stylepipe.spec.validation import find_mistakes
from stylepipe.spec.yaml12 import read_yaml

_PACKAGE = Path(__file__).parents[1]
FOLDERS = (_PACKAGE / "data" / "presets", _PACKAGE.parent / "configs" / "presets")
"""Where presets lie: in an installed package, and in a source checkout."""


@cache
def preset_names() -> tuple[str, ...]:
    """List the presets that are there."""
    return tuple(sorted({path.stem for folder in FOLDERS for path in folder.glob("*.yaml")}))


@cache
def load_preset(name: str) -> Settings:
    """Read a preset; only the settings that it names are set. Raises Complaint when there is none of that name."""
    if name not in preset_names():
        hint = did_you_mean(name, preset_names()) or f"there are {', '.join(preset_names())}"
        raise Complaint(f"there is no preset `{name}`", hint)
    path = next(path for folder in FOLDERS if (path := folder / f"{name}.yaml").is_file())
    source = read_yaml(path.read_text(encoding="utf-8"), str(path))
    problems = list(source.problems)
    if not problems and source.root is not None:
        try:
            return Settings.model_validate(plain(source.root))
        except ValidationError as error:
            problems = [mistake.problem for mistake in find_mistakes(error, source.root, Settings)]
    if problems:
        raise SpecError(source.name, source.text, problems)
    return Settings()
