"""Every experiment of the source documents can be run, here at the size of a stamp."""

from __future__ import annotations

from pathlib import Path

import pytest
from recipes import SEEDS, read_recipe

from stylepipe import load_spec, run
from stylepipe.batch.run import Options
from stylepipe.spec.expand import expand

QUICK = {"size": "32", "iterations": "2", "video.end": "0.8", "video.frame_iterations": "1"}


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_an_experiment_can_be_planned_and_its_first_and_last_picture_painted(path: Path, tmp_path: Path) -> None:
    spec = load_spec(path, {**QUICK, "output.dir": str(tmp_path)})
    items = expand(spec)
    ends = {item.name: item for item in (items[0], items[-1])}
    summary = run(spec, Options(workers=0, only=[*ends]))
    assert (summary.done, summary.failed) == (len(ends), 0)
    assert all(item.output.exists() for item in ends.values())


@pytest.mark.slow
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_all_of_an_experiment_can_be_painted(path: Path, tmp_path: Path) -> None:
    spec = load_spec(path, {**QUICK, "output.dir": str(tmp_path)})
    summary = run(spec, Options(workers=0))
    assert (summary.done, summary.failed) == (len(expand(spec)), 0)


def test_an_experiment_is_named_after_the_documents_whose_it_is() -> None:
    for path in SEEDS:
        assert read_recipe(path).title.startswith(path.stem.partition("_")[0].upper())
