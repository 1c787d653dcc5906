"""What each picture's file is called, and the promise that it never leaves the output folder."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from stylepipe.spec.describe import value_text
from stylepipe.spec.formats import SUFFIXES
from stylepipe.spec.problems import Complaint, did_you_mean

FIELDS = ("job", "content", "style")
"""What every template may name; the keys of a sweep come on top."""

_LONGEST_VALUE = 120
_LONGEST_PART = 200  # bytes; file systems take 255, and a suffix and a temporary prefix come on top
# Separators, what Windows refuses, control characters, line separators, what turns the direction of writing around (so
# that exe.png is shown as gnp.exe), and bytes that were no UTF-8.
_UNSAFE = re.compile('[/\\\\:*?"<>|\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Template:
    """An output name with its fields: pairs of literal text and the field after it."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are named."""
        return frozenset(field for _, field in self.parts if field is not None)

    def fill(self, values: Mapping[str, str], sweep: Iterable[str] = ()) -> str:
        """Give the path of a picture inside the output folder, without its suffix.

        The values must have been through safe_name. Keys of the sweep that the template does not name are appended,
        so that no two combinations share a name.
        """
        filled = "".join(text + (values[field] if field else "") for text, field in self.parts)
        filled += "".join(f"--{key}={values[key]}" for key in sweep if key not in self.fields)
        return "/".join(safe_name(part, _LONGEST_PART) for part in filled.split("/"))


def parse_template(text: str, fields: Iterable[str]) -> Template:
    """Read an output name; raises Complaint for unknown fields and for paths that could lead elsewhere."""
    known = list(fields)
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        raise Complaint("a { or } stands alone here", "write {{ or }} for the sign itself") from None
    for _, field, format_spec, conversion in pieces:
        if field is None:
            continue
        if field not in known:
            name = re.split(r"[.\[]", field, maxsplit=1)[0]
            hint = f"write {{{name}}}" if name in known else did_you_mean(field, known)
            fields_there = ", ".join(f"{{{one}}}" for one in known)
            raise Complaint(f"`{{{field}}}` is no field of a name; there are {fields_there}", hint)
        if format_spec or conversion:
            raise Complaint(f"`{{{field}}}` takes no format", f"write {{{field}}}")
    template = Template(tuple((literal, field) for literal, field, _, _ in pieces))
    _check_path(template)
    return template


def names_only(text: str, fields: Iterable[str]) -> bool:
    """Say whether an output name can be read with these fields."""
    try:
        parse_template(text, fields)
    except Complaint:
        return False
    return True


def _check_path(template: Template) -> None:
    """Refuse literal text that no file can be called, or that would lead out of the folder."""
    path = "".join(literal + ("x" if field else "") for literal, field in template.parts)
    match = _UNSAFE.search(path.replace("/", ""))
    if match:
        sign = "\\" if match.group() == "\\" else match.group()
        raise Complaint(f"a name cannot hold `{sign}`", "folders are written with /" if sign == "\\" else None)
    parts = path.split("/")
    if ".." in parts or "." in parts or path.startswith("/"):
        raise Complaint("a name stays inside the output folder", "choose the folder itself with output.dir")
    if "" in parts:
        raise Complaint("a name cannot end with / or hold two of them in a row")
    if any(part.startswith(".") for part in parts):
        raise Complaint("a name that begins with a dot would be hidden")
    for suffix in SUFFIXES:
        if path.lower().endswith(f".{suffix}"):
            raise Complaint(f"a name has no suffix: `.{suffix}` is added by itself", f"set output.format: {suffix}")


@lru_cache(maxsize=4096)
def safe_name(text: str, longest: int = _LONGEST_VALUE) -> str:
    """Make a value fit to be a file name on every system; a long one ends in a hash, so that it stays distinct."""
    safe = _UNSAFE.sub("_", text).lstrip(" .-").rstrip(" .") or "_"
    if _DEVICE.match(safe):
        safe = f"_{safe}"
    encoded = safe.encode()
    if len(encoded) > longest:
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
        safe = encoded[: longest - 9].decode(errors="ignore").rstrip(". ") + f"-{digest}"
    return safe


def sweep_text(value: object) -> str:
    """Write a value of a sweep for a file name: the shortest way that still tells it from others."""
    return safe_name(value_text(value))


def literal(text: str) -> str:
    """Write a text so that a template takes it as it stands."""
    return text.replace("{", "{{").replace("}", "}}")
