"""Every recipe of the cookbook paints what it says, here at the size of a stamp."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from recipes import RECIPES, SEEDS, read_recipe

from stylepipe import load_spec, run
from stylepipe.batch.run import Options
from stylepipe.spec.expand import expand

QUICK = {"size": "32", "iterations": "1", "video.start": "0", "video.end": "0.1", "video.frame_iterations": "1"}
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_can_be_planned_and_its_first_picture_painted(path: Path, tmp_path: Path) -> None:
    spec = load_spec(path, {**QUICK, "output.dir": str(tmp_path)})
    items = expand(spec)
    first = [next(item for item in items if item.clip is clip) for clip in sorted({item.clip for item in items})]
    summary = run(spec, Options(workers=0, only=[item.name for item in first]))
    assert (summary.done, summary.failed) == (len(first), 0)
    assert all(item.output.is_file() for item in first)


@pytest.mark.parametrize("path", [*RECIPES, *SEEDS], ids=lambda path: path.stem)
def test_the_settings_that_its_commands_add_go_with_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for command in read_recipe(path).commands:
        words = shlex.split(command)
        given = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
        assert expand(load_spec(words[2], dict(one.split("=", 1) for one in given)))
