from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from stylepipe.spec.video import VideoSettings


def test_a_clip_hangs_together_by_default() -> None:
    settings = VideoSettings()
    assert settings.warm_start == "flow"
    assert settings.temporal_weight == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"warm_start": "prev"},
        {"temporal_weight": -1},
        {"frame_iterations": 0},
        {"frame_iterations": True},
        {"passes": 0},
        {"passes": 3},
        {"passes": True},
        {"scene_cuts": "all"},
        {"scene_cuts": [0, 5]},
        {"scene_cuts": [5, 7.5]},
        {"scene_cuts": True},
        {"scene_cuts": None},
        {"start": -1},
        {"start": "soon"},
        {"end": 0},
        {"end": "0:00"},
        {"audio": None},
        {"audio": "mp3"},
        {"codec": "x264"},
        {"crf": 64},
        {"crf": 20.5},
        {"pix_fmt": ""},
        {"deinterlace": True},
        {"reader": "pyav"},
        {"allow_damaged": 1},
        {"frame_rate": 0},
        {"fps": 25},
    ],
)
def test_what_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VideoSettings(**wrong)


def test_scene_cuts_are_words_or_frame_numbers_in_order_each_once() -> None:
    assert VideoSettings().scene_cuts == "auto"
    assert VideoSettings(scene_cuts="none").scene_cuts == "none"
    assert VideoSettings(scene_cuts=[48, 24, 48]).scene_cuts == (24, 48)
    assert VideoSettings.model_validate({"scene_cuts": 48}).scene_cuts == (48,)
    assert VideoSettings.model_validate({"scene_cuts": []}).scene_cuts == "none"


def test_a_part_of_a_clip_is_named_as_people_write_times() -> None:
    video = VideoSettings(start="1:30", end="2m")
    assert (video.start, video.end) == (90, 120)
    assert VideoSettings(start="none").start is None


def test_none_is_no_sound_but_no_quality_of_its_own() -> None:
    video = VideoSettings(audio="none", crf="none")
    assert (video.audio, video.crf) == ("none", None)


def test_a_frame_rate_is_an_exact_fraction() -> None:
    assert VideoSettings().exact_frame_rate is None
    assert VideoSettings(frame_rate="30000/1001").exact_frame_rate == Fraction(30000, 1001)
    assert VideoSettings(frame_rate=12.5).exact_frame_rate == Fraction(25, 2)


def test_settings_read_again_are_the_same() -> None:
    video = VideoSettings(scene_cuts=[3, 1], start="1:30", frame_rate="60000/2002", crf=20)
    assert VideoSettings.model_validate(video.model_dump()) == video
    assert VideoSettings.model_validate_json(video.model_dump_json()) == video


def test_every_setting_says_what_it_does() -> None:
    assert all(field.description for field in VideoSettings.model_fields.values())
