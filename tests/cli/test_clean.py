from __future__ import annotations

import pytest

from stylepipe.store.lock import hold

NIGHT_ONLY = "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"


@pytest.fixture
def leftover(tmp_path):
    """Leave a crash report behind."""

    def leave():
        path = tmp_path / "out" / ".stylepipe" / "crashes" / "crash-1.txt"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 1500)
        return path

    return leave


@pytest.fixture
def no_terminal(monkeypatch, tmp_path):
    """Read from a file, as cron does."""
    with (tmp_path.parent / f"{tmp_path.name}-stdin").open("w+") as file:
        monkeypatch.setattr("sys.stdin", file)
        yield


def test_before_the_first_run_there_is_nothing_and_nothing_is_made(stylepipe, job, tmp_path):
    answer = stylepipe("clean", job())
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "nothing to remove: no run has written to out yet\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_terminal")
def test_what_goes_is_listed_with_its_size_and_without_a_terminal_nobody_is_asked(stylepipe, job, leftover):
    file, path = job(), leftover()
    answer = stylepipe("clean", file)
    assert answer.code == 0
    assert answer.out == "crash report          1.5 kB  out/.stylepipe/crashes/crash-1.txt\n"
    assert answer.err == "removed 1 leftover (1.5 kB) from out\n"
    assert not path.exists()
    assert stylepipe("clean", "out").err == "nothing to remove in out\n"


def test_a_dry_run_removes_nothing(stylepipe, job, leftover):
    file, path = job(), leftover()
    answer = stylepipe("clean", file, "--dry-run")
    assert answer.err == "would remove 1 leftover (1.5 kB) from out\n"
    assert path.exists()


@pytest.mark.usefixtures("no_terminal")
def test_orphans_need_a_job_file_and_somebody_to_say_yes(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--quiet")
    job(NIGHT_ONLY)
    answer = stylepipe("clean", file, "--orphans")
    assert (answer.code, answer.out) == (2, "")
    assert "add --yes" in answer.err
    answer = stylepipe("clean", "out", "--orphans", "--yes")
    assert answer.code == 2
    assert "--orphans needs the job file" in answer.err
    (tmp_path / "out" / "dog--wave.png").write_bytes(b"mine")
    answer = stylepipe("clean", file, "--orphans", "--yes")
    assert answer.code == 0
    assert answer.out.splitlines()[0].startswith("orphaned output ")
    assert answer.err.splitlines()[0] == "left alone: out/dog--wave.png has changed since it was painted"
    assert not (tmp_path / "out" / "cat--wave.png").exists()
    assert (tmp_path / "out" / "dog--wave.png").exists()


def test_a_held_directory_is_not_touched(stylepipe, job, leftover):
    file, path = job(), leftover()
    with hold(path.parent.parent.parent):
        answer = stylepipe("clean", file, "--yes")
    assert answer.code == 75
    assert "another run holds this output directory" in answer.err
    assert path.exists()


def test_a_folder_to_which_no_run_has_written_is_refused(stylepipe, job):
    job()
    answer = stylepipe("clean", "photos")
    assert answer.code == 2
    assert "photos: no output directory" in answer.err


@pytest.mark.parametrize(("typed", "goes"), [("y\n", True), ("\n", False)])
def test_on_a_terminal_it_asks_first(on_terminal, job, leftover, typed, goes):
    file, path = job(), leftover()
    code, written = on_terminal("clean", file, typed=typed)
    assert code == 0
    assert "Remove 1 leftover (1.5 kB) from out? [y/N]:" in written
    assert ("removed 1 leftover" if goes else "nothing was removed") in written
    assert path.exists() is not goes
