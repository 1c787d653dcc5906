"""Everything that can go wrong on purpose, and the exit code that tells a shell about it.

    StylepipeError
    ├── UsageError                what was typed cannot be meant
    │   └── SpecError             the job file is wrong; every problem at once, with its place
    ├── ItemError                 this one picture cannot be made; the batch goes on
    │   ├── PictureError          a file is no picture that can be read
    │   ├── ClipError             a clip cannot be read, or not be written as asked
    │   │   ├── FfmpegError       ffmpeg failed, which says why
    │   │   │   └── FfmpegLimitError  it was silent for too long, or took too much memory
    │   │   └── ClipCheckError    a finished clip does not show what was painted
    │   ├── UnpaintableError      these pixels and settings cannot be painted (too small, nothing to do)
    │   ├── DivergedError         the optimiser found no finite picture
    │   ├── ItemTimeoutError      it took longer than its `timeout`
    │   ├── OutOfMemoryError      it needs more memory than there is
    │   ├── TransientError        it failed by what may pass: a process that died, a network drive
    │   └── CrashError            a bug in stylepipe hit this item; a report is written
    ├── EnvironmentLacksError     weights, device or codec are not on this machine
    ├── OutputError               the disk is full or refuses to be written
    │   └── OutputNameError       only this name is refused: a folder is in the way, it is too long
    ├── LockedError               another run holds the output directory
    └── StoppedError              a signal asked for the end

An error's text is for the person who reads it: what happened, where, why, what to do about it.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means; the text of each is the README's and `--help`'s."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> ExitCode:
        """Attach the sentence to the number, so that neither is said twice."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    OK = 0, "everything done or already up to date"
    SOME_FAILED = 1, "some items failed, the rest is done"
    USAGE = 2, "wrong usage, or the spec is wrong (file:line:column on stderr)"
    NOTHING_DONE = 3, "nothing succeeded"
    ENVIRONMENT = 4, "the environment lacks something (weights, device, codec)"
    BUG = 70, "a bug in stylepipe (path of a crash report is printed)"
    OUTPUT = 74, "disk full or I/O error on the output"
    LOCKED = 75, "another run holds this output directory"
    INTERRUPTED = 130, "stopped by Ctrl-C; the next run continues"
    TERMINATED = 143, "stopped by SIGTERM; the next run continues"


class StylepipeError(Exception):
    """An expected failure: printed as its message, without a traceback."""

    exit_code = ExitCode.SOME_FAILED


class UsageError(StylepipeError):
    """What was typed cannot be meant."""

    exit_code = ExitCode.USAGE


class ItemError(StylepipeError):
    """One picture cannot be made; the others can."""

    exit_code = ExitCode.SOME_FAILED


class PictureError(ItemError):
    """A file is no picture that can be read; the message begins with its path."""


class ClipError(ItemError):
    """A clip cannot be read, or not be written as asked; the message names the file."""


class FfmpegError(ClipError):
    """The program ffmpeg failed; the message ends with its last words, `said` is all that was kept of them."""

    def __init__(self, message: str, said: str = "") -> None:
        super().__init__(message)
        self.said = said


class FfmpegLimitError(FfmpegError):
    """ffmpeg has reached a limit of time or memory that it has here; the message names it."""


class ClipCheckError(ClipError):
    """A finished clip, decoded again, is not what was painted; the file should be kept to look at."""


class UnpaintableError(ItemError):
    """These pixels and settings cannot be painted, whoever tries."""


class DivergedError(ItemError):
    """The optimiser found no finite picture, even with smaller steps."""


class ItemTimeoutError(ItemError):
    """The picture took longer than its `timeout`."""


class OutOfMemoryError(ItemError):
    """The picture needs more memory than there is."""


class TransientError(ItemError):
    """What went wrong may pass by itself, and the item was tried more than once."""


class CrashError(ItemError):
    """A bug in stylepipe; the message names the report to send."""

    exit_code = ExitCode.BUG


class EnvironmentLacksError(StylepipeError):
    """Weights, device or codec are not on this machine; the message names the ways out."""

    exit_code = ExitCode.ENVIRONMENT


class OutputError(StylepipeError):
    """The disk is full or refuses to be written: no further item can succeed."""

    exit_code = ExitCode.OUTPUT


class OutputNameError(OutputError):
    """Only this name is refused, such as where a folder is in the way; files of other names can be written."""


class LockedError(StylepipeError):
    """Another run holds the output directory; the message says who, and since when."""

    exit_code = ExitCode.LOCKED


class StoppedError(StylepipeError):
    """A signal asked for the end; what is finished stays, the next run continues."""

    def __init__(self, exit_code: ExitCode) -> None:
        super().__init__(exit_code.meaning)
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type[StoppedError], tuple[ExitCode]]:
        """Let it pass from one process to another."""
        return type(self), (self.exit_code,)
