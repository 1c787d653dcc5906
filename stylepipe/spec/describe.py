"""The settings in words, for tables and names; generated, so that they cannot differ from the code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from stylepipe.spec.settings import LAYERS, SECTIONS, Settings


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of the settings table."""

    key: str
    values: str
    default: str
    meaning: str


def setting_rows() -> list[SettingRow]:
    """List every setting with its values, its default and its meaning, as the README's table shows them."""
    rows = []
    for row in _rows(Settings(), prefix=""):
        rows += _rows(SECTIONS[row.key](), prefix=f"{row.key}.") if row.key in SECTIONS else [row]
    return rows


def _rows(model: BaseModel, prefix: str) -> list[SettingRow]:
    schemas = type(model).model_json_schema()["properties"]
    return [
        SettingRow(
            key=prefix + name,
            values=_values(schemas[name]),
            default=value_text(field.default).replace("+", ", "),  # as it is written, such as 64GiB
            meaning=" ".join((field.description or "").split()),
        )
        for name, field in type(model).model_fields.items()
    ]


def value_text(value: object) -> str:
    """Write a setting's value as short as it can be: 10, 0.5, true, none, relu1_1+relu2_1."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, BaseModel):
        given = sorted(value.model_fields_set)
        return "+".join(f"{name}={value_text(getattr(value, name))}" for name in given) or "none"
    if isinstance(value, Mapping):
        alike = all(one == 1 for one in value.values())
        return "+".join(key if alike else f"{key}={value_text(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list | tuple):
        return "+".join(value_text(one) for one in value) or "none"
    return str(value)


def _values(schema: Mapping[str, Any]) -> str:
    """Say in words what a JSON Schema allows."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_values(branch) for branch in schema["anyOf"]))
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return "a layer" if tuple(schema["enum"]) == LAYERS else ", ".join(map(str, schema["enum"]))
    match schema.get("type"):
        case "array":
            return "a list of " + re.sub(r"^a (whole number|number|\w+)", r"\1s", _values(schema["items"]))
        case "object":
            return "weights by name"
        case "boolean":
            return "true, false"
        case "null":
            return "none"
        case "integer" | "number" as kind:
            return ("a whole number" if kind == "integer" else "a number") + _bounds(schema)
    return "text"


def _bounds(schema: Mapping[str, Any]) -> str:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    above = "above" if "exclusiveMinimum" in schema else "from"
    below = "below" if "exclusiveMaximum" in schema else "to"
    if low is None or high is None or high >= 2**31:
        return "" if low is None else f" {above} {value_text(low)}{'' if above == 'above' else ' on'}"
    return f" {above} {value_text(low)} {below} {value_text(high)}"
