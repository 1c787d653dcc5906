"""OpenCV's frames, decoded ahead in a thread, and given up where they leave what ffmpeg has seen."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from stylepipe.media.clip import ClipHeader
from stylepipe.media.frame_reader import OutOfStepError, opencv_frames, read_ahead
from stylepipe.media.prescan import prescan
from stylepipe.media.probe import probe_clip


@pytest.fixture(scope="session")
def clip(encode: Callable[..., Path], moving: np.ndarray) -> ClipHeader:
    return probe_clip(encode("a.mp4", moving))


def readers() -> int:
    return sum(thread.name == "frame-reader" for thread in threading.enumerate())


def test_frames_are_rgb_and_those_of_the_file(clip: ClipHeader, moving: np.ndarray) -> None:
    frames = np.stack(list(opencv_frames(clip, prescan(clip).instants, skipped=0)))
    assert frames.dtype == np.uint8
    assert np.abs(frames.astype(int) - moving).max() <= 4


def test_reading_may_begin_and_be_left_anywhere(clip: ClipHeader) -> None:
    instants = prescan(clip).instants
    whole = list(opencv_frames(clip, instants, skipped=0))
    part = opencv_frames(clip, instants, skipped=0, first=7)
    np.testing.assert_array_equal(next(part), whole[7])
    part.close()
    assert readers() == 0
    np.testing.assert_array_equal(list(opencv_frames(clip, instants[3:], skipped=3, first=2)), whole[5:])
    np.testing.assert_array_equal(list(opencv_frames(clip, instants, skipped=0, only=[2, 9])), [whole[2], whole[9]])


def test_frames_are_their_own_arrays(clip: ClipHeader) -> None:
    frames = list(opencv_frames(clip, prescan(clip).instants, skipped=0))
    frames[0][:] = 0
    assert frames[1].any()
    assert all(frame.flags.writeable and frame.flags.c_contiguous for frame in frames)


def test_a_clip_that_ends_early_is_out_of_step(clip: ClipHeader) -> None:
    instants = prescan(clip).instants
    frames = opencv_frames(clip, (*instants, instants[-1] + 512), skipped=0)
    with pytest.raises(OutOfStepError, match="OpenCV ends at frame 12") as caught:
        list(frames)
    assert caught.value.frame == 12


def test_a_frame_of_another_time_is_out_of_step(clip: ClipHeader) -> None:
    instants = list(prescan(clip).instants)
    instants[8:] = [tick + 512 for tick in instants[8:]]
    with pytest.raises(OutOfStepError, match="OpenCV is 40 ms off at frame 8"):
        list(opencv_frames(clip, instants, skipped=0))


def test_a_frame_of_another_size_is_out_of_step(clip: ClipHeader) -> None:
    with pytest.raises(OutOfStepError, match=r"has a frame of shape \(64, 96, 3\) at frame 0"):
        list(opencv_frames(replace(clip, width=95), prescan(clip).instants, skipped=0))


def test_another_container_than_the_one_it_was_told_is_not_opened(
    clip: ClipHeader, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OutOfStepError, match="OpenCV cannot open it"):
        list(opencv_frames(replace(clip, demuxer="matroska"), (0,), skipped=0))
    capfd.readouterr()


def test_the_environment_is_left_as_it_was(clip: ClipHeader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;udp")
    monkeypatch.delenv("OPENCV_FFMPEG_LOGLEVEL", raising=False)
    list(opencv_frames(clip, prescan(clip).instants, skipped=0))
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] == "rtsp_transport;udp"
    assert "OPENCV_FFMPEG_LOGLEVEL" not in os.environ


def test_a_frame_that_opencv_chokes_on_is_out_of_step(clip: ClipHeader, monkeypatch: pytest.MonkeyPatch) -> None:
    class Choking:
        def __init__(self, *arguments: object) -> None:
            self._capture = cv2_capture(*arguments)

        def retrieve(self) -> None:
            raise cv2.error("Insufficient memory")

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    cv2_capture = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", Choking)
    with pytest.raises(OutOfStepError, match="OpenCV fails at frame 2"):
        list(opencv_frames(clip, prescan(clip).instants, skipped=0, first=2))


def test_frames_are_grabbed_and_never_sought(clip: ClipHeader, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Watched:
        def __init__(self, *arguments: object) -> None:
            self._capture = cv2_capture(*arguments)

        def set(self, prop: int, value: float) -> bool:
            asked.append(prop)
            return bool(self._capture.set(prop, value))

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    cv2_capture = cv2.VideoCapture
    monkeypatch.setattr(cv2, "VideoCapture", Watched)
    assert len(list(opencv_frames(clip, prescan(clip).instants, skipped=0, first=6))) == 6
    assert asked == [cv2.CAP_PROP_ORIENTATION_AUTO]


def counting(made: list[int], total: int) -> Generator[int, None, None]:
    for number in range(total):
        made.append(number)
        yield number


def test_no_more_is_decoded_ahead_than_allowed() -> None:
    made: list[int] = []
    items = read_ahead(lambda: counting(made, 1000), ahead=3)
    assert [next(items) for _ in range(5)] == [0, 1, 2, 3, 4]
    time.sleep(0.3)
    assert len(made) <= 5 + 3 + 1
    items.close()
    assert readers() == 0


def test_an_error_in_the_thread_arrives_in_its_place() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise OSError("no more")

    items = read_ahead(failing)
    assert next(items) == 1
    with pytest.raises(OSError, match="no more"):
        next(items)
    assert readers() == 0


def test_what_is_read_ahead_is_closed_in_its_own_thread() -> None:
    closed: list[str] = []

    def careful() -> Generator[int, None, None]:
        try:
            yield from range(100)
        finally:
            closed.append(threading.current_thread().name)

    items = read_ahead(careful)
    next(items)
    items.close()
    assert closed == ["frame-reader"]
