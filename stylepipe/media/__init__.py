"""Pixels in and out of files: still images, animations, and what they say about themselves."""

from __future__ import annotations

from stylepipe.media.animation import is_animation, read_animation
from stylepipe.media.encoding import encode_picture
from stylepipe.media.opening import picture_size
from stylepipe.media.picture import Picture
from stylepipe.media.provenance import read_provenance
from stylepipe.media.reading import read_mask, read_picture

__all__ = [
    "Picture",
    "encode_picture",
    "is_animation",
    "picture_size",
    "read_animation",
    "read_mask",
    "read_picture",
    "read_provenance",
]
