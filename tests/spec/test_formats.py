from __future__ import annotations

from typing import get_args

from stylepipe.spec.formats import SUFFIXES, Container, Format, PictureFormat, is_picture_format


def test_every_format_is_of_pictures_or_of_clips_and_only_frames_have_no_suffix():
    assert {one for one in get_args(Format) if is_picture_format(one)} == set(get_args(PictureFormat))
    assert set(get_args(Format)) == {*get_args(PictureFormat), *get_args(Container), "frames"}
    assert set(SUFFIXES) == set(get_args(Format)) - {"frames"}
