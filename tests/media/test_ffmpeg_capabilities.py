"""What ffmpeg can do is asked of it."""

from __future__ import annotations

from stylepipe.media.ffmpeg_capabilities import encoders


def test_its_encoders_are_listed() -> None:
    assert {"mpeg4", "aac", "png"} <= encoders()
