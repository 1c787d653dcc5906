"""Job files, output names, records and journals of any form: read, or refused with a typed error."""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stylepipe import load_spec
from stylepipe.batch.plan import plan
from stylepipe.batch.status import status_of
from stylepipe.errors import StylepipeError
from stylepipe.spec.document import Document, Job, Output, keys_of
from stylepipe.spec.expand import expand
from stylepipe.spec.names import parse_template, safe_name
from stylepipe.spec.problems import Complaint
from stylepipe.spec.settings import Settings
from stylepipe.store.places import record_path, stays_inside
from stylepipe.store.records import read_record
from stylepipe.store.unfinished import FrameEntry, Unfinished

from ..batch.conftest import Job as WriteJob
from ..batch.conftest import carry_out
from .mutations import mutated

FEW, MANY = (
    settings(max_examples=count, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck])
    for count in (100, 2000)
)
SLOW = pytest.mark.slow

KEYS = [*keys_of(Document), *keys_of(Job), *keys_of(Output), *Settings.model_fields, "<<", "x-a", "a/../../b"]
WORDS = st.sampled_from(
    [*KEYS, "none", "true", "1e400", "-1", "../..", "{content}", "*", "**/*", "a.png", "0x1F", "1:30"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
SIGNS = st.text(alphabet="abc: -[]{},&*!|>'\"#%@`\n\t<<?~0.\\", max_size=200)
GOOD = b"defaults: {size: 32}\njobs:\n  - {contents: a.png, styles: [a.png], sweep: {seed: [1, 2]}}\n"


def read_job(folder: Path, text: bytes) -> None:
    (folder / "a.png").touch()
    (folder / "job.yaml").write_bytes(text)
    with suppress(StylepipeError):
        expand(load_spec(folder / "job.yaml"))
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "job.yaml"]


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=SLOW)])
def test_a_job_file_is_read_or_refused(tmp_path: Path, examples: Any) -> None:
    @examples
    @given(VALUES.map(lambda value: json.dumps(value).encode()) | SIGNS.map(str.encode) | st.binary(max_size=100))
    def check(text: bytes) -> None:
        read_job(tmp_path, text)
        read_job(tmp_path, b"jobs:\n  - {contents: a.png, styles: a.png, set: " + text.replace(b"\n", b" ") + b"}\n")

    check()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=SLOW)])
def test_a_good_job_file_that_was_damaged_is_read_or_refused(tmp_path: Path, examples: Any) -> None:
    @examples
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        read_job(tmp_path, mutated(GOOD, random.Random(seed)))

    check()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=SLOW)])
def test_an_output_name_is_read_or_refused_and_stays_inside(examples: Any) -> None:
    fields = ("job", "content", "style")
    signs = ["{content}", "{style}", "..", "/", "\\", "{", "}", "{content.x}", "{0}", ":", ".", "a", "\0"]
    parts = st.sampled_from(signs)
    anything = st.text(max_size=30)

    @examples
    @given(st.lists(parts | anything, max_size=6).map("".join), anything, anything)
    def check(text: str, content: str, style: str) -> None:
        try:
            template = parse_template(text, fields)
        except Complaint:
            return
        name = template.fill({"job": "job", "content": safe_name(content), "style": safe_name(style)})
        assert stays_inside(name)
        assert not any(part.startswith(".") for part in name.split("/"))

    check()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=SLOW)])
def test_a_record_is_read_or_unreadable(job: WriteJob, tmp_path: Path, examples: Any) -> None:
    file, out = job("jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"), tmp_path / "out"
    carry_out(file)
    spec, path = load_spec(file), record_path(out, "cat--night")
    whole = path.read_bytes()
    content = json.loads(whole)
    changed = st.tuples(st.sampled_from([*content]), VALUES).map(lambda pair: json.dumps({**content, pair[0]: pair[1]}))

    @examples
    @given(changed.map(str.encode) | st.integers(0, 2**32).map(lambda seed: mutated(whole, random.Random(seed))))
    def check(text: bytes) -> None:
        path.write_bytes(text)
        read_record(out, "cat--night")
        assert len(plan(spec)) == 1
        status_of(out)

    check()


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=SLOW)])
def test_a_journal_is_believed_or_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: Any) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # of a disk's time, that is most
    clip = {"content": "ab12"}
    unfinished = Unfinished(tmp_path / "work", clip)
    for number in range(2):
        unfinished.commit(FrameEntry(number, 1, {}), b"frame", {})
    whole = {path: path.read_bytes() for path in (tmp_path / "work").rglob("*") if path.is_file()}

    @examples
    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        chance = random.Random(seed)
        damaged = chance.choice([*whole])
        for path, content in whole.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(mutated(content, chance) if path == damaged else content)
        taken_up = Unfinished(tmp_path / "work", clip)
        assert len(taken_up.frames) <= 2

    check()
