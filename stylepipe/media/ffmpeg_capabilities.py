"""What this ffmpeg can do, as it says itself."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from stylepipe.media.ffmpeg_process import Ffmpeg
from stylepipe.media.ffmpeg_program import ffmpeg_path


def encoders() -> frozenset[str]:
    """List the encoders this ffmpeg was built with, such as libx264 or aac; a listed one may still fail to start."""
    return frozenset(re.findall(r"^ [VAS][F.][S.][X.][B.][D.] (\S+)", capabilities("-encoders"), re.MULTILINE))


def capabilities(*question: str) -> str:
    """Ask this ffmpeg about itself (`-encoders`, `-h encoder=libx264`) and give its answer; asked once a process.

    Raises EnvironmentLacksError when there is no ffmpeg, FfmpegError when it does not answer.
    """
    return _answer(ffmpeg_path(), question)


@lru_cache(maxsize=64)
def _answer(program: Path, question: tuple[str, ...]) -> str:
    process = Ffmpeg([str(program), "-hide_banner", *question], pipe_in=False, pipe_out=True, on_line=None, cwd=None)
    with process:
        answer = process.read().decode(errors="replace")
        process.finish()
    return answer
