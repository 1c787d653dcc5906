"""Which reader shows a clip as it is: OpenCV, unless it is known or found not to.

Known, and measured with OpenCV 4.10 to 5.0: it gives black frames for interlaced video, leaves frames unturned or
mirrored, takes BT.601 for untagged HD, does not tone-map HDR, and knows no damaged frame from a good one. Found: a
frame at the beginning and one further in are compared to what ffmpeg made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Literal

import numpy as np

from stylepipe.media.clip import ClipHeader, Prescan
from stylepipe.media.frame_reader import OutOfStepError, opencv_frames
from stylepipe.media.video_colors import hdr_kind, matrix_is_guessed
from stylepipe.media.video_scan import thumbnail_size
from stylepipe.spec.video import Reader

ReaderInUse = Literal["opencv", "ffmpeg", "pictures"]

_MOST_APART = 3.0  # levels of 255, mean: rounding is under 1, another matrix over 7


def choose_reader(header: ClipHeader, seen: Prescan, asked: Reader, deinterlaced: bool) -> tuple[ReaderInUse, str]:
    """Choose what decodes a clip, and say why in a few words for the log."""
    if header.kind != "video":
        return "pictures", "it is made of pictures"
    if asked != "auto":
        return asked, "it was asked for"
    why = next(_known(header, seen, deinterlaced), None) or _found(header, seen)
    return ("ffmpeg", why) if why else ("opencv", "it shows the same frames as ffmpeg")


def _known(header: ClipHeader, seen: Prescan, deinterlaced: bool) -> Iterator[str]:
    if deinterlaced:
        yield "its fields are brought together by ffmpeg's bwdif"
    if seen.interlaced or header.field_order != "progressive":
        yield "OpenCV shows interlaced frames black"
    if header.mirrored_or_turned:
        yield "it is stored turned, which not every OpenCV undoes"
    if kind := hdr_kind(header):
        yield f"it is {kind}, which OpenCV does not tone-map"
    if matrix_is_guessed(header):
        yield "it is of HD size and does not say its colour matrix, for which OpenCV takes that of SD"
    if header.alpha:
        yield "it has transparency"
    if seen.faults or seen.cut_short:
        yield "it is damaged"
    if seen.retimed or not header.timed:
        yield "it has no times by which OpenCV could be checked"


def _found(header: ClipHeader, seen: Prescan) -> str | None:
    """Compare what OpenCV makes of some frames to the prescan's small pictures of them."""
    import cv2

    size = thumbnail_size(header.width, header.height)
    numbers = sorted({min(seen.witnesses), max(seen.witnesses)})
    try:
        with closing(opencv_frames(header, seen.instants, skipped=seen.skipped, only=numbers)) as frames:
            for number, frame in zip(numbers, frames, strict=True):
                small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
                apart = float(np.mean(cv2.absdiff(small, seen.witnesses[number])))
                if apart > _MOST_APART:
                    return f"OpenCV's frame {number} is {apart:.1f} levels off"
    except OutOfStepError as error:
        return str(error)
    return None
