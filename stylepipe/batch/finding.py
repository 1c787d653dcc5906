"""What a check-up finds: one thing that was looked at, how it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stylepipe.errors import StylepipeError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. remedy: what to do, empty when all is well.

    state: problem is what keeps a job from being painted, note what somebody may want to know.
    """

    name: str
    state: Literal["ok", "note", "problem"]
    text: str
    remedy: str = ""


def checked(name: str, check: Callable[[], Finding]) -> Finding:
    """Make a problem of whatever a check raises."""
    try:
        return check()
    except StylepipeError as error:
        return problem(name, error)
    except (ImportError, OSError, RuntimeError) as error:
        return Finding(name, "problem", f"{type(error).__name__}: {error}", "install stylepipe's requirements again")


def problem(name: str, error: StylepipeError) -> Finding:
    """Make a problem of an error, which says behind a semicolon what to do."""
    text, _, remedy = str(error).partition("; ")
    return Finding(name, "problem", text, remedy)
