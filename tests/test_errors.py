"""Every way to fail has a place in one tree and an exit code that a shell can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from stylepipe import errors
from stylepipe.errors import ExitCode, StoppedError, StylepipeError
from stylepipe.spec.problems import SpecError

CODES = {
    "StylepipeError": 1,
    "UsageError": 2,
    "SpecError": 2,
    "ItemError": 1,
    "PictureError": 1,
    "ClipError": 1,
    "FfmpegError": 1,
    "FfmpegLimitError": 1,
    "ClipCheckError": 1,
    "UnpaintableError": 1,
    "DivergedError": 1,
    "ItemTimeoutError": 1,
    "OutOfMemoryError": 1,
    "TransientError": 1,
    "CrashError": 70,
    "EnvironmentLacksError": 4,
    "OutputError": 74,
    "OutputNameError": 74,
    "LockedError": 75,
}


def tree(top: type[StylepipeError]) -> Iterator[type[StylepipeError]]:
    yield top
    for child in top.__subclasses__():
        yield from tree(child)


def drawn() -> dict[str, str]:
    """Give each class of the docstring's drawing with the class above it."""
    above: list[str] = []
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.fullmatch(r"    ((?:[│ ]   |[├└]── )*)(\w+Error)\b.*", line):
            depth = len(match[1]) // 4
            found[match[2]] = above[depth - 1] if depth else ""
            above[depth:] = [match[2]]
    return found


def test_the_exit_codes_are_those_of_the_contract() -> None:
    assert [code.value for code in ExitCode] == [0, 1, 2, 3, 4, 70, 74, 75, 130, 143]
    assert all(code.meaning and code.meaning[0].islower() for code in ExitCode)
    assert int(ExitCode.TERMINATED) == 143


def test_the_tree_is_drawn_as_it_is() -> None:
    assert drawn() == {
        kind.__name__: "" if kind is StylepipeError else kind.__base__.__name__  # type: ignore[union-attr]
        for kind in tree(StylepipeError)
    }
    assert SpecError.__base__ is errors.UsageError


@pytest.mark.parametrize("kind", list(tree(StylepipeError)), ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code(kind: type[StylepipeError]) -> None:
    if kind is not StoppedError:
        assert kind.exit_code == CODES[kind.__name__]


@pytest.mark.parametrize("code", [ExitCode.INTERRUPTED, ExitCode.TERMINATED])
def test_a_signals_error_carries_the_signals_exit_code(code: ExitCode) -> None:
    error = StoppedError(code)
    assert error.exit_code is code
    assert str(error) == code.meaning
