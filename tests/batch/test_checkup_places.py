from __future__ import annotations

import os
from pathlib import Path

import pytest

from stylepipe.batch import checkup_places
from stylepipe.batch.checkup_places import check_caches, check_folder
from stylepipe.batch.finding import Finding
from stylepipe.errors import OutputError
from stylepipe.store.lock import hold
from stylepipe.store.volumes import Trial, Volume


def findings(folder: Path) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_folder(folder)}


def test_the_disk_is_that_of_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    found = findings(tmp_path / "not" / "yet")
    assert found["disk"].text.endswith(f" GB free at {tmp_path}")
    assert not [*tmp_path.iterdir()]
    assert {finding.state for finding in found.values()} == {"ok"}


def test_who_holds_a_folder_is_said(tmp_path: Path) -> None:
    assert findings(tmp_path)["lock"].text == f"no run has written to {tmp_path} yet"
    with hold(tmp_path):
        lock = findings(tmp_path)["lock"]
    assert lock.state == "note"
    assert f"{tmp_path} is held by process {os.getpid()} on " in lock.text
    assert findings(tmp_path)["lock"].text == f"no run holds {tmp_path}"


def test_a_disk_of_the_network_and_one_without_locks_are_worth_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup_places, "volume_of", lambda _: Volume("/mnt/pictures", "nfs4"))
    shared = findings(tmp_path)["folder"]
    assert (shared.state, shared.remedy) == ("note", "let one machine at a time write to it")
    assert shared.text.startswith("nfs4 at /mnt/pictures, which other machines may share")
    monkeypatch.setattr(checkup_places, "try_out", lambda _: Trial(locks=False, ahead=0))
    assert findings(tmp_path)["folder"].text == "nfs4 at /mnt/pictures, where locks hold nobody back"


@pytest.mark.parametrize(("ahead", "said"), [(60.0, "60 s ahead of it"), (-3600.0, "3600 s behind it")])
def test_a_file_server_with_another_clock_is_worth_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: float, said: str
) -> None:
    monkeypatch.setattr(checkup_places, "try_out", lambda _: Trial(locks=True, ahead=ahead))
    clock = findings(tmp_path)["clock"]
    assert clock.state == "note"
    assert clock.text.endswith(f"the disk's clock is {said}")


def test_a_clock_that_was_never_set_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = os.path.getmtime(checkup_places.errors.__file__)
    monkeypatch.setattr(os.path, "getmtime", lambda _: made + 10**9)
    clock = findings(tmp_path)["clock"]
    assert clock.state == "problem"
    assert "before stylepipe was made" in clock.text


def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(folder: Path) -> Trial:
        raise OutputError(f"{folder}: cannot be written: permission denied; choose another output directory")

    monkeypatch.setattr(checkup_places, "try_out", refused)
    folder = findings(tmp_path)["folder"]
    assert (folder.state, folder.remedy) == ("problem", "choose another output directory")


def test_a_cache_that_cannot_be_written_costs_time_and_is_worth_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (cache,) = [finding for finding in check_caches() if "file" in finding.text]
    assert (cache.name, cache.state) == ("caches", "note")
    assert cache.remedy == "mend its permissions, or set XDG_CACHE_HOME"
