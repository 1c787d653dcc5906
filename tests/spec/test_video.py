from __future__ import annotations

import pytest
from pydantic import ValidationError

from stylepipe.spec.video import VideoSettings


def test_a_clip_hangs_together_by_default() -> None:
    settings = VideoSettings()
    assert settings.warm_start == "flow"
    assert settings.temporal_weight == 1


@pytest.mark.parametrize(
    "wrong", [{"warm_start": "prev"}, {"temporal_weight": -1}, {"frame_iterations": 0}, {"frame_iterations": True}]
)
def test_what_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VideoSettings(**wrong)


def test_every_setting_says_what_it_does() -> None:
    assert all(field.description for field in VideoSettings.model_fields.values())
