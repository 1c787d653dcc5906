"""What an output and its record say about how it was made: all that decides its bytes, and in the output no more."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from stylepipe import load_spec
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.provenance import Written, keep_record, recipe_of, versions
from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting import Painting
from stylepipe.store.records import Record, read_record

from .conftest import Job


@pytest.fixture
def cat(job: Job) -> Planned:
    return plan(load_spec(job()))[0]


def test_a_recipe_is_the_same_in_whatever_folders(job: Job, cat: Planned, tmp_path: Path) -> None:
    (tmp_path / "photos").rename(tmp_path / "pictures")
    file = tmp_path / "job.yaml"
    file.write_text(file.read_text().replace("photos/", "pictures/"))
    moved = plan(load_spec(file, {"output.dir": "elsewhere"}))[0]
    assert moved.item.content != cat.item.content
    assert recipe_of(moved) == recipe_of(cat)


def test_what_came_of_it_is_said_in_six_digits(cat: Planned) -> None:
    losses = (LossValues(9.0, 4.0, 5.0, 0.0), LossValues(1.23456789, 1 / 3, 2e-9 / 3, 0.0))
    recipe = recipe_of(cat, Painting(torch.zeros(1, 3, 1, 1), losses, torch.zeros(1, 3, 1, 1)))
    assert recipe["iterations"] == 2
    assert recipe["losses"] == {"total": 1.23457, "content": 0.333333, "style": 6.66667e-10, "variation": 0.0}


def test_an_item_whose_files_cannot_be_read_has_a_recipe_of_names_alone(job: Job, tmp_path: Path) -> None:
    file = job()
    (tmp_path / "art" / "night.png").unlink()
    (tmp_path / "art" / "night.png").symlink_to("nowhere")
    planned = plan(load_spec(file), only=["cat--night"])[0]
    assert planned.identity is None
    recipe = recipe_of(planned)
    assert not {"settings", "weights", "fingerprint"} & recipe.keys()
    assert recipe["styles"] == [{"image": "night.png", "weight": 1.0, "scale": None}]


@pytest.mark.parametrize(("iterations", "counted"), [(None, 2), (60, 60)])
def test_a_record_counts_steps_by_its_losses_unless_it_is_a_clips(
    cat: Planned, tmp_path: Path, iterations: int | None, counted: int
) -> None:
    rows = [(1, 9.0, 4.0, 5.0, 0.0), (2, 8.0, 4.0, 4.0, 0.0)]
    cpu = torch.device("cpu")
    keep_record(cat, Written("0" * 64, 5), rows, seconds=1.23456, device=cpu, notes=["a note"], iterations=iterations)
    record = read_record(tmp_path / "out", "cat--night")
    assert isinstance(record, Record)
    assert (record.iterations, record.seconds, record.notes, record.clip) == (counted, 1.235, ["a note"], None)
    assert (record.output_size, record.versions) == (5, versions())
