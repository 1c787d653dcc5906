from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch.starting import start
from stylepipe.errors import OutputError, UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.schema import schema_text

from ..conftest import save_picture


def test_an_empty_or_new_folder_gets_an_example_that_can_be_planned(tmp_path: Path) -> None:
    made = start(tmp_path / "new" / "folder")
    assert [path.parent.name for path in made.examples] == ["photos", "art"]
    assert len(expand(load_spec(made.job))) == 1
    assert (made.job.parent / "stylepipe.schema.json").read_text() == schema_text()


def test_what_is_lacking_alone_comes_as_an_example(tmp_path: Path) -> None:
    save_picture(tmp_path / "holiday" / "a.png")
    made = start(tmp_path)
    assert [path.parent.name for path in made.examples] == ["art"]
    assert [item.content.name for item in expand(load_spec(made.job))] == ["a.png"]


def test_a_job_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text("mine")
    with pytest.raises(UsageError, match=r"job\.yaml: is there already; --force replaces it"):
        start(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["job.yaml"]
    start(tmp_path, force=True)
    assert (tmp_path / "job.yaml").read_text() != "mine"


def test_results_get_a_folder_of_their_own(tmp_path: Path) -> None:
    save_picture(tmp_path / "out" / "mine.png")
    assert load_spec(start(tmp_path).job).document.output.dir == "painted"
    (tmp_path / "out" / ".stylepipe").mkdir()
    assert load_spec(start(tmp_path, force=True).job).document.output.dir == "out"


def test_a_file_is_no_folder_to_start_in(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        start(tmp_path / "photo.jpg")
    (tmp_path / "art").write_text("")
    with pytest.raises(OutputError, match="art"):
        start(tmp_path)
