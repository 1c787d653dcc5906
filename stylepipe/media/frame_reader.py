"""Frames from OpenCV, decoded in a thread of their own while the frames before them are painted."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from stylepipe.media.clip import ClipHeader, Levels
from stylepipe.media.ffmpeg_arguments import PROTOCOLS

if TYPE_CHECKING:
    import cv2

_T = TypeVar("_T")

_AHEAD = 3  # frames
_TOLERANCE = 1.0  # milliseconds between OpenCV's clock and ffmpeg's
# OpenCV takes its options from the environment while it opens a file; no other may be opened meanwhile.
_OPENING = threading.Lock()


class OutOfStepError(Exception):
    """OpenCV does not give the frames that there are: it stopped early, or gave one of another time or size."""

    def __init__(self, frame: int, what: str) -> None:
        super().__init__(f"OpenCV {what} at frame {frame}")
        self.frame = frame


def opencv_frames(
    header: ClipHeader, instants: Sequence[int], *, skipped: int, first: int = 0, only: Sequence[int] = ()
) -> Generator[Levels, None, None]:
    """Yield a video's frames from the one of number `first` on: (height, width, 3) uint8 RGB, upright.

    instants: ticks of the frames that are there, behind `skipped` others in the file. only: yield no others.
    Frames before the first are grabbed and dropped, never sought: seeking is not exact. Five frames are held at most.
    Raises OutOfStepError at the frame where OpenCV leaves what ffmpeg has seen.
    """
    with closing(read_ahead(lambda: _decode(header, instants, skipped, first, only))) as frames:
        yield from frames


def read_ahead(make: Callable[[], Generator[_T, None, None]], ahead: int = _AHEAD) -> Generator[_T, None, None]:
    """Run a generator in a thread of its own, `ahead` items ahead at most, and hand on what it yields or raises.

    It is made, run and closed in that thread, which ends when the result is closed.
    """
    items: queue.Queue[tuple[_T] | BaseException | None] = queue.Queue(ahead)
    left = threading.Event()

    def put(item: tuple[_T] | BaseException | None) -> None:
        while not left.is_set():
            try:
                items.put(item, timeout=0.1)
                return
            except queue.Full:
                continue

    def run() -> None:
        try:
            with closing(make()) as generator:
                for item in generator:
                    put((item,))
                    if left.is_set():
                        return
            put(None)
        except BaseException as error:
            put(error)

    thread = threading.Thread(target=run, name="frame-reader", daemon=True)
    thread.start()
    try:
        while (item := items.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        left.set()
        thread.join()


def _decode(
    header: ClipHeader, instants: Sequence[int], skipped: int, first: int, only: Sequence[int]
) -> Generator[Levels, None, None]:
    import cv2

    wanted = frozenset(only)
    with _capture(header) as capture:
        offset = 0.0
        for number in range(-skipped, len(instants)):
            if not capture.grab():
                raise OutOfStepError(number, "ends")
            if number < 0:
                continue
            due = float((instants[number] - instants[0]) * header.time_base * 1000)
            here = capture.get(cv2.CAP_PROP_POS_MSEC) - due
            # Its clock begins at 0 wherever the file's does.
            offset = here if number == 0 else offset
            if abs(here - offset) > _TOLERANCE:
                raise OutOfStepError(number, f"is {abs(here - offset):.0f} ms off")
            if number >= first and (not wanted or number in wanted):
                yield _retrieved(capture, header, number)
            if wanted and number >= max(wanted):
                return


def _retrieved(capture: cv2.VideoCapture, header: ClipHeader, number: int) -> Levels:
    import cv2

    try:
        decoded, frame = capture.retrieve()
    except cv2.error:
        decoded, frame = False, None
    if not decoded or frame is None:
        raise OutOfStepError(number, "fails")
    if frame.shape != (header.height, header.width, 3) or frame.dtype != np.uint8:
        raise OutOfStepError(number, f"has a frame of shape {frame.shape}")
    return cast(Levels, cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))


@contextmanager
def _capture(header: ClipHeader) -> Iterator[cv2.VideoCapture]:
    """Open a video as the container that it is, so that it can name no other file and no server."""
    import cv2

    options = {
        "OPENCV_FFMPEG_CAPTURE_OPTIONS": (
            f"protocol_whitelist;{PROTOCOLS}|format_whitelist;{header.demuxer}|input_format;{header.demuxer}"
        ),
        "OPENCV_FFMPEG_READ_ATTEMPTS": "100000",  # a camera's file has many packets of other streams between frames
        "OPENCV_FFMPEG_LOGLEVEL": "-8",  # what is damaged has been said before
    }
    with _OPENING:
        before = {name: os.environ.get(name) for name in options}
        os.environ.update(options)
        try:
            # An absolute path: what has a ':' in it would be taken for a protocol.
            capture = cv2.VideoCapture(os.path.abspath(header.path), cv2.CAP_FFMPEG)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
    try:
        if not capture.isOpened():
            raise OutOfStepError(0, "cannot open it")
        # Four versions of OpenCV do not turn frames upright unless told again.
        capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)
        yield capture
    finally:
        capture.release()
