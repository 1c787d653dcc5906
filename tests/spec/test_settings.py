from __future__ import annotations

import pytest
from pydantic import ValidationError

from stylepipe.spec.settings import (
    LAYERS,
    SECTIONS,
    SETTING_KEYS,
    Settings,
    has_layer,
    settings_problems,
    value_at,
)
from stylepipe.spec.video import VideoSettings


def test_a_layer_a_list_and_weights_are_read_alike():
    assert (
        Settings(style_layers="relu1_1") == Settings(style_layers=["relu1_1"]) == Settings(style_layers={"relu1_1": 1})
    )
    assert Settings.model_validate({"iterations": 5}).iterations == (5,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": "5 minutes"},
        {"timeout": "0s"},
        {"memory": "8"},
        {"memory": "8 apples"},
        {"memory": "kiB"},
        {"memory": 0},
        {"timeout": float("nan")},
        {"max_megapixels": float("inf")},
        {"init": "blend:1.5"},
        {"init": "blend:some"},
        {"style_layers": []},
        {"style_layers": [["relu1_1"]]},
        {"style_layers": {"relu1_1": -1}},
        {"iterations": True},
        {"size": 15},
        {"pyramid": 8},
    ],
)
def test_what_cannot_be_painted_with_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_shortcuts_for_layer_weights_are_applied():
    content, style = Settings(
        content_blend=0.25, style_layer_decay=0.5, style_layers=["relu2_1", "relu1_1"]
    ).layer_weights()
    assert content == {"relu4_2": 0.25, "relu5_2": 0.75}
    assert style == {"relu1_1": 1, "relu2_1": 0.5}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (Settings(content_weight=0, style_weight=0), "style_weight"),
        (Settings(backbone="vgg16", style_layers="relu3_4"), "style_layers"),
        (Settings(weights="caffe"), "weights"),
        (Settings(video=VideoSettings(passes=2, warm_start="previous")), "video.passes"),
    ],
)
def test_settings_that_do_not_go_together_are_found(settings: Settings, key: str):
    assert [found for found, _ in settings_problems(settings)] == [key]


def test_a_clip_that_would_end_before_it_begins_is_found():
    assert settings_problems(Settings(video={"start": 5, "end": 5})) == [
        ("video.end", "a clip that begins at 5 s cannot end at 5 s")
    ]
    assert settings_problems(Settings(video={"start": 5, "end": 5.5})) == []


def test_every_setting_is_reached_by_its_dotted_key():
    settings = Settings(masks={"content": "alpha"}, video={"crf": 20})
    found = {key: value_at(settings, key) for key in SETTING_KEYS}
    assert (found["size"], found["masks.content"], found["video.crf"]) == (512, "alpha", 20)
    assert value_at(settings, "video") == VideoSettings(crf=20)
    assert list(SECTIONS) == ["masks", "video"]


def test_every_backbone_says_which_layers_it_has():
    assert all(has_layer(backbone, layer) for backbone in ("lite", "vgg19") for layer in LAYERS)
    assert [layer for layer in LAYERS if not has_layer("vgg16", layer)] == ["relu3_4", "relu4_4", "relu5_4"]
