"""OpenCV reads unless there is a reason, and the reason can be said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media import reader_choice
from stylepipe.media.clip import ClipHeader, ColorTags, Fault, Prescan
from stylepipe.media.frame_reader import OutOfStepError
from stylepipe.media.reader_choice import choose_reader

HEADER = ClipHeader(
    path=Path("a.mp4"), kind="video", demuxer="mov", timed=True, width=8, height=6, time_base=Fraction(1, 25)
)
FRAMES = [np.full((6, 8, 3), 40 * number, np.uint8) for number in range(5)]
SEEN = Prescan(instants=(0, 1, 2, 3, 4), end=5, hashes=(1, 2, 3, 4, 5), witnesses={0: FRAMES[0], 4: FRAMES[4]})


@pytest.fixture(autouse=True)
def opencv(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Stand in for OpenCV: what it would show of the five frames."""
    shown = [frame.copy() for frame in FRAMES]

    def frames(header: ClipHeader, instants: object, *, skipped: int, only: list[int]):
        for number in only:
            if number >= len(shown):
                raise OutOfStepError(number, "ends")
            yield shown[number]

    monkeypatch.setattr(reader_choice, "opencv_frames", frames)
    return shown


def test_opencv_reads_what_it_shows_right() -> None:
    assert choose_reader(HEADER, SEEN, "auto", False) == ("opencv", "it shows the same frames as ffmpeg")


@pytest.mark.parametrize(
    ("header", "seen", "deinterlaced", "reason"),
    [
        ({}, {}, True, "bwdif"),
        ({"field_order": "top"}, {}, False, "interlaced frames black"),
        ({}, {"interlaced": 1}, False, "interlaced frames black"),
        ({"mirrored_or_turned": True}, {}, False, "stored turned"),
        ({"color": ColorTags(transfer="smpte2084")}, {}, False, "HDR10"),
        ({"color": ColorTags(transfer="arib-std-b67")}, {}, False, "HLG"),
        ({"width": 1280, "pixel_format": "yuv420p"}, {}, False, "colour matrix"),
        ({"height": 720, "pixel_format": "yuv420p"}, {}, False, "colour matrix"),
        ({"alpha": True}, {}, False, "transparency"),
        ({}, {"faults": (Fault(1, "x"),)}, False, "damaged"),
        ({}, {"cut_short": "x"}, False, "damaged"),
        ({"timed": False}, {}, False, "no times"),
        ({}, {"retimed": 2}, False, "no times"),
    ],
)
def test_ffmpeg_reads_what_opencv_is_known_to_show_wrongly(
    header: dict, seen: dict, deinterlaced: bool, reason: str
) -> None:
    reader, why = choose_reader(replace(HEADER, **header), replace(SEEN, **seen), "auto", deinterlaced)
    assert reader == "ffmpeg"
    assert reason in why


def test_hd_that_says_its_matrix_and_rgb_of_any_size_are_opencvs() -> None:
    said = replace(HEADER, width=1280, pixel_format="yuv420p", color=ColorTags(matrix="bt709"))
    assert not reader_choice.matrix_is_guessed(said)
    assert not reader_choice.matrix_is_guessed(replace(HEADER, width=1280, pixel_format="gbrp"))


@pytest.mark.parametrize(("number", "off", "chosen"), [(0, 2, "opencv"), (0, 5, "ffmpeg"), (4, 7, "ffmpeg")])
def test_frames_that_are_others_are_found(opencv: list[np.ndarray], number: int, off: int, chosen: str) -> None:
    opencv[number] += off
    reader, why = choose_reader(HEADER, SEEN, "auto", False)
    assert reader == chosen
    assert chosen == "opencv" or why == f"OpenCV's frame {number} is {off}.0 levels off"


def test_frames_that_are_missing_are_found(opencv: list[np.ndarray]) -> None:
    del opencv[3:]
    assert choose_reader(HEADER, SEEN, "auto", False) == ("ffmpeg", "OpenCV ends at frame 4")


def test_what_is_asked_for_is_done() -> None:
    interlaced = replace(SEEN, interlaced=5)
    assert choose_reader(HEADER, interlaced, "opencv", True) == ("opencv", "it was asked for")
    assert choose_reader(HEADER, SEEN, "ffmpeg", False) == ("ffmpeg", "it was asked for")


def test_pictures_are_read_as_pictures() -> None:
    for kind in ("animation", "frames"):
        assert choose_reader(replace(HEADER, kind=kind), SEEN, "auto", False)[0] == "pictures"
