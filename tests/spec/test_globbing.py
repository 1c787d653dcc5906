"""What `**` finds is what Path.glob finds, up to so many folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.globbing import glob
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import Complaint, SpecError

FILES = ("a.jpg", "x/b.jpg", "x/y/c.jpg", "x/y/x/d.txt", "x/y/x/x/e.jpg", "z/x/f.jpg", ".cache/x/g.jpg", "x/.h.jpg")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "x" / "loop").symlink_to(tmp_path)
    (tmp_path / "z" / "gone").symlink_to("nowhere")
    return tmp_path


@pytest.mark.parametrize(
    "pattern",
    ["*", "*/*.jpg", "**/*", "**/*.jpg", "**/x/*", "x/**/*", "*/**/*.jpg", "**/x/**/*.jpg", "**/x/**/x",
     "**/x/../*.jpg", "a.jpg/**/*", "**/c.jpg", "nowhere/**/*", "**/loop/*"],
)  # fmt: skip
def test_a_pattern_finds_what_it_does_in_python_but_nothing_hidden(tree: Path, pattern: str) -> None:
    def shown(paths: object) -> set[Path]:
        return {path for path in paths if not any(part in (".cache", ".h.jpg") for part in path.parts)}  # type: ignore[attr-defined]

    found = [*glob(tree, pattern)]
    assert shown(found) == shown(tree.glob(pattern))
    if pattern.startswith("**"):
        assert not any(".cache" in path.parts[:-1] for path in found)


def test_two_stars_alone_are_folders_whatever_python_says(tree: Path) -> None:
    found = [path.relative_to(tree).as_posix() for path in glob(tree, "**")]
    assert sorted(found) == [".", "x", "x/y", "x/y/x", "x/y/x/x", "z", "z/x"]


def test_a_pattern_that_would_enter_a_whole_disk_is_refused_in_its_place(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "job.yaml").write_text("jobs:\n  - contents: '**/*.jpg'\n    styles: a.jpg\n")
    monkeypatch.setattr("stylepipe.spec.globbing.MOST_FOLDERS", 7)
    assert len(expand(load_spec(tree / "job.yaml"))) == 5
    monkeypatch.setattr("stylepipe.spec.globbing.MOST_FOLDERS", 6)
    with pytest.raises(SpecError) as caught:
        expand(load_spec(tree / "job.yaml"))
    said = str(caught.value)
    assert "job.yaml:2:15: " in said
    assert f"`**` leads through more than 6 folders, the last of them {tree}/" in said
    assert "begin the pattern with the folder that holds the pictures" in said


def test_all_folders_that_a_pattern_enters_count_together(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylepipe.spec.globbing.MOST_FOLDERS", 7)
    with pytest.raises(Complaint):
        [*glob(tree, "**/x/**/*")]
