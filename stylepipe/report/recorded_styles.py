"""The artworks of a record: its identity has their shares, its inputs their files; somebody may have changed either."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from stylepipe.store.records import Record


class RecordedStyle(NamedTuple):
    """An artwork that was painted with: its file, and its share of the style, above 0 and at most 1."""

    path: Path
    sha256: str
    share: float
    scale: object


def recorded_styles(record: Record) -> list[RecordedStyle | None]:
    """Give each artwork of a record, None for what makes no sense or whose file is not said."""
    path_of = {entry.sha256: Path(entry.path) for entry in record.inputs if entry.role == "style"}
    styles = record.identity.get("styles")
    return [_read(style, path_of) for style in styles] if isinstance(styles, list) else []


def _read(style: object, path_of: Mapping[str, Path]) -> RecordedStyle | None:
    if not _is_style(style) or style["sha256"] not in path_of:
        return None
    sha256 = style["sha256"]
    return RecordedStyle(path_of[sha256], sha256, float(style.get("share", 1)), style.get("scale"))


def _is_style(style: object) -> TypeGuard[Mapping[str, Any]]:
    if not isinstance(style, Mapping) or not isinstance(style.get("sha256"), str):
        return False
    share = style.get("share", 1)
    return isinstance(share, int | float) and 0 < share <= 1
