"""What the tests of the command line share: the program in this process, in its own, and on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from stylepipe.batch import events
from stylepipe.batch.events import Listener
from stylepipe.cli.main import main
from stylepipe.cli.progress import listening
from stylepipe.errors import PictureError


class Answer(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


Stylepipe = Callable[..., Answer]
Start = Callable[..., subprocess.Popen[str]]
Job = Callable[..., Path]

SIGNS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""What steers a terminal: colours, cursor movements."""


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's own folder, without this machine's weights, logs and wishes about colours."""
    monkeypatch.chdir(tmp_path)
    home = tmp_path.parent / f"{tmp_path.name}-home"
    for name in ("STYLEPIPE_WEIGHTS_DIR", "TORCH_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")


@pytest.fixture
def stylepipe(capsys: pytest.CaptureFixture[str]) -> Iterator[Stylepipe]:
    """Run the command line in this process, painting in it as well, up to its exit code."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(*arguments: object) -> Answer:
        capsys.readouterr()
        here = ["--workers", "0"] if arguments[:1] == ("run",) and "--workers" not in arguments else []
        with pytest.raises(SystemExit) as end:
            main([*map(str, arguments), *here])
        code = end.value.code
        assert isinstance(code, int)
        return Answer(code, *capsys.readouterr())

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def start(spawn: Callable[..., subprocess.Popen[str]]) -> Start:
    """Start the program as a process of its own; `python` are options before `-m`."""

    def start(*arguments: object, python: tuple[str, ...] = (), **environment: str) -> subprocess.Popen[str]:
        return spawn([sys.executable, *python, "-m", "stylepipe", *arguments], **environment)

    return start


@pytest.fixture
def end(start: Start) -> Stylepipe:
    """Run the program as a process of its own, to its end."""

    def run(*arguments: object, python: tuple[str, ...] = (), **environment: str) -> Answer:
        process = start(*arguments, python=python, **environment)
        out, err = process.communicate(timeout=60)
        return Answer(process.returncode, out, err)

    return run


class Terminal:
    """A real terminal of so many columns; everything written to its other side, `theirs`, is read at once."""

    def __init__(self, columns: int) -> None:
        self._ours, self.theirs = pty.openpty()
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._pieces: list[bytes] = []
        self._reader = threading.Thread(target=self._read_all, daemon=True)
        self._reader.start()

    def _read_all(self) -> None:
        with suppress(OSError):  # how Linux says that nobody has the other side open
            while piece := os.read(self._ours, 1 << 16):
                self._pieces.append(piece)
        os.close(self._ours)

    def type(self, text: str) -> None:
        """Press keys."""
        os.write(self._ours, text.encode())

    def read(self) -> str:
        """Give all that was written, once nobody can write any more."""
        os.close(self.theirs)
        self._reader.join(timeout=60)
        return b"".join(self._pieces).decode()


@pytest.fixture
def on_terminal() -> Callable[..., tuple[int, str]]:
    """Run the program on a terminal, with what is typed ahead; give its exit code and what it wrote."""

    def run(*arguments: object, columns: int = 80, typed: str = "") -> tuple[int, str]:
        terminal = Terminal(columns)
        terminal.type(typed)
        process = subprocess.Popen(
            [sys.executable, "-m", "stylepipe", *map(str, arguments)],
            stdin=terminal.theirs,
            stdout=terminal.theirs,
            stderr=terminal.theirs,
        )
        try:
            written = terminal.read()
        finally:
            process.kill()
            code = process.wait()
        return code, written

    return run


def lines_shown(written: str) -> list[str]:
    """Give every line that was on the screen at some time, without what steers it."""
    return [line for line in re.split(r"[\r\n]+", SIGNS.sub("", written)) if line]


NAME = "mountain_lake_in_the_morning--woodcut_wave"


def a_run(listener: Listener, name: str = NAME) -> None:
    """Tell of a run in which one picture is painted and one fails."""
    listener(events.RunStarted(items=3, due=2, output_dir=Path("out")))
    listener(events.ItemStarted(name, "iterations 300 -> 500"))
    for k in range(1, 101):
        listener(events.ItemProgress(name, events.Progress(2, 3, 640, 427, k, 100, 0.123456, k / 100)))
    listener(events.ItemDone(name, Path(f"out/{name}.png"), 12.3))
    listener(events.ItemStarted("bad", "new"))
    listener(events.ItemFailed("bad", PictureError("bad: is no picture")))
    listener(events.RunFinished(events.Summary(done=1, up_to_date=1, failed=1)))


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Give what a terminal of so many columns receives while somebody tells of a run."""

    def show(tell: Callable[[Listener], None], columns: int = 100) -> str:
        terminal = Terminal(columns)
        with monkeypatch.context() as patch, open(terminal.theirs, "w", closefd=False) as stderr:
            patch.setenv("COLUMNS", str(columns))
            patch.setattr("stylepipe.cli.terminal._TICK", 0)
            patch.setattr(sys, "stderr", stderr)
            with listening(quiet=False) as listener:
                tell(listener)
        return terminal.read()

    return show
