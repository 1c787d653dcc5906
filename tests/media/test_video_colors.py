"""Which matrix made YUV of RGB: what a video says, and where it keeps silent what players take."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stylepipe.media.clip import ClipHeader, ColorTags
from stylepipe.media.video_colors import hdr_kind, matrix_is_guessed, rgb_filters, thumbnail_filters

HEADER = ClipHeader(
    path=Path("a.mp4"),
    kind="video",
    demuxer="mov",
    timed=True,
    width=640,
    height=360,
    time_base=Fraction(1, 25),
    pixel_format="yuv420p",
)


@pytest.mark.parametrize(
    ("known", "scale", "guessed"),
    [
        ({}, "scale", False),
        ({"width": 1280}, "scale=in_color_matrix=bt709", True),
        ({"height": 720}, "scale=in_color_matrix=bt709", True),
        ({"width": 1920, "color": ColorTags(matrix="smpte170m")}, "scale=in_color_matrix=smpte170m", False),
        ({"color": ColorTags(matrix="bt2020c")}, "scale=in_color_matrix=bt2020", False),
        ({"color": ColorTags(matrix="ycgco")}, "scale", False),
        ({"width": 1920, "color": ColorTags(matrix="gbr")}, "scale", False),
        ({"width": 1920, "pixel_format": "gbrp"}, "scale", False),
        ({"width": 1920, "pixel_format": "gray"}, "scale", False),
        ({"width": 1920, "kind": "animation"}, "scale", False),
    ],
)
def test_the_matrix_is_the_videos_own_or_that_of_its_size(known: dict[str, Any], scale: str, guessed: bool) -> None:
    header = replace(HEADER, **known)
    assert rgb_filters(header) == [scale, "format=rgb24"]
    assert matrix_is_guessed(header) is guessed


@pytest.mark.parametrize(
    ("tags", "kind", "source"),
    [
        (ColorTags(transfer="smpte2084"), "HDR10", "tin=smpte2084:min=bt2020nc:pin=bt2020:rin=limited"),
        (ColorTags("pc", None, "bt709", "arib-std-b67"), "HLG", "tin=arib-std-b67:min=bt2020nc:pin=bt709:rin=full"),
    ],
)
def test_hdr_comes_through_linear_light_and_a_tone_curve(tags: ColorTags, kind: str, source: str) -> None:
    header = replace(HEADER, color=tags)
    filters = rgb_filters(header)
    assert hdr_kind(header) == kind
    assert f"zscale={source}:t=linear:npl=100" in filters
    assert filters.index("tonemap=hable:desat=0") > filters.index("zscale=p=bt709")
    assert filters[-1] == "format=rgb24"
    assert thumbnail_filters(header, 32, 18) == ["scale=w=32:h=18:flags=area", "format=rgb24"]


def test_a_small_picture_has_the_matrix_of_the_whole() -> None:
    filters = thumbnail_filters(replace(HEADER, width=1280), 32, 18)
    assert filters == ["scale=w=32:h=18:flags=area:in_color_matrix=bt709", "format=rgb24"]
    assert hdr_kind(HEADER) is None
