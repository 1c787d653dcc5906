"""The time as it is written to disk: UTC, ISO-8601, so that two machines' logs can be read side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal


def utc_now(precision: Literal["seconds", "milliseconds"] = "seconds") -> str:
    """Give the present moment, such as `2026-03-01T22:15:00Z`."""
    return datetime.now(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
