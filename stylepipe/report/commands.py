"""What to type to make an item again: by its job file, or, of an output directory alone, by what its record says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import Any

from stylepipe.report.recorded_styles import recorded_styles
from stylepipe.report.settings import changed_settings
from stylepipe.store.records import Record


def again_by_job(command: Sequence[str], name: str, *, done: bool) -> str:
    """Write the command that paints one item of a job. done: it is up to date, so that a run would leave it alone."""
    return shlex.join([*command, *(["--force"] if done else []), f"--only={escape(name)}"])


def again_by_itself(record: Record, output_dir: Path) -> str | None:
    """Write the command that paints an item without its job file; None for what only a job file can say.

    The result is the same but for `output.bits` and `quality`, which a command has no words for.
    """
    contents = [Path(entry.path) for entry in record.inputs if entry.role == "content"]
    masked = any(entry.role == "style mask" for entry in record.inputs)
    found, scale = recorded_styles(record), record.settings.get("style_scale") or 1
    styles = [style for style in found if style is not None and style.scale == scale]
    if len(contents) != 1 or not styles or len(styles) < len(found) or masked:
        return None
    words = ["stylepipe render", typed(contents[0])]
    for style in styles:
        weight = f":{style.share:.6g}" if len(styles) > 1 else ""
        words.append(f"-s {typed(style.path)}{weight}")
    words.append(f"-o {typed(output_dir / record.output)}")
    words += [f"--set {shlex.quote(f'{key}={text}')}" for key, text in _assignments(record.settings)]
    return " ".join(words)


def typed(path: Path) -> str:
    """Write a path for a shell as short as it can be, and without the name of who is at home here."""
    for folder, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(folder) and path != folder:
            return f"{prefix}{shlex.quote(str(path.relative_to(folder)))}"
    return shlex.quote(str(path))


def _assignments(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give each changed setting as `--set` takes it."""
    for key, value in changed_settings(settings).items():
        if key != "preset":  # only a name: what it sets is among the others
            alone = key == "iterations" and isinstance(value, list) and len(value) == 1  # a list of one does not fall
            yield key, _yaml(value[0] if alone else value)


def _yaml(value: object) -> str:
    """Write a value as YAML in one line."""
    if value is None or isinstance(value, bool):
        return "none" if value is None else str(value).lower()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {_yaml(one)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    return str(value)
