"""Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP): while something is painted, the first asks for the end after
this step or frame, the second ends it now.

An exception out of nowhere is dangerous there: torch loads parts of itself as late as in its first step, survives
what comes at the wrong moment, and is left half loaded. Before and after, a signal ends what is going on at once.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from stylepipe.errors import ExitCode, StoppedError

_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}
if hasattr(signal, "SIGHUP"):
    _CODES[signal.SIGHUP] = ExitCode.TERMINATED

_asked: ExitCode | None = None
_patient = False


def heed_signals() -> None:
    """Let signals end what is going on, as KeyboardInterrupt and StoppedError; `nohup` keeps a run from SIGHUP."""
    global _asked
    _asked = None
    be_patient(False)
    for number, code in _CODES.items():
        if code != ExitCode.TERMINATED or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _on_signal)


def be_patient(patient: bool) -> None:
    """Say whether the first signal only asks, because `stop_if_asked` is called often enough."""
    global _patient
    _patient = patient


def stop_if_asked() -> None:
    """Raise StoppedError when a signal has asked for the end."""
    if _asked is not None:
        raise StoppedError(_asked)


def _on_signal(number: int, _frame: FrameType | None) -> None:
    global _asked
    first, code = _asked is None, _CODES[signal.Signals(number)]
    _asked = _asked or code
    if _patient and first:
        if sys.stderr.isatty():
            with suppress(OSError):  # print is not allowed here: it may be what was interrupted
                os.write(2, b"\nstopping after this step, or this frame of a clip; once more stops now\n")
    elif number == signal.SIGINT:
        raise KeyboardInterrupt
    else:
        raise StoppedError(code)
