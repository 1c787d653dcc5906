"""Values and comments as a job file writes them: the way back from what `yaml12` and `settings` read."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping

from stylepipe.spec.describe import value_text

SCHEMA_FILE = "stylepipe.schema.json"
"""The name of the schema beside a job file."""
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"
"""The first line of a job file, by which editors find its schema."""

_PLAIN = re.compile(r"[A-Za-z_/][\w./-]*")
"""Texts that YAML 1.2 reads as text without quotes."""
_NOT_TEXT = {"true", "false", "null"}
_WIDTH = 100


def yaml_value(value: object) -> str:
    """Write a value in one line, as a job file says it."""
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT
        return value if plain else _quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_value(name)}: {yaml_value(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_value, value))}]"
    return value_text(value)


def _quoted(text: str) -> str:
    """Put a text in quotes; JSON's escapes are YAML's too, except that YAML has no pairs for rare signs."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def comment_lines(text: str, indent: str = "", *, bullet: str = "") -> list[str]:
    """Write a text as lines of comment that are not too wide; bullet: what begins the first of them."""
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{indent}# {bullet}",
        subsequent_indent=f"{indent}# {' ' * len(bullet)}",
        break_long_words=False,
        break_on_hyphens=False,
    )
