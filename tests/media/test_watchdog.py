"""A program is ended when it is waited for and silent, and never otherwise."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stylepipe.media.watchdog import Watchdog

LIMIT = 0.4  # seconds


@contextmanager
def watched(grows: Path | None = None) -> Iterator[tuple[Watchdog, threading.Event]]:
    ended = threading.Event()
    watchdog = Watchdog(LIMIT, ended.set, grows)
    try:
        yield watchdog, ended
    finally:
        watchdog.stop()


def test_silence_is_ended() -> None:
    with watched() as (watchdog, ended), watchdog.waiting():
        assert ended.wait(20 * LIMIT)
        assert watchdog.has_ended


def test_nobody_who_waits_is_needed_for_it_to_live() -> None:
    with watched() as (watchdog, ended):
        for _ in range(3):
            with watchdog.waiting():
                time.sleep(LIMIT / 4)
            time.sleep(LIMIT)
        assert not ended.is_set()


def test_a_sign_of_life_begins_the_time_anew() -> None:
    with watched() as (watchdog, ended), watchdog.waiting():
        for _ in range(8):
            time.sleep(LIMIT / 4)
            watchdog.heard()
        assert not ended.is_set()


def test_a_file_that_grows_is_a_sign_of_life(tmp_path: Path) -> None:
    with watched(tmp_path / "a") as (watchdog, ended), watchdog.waiting():
        for size in range(8):
            time.sleep(LIMIT / 4)
            (tmp_path / "a").write_bytes(bytes(size))
        assert not ended.is_set()
        assert ended.wait(20 * LIMIT)


def test_once_stopped_it_ends_nothing() -> None:
    with watched() as (watchdog, ended), watchdog.waiting():
        watchdog.stop()
        assert not ended.wait(2 * LIMIT)
