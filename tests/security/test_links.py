"""Links that lead out of the folders: what is written and removed stays inside the output folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import OutputError, UsageError

from ..batch.conftest import Job, carry_out
from ..cli.conftest import Stylepipe
from .conftest import outside

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Make a folder of somebody else's, in which things lie that could be taken for ours."""
    folder = tmp_path / "elsewhere"
    for name in (
        "cat--night.json",
        "lock",
        "lock.json",
        "hashes.json",
        "journal.jsonl",
        ".stylepipe-0123456789abcdef.png",
    ):
        (folder / "deep").mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("treasure")
        (folder / "deep" / name).write_text("treasure")
    return folder


@pytest.mark.parametrize(
    "place",
    [".", "records", "failures", "runs", "crashes", "unfinished", "unfinished/cat--night.png.parts", "records/deep/er"],
)
def test_a_link_among_our_own_files_is_refused_before_anything_is_written(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, elsewhere: Path, place: str
) -> None:
    file, link = job(ONE), tmp_path / "out" / ".stylepipe" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    before = outside(tmp_path, tmp_path / "out")
    with pytest.raises(OutputError, match=r"is a link to .*elsewhere, and what is written"):
        carry_out(file)
    assert stylepipe("run", file, "--quiet").code == 74
    assert stylepipe("clean", file, "--yes").code in (2, 74)
    assert outside(tmp_path, tmp_path / "out") == before


@pytest.mark.parametrize("name", ["lock", "lock.json", "hashes.json", "failures.txt", "records/cat--night.json"])
def test_so_is_a_file_that_is_a_link(job: Job, tmp_path: Path, elsewhere: Path, name: str) -> None:
    file, link = job(ONE), tmp_path / "out" / ".stylepipe" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere / "lock")
    before = outside(tmp_path, tmp_path / "out")
    with pytest.raises(OutputError):
        carry_out(file)
    assert outside(tmp_path, tmp_path / "out") == before


def test_a_folder_of_outputs_that_leads_out_is_refused(job: Job, tmp_path: Path, elsewhere: Path) -> None:
    file = job(ONE)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "deep").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link that leads out of it"):
        carry_out(file, {"output.name": "deep/{content}"})


def test_an_output_that_is_a_link_is_replaced_and_what_it_leads_to_stays(
    job: Job, tmp_path: Path, elsewhere: Path
) -> None:
    file = job(ONE)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cat--night.png").symlink_to(elsewhere / "lock")
    before = outside(tmp_path, tmp_path / "out")
    assert carry_out(file)[0].done == 1
    assert not (tmp_path / "out" / "cat--night.png").is_symlink()
    assert outside(tmp_path, tmp_path / "out") == before


def test_links_among_the_photographs_are_read_and_those_that_lead_nowhere_fail_alone(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: linked\n    styles: art/night.png\n")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "cat.png").symlink_to(tmp_path / "photos" / "cat.png")
    (tmp_path / "linked" / "passwd.png").symlink_to("/etc/passwd")
    (tmp_path / "linked" / "gone.png").symlink_to("nowhere")
    (tmp_path / "linked" / "round.png").symlink_to("round.png")
    summary, _ = carry_out(file)
    assert (summary.done, summary.failed) == (1, 3)
    assert "root:" not in (tmp_path / "out" / ".stylepipe" / "failures.txt").read_text()


@pytest.mark.parametrize("place", ["report", "report/thumbs"])
def test_a_report_that_links_lead_out_of_the_folder_is_refused(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, place: str
) -> None:
    out, web = tmp_path / "out", tmp_path / "web"
    carry_out(job(ONE))
    web.mkdir()
    (out / place).parent.mkdir(exist_ok=True)
    (out / place).symlink_to(web)
    answer = stylepipe("report", out)
    assert answer.code == 74
    assert "links lead from here to" in answer.err
    assert not list(web.iterdir())
    assert stylepipe("report", out, "-o", web).code == 0  # as whoever types it has said
