from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from stylepipe.batch.events import ItemStarted, RunFinished, RunStarted, Summary
from stylepipe.cli.progress import listening
from stylepipe.cli.stopping import heed_signals, stop_if_asked
from stylepipe.errors import ExitCode, StoppedError


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Heed signals, and do what was done about them before afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    heed_signals()
    yield
    heed_signals()
    for number, action in before.items():
        signal.signal(number, action)


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


def test_ctrl_c_ends_what_is_going_on():
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_while_pictures_are_painted_the_first_signal_waits_for_the_next_event(number, code):
    with listening(quiet=True) as listener:
        listener(RunStarted(2, 2, Path("out")))
        os.kill(os.getpid(), number)
        with pytest.raises(StoppedError) as stop:
            listener(ItemStarted("cat", "new"))
    assert stop.value.exit_code == code


def test_nohup_keeps_a_closed_terminal_from_ending_a_run():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    heed_signals()
    os.kill(os.getpid(), signal.SIGHUP)
    stop_if_asked()


def test_the_second_signal_does_not_wait():
    with listening(quiet=True) as listener:
        listener(RunStarted(2, 2, Path("out")))
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
