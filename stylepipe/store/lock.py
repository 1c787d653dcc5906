"""One run at a time in an output directory; the kernel frees the lock when its holder dies, however it dies."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from stylepipe.errors import LockedError, OutputError
from stylepipe.store import atomic
from stylepipe.store.clock import utc_now
from stylepipe.store.links import refuse_links
from stylepipe.store.own_files import read_own
from stylepipe.store.places import PRIVATE

if sys.platform != "win32":
    import fcntl


@dataclass(frozen=True)
class Holder:
    """Who holds an output directory; written beside the lock for the person who finds it held."""

    pid: int
    host: str
    command: str
    since: str


@contextmanager
def hold(output_dir: Path, wait_seconds: float = 0.0, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Keep other runs out of an output directory for the block, waiting for another one's end at most so long.

    on_wait: is told who holds it, when there is something to wait for. Raises LockedError, which names the other run,
    and OutputError when the directory cannot be written, or has links where only our own files should be.
    """
    refuse_links(output_dir)
    lock = FileLock(output_dir / PRIVATE / "lock")
    try:
        _take(lock, output_dir, 0.0)
    except LockedError:
        if not wait_seconds:
            raise
        if on_wait is not None:
            on_wait(_held(output_dir))
        _take(lock, output_dir, wait_seconds)
    try:
        atomic.write_text(_holder_file(output_dir), json.dumps(asdict(_this_process())))
        yield
    finally:
        with suppress(OSError):
            _holder_file(output_dir).unlink()
        lock.release()


def is_held(output_dir: Path) -> bool:
    """Tell whether a run holds an output directory right now, whatever a dead one has left; nothing is written."""
    try:
        return _is_locked(output_dir / PRIVATE / "lock")
    except OSError:  # there is no lock, or none that this user may look at
        return False


def read_holder(output_dir: Path) -> Holder | None:
    """Give who holds or last held the directory without letting go, as far as can be read."""
    try:
        content = json.loads(read_own(_holder_file(output_dir)))
        return Holder(**{name: kind(content[name]) for name, kind in _FIELDS.items()})
    except (OSError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return None


_FIELDS = {"pid": int, "host": str, "command": str, "since": str}


def _take(lock: FileLock, output_dir: Path, wait_seconds: float) -> None:
    try:
        atomic.make_folder(Path(lock.lock_file).parent)
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        remedy = "it did not end in this time" if wait_seconds else "wait for its end with --wait 10m"
        raise LockedError(f"{_held(output_dir)}; {remedy}") from None
    except (OSError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{output_dir}: cannot be locked: {reason}; choose another output directory") from error


def _is_locked(lock: Path) -> bool:
    """Ask the kernel; on Windows by taking the lock for a moment, elsewhere without keeping it from anybody asking."""
    if sys.platform == "win32":
        if lock.exists():
            try:
                with FileLock(lock, timeout=0):
                    pass
            except Timeout:
                return True
        return False
    # A pipe that somebody has put there has no writer to wait for.
    descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # "held by another", as different file systems say it
        return True
    finally:
        os.close(descriptor)
    return False


def _held(output_dir: Path) -> str:
    holder = read_holder(output_dir)
    who = "" if holder is None else f" since {holder.since}: process {holder.pid} on {holder.host} ({holder.command})"
    return f"{output_dir}: another run holds this output directory{who}"


def _this_process() -> Holder:
    return Holder(os.getpid(), socket.gethostname(), shlex.join(sys.argv), utc_now())


def _holder_file(output_dir: Path) -> Path:
    return output_dir / PRIVATE / "lock.json"
