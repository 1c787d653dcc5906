"""Pictures that move: animated GIF, WebP, PNG and AVIF, frame by frame with the time each is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageFile

from stylepipe.media.opening import decoding, open_file, opened, orientation_of
from stylepipe.media.picture import Picture
from stylepipe.media.provenance import kept_exif
from stylepipe.media.reading import picture_of, read_picture, shallow_samples
from stylepipe.spec.settings import MAX_MEGAPIXELS

# A phone's JPEG may hold a second view, a TIFF further pages: those do not move.
_MOVING = ("GIF", "WEBP", "PNG", "AVIF")
# Browsers show a frame that asks for 10 ms or less for 100 ms; old GIFs count on it.
_TOO_SHORT, _SHOWN_INSTEAD = 0.010, 0.100


def is_animation(path: Path) -> bool:
    """Say whether an image file has more than one frame.

    `stylepipe.spec.moving` tells it without an imaging library, and takes what is damaged for still; this one is for
    who is about to read the file. Raises PictureError when the file is no picture that can be read.
    """
    with opened(Path(path), math.inf) as image:
        return _moves(image)


def read_animation(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> Iterator[tuple[Picture, float]]:
    """Yield each frame, complete as it is seen, with its duration in seconds; one frame is in memory at a time.

    A still image is an animation of one frame.
    Raises PictureError, when the file or the frame is reached, as `read_picture` does.
    """
    path = Path(path)
    with opened(path, max_megapixels) as image:
        moves = _moves(image)
        orientation, exif, profile = orientation_of(image), kept_exif(image), image.info.get("icc_profile")
        # An APNG may begin with a picture for programs that show no animations, which is no frame of it.
        index = 1 if image.info.get("default_image") else 0
    if not moves:
        yield read_picture(path, max_megapixels=max_megapixels), _SHOWN_INSTEAD
        return
    import imageio.v3 as iio  # what only looks whether a picture moves need not wait for it

    with open_file(path) as file:
        with decoding(path, max_megapixels):
            frames = iio.imopen(file, "r", plugin="pillow")
        try:
            while True:
                with decoding(path, max_megapixels):
                    try:
                        frame = Image.fromarray(frames.read(index=index, mode="RGBA"))
                    except EOFError:
                        return
                    seconds = float(frames.metadata(index=index).get("duration", 0)) / 1000
                    picture = picture_of(shallow_samples(frame, profile), orientation, exif)
                yield picture, seconds if seconds > _TOO_SHORT else _SHOWN_INSTEAD
                index += 1
        finally:
            frames.close()


def _moves(image: ImageFile.ImageFile) -> bool:
    return image.format in _MOVING and bool(getattr(image, "is_animated", False))
