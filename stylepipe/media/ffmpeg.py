"""Which ffmpeg there is, and starting it so that it neither hangs, nor dies in silence, nor opens what it should not.

A file may be made to keep it busy for ever, or to fill the memory: where it gives no sign of life while it is waited
for, or takes too much, that is the end of it.

Every process is its own session, so that Ctrl-C reaches only us, who then decide what becomes of a half-written file.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from stylepipe.errors import ClipError, EnvironmentLacksError, FfmpegError, FfmpegLimitError, OutputError
from stylepipe.media.memory_limit import limit_memory
from stylepipe.media.watchdog import Watchdog

PROTOCOLS = "file,pipe"
"""All that a media file may make ffmpeg open: playlists inside it shall fetch nothing from the network."""

LONGEST_SILENCE = 300.0
"""Seconds for which it may neither write nor take a byte nor say a line, other than complaints, while it is waited
for; a frame of 8K takes some, and a network drive may be gone for minutes."""

_KEPT_AT_EACH_END = 300  # lines of stderr: the streams are described first, what went wrong is said last
_LONGEST_LINE = 4096  # bytes
_LINES_IN_AN_ERROR = 8
_PART = 1 << 16  # bytes
_COMPLAINS = re.compile(r"\[(?:warning|error|fatal)\]")
_NO_MEMORY = re.compile(r"C(?:annot|ould not) allocate memory|bad_alloc")
_MOST_REFUSALS = 100
"""Lines that say so, after which it is ended: its decoders try again for ever. One may come of a damaged number."""
_DISK_REFUSES = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Read-only file system",
    "Permission denied",
    "Input/output error",
    "Stale file handle",
)
"""What the C library says of a disk that cannot be written, in the language ffmpeg speaks."""


def ffmpeg_path() -> Path:
    """Find the ffmpeg in use: $IMAGEIO_FFMPEG_EXE, else the one imageio-ffmpeg brings, else the system's.

    Raises EnvironmentLacksError when there is none.
    """
    import imageio_ffmpeg

    try:
        name = str(imageio_ffmpeg.get_ffmpeg_exe())
    except (RuntimeError, OSError) as error:
        raise _lacking(error) from error
    found = shutil.which(name)
    if found is None:
        raise _lacking(f"{name} is not there or no program")
    return Path(found)


def ffmpeg_version() -> tuple[str, str]:
    """Give the path and the version of the ffmpeg in use, as `ffmpeg_path` finds it.

    Raises EnvironmentLacksError when there is none that runs.
    """
    path = str(ffmpeg_path())
    try:
        answer = subprocess.run([path, "-version"], capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise _lacking(error) from error
    version = re.match(r"ffmpeg version (\S+)", answer.stdout.decode(errors="replace"))
    if version is None:
        raise EnvironmentLacksError(f"{path} is no ffmpeg; set IMAGEIO_FFMPEG_EXE to one, or unset it")
    return path, version[1]


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


def file_argument(path: Path) -> str:
    """Name a file so that ffmpeg takes it for nothing else: not for an option ('-x.mp4') nor for a protocol ('a:b').

    A '%03d' in a name is still a pattern to the image2 format, and to no other.
    """
    return f"file:{os.path.abspath(path)}"


def input_arguments(path: Path, *options: str) -> list[str]:
    """Give the arguments that open one input, which can open only local files; options go before it."""
    return [*options, "-protocol_whitelist", PROTOCOLS, "-i", file_argument(path)]


def write_refusal(path: Path, error: FfmpegError) -> OutputError | ClipError:
    """Say what it means that ffmpeg could not write `path`: the disk refused, or the clip cannot be written so."""
    for words in _DISK_REFUSES:
        if words in error.said:
            return OutputError(f"{path}: cannot be written: {words}; make room or choose another place ({error})")
    return ClipError(f"{path}: cannot be written: {error}")


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


class Ffmpeg:
    """A running ffmpeg whose stderr is always read, so that it cannot block, and kept, so that an error can show it.

    Where it is waited for, it is ended after LONGEST_SILENCE; its memory is limited as `limit_memory` has it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        pipe_in: bool,
        pipe_out: bool,
        on_line: Callable[[str], None] | None,
        cwd: Path | None,
        writes: Path | None = None,
    ) -> None:
        # FFREPORT would make it write a log file beside whatever it does, AV_LOG_FORCE_COLOR colour what we read.
        unwanted = ("FFREPORT", "AV_LOG_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if pipe_in else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipe_out else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=cwd,
                start_new_session=True,
                # Python would have a limit on the size of files (ulimit -f) kill it, before it could say so.
                restore_signals=False,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
            )
        except OSError as error:
            raise _lacking(error) from error
        self._memory = limit_memory(self._process.pid)
        self._silence = LONGEST_SILENCE
        self._watchdog = Watchdog(self._silence, self._end, writes)
        self._refusals = 0
        self._on_line = on_line
        self._first: list[str] = []
        self._last: deque[str] = deque(maxlen=_KEPT_AT_EACH_END)
        self._listener = threading.Thread(target=self._listen, name="ffmpeg-stderr", daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def read(self, size: int | None = None) -> bytes:
        """Give so many bytes of what it writes to `pipe:1`, fewer only at the end; None gives all that is left."""
        if size is None:
            return b"".join(iter(lambda: self.read(_PART), b""))
        with self._watchdog.waiting():
            return cast(IO[bytes], self._process.stdout).read(size)

    def read_into(self, place: memoryview) -> int:
        """Fill a place with what it writes to `pipe:1`, and give how many bytes came: fewer only at the end."""
        with self._watchdog.waiting():
            return cast(io.BufferedReader, self._process.stdout).readinto(place)

    def write(self, data: bytes | memoryview) -> None:
        """Send bytes to its `pipe:0`; raises FfmpegError, with its words, when it is not there to take them."""
        stdin = cast(IO[bytes], self._process.stdin)
        try:
            with self._watchdog.waiting():
                stdin.write(data)
                stdin.flush()
        except BrokenPipeError:
            self.finish()
            raise FfmpegError("ffmpeg ended before it had read all", self.said()) from None

    def finish(self) -> str:
        """End its input, wait for it, and give what it said; raises FfmpegError when it did not succeed."""
        with self._watchdog.waiting():
            if self._process.stdin is not None:
                with suppress(BrokenPipeError):
                    self._process.stdin.close()
            code = self._process.wait()
            self._listener.join()
        if code != 0:
            raise self._failure(code)
        return self.said()

    def kill(self) -> None:
        """End it at once, if it still runs, and close the pipes; what it was writing is then unfinished."""
        self._watchdog.stop()
        self._end()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):  # closing stdin sends what is still buffered
                    pipe.close()

    def _end(self) -> None:
        if self._process.poll() is not None:
            return
        if sys.platform == "win32":
            self._process.kill()
        else:  # a script in ffmpeg's place has children, which would hold the pipes open
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _failure(self, code: int) -> FfmpegError:
        said = self.said()
        words = f"it said:\n{chr(10).join(_telling(said.splitlines())) or '(nothing)'}"
        if self._watchdog.has_ended:
            why = f"gave no sign of life for {self._silence:g} s, its limit, and was ended: the file may be damaged"
            return FfmpegLimitError(f"ffmpeg {why}; {words}", said)
        if self._memory and (self._refusals or _NO_MEMORY.search(said)):
            most = f"{self._memory / 2**30:.3g} GiB of memory that it has here (`ulimit -d` sets another)"
            return FfmpegLimitError(f"ffmpeg ran into the limit of {most}; {words}", said)
        return FfmpegError(f"ffmpeg {_ending(code)}; {words}", said)

    def said(self) -> str:
        """Give what it has said on stderr so far, its first and its last lines."""
        return "\n".join([*self._first, *self._last])

    def _listen(self) -> None:
        stderr = cast(IO[bytes], self._process.stderr)
        ended = True
        for line in iter(lambda: stderr.readline(_LONGEST_LINE), b""):
            begins, ended = ended, line.endswith(b"\n")
            if not begins:  # the rest of a title, say, that might read like ffmpeg's own words
                continue
            text = line.decode(errors="replace").rstrip()
            self._weigh(text)
            (self._first if len(self._first) < _KEPT_AT_EACH_END else self._last).append(text)
            if self._on_line is not None:
                self._on_line(text)

    def _weigh(self, line: str) -> None:
        """Take a line for a sign of life, or for one that there is no memory."""
        if not _COMPLAINS.search(line):  # which may come for ever of one packet
            self._watchdog.heard()
        elif self._memory and _NO_MEMORY.search(line):
            self._refusals += 1
            if self._refusals == _MOST_REFUSALS:
                self._end()


def _telling(lines: list[str]) -> list[str]:
    """Choose what an error shows: of lines that `-v level+...` marked the first errors, the cause; else the last."""
    errors = [line for line in lines if "[error]" in line or "[fatal]" in line]
    return errors[:_LINES_IN_AN_ERROR] or lines[-_LINES_IN_AN_ERROR:]


def _ending(code: int) -> str:
    if code > 0:
        return f"failed (exit code {code})"
    with suppress(ValueError):
        return f"was killed ({signal.Signals(-code).name})"
    return f"was killed (signal {-code})"


def _lacking(why: object) -> EnvironmentLacksError:
    return EnvironmentLacksError(
        f"no ffmpeg that runs ({why}); install imageio-ffmpeg again, or set IMAGEIO_FFMPEG_EXE to one"
    )
