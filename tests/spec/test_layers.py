from __future__ import annotations

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.problems import SpecError
from stylepipe.spec.settings import SETTING_KEYS, Settings

from .conftest import Load

JOB = "jobs:\n  - contents: photos/cat.jpg\n    styles: art/night.jpg\n"


def only(load: Load, text: str, **overrides: object) -> Item:
    (item,) = expand(load(text, **overrides))
    return item


def test_without_a_word_about_it_every_setting_is_built_in(load: Load):
    item = only(load, JOB)
    assert item.settings == Settings()
    assert set(item.sources.values()) == {"built-in"}
    assert tuple(item.sources) == SETTING_KEYS


LAYERS = [
    ("defaults: {iterations: 1, preset: draft}\n", "defaults, job.yaml:1:12", 1),
    ("    set: {iterations: 2}\n", "set, job.yaml:5:11", 2),
    ("    sweep: {iterations: [3]}\n", "sweep, job.yaml:6:26", 3),
    ("    overrides: [{match: {content: cat}, set: {iterations: 4}}]\n", "overrides, job.yaml:7:47", 4),
]


@pytest.mark.parametrize("count", range(1, 5))
def test_each_layer_wins_over_those_before_it(load: Load, count: int):
    first, *rest = [text for text, _, _ in LAYERS[:count]]
    item = only(load, first + JOB + "".join(rest))
    assert item.settings.iterations == (LAYERS[count - 1][2],)
    assert item.sources["iterations"] == LAYERS[count - 1][1]


def test_the_command_line_wins_over_all(load: Load):
    first, *rest = [text for text, _, _ in LAYERS]
    item = only(load, first + JOB + "".join(rest), iterations="5")
    assert item.settings.iterations == (5,)
    assert item.sources["iterations"] == "--set"


def test_the_preset_named_last_is_the_one_and_it_lies_below_everything(load: Load):
    text = "defaults: {preset: best, size: 99}\n" + JOB + "    set: {preset: gatys}\n"
    item = only(load, text)
    assert (item.settings.preset, item.settings.backbone, item.settings.size) == ("gatys", "vgg19", 99)
    assert item.sources["backbone"] == "preset gatys"
    assert item.sources["preset"] == "set, job.yaml:5:11"
    assert only(load, text, preset="draft").sources["iterations"] == "preset draft"


def test_no_preset_can_be_asked_for(load: Load):
    assert only(load, "defaults: {preset: best}\n" + JOB, preset="none").settings == Settings()


def test_a_preset_can_be_swept(load: Load):
    items = expand(load(JOB + "    sweep: {preset: [draft, best]}\n"))
    assert [item.name for item in items] == ["cat--night--preset=draft", "cat--night--preset=best"]
    assert items[0].settings.iterations < items[1].settings.iterations


@pytest.mark.parametrize("text", ["    set: {preset: fst}\n", "    sweep: {preset: [draft, fst]}\n"])
def test_an_unknown_preset_is_a_mistake_even_when_another_one_wins(load: Load, text: str):
    with pytest.raises(SpecError, match="there is no preset `fst`"):
        expand(load(JOB + text, preset="draft"))


def test_masks_are_merged_one_by_one(load: Load, folder):
    text = "defaults: {masks: {content: masks/sky.png, style: alpha}}\n" + JOB + "    set: {masks: {content: alpha}}\n"
    item = only(load, text)
    assert (item.settings.masks.content, item.settings.masks.style) == ("alpha", "alpha")
    assert item.sources["masks.content"] == "set, job.yaml:5:19"
    assert item.sources["masks.style"] == "defaults, job.yaml:1:44"


def test_settings_of_clips_are_merged_one_by_one(load: Load):
    text = "defaults: {video: {start: 1:30, crf: 18, audio: none}}\n" + JOB + "    set: {video: {crf: 20}}\n"
    video = only(load, text, video__passes="2").settings.video
    assert (video.start, video.crf, video.audio, video.passes) == (90, 20, "none", 2)
    sources = only(load, text, video__passes="2").sources
    assert sources["video.start"] == "defaults, job.yaml:1:20"
    assert sources["video.crf"] == "set, job.yaml:5:19"
    assert sources["video.passes"] == "--set"
    assert sources["video.end"] == "built-in"


def test_a_clip_cannot_end_before_it_begins_whoever_says_so(load: Load):
    text = "defaults: {video: {start: 1:30}}\n" + JOB + "    set: {video: {end: 60}}\n"
    with pytest.raises(SpecError, match=r"job\.yaml:5:24: a clip that begins at 90 s cannot end at 60 s"):
        expand(load(text))
    with pytest.raises(SpecError, match=r"--set video\.end: a clip that begins at 90 s cannot end at 90 s"):
        expand(load(text, video__end="1m30s"))
    assert only(load, text, video__end="91").settings.video.end == 91


def test_nothing_written_on_purpose_takes_a_setting_back(load: Load):
    text = (
        "defaults: {timeout: 5m, masks: {content: alpha}}\n"
        + JOB
        + "    set: {timeout: none, masks: {content: null}}\n"
    )
    item = only(load, text)
    assert item.settings.timeout is None
    assert item.settings.masks.content is None


def test_settings_that_do_not_go_together_are_blamed_on_who_wrote_them(load: Load):
    with pytest.raises(SpecError) as caught:
        expand(load(JOB, style_weight="0", content_weight="0"))
    assert str(caught.value).startswith("--set style_weight: content and style both weigh nothing")
    with pytest.raises(SpecError) as caught:
        expand(load("defaults: {content_weight: 0, style_layers: {relu1_1: 0}}\n" + JOB))
    assert ":3:5: content and style both weigh nothing: there is nothing to paint (style_weight is built-in)" in str(
        caught.value
    )
