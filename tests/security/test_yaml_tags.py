"""A job file that asks for code to be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec

TAGS = (
    "!!python/object/apply:os.system ['touch pwned']",
    "!!python/object/new:os.system ['touch pwned']",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object/apply:subprocess.Popen [[touch, pwned]]",
    "!<tag:yaml.org,2002:python/object/apply:os.system> ['touch pwned']",
    "!include /etc/passwd",
    "!!binary cHduZWQ=",
)


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_runs_nothing_and_is_refused(tmp_path: Path, tag: str) -> None:
    file = tmp_path / "job.yaml"
    for place in (f"jobs: {tag}\n", f"jobs:\n  - {{contents: {tag}, styles: a.png}}\n", f"{tag}\n", f"x-a: {tag}\n"):
        file.write_text(place)
        with pytest.raises(UsageError, match="tag"):
            expand(load_spec(file))
    assert [path.name for path in tmp_path.iterdir()] == ["job.yaml"]


def test_an_alias_of_a_merge_key_runs_nothing_either(tmp_path: Path) -> None:
    file = tmp_path / "job.yaml"
    file.write_text("x-a: &a !!python/object/apply:os.getcwd []\njobs:\n  - {<<: *a, contents: a.png, styles: a.png}\n")
    with pytest.raises(UsageError):
        load_spec(file)
