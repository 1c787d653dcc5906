"""The JSON Schema of a job file: completion and help in editors, from the sentences under the fields."""

from __future__ import annotations

import json
from typing import Any

from stylepipe.spec.document import Document


def json_schema() -> dict[str, Any]:
    """Give the schema in the dialect that editors understand (draft 7)."""
    schema: dict[str, Any] = _tidy(Document.model_json_schema(by_alias=True))
    schema["patternProperties"] = {"^x-": {"description": "Ignored: a place for anchors and notes."}}
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "stylepipe job file", **schema}


def schema_text() -> str:
    """Give the schema as the text of configs/stylepipe.schema.json."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _tidy(node: Any) -> Any:
    """Drop titles and defaults that only repeat other parts, join lines, and keep help beside references visible."""
    if isinstance(node, list):
        return [_tidy(child) for child in node]
    if not isinstance(node, dict):
        return " ".join(node.split()) if isinstance(node, str) else node
    tidy = {
        key: {name: _tidy(child) for name, child in value.items()} if key in ("properties", "$defs") else _tidy(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and (value is None or isinstance(value, dict | list)))
    }
    if "$ref" in tidy and len(tidy) > 1:  # draft 7 ignores what stands beside a $ref
        tidy["allOf"] = [{"$ref": tidy.pop("$ref")}]
    return tidy
