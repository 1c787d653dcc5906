from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from stylepipe.spec.document import Document, Job, Match, Output, StyleEntry, Sweep, given, keys_of, model_at
from stylepipe.spec.settings import Masks, Settings
from stylepipe.spec.video import VideoSettings

JOB: dict[str, Any] = {"contents": "a.jpg", "styles": "b.jpg"}


def test_the_smallest_document_is_one_job_with_contents_and_styles():
    document = Document.model_validate({"jobs": [JOB]})
    assert document.jobs[0].contents == ["a.jpg"]
    assert document.jobs[0].styles == ["b.jpg"]
    assert document.output == Output(dir="out", name="{content}--{style}", format=["png", "mp4"], bits=8, quality=95)
    assert document.jobs[0].frames is False


@pytest.mark.parametrize(
    ("written", "picture", "clip"),
    [
        ("jpg", "jpg", "mp4"),
        ("mkv", "png", "mkv"),
        ("frames", "png", "frames"),
        (["webp"], "webp", "mp4"),
        (["jpg", "gif"], "jpg", "gif"),
        (["webm", "tiff"], "tiff", "webm"),
    ],
)
def test_a_format_is_of_pictures_or_clips_and_the_other_kind_has_its_own(written: object, picture: str, clip: str):
    output = Output(format=written)
    assert (output.picture_format, output.clip_format) == (picture, clip)


@pytest.mark.parametrize("style", ["a.jpg", {"image": "a.jpg"}, [{"image": "a.jpg"}], ["a.jpg"]])
def test_a_style_may_be_a_path_an_entry_or_a_list(style: object):
    document = Document.model_validate({"jobs": [JOB], "styles": {"s": style}})
    assert document.styles["s"] == [StyleEntry(image="a.jpg")]


def test_a_section_with_nothing_behind_it_counts_as_left_out():
    document = Document.model_validate(
        {"jobs": [{**JOB, "set": None, "sweep": None}], "defaults": None, "output": None}
    )
    assert document.output == Output()
    assert given(document.jobs[0].sweep) == {}


def test_only_settings_that_were_written_are_given():
    job = Job.model_validate({**JOB, "set": {"size": 256, "masks": {"content": "m.png"}}})
    assert given(job.set_) == {"size": 256, "masks": Masks(content="m.png")}
    assert given(job.set_.masks) == {"content": "m.png"}


def test_a_sweep_reads_each_value_as_its_setting_does():
    sweep = Sweep.model_validate({"style_weight": [1, 2.5], "style_layers": ["relu1_1"], "iterations": [10, [20, 10]]})
    assert given(sweep) == {
        "style_layers": [{"relu1_1": 1.0}],
        "style_weight": [1.0, 2.5],
        "iterations": [(10,), (20, 10)],
    }


def test_a_sweep_may_vary_a_group_of_settings_or_one_of_them_by_its_dotted_key():
    sweep = Sweep.model_validate({"video.crf": [18, "none"], "video": [{"passes": 2}], "masks.content": ["alpha"]})
    assert given(sweep) == {
        "video": [VideoSettings(passes=2)],
        "masks.content": ["alpha"],
        "video.crf": [18, None],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"jobs": []},
        {"jobs": [{**JOB, "sweep": {"size": []}}]},
        {"jobs": [{**JOB, "exclude": [{}]}]},
        {"jobs": [{**JOB, "contents": ""}]},
        {"jobs": [{**JOB, "set": {"style_layers": [["relu1_1"]]}}]},
        {"jobs": [{**JOB, "set": {"timeout": -1}}]},
        {"jobs": [JOB], "output": {"bits": 16, "format": "jpg"}},
        {"jobs": [JOB], "output": {"bits": 16, "format": ["mkv", "webp"]}},
        {"jobs": [JOB], "output": {"format": []}},
        {"jobs": [JOB], "output": {"format": ["png", "jpg"]}},
        {"jobs": [JOB], "output": {"format": ["mp4", "png", "mp4"]}},
        {"jobs": [JOB], "output": {"format": "avi"}},
        {"jobs": [{**JOB, "frames": "yes"}]},
        {"jobs": [{**JOB, "sweep": {"video.crf": [64]}}]},
        {"jobs": [{**JOB, "sweep": {"video": {"crf": [20]}}}]},
        {"jobs": [JOB], "styles": {"s": {"image": "a", "weight": float("inf")}}},
        {"jobs": [JOB], "version": 2},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object):
    with pytest.raises(ValidationError):
        Document.model_validate(wrong)


@pytest.mark.parametrize(
    ("loc", "model"),
    [
        ((), Document),
        (("output",), Output),
        (("styles", "image", 0), StyleEntry),
        (("jobs", 0), Job),
        (("jobs", 0, "set", "masks"), Masks),
        (("defaults", "video"), VideoSettings),
        (("jobs", 0, "overrides", 2, "match"), Match),
        (("jobs", 0, "overrides", 2, "set"), Settings),
    ],
)
def test_the_model_of_every_section_is_known(loc: tuple[str | int, ...], model: type):
    assert model_at(loc) is model


def test_keys_are_listed_as_they_are_written():
    assert keys_of(Job) == ["name", "contents", "frames", "styles", "set", "sweep", "exclude", "overrides"]
