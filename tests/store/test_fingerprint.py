import json
from pathlib import Path
from typing import Any

import pytest

from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.store import fingerprint as module
from stylepipe.store.fingerprint import Identity, StyleInput, fingerprint, identify

CONTENT, WEIGHTS = "c" * 64, "w" * 64
STARRY, SCREAM = StyleInput("1" * 64, 0.7), StyleInput("2" * 64, 0.3)


def identity(*styles: StyleInput, files: dict[str, str] | None = None, clip: bool = False, **settings: Any) -> Identity:
    return identify(
        CONTENT,
        styles or [STARRY],
        Settings(**settings),
        weights_sha256=WEIGHTS,
        clip=clip,
        files=files,
        output={"format": "mp4"} if clip else {"format": "png", "bits": 8},
    )


def same(one: Identity, other: Identity) -> bool:
    return fingerprint(one) == fingerprint(other)


def test_a_fingerprint_is_the_sha256_of_canonical_json():
    assert len(fingerprint(identity())) == 64
    shuffled = dict(reversed(identity().items()))
    assert fingerprint(shuffled) == fingerprint(identity())


def test_an_identity_comes_back_from_json_as_the_same_picture():
    assert same(json.loads(json.dumps(identity(STARRY, SCREAM))), identity(STARRY, SCREAM))


@pytest.mark.parametrize(
    "settings",
    [
        {"iterations": 300},
        {"size": 640},
        {"style_weight": 51},
        {"style_scale": 0.5},
        {"style_layer_decay": 0.5},
        {"content_blend": 0.5},
        {"snapshots": (50,)},
        {"metadata": False},
        {"precision": "bf16"},
        {"backbone": "vgg19"},
        {"masks": {"content": "alpha"}},
    ],
)
def test_a_setting_that_changes_the_picture_changes_the_fingerprint(settings):
    assert not same(identity(), identity(**settings))


@pytest.mark.parametrize(
    "settings",
    [
        {"preset": "balanced"},
        {"weights": "caffe"},  # the file's hash is what counts
        {"timeout": "10m"},
        {"max_megapixels": 50},
        {"memory": "8GiB"},
        {"seed": 7},  # without noise
        {"color_strength": 0.5},  # without preserve_color
        {"video": {"warm_start": "none", "start": 3, "crf": 9}},  # of clips
        {"content_layers": ["relu4_2", "relu3_3"]},  # the default in another form
        {"content_layers": {"relu3_3": 1, "relu4_2": 1, "relu5_1": 0}},
    ],
)
def test_a_setting_that_this_picture_does_not_use_changes_nothing(settings):
    assert same(identity(), identity(**settings))


def test_settings_that_count_only_together_count_together():
    assert not same(identity(init="noise"), identity(init="noise", seed=7))
    assert not same(identity(init="blend:0.3"), identity(init="blend:0.3", seed=7))
    assert not same(identity(preserve_color="match"), identity(preserve_color="match", color_strength=0.5))
    assert not same(identity(history=10), identity(history=20))
    assert same(identity(optimizer="adam", history=10), identity(optimizer="adam", history=20))


@pytest.mark.parametrize(
    "video",
    [
        {"warm_start": "previous"},
        {"temporal_weight": 2},
        {"frame_iterations": 31},
        {"frame_tolerance": 0.05},
        {"passes": 2},
        {"scene_cuts": [24]},
        {"scene_cuts": "none"},
        {"start": 1},
        {"end": 1},
        {"frame_rate": 30},
        {"audio": "none"},
        {"codec": "hevc"},
        {"crf": 20},
        {"pix_fmt": "yuv444p"},
        {"deinterlace": "off"},
        {"reader": "ffmpeg"},
        {"allow_damaged": True},
    ],
)
def test_every_setting_of_clips_counts_for_a_clip(video: dict[str, Any]):
    assert not same(identity(clip=True), identity(clip=True, video=video))


def test_what_holds_frames_together_counts_only_where_it_does():
    def clip(**video: Any) -> Identity:
        return identity(clip=True, video=video)

    for start in ("previous", "none"):
        assert same(clip(warm_start=start), clip(warm_start=start, temporal_weight=3))
    assert same(clip(warm_start="none"), clip(warm_start="none", frame_iterations=3, frame_tolerance=0.1))
    assert not same(clip(warm_start="previous"), clip(warm_start="previous", frame_iterations=3))


def test_one_value_written_in_two_ways_is_one_fingerprint():
    one = {"start": 90, "frame_rate": "60000/2002", "scene_cuts": [48, 24, 48]}
    other = {"start": "1:30", "frame_rate": "30000/1001", "scene_cuts": [24, 48]}
    assert same(identity(clip=True, video=one), identity(clip=True, video=other))


def test_snapshots_count_for_pictures_only():
    assert same(identity(clip=True), identity(clip=True, snapshots=(50,)))


def test_layers_count_by_the_weights_they_end_up_with():
    layers = {"relu1_1": 1.0, "relu2_1": 0.5}
    assert same(identity(style_layers=layers), identity(style_layers=list(layers), style_layer_decay=0.5))
    assert same(identity(content_blend=1), identity(content_blend=1, content_layers=["relu1_1"]))


def test_snapshots_count_as_a_set():
    assert same(identity(snapshots=(50, 100)), identity(snapshots=(100, 50, 50)))


def test_the_order_of_styles_counts_for_it_may_change_the_last_digit():
    assert not same(identity(STARRY, SCREAM), identity(SCREAM, STARRY))


def test_the_weights_of_styles_count_in_proportion():
    assert same(identity(STARRY, SCREAM), identity(StyleInput(STARRY.sha256, 7), StyleInput(SCREAM.sha256, 3)))
    assert same(identity(StyleInput(STARRY.sha256, 2)), identity(StyleInput(STARRY.sha256, 1)))
    assert not same(identity(STARRY, SCREAM), identity(StyleInput(STARRY.sha256), StyleInput(SCREAM.sha256)))


def test_a_styles_own_scale_that_is_the_settings_changes_nothing():
    assert same(identity(StyleInput("1" * 64, scale=0.5)), identity(StyleInput("1" * 64), style_scale=0.5))
    assert same(identity(StyleInput("1" * 64, scale=1)), identity(StyleInput("1" * 64)))


def test_a_mask_of_a_style_counts_by_its_content():
    plain, masked = StyleInput("1" * 64), StyleInput("1" * 64, mask="m" * 64)
    assert not same(identity(plain), identity(masked))
    assert not same(identity(masked), identity(StyleInput("1" * 64, mask="n" * 64)))


def test_files_behind_settings_count_by_content_and_never_by_path():
    here = identity(init="/here/start.png", files={"init": "a" * 64})
    assert same(here, identity(init="/there/begin.png", files={"init": "a" * 64}))
    assert not same(here, identity(init="/here/start.png", files={"init": "b" * 64}))
    assert "start.png" not in json.dumps(here)


def test_a_file_whose_hash_is_missing_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match=r"masks\.content: sky\.png"):
        identity(masks={"content": "sky.png"})
    with pytest.raises(ValueError, match=r"masks\.style"):
        identity(masks={"style": "{style}.png"})


def test_content_weights_output_and_algorithm_count(monkeypatch):
    before = identity()
    for key, value in (("content", "d" * 64), ("weights", "d" * 64), ("output", {"format": "jpg", "bits": 8})):
        assert not same(before, before | {key: value})
    monkeypatch.setattr(module, "ALGORITHM", module.ALGORITHM + 1)
    assert not same(before, identity())


def test_a_setting_added_later_makes_nothing_due_at_its_neutral_value(monkeypatch):
    monkeypatch.setitem(module.ADDED_LATER, "tolerance", 0.0)
    assert "tolerance" not in identity()["settings"]
    assert identity(tolerance=0.1)["settings"]["tolerance"] == 0.1


def test_every_setting_counts_unless_it_is_known_not_to():
    """A new setting is in the fingerprint from its first day, without anybody thinking of it here."""
    said: dict[str, Any] = {"init": "noise", "preserve_color": "match"}
    picture, clip = (
        {key.partition(".")[0] for key in identity(clip=clip, **said)["settings"]} for clip in (False, True)
    )
    assert set(Settings.model_fields) - picture == module._NOT_IN_THE_PICTURE | {"video"}
    assert set(Settings.model_fields) - clip == module._NOT_IN_THE_PICTURE | {"snapshots"}
    settings = identity(clip=True)["settings"]
    assert {f"video.{name}" for name in VideoSettings.model_fields} <= settings.keys()


def test_no_path_of_this_machine_is_in_an_identity(tmp_path):
    said = json.dumps(identity(init=str(tmp_path / "a.png"), weights="w.pth", files={"init": "a" * 64}))
    assert str(tmp_path) not in said
    assert str(Path.home()) not in said
