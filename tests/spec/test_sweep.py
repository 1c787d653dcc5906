from __future__ import annotations

from stylepipe.spec.expand import expand
from stylepipe.spec.sweep import combination_count, combinations

from .conftest import Load

JOB = "jobs:\n  - contents: photos/cat.jpg\n    styles: art/night.jpg\n"


def test_without_a_sweep_there_is_one_combination_that_changes_nothing(load: Load):
    spec = load(JOB)
    (only,) = combinations(spec, 0, spec.document.jobs[0])
    assert (only.values, only.texts, only.layers) == ({}, {}, ())


def test_every_combination_is_there_once(load: Load):
    spec = load(JOB + "    sweep: {style_weight: [10, 20], seed: [1, 2, 3]}\n")
    found = [tuple(one.texts.values()) for one in combinations(spec, 0, spec.document.jobs[0])]
    assert len(set(found)) == len(found) == combination_count(spec.document.jobs[0]) == 6


def test_the_order_of_the_keys_in_the_file_does_not_rename_pictures(load: Load):
    one = load(JOB + "    sweep: {style_weight: [10, 20], seed: [1, 2]}\n")
    other = load(JOB + "    sweep: {seed: [1, 2], style_weight: [10, 20]}\n")
    assert [item.name for item in expand(one)] == [item.name for item in expand(other)]


def test_each_value_remembers_where_it_was_written(load: Load):
    items = expand(load(JOB + "    sweep: {style_weight: [10, 20]}\n"))
    assert [item.sources["style_weight"] for item in items] == ["sweep, job.yaml:4:28", "sweep, job.yaml:4:32"]
    assert [item.sweep for item in items] == [{"style_weight": 10.0}, {"style_weight": 20.0}]
