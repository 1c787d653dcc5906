"""Frames from ffmpeg through a pipe: for every clip that OpenCV shows wrongly, and for those it cannot open."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Literal

import numpy as np

from stylepipe.errors import ClipError, FfmpegError
from stylepipe.media.clip import ClipHeader, Levels
from stylepipe.media.ffmpeg import start_ffmpeg
from stylepipe.media.probe import decoder_arguments
from stylepipe.media.video_colors import rgb_filters

Fields = Literal["interlaced", "all"]

_TURNS = {90: ["transpose=clock"], 180: ["hflip", "vflip"], 270: ["transpose=cclock"]}


def ffmpeg_frames(
    header: ClipHeader,
    *,
    first: int,
    behind: int,
    deinterlacing: Fields | None = None,
    max_megapixels: float = math.inf,
) -> Generator[Levels, None, None]:
    """Yield a video's frames from the one of number `first` in the file to the one before `behind`.

    Each is (height, width, 3) uint8 RGB, upright, and its own array. Frames before the first are decoded and dropped:
    counting is exact where seeking is not. deinterlacing: which frames bwdif takes, "interlaced" (those that say so)
    or "all"; None leaves fields as they are. One frame is in memory, and what a pipe holds.
    Raises ClipError when the video ends early or ffmpeg fails.
    """
    # ffmpeg would turn the frames before the fields are brought together.
    own_turn = deinterlacing is not None and header.mirrored_or_turned
    arguments = decoder_arguments(
        header.path,
        header.demuxer,
        *("-v", "level+info", "-max_error_rate", "1"),
        max_megapixels=max_megapixels,
        autorotate=not own_turn,
    )
    filters = [
        *(["showinfo=checksum=0"] if first else []),  # while it drops frames, its lines show that it is at work
        *([f"bwdif=mode=send_frame:parity=auto:deint={deinterlacing}"] if deinterlacing else []),
        *(_TURNS.get(header.rotation, []) if own_turn else []),
        f"trim=start_frame={first}:end_frame={behind}",
        *rgb_filters(header),
    ]
    output = ["-vf", ",".join(filters), "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
    with start_ffmpeg([*arguments, *output], pipe_out=True) as process:
        for number in range(first, behind):
            frame = np.empty((header.height, header.width, 3), np.uint8)
            if process.read_into(frame.data.cast("B")) != frame.nbytes:
                try:
                    process.finish()
                except FfmpegError as error:
                    raise ClipError(f"{header.path}: frame {number} could not be read: {error}") from error
                raise ClipError(f"{header.path} has changed: frame {number} is gone, run again")
            yield frame
