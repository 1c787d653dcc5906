"""Plain words of YAML 1.2 (the core schema): which are numbers, true, false or nothing, and which are text.

YAML 1.1, which PyYAML reads by itself, turns `no` into false, `1:30` into 90 and `1e-3` into text.
"""

from __future__ import annotations

import math
import re

from stylepipe.spec.problems import Complaint

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})
_MOST_DIGITS = 100  # no setting is longer, and Python refuses to print integers of 4300 digits
_CORE = "tag:yaml.org,2002:"


def plain_value(text: str) -> object:
    """Give the value of an unquoted word."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    for pattern, radix in ((_INT, 10), (_OCTAL, 8), (_HEX, 16)):
        if pattern.fullmatch(text):
            return _integer(text, radix)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text in _NOT_A_NUMBER else text


def tagged_value(tag: str, text: str) -> object:
    """Give the value of a word with an explicit tag such as `!!str`; other tags than the core ones are mistakes."""
    if tag in ("!", _CORE + "str"):
        return text
    value = plain_value(text)
    match tag.removeprefix(_CORE), value:
        case ("null", None) | ("bool", bool()) | ("float", float()):
            return value
        case ("int", int()) if not isinstance(value, bool):
            return value
        case ("float", int()) if not isinstance(value, bool):
            return float(value)
        case (("null" | "bool" | "int" | "float"), _):
            raise Complaint(f"`{text}` is no {short_tag(tag)}")
    raise unknown_tag(tag)


def unknown_tag(tag: str) -> Complaint:
    """Refuse a tag; nothing in a job file names a type of Python or of anyone else."""
    return Complaint(f"the tag {short_tag(tag)} is not taken here", "leave it out: values say themselves what they are")


def short_tag(tag: str) -> str:
    """Write a tag as people do: `!!str`."""
    return tag.replace(_CORE, "!!", 1) if tag.startswith(_CORE) else tag


def _integer(text: str, radix: int) -> int:
    if len(text) > _MOST_DIGITS:
        raise Complaint(f"a number of {len(text)} digits is longer than any setting")
    return int(text, radix)
