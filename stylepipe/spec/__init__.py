"""What was asked: job files, their settings, their mistakes with line numbers, and the items they mean."""

from stylepipe.spec.describe import SettingRow, setting_rows
from stylepipe.spec.document import Document
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item, StyleImage
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.load import load_spec, spec_from_mapping
from stylepipe.spec.presets import load_preset, preset_names
from stylepipe.spec.problems import Problem, SpecError
from stylepipe.spec.schema import json_schema, schema_text
from stylepipe.spec.settings import Masks, Settings

__all__ = [
    "Document",
    "Item",
    "Masks",
    "Problem",
    "SettingRow",
    "Settings",
    "Spec",
    "SpecError",
    "StyleImage",
    "expand",
    "json_schema",
    "load_preset",
    "load_spec",
    "preset_names",
    "schema_text",
    "setting_rows",
    "spec_from_mapping",
]
