from __future__ import annotations

import os
from pathlib import Path

import pytest

from stylepipe.errors import OutputError
from stylepipe.store import volumes
from stylepipe.store.atomic import find_leftovers
from stylepipe.store.volumes import Volume, try_out, volume_of


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "net work" / "inner").mkdir(parents=True)
    file = tmp_path / "mounts"
    file.write_text(
        f"rootfs / rootfs rw 0 0\n/dev/sda1 / ext4 rw 0 0\nserver:/pictures {tmp_path}/net\\040work nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(volumes, "_MOUNTS", file)
    return tmp_path


def test_the_innermost_disk_counts_and_the_last_of_two_at_one_place(mounts: Path) -> None:
    assert volume_of(mounts / "net work" / "inner") == Volume(f"{mounts}/net work", "nfs4")
    assert volume_of(mounts) == Volume("/", "ext4")


def test_a_link_is_on_the_disk_that_it_leads_to(mounts: Path) -> None:
    (mounts / "link").symlink_to(mounts / "net work")
    found = volume_of(mounts / "link")
    assert found is not None
    assert found.shared


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "ceph", "9p"])
def test_disks_of_the_network_are_shared(kind: str) -> None:
    assert Volume("/mnt", kind).shared


@pytest.mark.parametrize("kind", ["ext4", "xfs", "tmpfs", "overlay", "btrfs", "apfs", "fuseblk"])
def test_disks_of_this_machine_are_not_shared(kind: str) -> None:
    assert not Volume("/mnt", kind).shared


def test_a_system_that_lists_no_disks_has_none_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "_MOUNTS", tmp_path / "nothing")
    assert volume_of(tmp_path) is None


def test_a_lock_is_really_tried_and_nothing_is_left(tmp_path: Path) -> None:
    trial = try_out(tmp_path)
    assert trial.locks
    assert abs(trial.ahead) < 1
    assert not [*tmp_path.iterdir()]


def test_locks_that_hold_nobody_back_are_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fcntl.flock", lambda *_: None)
    assert not try_out(tmp_path).locks
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        try_out(tmp_path / "file")


def test_the_file_has_a_name_that_clean_removes_when_its_writer_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    monkeypatch.setattr(os, "unlink", lambda *_, **__: None)
    try_out(tmp_path)
    assert len([*find_leftovers(tmp_path)]) == 1
