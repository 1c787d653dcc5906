"""Sections of the documentation that programs write: between <!-- NAME: begin --> and <!-- NAME: end -->."""

from __future__ import annotations

import re
from pathlib import Path


def filled(text: str, name: str, content: str, where: str) -> str:
    """Put content between the marks of that name; `where` names the text for the error that there are none."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{where} has no marks for {name}")
    return pattern.sub(lambda _: f"{begin}\n\n{content}\n\n{end}", text)


def fill(page: Path, name: str, content: str) -> None:
    """Put content between the marks of that name in a file."""
    text = page.read_text(encoding="utf-8")
    page.write_text(filled(text, name, content, page.name), encoding="utf-8")
