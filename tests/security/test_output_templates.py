"""An output name that would lead elsewhere, or look inside the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec

from ..batch.conftest import Job

REFUSED = (
    "../{content}",
    "a/../../{content}",
    "/tmp/{content}",
    "./{content}",
    "{content}/..",
    "..\\{content}",
    "C:\\{content}",
    "C:{content}",
    ".stylepipe/{content}",
    "a/.ssh/{content}",
    "{content.__class__.__mro__}",
    "{content[0]}",
    "{content!r}",
    "{content:>1000000000}",
    "{content.__init__.__globals__}",
    "{0}",
    "{}",
    "{content",
    "{os}",
    "a\0b{content}",
    "a\nb{content}",
)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_before_anything_is_made(job: Job, tmp_path: Path, name: str) -> None:
    file = job("jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n")
    with pytest.raises(UsageError):
        expand(load_spec(file, {"output.name": name}))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "aux.x", "LPT9", "prn", "conin$"])
def test_a_devices_name_is_only_a_name(job: Job, tmp_path: Path, name: str) -> None:
    file = job("jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n")
    (item,) = expand(load_spec(file, {"output.name": name}))
    assert item.output == tmp_path / "out" / f"_{name}.png"


def test_what_fills_a_field_brings_no_folders(job: Job, tmp_path: Path) -> None:
    file = job('jobs:\n  - {name: "../../x", contents: photos/cat.png, styles: s}\nstyles: {s: art/night.png}\n')
    (item,) = expand(load_spec(file, {"output.name": "{job}"}))
    assert item.output.parent == tmp_path / "out"
