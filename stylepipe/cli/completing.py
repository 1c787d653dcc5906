"""What a shell can complete: settings and their values, layers, devices, and the items of a job file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from click import Context, Parameter
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

from stylepipe.errors import StylepipeError
from stylepipe.spec.describe import setting_rows
from stylepipe.spec.document import Output
from stylepipe.spec.presets import preset_names
from stylepipe.spec.referenced import WORDS
from stylepipe.spec.settings import LAYERS

_LARGEST_SPEC = 100_000
"""Bytes of a job file that is read between two keys."""
_MOST_ITEMS = 200
_DEVICES = ("auto", "cpu", "cuda", "cuda:0", "mps")

Items = list[CompletionItem[str]]


def complete_assignment(_context: Context, _parameter: Parameter, typed: str) -> Items:
    """Complete KEY=VALUE: first the key, then the values that can be listed."""
    key, equals, value = typed.partition("=")
    if equals:
        return _fitting((f"{key}={one}" for one in setting_values(key)), f"{key}={value}")
    keys = {row.key: row.meaning for row in setting_rows()}
    keys |= {
        f"output.{name}": " ".join((field.description or "").split()) for name, field in Output.model_fields.items()
    }
    return [CompletionItem(f"{key}=", help=help) for key, help in keys.items() if key.startswith(typed)]


def complete_setting(_context: Context, parameter: Parameter, typed: str) -> Items:
    """Complete the value of an option that is called like its setting."""
    values = setting_values(str(parameter.name))
    return _fitting(values, typed) if values else [CompletionItem(typed, type="file")]


def complete_layer(_context: Context, _parameter: Parameter, typed: str) -> Items:
    """Complete the name of a layer."""
    return _fitting(LAYERS, typed)


def complete_device(_context: Context, _parameter: Parameter, typed: str) -> Items:
    """Complete the name of a device."""
    return _fitting(_DEVICES, typed)


def complete_file(_context: Context, _parameter: Parameter, typed: str) -> Items:
    """Leave it to the shell to complete the name of a file."""
    return [CompletionItem(typed, type="file")]


def complete_item(context: Context, _parameter: Parameter, typed: str) -> Items:
    """Complete the name of an item of the job file that was typed before, if that can be read and is not too long."""
    from stylepipe.spec.expand import expand
    from stylepipe.spec.load import load_spec

    try:
        # click gives up before the arguments where an option still waits for its value.
        spec = str(context.params.get("spec") or context.args[0])
        if os.path.getsize(spec) > _LARGEST_SPEC:
            return []
        names = [item.name for item in expand(load_spec(spec, context.params.get("assignments")))]
    except (StylepipeError, OSError, IndexError):
        return []
    return _fitting(names, typed)[:_MOST_ITEMS]


def setting_values(key: str) -> list[str]:
    """List the words that a setting may be, and its default."""
    if key == "preset":
        return [*preset_names(), "none"]
    if key in ("content_layers", "style_layers"):
        return [*LAYERS]
    row = next((row for row in setting_rows() if row.key == key), None)
    if row is None:
        return []
    listed = [word for kind in row.values.split(" or ") for word in kind.split(", ")]
    words = [word for word in listed if word != "text" and " " not in word]
    return [*dict.fromkeys([*WORDS.get(key, ()), *words, *([] if ", " in row.default else [row.default])])]


def _fitting(words: Iterable[str], typed: str) -> Items:
    return [CompletionItem(word) for word in words if word.startswith(typed)]


class Bash(BashComplete):
    """Completion for bash, which takes the `=` of `--set size=512` for a word of its own."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace 2>/dev/null"
    )
    _joined = False

    def get_completion_args(self) -> tuple[list[str], str]:
        """Give the words before the one that is typed, and that one."""
        words, position = split_arg_string(os.environ["COMP_WORDS"]), int(os.environ["COMP_CWORD"])
        words = [*words[1 : position + 1], *([] if position < len(words) else [""])]
        whole: list[str] = []
        for word in words:
            key = whole[-1] if whole else "-"
            self._joined = not key.startswith(("-", "=")) and (word == "=" or key.endswith("="))
            if self._joined:
                whole[-1] += word
            else:
                whole.append(word)
        return whole[:-1], whole[-1]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Write what bash puts in the place of its own last word."""
        value = str(item.value).partition("=")[2] if self._joined else item.value
        return f"{item.type},{value}"


add_completion_class(Bash)
