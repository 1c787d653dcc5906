from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from stylepipe.batch.events import ItemStarted, RunFinished, RunStarted, Summary
from stylepipe.cli.progress import listening
from stylepipe.cli.stopping import heed_sigterm, stop_if_asked
from stylepipe.errors import ExitCode, StoppedError


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Heed SIGTERM, and do what was done about it before afterwards."""
    before = signal.getsignal(signal.SIGTERM)
    heed_sigterm()
    yield
    heed_sigterm()
    signal.signal(signal.SIGTERM, before)


def be_asked() -> None:
    with suppress(Exception):  # as some code does that looks for what is installed
        os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_ends_what_is_going_on():
    with pytest.raises(StoppedError) as stop:
        os.kill(os.getpid(), signal.SIGTERM)
    assert stop.value.exit_code == ExitCode.TERMINATED


def test_a_signal_that_was_swallowed_is_not_forgotten():
    stop_if_asked()
    be_asked()
    with pytest.raises(StoppedError):
        stop_if_asked()


@pytest.mark.parametrize("options", [{"quiet": True}, {"quiet": False}, {"quiet": False, "log_json": True}])
def test_a_run_ends_with_its_next_event_and_can_still_say_how(capsys, options):
    with listening(**options) as listener:
        listener(RunStarted(2, 2, Path("out")))
        be_asked()
        with pytest.raises(StoppedError):
            listener(ItemStarted("cat", "new"))
        listener(RunFinished(Summary(not_tried=2, fatal=StoppedError(ExitCode.TERMINATED))))
    assert "stopped by SIGTERM" in capsys.readouterr().err.splitlines()[-1 if options != {"quiet": False} else -2]
