from pathlib import Path

import pytest

from stylepipe.errors import OutputError
from stylepipe.store.leftovers import bytes_of, remove, unfinished_output, unfinished_work
from stylepipe.store.lock import hold
from stylepipe.store.places import unfinished_folder

UNREMOVABLE = Path("/proc/version")
"""A file that even the superuser cannot remove."""


def test_unfinished_work_is_found_by_its_output_however_deep_it_lies(tmp_path):
    folders = [unfinished_folder(tmp_path, output) for output in ("walk.mp4", "a.parts/b.mp4", "zoo/c.mp4")]
    for folder in folders:
        (folder / "frames").mkdir(parents=True)
        (folder / "journal.jsonl").write_text("12345")
    found = unfinished_work(tmp_path)
    assert found == sorted(folders)
    assert {unfinished_output(tmp_path, work) for work in found} == {"walk.mp4", "a.parts/b.mp4", "zoo/c.mp4"}
    assert [bytes_of(work) for work in found] == [5, 5, 5]


def test_work_that_has_only_begun_is_known_by_its_lock(tmp_path):
    folder = unfinished_folder(tmp_path, "walk.mp4")
    with hold(folder):
        assert unfinished_work(tmp_path) == [folder]


def test_nothing_is_unfinished_where_nothing_was_begun(tmp_path):
    assert unfinished_work(tmp_path) == []


def test_removing_takes_the_folders_that_are_empty_then_and_no_others(tmp_path):
    for name in ("a/b/c.png", "a/b/d.png", "x/y/z/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    remove(tmp_path / "a" / "b" / "c.png", tmp_path)
    assert (tmp_path / "a" / "b" / "d.png").exists()
    remove(tmp_path / "x" / "y" / "z", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    remove(tmp_path / "a" / "b" / "d.png", tmp_path)
    assert list(tmp_path.iterdir()) == []
    remove(tmp_path / "gone", tmp_path)
    assert tmp_path.exists()


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "photo.png").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    assert bytes_of(tmp_path / "out" / "link") < 1000
    remove(tmp_path / "out" / "link", tmp_path)
    assert (tmp_path / "elsewhere" / "photo.png").read_text() == "precious"


@pytest.mark.skipif(not UNREMOVABLE.exists(), reason="needs Linux's /proc")
def test_a_disk_that_refuses_is_said():
    with pytest.raises(
        OutputError, match=r"version: cannot be removed: .*; change its permissions, or remove it by hand"
    ):
        remove(UNREMOVABLE, UNREMOVABLE.parent)


def test_what_lies_behind_a_link_is_nobodys_leftover(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("mine")
    (tmp_path / "out" / ".stylepipe").mkdir(parents=True)
    (tmp_path / "out" / ".stylepipe" / "unfinished").symlink_to(elsewhere)
    assert unfinished_work(tmp_path / "out") == []
