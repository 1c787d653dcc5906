"""Which ffmpeg there is: where it is found, and what it is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from stylepipe.errors import EnvironmentLacksError


def ffmpeg_path() -> Path:
    """Find the ffmpeg in use: $IMAGEIO_FFMPEG_EXE, else the one imageio-ffmpeg brings, else the system's.

    Raises EnvironmentLacksError when there is none.
    """
    import imageio_ffmpeg

    try:
        name = str(imageio_ffmpeg.get_ffmpeg_exe())
    except (RuntimeError, OSError) as error:
        raise lacking(error) from error
    found = shutil.which(name)
    if found is None:
        raise lacking(f"{name} is not there or no program")
    return Path(found)


def ffmpeg_version() -> tuple[str, str]:
    """Give the path and the version of the ffmpeg in use, as `ffmpeg_path` finds it.

    Raises EnvironmentLacksError when there is none that runs.
    """
    path = str(ffmpeg_path())
    try:
        answer = subprocess.run([path, "-version"], capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise lacking(error) from error
    version = re.match(r"ffmpeg version (\S+)", answer.stdout.decode(errors="replace"))
    if version is None:
        raise EnvironmentLacksError(f"{path} is no ffmpeg; set IMAGEIO_FFMPEG_EXE to one, or unset it")
    return path, version[1]


def lacking(why: object) -> EnvironmentLacksError:
    """Say that there is no ffmpeg that runs, why, and what to do."""
    return EnvironmentLacksError(
        f"no ffmpeg that runs ({why}); install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE to one"
    )
