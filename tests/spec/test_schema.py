from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stylepipe.spec.document import Document, Job, Output
from stylepipe.spec.schema import json_schema, schema_text
from stylepipe.spec.settings import Settings

COMMITTED = Path(__file__).parents[2] / "configs" / "stylepipe.schema.json"


def test_the_committed_schema_is_up_to_date():
    # If it is not: stylepipe schema > configs/stylepipe.schema.json
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()


def test_every_key_that_can_be_written_has_a_help_text():
    schema = json_schema()
    for model, properties in [
        (Document, schema["properties"]),
        *((model, schema["$defs"][model.__name__]["properties"]) for model in (Job, Output, Settings)),
    ]:
        for name, field in model.model_fields.items():
            assert field.description, name
            shown = properties[field.alias or name]
            assert shown.get("description") or schema["$defs"][shown["$ref"].rpartition("/")[2]]["description"]


def test_only_jobs_contents_and_styles_must_be_written():
    schema = json_schema()
    assert schema["required"] == ["jobs"]
    assert schema["$defs"]["Job"]["required"] == ["contents", "styles"]
    assert "required" not in schema["$defs"]["Settings"]


def test_editors_see_the_draft_they_understand():
    assert json_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    for node in _mappings(json_schema()):
        assert "prefixItems" not in node
        assert "$ref" not in node or len(node) == 1


def test_completion_reaches_sweeps_and_keys_for_notes():
    schema = json_schema()
    assert schema["$defs"]["Sweep"]["properties"]["size"]["type"] == "array"
    assert "^x-" in schema["patternProperties"]
    assert json.loads(schema_text()) == schema


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from _mappings(child)
