"""A running ffmpeg that neither hangs, nor dies in silence.

A file may be made to keep it busy for ever, or to fill the memory: where it gives no sign of life while it is waited
for, or takes too much, that is the end of it.

Every process is its own session, so that Ctrl-C reaches only us, who then decide what becomes of a half-written file.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from stylepipe.errors import FfmpegError, FfmpegLimitError
from stylepipe.media.ffmpeg_program import lacking
from stylepipe.media.ffmpeg_words import Words, is_complaint, lacks_memory, lines_of, quoted
from stylepipe.media.memory_limit import limit_memory
from stylepipe.media.watchdog import Watchdog

LONGEST_SILENCE = 300.0
"""Seconds for which it may neither write nor take a byte nor say a line, other than complaints, while it is waited
for; a frame of 8K takes some, and a network drive may be gone for minutes."""

_PART = 1 << 16  # bytes
_MOST_REFUSALS = 100
"""Lines about memory that it did not get, after which it is ended: its decoders try again for ever. One may come of a
damaged number."""


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
            raise lacking(error) from error
        self._memory = limit_memory(self._process.pid)
        self._silence = LONGEST_SILENCE
        self._watchdog = Watchdog(self._silence, self._end, writes)
        self._refusals = 0
        self._on_line = on_line
        self._words = Words()
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
            raise FfmpegError("ffmpeg ended before it had read all", str(self._words)) from None

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
        return str(self._words)

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
        said = str(self._words)
        words = quoted(said)
        if self._watchdog.has_ended:
            why = f"gave no sign of life for {self._silence:g} s, its limit, and was ended: the file may be damaged"
            return FfmpegLimitError(f"ffmpeg {why}; {words}", said)
        if self._memory and (self._refusals or lacks_memory(said)):
            most = f"{self._memory / 2**30:.3g} GiB of memory that it has here (`ulimit -d` sets another)"
            return FfmpegLimitError(f"ffmpeg ran into the limit of {most}; {words}", said)
        return FfmpegError(f"ffmpeg {_ending(code)}; {words}", said)

    def _listen(self) -> None:
        for line in lines_of(cast(IO[bytes], self._process.stderr)):
            self._weigh(line)
            self._words.add(line)
            if self._on_line is not None:
                self._on_line(line)

    def _weigh(self, line: str) -> None:
        """Take a line for a sign of life, or for one that there is no memory."""
        if not is_complaint(line):  # which may come for ever of one packet
            self._watchdog.heard()
        elif self._memory and lacks_memory(line):
            self._refusals += 1
            if self._refusals == _MOST_REFUSALS:
                self._end()


def _ending(code: int) -> str:
    if code > 0:
        return f"failed (exit code {code})"
    with suppress(ValueError):
        return f"was killed ({signal.Signals(-code).name})"
    return f"was killed (signal {-code})"
