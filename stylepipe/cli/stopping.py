"""SIGTERM asks for the end, and is not forgotten when something between here and there swallows the exception."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn

from stylepipe.errors import ExitCode, StoppedError

_asked = False


def heed_sigterm() -> None:
    """Let SIGTERM end what is going on as StoppedError."""
    global _asked
    _asked = False
    signal.signal(signal.SIGTERM, _stop)


def stop_if_asked() -> None:
    """Raise StoppedError again: importing torch, for one, survives any exception that comes at the wrong moment."""
    if _asked:
        raise StoppedError(ExitCode.TERMINATED)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    global _asked
    _asked = True
    raise StoppedError(ExitCode.TERMINATED)
