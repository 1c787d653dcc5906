"""What there is to look at, gathered from the disk alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.errors import UsageError
from stylepipe.report.results import results_of
from stylepipe.store.places import record_path


def test_a_job_tells_what_is_done_failed_and_due(painted: Path) -> None:
    results = results_of(load_spec(painted / "job.yaml", {"output.format": "png"}), ("stylepipe", "run", "job.yaml"))
    by_name = {item.name: item for item in results.items}
    done = by_name["all/cat--blend--14-1"]
    assert (done.state, done.style, [round(one.share, 2) for one in done.artworks]) == ("done", "blend", [0.67, 0.33])
    assert done.command == "stylepipe run job.yaml --force --only=all/cat--blend--14-1"
    assert done.painting is not None
    assert done.painting.output == painted / "out" / "all" / "cat--blend--14-1.png"
    assert done.painting.losses is not None
    failed = next(item for item in results.items if item.state == "failed")
    assert failed.why.endswith("copy it again from its source")
    assert failed.command is not None
    assert "--force" not in failed.command
    changed = results_of(load_spec(painted / "job.yaml", {"iterations": 3}))
    due = next(item for item in changed.items if item.name == done.name)
    assert (due.state, due.why) == ("due", "iterations 2 -> 3")
    assert due.painting is not None
    assert due.settings is not None
    assert (due.settings["iterations"], due.painting.settings["iterations"]) == ([3], [2])


def test_a_directory_alone_tells_what_was_painted_or_has_failed(painted: Path) -> None:
    (painted / "out" / "all" / "dog--night--14-1.png").unlink()
    record_path(painted / "out", "all/dog--wave--14-1").write_text("{torn")
    items = {item.name: item for item in results_of(painted / "out").items}
    assert len(items) == 12
    assert (items["all/dog--night--14-1"].state, items["all/dog--night--14-1"].why) == ("due", "output missing")
    blend = items["all/cat--blend--14-1"]
    assert (blend.style, [round(one.share, 2) for one in blend.artworks]) == ("night + wave", [0.67, 0.33])
    failed = [item for item in items.values() if item.state == "failed"]
    assert len(failed) == 3
    assert all(item.content is None and item.command is None for item in failed)


def test_a_folder_to_which_no_run_has_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no output directory"):
        results_of(tmp_path)
