"""Pixels in and out of files: still images, animations, clips, and what they say about themselves."""

from __future__ import annotations

from stylepipe.media.animation import is_animation, read_animation
from stylepipe.media.clip import ClipHeader, ClipInfo, Prescan
from stylepipe.media.clip_check import Expected, check_frames
from stylepipe.media.clip_finish import finish_clip
from stylepipe.media.clip_gif import check_gif_clock
from stylepipe.media.clip_input import Clip, open_clip
from stylepipe.media.clip_mux import Joined, Original
from stylepipe.media.clip_writer import Clock, Segment, SegmentWriter
from stylepipe.media.codecs import Coding, choose_coding
from stylepipe.media.encoding import encode_picture
from stylepipe.media.frames_folder import encode_frame, frame_name
from stylepipe.media.opening import picture_size
from stylepipe.media.picture import Picture
from stylepipe.media.probe import probe_clip
from stylepipe.media.provenance import read_provenance
from stylepipe.media.reading import read_mask, read_picture
from stylepipe.media.thumbnail import small_frame, small_picture

__all__ = [
    "Clip",
    "ClipHeader",
    "ClipInfo",
    "Clock",
    "Coding",
    "Expected",
    "Joined",
    "Original",
    "Picture",
    "Prescan",
    "Segment",
    "SegmentWriter",
    "check_frames",
    "check_gif_clock",
    "choose_coding",
    "encode_frame",
    "encode_picture",
    "finish_clip",
    "frame_name",
    "is_animation",
    "open_clip",
    "picture_size",
    "probe_clip",
    "read_animation",
    "read_mask",
    "read_picture",
    "read_provenance",
    "small_frame",
    "small_picture",
]
