from __future__ import annotations

import os
import pty
import re
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from stylepipe.batch.events import ItemProgress, ItemStarted, Progress, RunFinished, RunStarted, Summary
from stylepipe.cli.progress import listening
from stylepipe.errors import ExitCode, StoppedError

from .conftest import NAME, SIGNS, a_run, lines_shown


@pytest.mark.parametrize("columns", [15, 40, 80, 200])
def test_the_progress_line_is_never_wider_than_the_terminal(shown, columns):
    written = shown(a_run, columns)
    moving = [line for line in lines_shown(written) if "━" in line or line.startswith("starting")]
    assert len(moving) > 50
    assert max(map(len, moving)) < columns
    assert any(line.startswith(NAME[: columns // 2 - 2]) for line in moving)


def test_a_wide_terminal_shows_every_detail_and_a_narrow_one_the_most_important(shown):
    wide, narrow = (
        [line for line in lines_shown(shown(a_run, columns)) if "0/2 done" in line] for columns in (200, 75)
    )
    for detail in ("iteration 50/100", "scale 2/3 640x427", " it/s", "loss 0.1235"):
        assert any(detail in line for line in wide)
        assert not any(detail in line for line in narrow)
    assert sum("0/2 done" in line for line in narrow) == sum("0/2 done" in line for line in wide) > 100


def test_what_is_finished_stays_above_and_the_moving_line_goes(shown):
    written = shown(a_run)
    lines = lines_shown(written)
    assert f"✓ {NAME}  12.3 s  out/{NAME}.png" in lines
    assert "✗ bad: is no picture" in lines
    assert lines[-1].startswith("1 done, 1 up to date, 1 failed in ")
    after = written[written.rindex("━") :]
    assert "\x1b[2K" in after  # wiped
    assert "\x1b[?25h" in after  # the cursor is back


def test_the_time_left_is_told_once_it_can_be(shown):
    def one_picture(listener):
        listener(RunStarted(1, 1, Path("out")))
        listener(ItemStarted("cat", "new"))
        for share in (0.1, 0.2, 0.5):
            listener(ItemProgress("cat", Progress(1, 1, 64, 43, 1, 10, 1.0, share)))
            time.sleep(0.3)

    lines = [line for line in lines_shown(shown(one_picture)) if "iteration" in line]
    assert "left" not in lines[0]
    assert re.search(r" [01]\.\d s left", lines[-1])
    assert "done" not in lines[-1]  # of one picture there is nothing to count


def test_of_a_clip_frames_are_counted_and_timed(shown):
    def a_clip(listener):
        listener(RunStarted(1, 1, Path("out")))
        listener(ItemStarted("walk", "new"))
        for frame in (1, 2, 3, 4):
            listener(ItemProgress("walk", Progress(1, 1, 64, 43, 9, 30, 1.0, frame / 96, frame, 96, 8.25)))
            time.sleep(0.2)

    lines = [line for line in lines_shown(shown(a_clip)) if "frame" in line]
    assert "frame 1/96" in lines[0]
    assert re.search(r"frame 4/96 · \d.* left · 8\.2 s a frame · iteration 9/30 · 64x43", lines[-1])


@pytest.mark.parametrize("name", ["[red]x", "[/]", ":cat:", "back\\", "[link=x]y", "\x1b[31mred"])
def test_a_name_is_never_markup(shown, name):
    lines = lines_shown(shown(partial(a_run, name=name)))
    plain = name.replace("\x1b", "\\x1b")
    assert f"✓ {plain}  12.3 s  out/{plain}.png" in lines
    assert any(line.startswith(f"{plain}  ━") for line in lines)


def test_no_color_means_no_color(shown, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    written = shown(a_run)
    assert f"✓ {NAME}" in written
    assert not set(SIGNS.findall(written)) & {f"\x1b[{code}m" for code in range(30, 50)}


def test_a_terminal_that_cannot_move_its_cursor_gets_plain_lines(shown, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    written = shown(a_run)
    assert "\x1b" not in written
    assert written.splitlines()[1] == f"done {NAME} in 12.3 s: out/{NAME}.png"


def test_what_ended_a_run_stands_on_its_own_line_before_the_count(shown):
    def stopped(listener):
        listener(RunStarted(2, 2, Path("out")))
        listener(ItemStarted("cat", "new"))
        listener(RunFinished(Summary(not_tried=2, fatal=StoppedError(ExitCode.INTERRUPTED))))

    lines = lines_shown(shown(stopped))
    assert lines[-2] == "stopped by Ctrl-C; the next run continues"
    assert lines[-1].startswith("0 done, 0 up to date, 0 failed, 2 not tried in ")


def test_a_terminal_that_goes_away_does_not_stop_the_run(monkeypatch):
    ours, theirs = pty.openpty()
    stderr = os.fdopen(theirs, "w")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        with listening(quiet=False) as listener:
            listener(RunStarted(1, 1, Path("out")))
            os.close(ours)
            a_run(listener)
    with suppress(OSError):
        stderr.close()


def test_a_run_on_a_real_terminal(on_terminal, job):
    code, written = on_terminal("run", job(), "--only", "*wave", "--set", "iterations=12", columns=60)
    lines = lines_shown(written)
    assert code == 0
    finished = [line for line in lines if line.startswith("✓ ")]
    assert [line.split("  ")[0] for line in finished] == ["✓ cat--wave", "✓ dog--wave"]
    moving = [line for line in lines if "━" in line]
    assert any(line.startswith("dog--wave  ") for line in moving)
    assert max(map(len, moving)) < 60
    # Some releases of torch have a warning of their own to add while the process ends.
    assert any(line.startswith("2 done, 0 up to date, 0 failed in ") for line in lines)
