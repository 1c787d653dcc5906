from __future__ import annotations

import json

import pytest
import yaml

from stylepipe import load_spec
from stylepipe.cli.resolved import resolved_yaml
from stylepipe.spec.expand import expand

JOB = """
jobs:
  - contents: photos/cat.png
    styles: art/night.png
    set: {style_weight: 20, masks: {content: alpha}}
"""


def test_every_setting_is_said_with_its_origin_and_the_item_above(stylepipe, job):
    answer = stylepipe("plan", job(JOB), "--resolved", "--set", "tv_weight=0.5")
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[:5] == [
        "# item:    cat--night",
        "# content: photos/cat.png",
        "# style:   night (art/night.png)",
        "# output:  out/cat--night.png",
        "defaults:",
    ]
    said = {text.strip(): origin.strip() for text, _, origin in (line.partition("#") for line in lines[5:])}
    assert said["size: 32"] == "defaults, job.yaml:1:12"
    assert said["iterations: 2"] == "defaults, job.yaml:1:22"
    assert said["style_weight: 20"] == "set, job.yaml:6:11"
    assert said["content: alpha"] == "set, job.yaml:6:37"
    assert said["tv_weight: 0.5"] == "--set"
    assert said["seed: 0"] == "built-in"
    assert said["video:"] == ""


def test_items_are_documents_of_one_stream(stylepipe, job):
    documents = list(yaml.safe_load_all(stylepipe("plan", job(), "--resolved").out))
    assert [document["defaults"]["size"] for document in documents] == [32] * 4


@pytest.mark.parametrize(
    "defaults",
    [
        "size: 32",
        "preset: draft, size: original, timeout: 1h30m, learning_rate: 0.00001, content_blend: 0.5",
        "iterations: [30, 20, 10], pyramid: 128, snapshots: [5, 10], max_megapixels: 1000000000",
        "content_layers: {relu4_2: 1, relu5_2: 0.25}, init: 'blend:0.3', preserve_color: luminance",
        "video: {start: 1.5, end: 20, scene_cuts: [3, 9], frame_rate: 30000/1001, crf: 18, audio: none}",
        "masks: {content: 'odd: # \"name\" ü.png'}, init: art/night.png",
    ],
)
def test_what_is_printed_can_be_pasted_and_means_the_same(job, tmp_path, defaults):
    job()
    (tmp_path / 'odd: # "name" ü.png').write_bytes((tmp_path / "photos" / "cat.png").read_bytes())
    one = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
    file = tmp_path / "job.yaml"
    file.write_text(f"defaults: {{{defaults}}}\n{one}", encoding="utf-8")
    (item,) = expand(load_spec(file))
    file.write_text(f"{resolved_yaml(item)}\n{one}", encoding="utf-8")
    (again,) = expand(load_spec(file))
    assert again.settings == item.settings


def test_json_rows_have_settings_and_origins_only_when_asked(stylepipe, job):
    file = job(JOB)
    (row,) = json.loads(stylepipe("plan", file, "--resolved", "--json").out)
    assert row["settings"]["style_weight"] == 20
    assert row["sources"]["masks.content"] == "set, job.yaml:6:37"
    (row,) = json.loads(stylepipe("plan", file, "--json").out)
    assert "settings" not in row
