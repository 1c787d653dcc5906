from __future__ import annotations

from stylepipe.spec.expand import expand
from stylepipe.spec.sweep import combination_count, combinations
from stylepipe.spec.video import VideoSettings

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


def test_a_setting_of_a_group_is_varied_by_its_dotted_key_or_with_its_group(load: Load):
    items = expand(load(JOB + "    sweep: {video.temporal_weight: [0, 4], video.passes: [1, 2]}\n"))
    assert [(item.settings.video.temporal_weight, item.settings.video.passes) for item in items] == [
        (0, 1), (0, 2), (4, 1), (4, 2)
    ]  # fmt: skip
    assert items[1].name == "cat--night--video.temporal_weight=0--video.passes=2"
    assert items[1].sources["video.passes"] == "sweep, job.yaml:4:62"
    items = expand(load(JOB + "    set: {video: {start: 5}}\n    sweep: {video: [{passes: 1}, {passes: 2, crf: 9}]}\n"))
    assert [item.name for item in items] == ["cat--night--video=passes=1", "cat--night--video=crf=9+passes=2"]
    assert items[1].settings.video == VideoSettings(start=5, passes=2, crf=9)
    assert items[1].sources["video.crf"] == "sweep, job.yaml:5:46"


def test_a_dotted_key_of_a_sweep_is_a_field_of_names(load: Load):
    text = 'output: {name: "{content}-{video.passes}"}\n' + JOB + "    sweep: {video.passes: [1, 2]}\n"
    text += "  - {contents: photos/dog.jpg, styles: art/night.jpg}\n"
    assert [item.name for item in expand(load(text))] == ["cat-1", "cat-2", "dog-1"]


def test_each_value_remembers_where_it_was_written(load: Load):
    items = expand(load(JOB + "    sweep: {style_weight: [10, 20]}\n"))
    assert [item.sources["style_weight"] for item in items] == ["sweep, job.yaml:4:28", "sweep, job.yaml:4:32"]
    assert [item.sweep for item in items] == [{"style_weight": 10.0}, {"style_weight": 20.0}]
