"""Which ffmpeg there is."""

from __future__ import annotations

import re
import subprocess

from stylepipe.errors import EnvironmentLacksError


def ffmpeg_version() -> tuple[str, str]:
    """Give the path and the version of the ffmpeg in use: $IMAGEIO_FFMPEG_EXE, else the bundled one, else the system's.

    Raises EnvironmentLacksError when there is none that runs.
    """
    import imageio_ffmpeg

    try:
        path = str(imageio_ffmpeg.get_ffmpeg_exe())
        answer = subprocess.run([path, "-version"], capture_output=True, timeout=20, check=True)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        raise EnvironmentLacksError(
            f"no ffmpeg that runs ({error}); install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE to one"
        ) from error
    version = re.match(r"ffmpeg version (\S+)", answer.stdout.decode(errors="replace"))
    if version is None:
        raise EnvironmentLacksError(f"{path} is no ffmpeg; set IMAGEIO_FFMPEG_EXE to one, or unset it")
    return path, version[1]
