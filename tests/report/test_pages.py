"""Results that are too many for one page are divided between photographs, and every page is within reach."""

from __future__ import annotations

import html
import re
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from stylepipe import load_spec
from stylepipe.cli.main import cli
from stylepipe.errors import UsageError
from stylepipe.report import pages
from stylepipe.report.pages import write_pages
from stylepipe.report.results import Gathered, gather, results_of

from .conftest import HOSTILE, Page


def links(page: Path) -> list[str]:
    return re.findall(r'href="([^"#]+\.html)"', page.read_text(encoding="utf-8"))


def test_a_page_for_each_few_results_and_one_that_leads_to_them(painted_once: Path, tmp_path: Path) -> None:
    gathered = gather(painted_once / "out")
    count = len(results_of(painted_once / "out").items)

    index = write_pages(gathered, tmp_path, most=5)

    files = links(index)
    assert files == [path.name for path in sorted(tmp_path.glob("page-*.html"))]
    assert len(files) == 3
    shown = [item["name"] for file in files for item in Page(tmp_path / file).island["items"]]
    assert shown == [result.name for result in results_of(painted_once / "out").items]
    text = html.unescape(index.read_text(encoding="utf-8"))
    assert "default-src 'none'; script-src 'none'" in text
    assert HOSTILE not in index.read_text(encoding="utf-8")
    assert re.search(rf"<span>{count - 3} done</span>, <span class=\"bad\">3 failed</span>, on 3 pages", text)


def test_each_page_leads_to_its_neighbours_and_back(painted_once: Path, tmp_path: Path) -> None:
    write_pages(gather(painted_once / "out"), tmp_path, most=5)

    assert links(tmp_path / "page-001.html") == ["index.html", "page-002.html"]
    assert links(tmp_path / "page-002.html") == ["page-001.html", "index.html", "page-003.html"]
    assert "page 2 of 3" in (tmp_path / "page-002.html").read_text(encoding="utf-8")


def test_the_pages_share_their_small_pictures_and_every_one_is_there(painted_once: Path, tmp_path: Path) -> None:
    index = write_pages(gather(painted_once / "out"), tmp_path, most=5)

    wanted = {name for file in links(index) for name in Page(tmp_path / file).small()}
    assert {path.name for path in (tmp_path / "thumbs").iterdir()} == wanted
    glimpses = set(re.findall(r'src="thumbs/([^"]+)"', index.read_text(encoding="utf-8")))
    assert glimpses
    assert glimpses <= wanted


def test_fewer_results_later_are_one_page_again(painted_once: Path, tmp_path: Path) -> None:
    gathered = gather(painted_once / "out")
    write_pages(gathered, tmp_path, most=5)

    index = write_pages(gathered, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "thumbs"]
    assert len(Page(index).island["items"]) == len(results_of(painted_once / "out").items)


def test_a_photograph_is_not_divided_unless_it_alone_is_too_many(tmp_path: Path) -> None:
    gathered = Gathered(tmp_path, "aaabbbccccccd", lambda _: None, [])

    assert list(gathered.parts(4)) == [range(3), range(3, 6), range(6, 10), range(10, 13)]
    assert list(gathered.parts(100)) == [range(13)]


def test_a_job_is_divided_by_its_photographs(painted_once: Path) -> None:
    gathered = gather(load_spec(painted_once / "job.yaml"))

    contents = [{item.content for item in gathered.part(part).items} for part in gathered.parts(4)]
    assert all(not (first & second) for first, second in pairwise(contents))


def test_too_many_results_for_one_file_are_refused(painted_once: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 5)
    for option in (["--single-file"], ["--sheet", "sheet.png"], ["--curves", "curves.svg"]):
        answered = CliRunner().invoke(cli, ["report", str(painted_once / "out"), *option])
        assert isinstance(answered.exception, UsageError)
        assert "13 results are too many for one file, which holds 5" in str(answered.exception)
