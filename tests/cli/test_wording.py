from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from stylepipe.batch.events import ItemDone, ItemFailed, ItemProgress, Progress, RunFinished, Summary
from stylepipe.cli.wording import (
    done_line,
    duration,
    error_text,
    failure_text,
    moment,
    place,
    progress_line,
    rough_duration,
    size,
    summary_line,
)
from stylepipe.errors import ExitCode, OutputError, PictureError, StoppedError
from stylepipe.spec.problems import Problem, SpecError


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (8.26, "8.3 s"),
        (59.97, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.6, "1 h 00 min"),
        (11530, "3 h 12 min"),
        (200000, "55 h 33 min"),
    ],
)
def test_a_duration_is_as_long_as_people_want_it(seconds, text):
    assert duration(seconds) == text


def test_a_path_in_the_current_folder_is_written_without_that_folder(tmp_path, monkeypatch):
    assert place(tmp_path / "out" / "cat.png") == "out/cat.png"
    assert place(tmp_path.parent / "cat.png") == str(tmp_path.parent / "cat.png")
    assert place(Path("out/cat.png")) == "out/cat.png"
    monkeypatch.chdir("/")
    assert place(tmp_path / "cat.png") == str(tmp_path / "cat.png")


def test_an_error_says_who_speaks_but_a_place_in_a_file_and_a_stop_come_first():
    assert error_text(OutputError("the disk is full")) == "stylepipe: the disk is full"
    assert error_text(SpecError("job.yaml", "a", [Problem(1, 1, "wrong")])).startswith("job.yaml:1:1: wrong\n")
    assert error_text(StoppedError(ExitCode.INTERRUPTED)) == "stopped by Ctrl-C; the next run continues"


def test_no_file_name_can_steer_the_terminal():
    evil = "a\x1b[31m\nb.png"
    assert error_text(PictureError(f"{evil}: no picture")) == "stylepipe: a\\x1b[31m\nb.png: no picture"
    assert failure_text(ItemFailed("a\x1b[2J", PictureError(evil))) == "a\\x1b[2J: a\\x1b[31m b.png"
    assert done_line(ItemDone("a\x07", Path("/out/a\x07.png"), 1)) == "done a\\x07 in 1.0 s: /out/a\\x07.png"


def test_what_was_noted_about_a_picture_stands_beside_it():
    event = ItemDone("cat", Path("/out/cat.png"), 1, notes=["painted in tiles"])
    assert done_line(event) == "done cat in 1.0 s: /out/cat.png (painted in tiles)"


def test_a_failure_names_its_item_once():
    assert failure_text(ItemFailed("cat", PictureError("cat: too small"))) == "cat: too small"


def test_the_last_line_counts_every_item():
    most = RunFinished(Summary(done=3, up_to_date=2, failed=1), Path("/out/failures.txt"))
    assert summary_line(most, 4) == "3 done, 2 up to date, 1 failed in 4.0 s; see /out/failures.txt"
    none = RunFinished(Summary(not_tried=5))
    assert summary_line(none, 0) == "0 done, 0 up to date, 0 failed, 5 not tried in 0.0 s"


def test_how_far_a_clip_is_fits_a_line_of_a_log():
    progress = Progress(1, 1, 64, 43, 9, 30, 1.0, 0.1, 12, 96, 8.25)
    assert progress_line(ItemProgress("walk", progress)) == "painting walk: frame 12 of 96, 8.2 s a frame"
    assert progress_line(ItemProgress("walk", progress._replace(frame_seconds=None))) == "painting walk: frame 12 of 96"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"),
        (40, "40 s"),
        (719, "12 min"),
        (4320, "1 h 12 min"),
        (3599, "1 h 00 min"),
        (190_000, "2 d 4 h"),
    ],
)
def test_an_estimated_duration_is_no_finer_than_it_can_be(seconds, text):
    assert rough_duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (812, "812 bytes"),
        (1500, "1.5 kB"),
        (9960, "10 kB"),
        (80_000_000, "80 MB"),
        (999_700, "1.0 MB"),
        (1.2e9, "1.2 GB"),
        (3.4e12, "3.4 TB"),
    ],
)
def test_bytes_are_written_in_the_unit_that_people_would_choose(count, text):
    assert size(count) == text


def test_a_time_is_said_by_this_machines_clock_and_calendar():
    now = datetime.now().astimezone().replace(hour=12, minute=34)
    assert moment(now.isoformat()) == "12:34 today"
    assert moment((now - timedelta(days=1)).isoformat()) == "12:34 yesterday"
    assert moment("2020-03-01T12:00:00Z").endswith(" on 2020-03-01")
    assert moment("once") == "once"
