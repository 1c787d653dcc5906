"""Starting ffmpeg on arguments, and running it to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from stylepipe.media.ffmpeg_process import Ffmpeg
from stylepipe.media.ffmpeg_program import ffmpeg_path


def start_ffmpeg(
    arguments: Sequence[str],
    *,
    pipe_in: bool = False,
    pipe_out: bool = False,
    on_line: Callable[[str], None] | None = None,
    cwd: Path | None = None,
    writes: Path | None = None,
) -> Ffmpeg:
    """Start ffmpeg; use the result as a context manager, which leaves no process behind.

    arguments: all but the program, `-nostdin -hide_banner -nostats` and `-y`, which are always given (the outputs are
    temporary files that exist already). pipe_in, pipe_out: whether `pipe:0` and `pipe:1` are ours; else both are
    empty. on_line: is given each line of stderr as it comes, in another thread. cwd: what relative names refer to.
    writes: the file that it makes, if that takes long: while it grows, ffmpeg is not taken for dead.
    Raises EnvironmentLacksError when there is no ffmpeg that starts.
    """
    command = [str(ffmpeg_path()), "-nostdin", "-hide_banner", "-nostats", "-y", *arguments]
    return Ffmpeg(command, pipe_in=pipe_in, pipe_out=pipe_out, on_line=on_line, cwd=cwd, writes=writes)


def run_ffmpeg(
    arguments: Sequence[str], *, data: bytes | memoryview = b"", cwd: Path | None = None, writes: Path | None = None
) -> str:
    """Run ffmpeg to its end and give what it said on stderr, of which a very long text loses its middle.

    data: for its `pipe:0`. The rest is as `start_ffmpeg` has it.
    Raises EnvironmentLacksError when there is no ffmpeg that starts, FfmpegError with its own words when it fails,
    FfmpegLimitError when it must be ended.
    """
    with start_ffmpeg(arguments, pipe_in=True, cwd=cwd, writes=writes) as process:
        process.write(data)
        return process.finish()
