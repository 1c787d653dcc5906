"""Strikes the program at a named moment; Python imports this by itself where its folder is on PYTHONPATH.

STYLEPIPE_FAILPOINT=NAME[:COUNT][:WHAT]: when the process comes to that moment for the COUNT-th time (the first, if not
said), WHAT happens: a signal to itself by its name (kill, if not said; stop, term, int), or an error of the disk by its
name (ENOSPC, EIO, ESTALE). STYLEPIPE_FAILPOINT_SPENT=FILE: of several processes only one is struck, which makes FILE.
"""

from __future__ import annotations

import errno
import os
import re
import signal
from collections.abc import Callable
from typing import Any

PICTURE = r"(?!.*/\.stylepipe/).*/(?!\.)[^/]+\.(png|jpg|webp|tiff|mp4)"
RECORD = r".*/\.stylepipe/records/.*\.json"
PLACES = {
    "before_fsync": ("before fsync", r".*/\.stylepipe-\w+\.png"),
    "before_picture": ("before replace", PICTURE),
    "after_picture": ("after replace", PICTURE),
    "before_record": ("before replace", RECORD),
    "after_record": ("after replace", RECORD),
    "before_checkpoint": ("before replace", r".*/\.stylepipe/unfinished/.*"),
    "after_checkpoint": ("after replace", r".*/\.stylepipe/unfinished/.*"),
}
"""Each moment: which call is about to be made or was made, and of which file."""


def strike(what: str) -> None:
    """Send a signal to this process, or raise an error of the disk, where nobody else was struck."""
    if spent := os.environ.get("STYLEPIPE_FAILPOINT_SPENT"):
        try:
            os.close(os.open(spent, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
    if what in errno.errorcode.values():
        number = getattr(errno, what)
        raise OSError(number, os.strerror(number))
    os.kill(os.getpid(), getattr(signal, f"SIG{what.upper()}"))


def arm(failpoint: str) -> None:
    """Listen to the calls that put files on the disk until the moment comes."""
    name, _, rest = failpoint.partition(":")
    count, _, what = rest.partition(":")
    moment, pattern = PLACES[name]
    file = re.compile(pattern)
    left = int(count or 1)

    def come_to(call: str, path: str) -> None:
        nonlocal left
        if call == moment and file.fullmatch(path):
            left -= 1
            if left == 0:
                strike(what or "kill")

    def heard(name: str, path_of: Callable[..., str]) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **options: Any) -> Any:
            path = path_of(*arguments)
            come_to(f"before {name}", path)
            result = real(*arguments, **options)
            come_to(f"after {name}", path)
            return result

        setattr(os, name, call)

    heard("fsync", lambda descriptor: os.readlink(f"/proc/self/fd/{descriptor}"))
    heard("replace", lambda _source, target: os.fspath(target))


if "STYLEPIPE_FAILPOINT" in os.environ:
    arm(os.environ["STYLEPIPE_FAILPOINT"])
