"""Which ffmpeg there is."""

from __future__ import annotations

import subprocess

from stylepipe.errors import EnvironmentLacksError


def ffmpeg_version() -> tuple[str, str]:
    """Give the path and the version of the ffmpeg in use: $IMAGEIO_FFMPEG_EXE, else the bundled one, else the system's.

    Raises EnvironmentLacksError when there is none that runs.
    """
    import imageio_ffmpeg

    try:
        path = str(imageio_ffmpeg.get_ffmpeg_exe())
        answer = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=20, check=True)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        raise EnvironmentLacksError(
            f"no ffmpeg that runs ({error}); install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE to one"
        ) from error
    return path, answer.stdout.split(" ", 3)[2]
