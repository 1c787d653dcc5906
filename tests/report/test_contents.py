"""A page is told each thing once, by names that hold wherever it lies, and nothing about anybody's folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.report.contents import Contents, Sizes, contents_of, link, quoted
from stylepipe.report.results import Artwork, Result, Results, Source
from stylepipe.spec.settings import Settings

SIZES = Sizes(320, 1280)


def result(content: str, style: str, why: str = "", **settings: object) -> Result:
    """Give an item that was never painted."""
    source, artwork = Source(Path(f"/photos/{content}"), content), Artwork(Source(Path(f"/art/{style}"), style), 1.0)
    dumped = Settings.model_validate(settings).model_dump(mode="json")
    return Result(f"{content}--{style}", "due", why, source, style, [artwork], dumped, (), None, None)


def results(*items: Result, folder: Path = Path("/out")) -> Results:
    return Results(folder, items, False, None, [folder, folder.parent])


def test_photographs_styles_and_settings_are_told_once_however_many_items_share_them() -> None:
    contents = contents_of(
        results(*(result(photo, art, iterations=7) for photo in ("cat", "dog") for art in ("night", "wave"))),
        Path("/out/report"),
        SIZES,
    )
    island = contents.island(there={small.name for small in contents.wanted})
    assert [source["name"] for source in island["sources"]] == ["cat", "night", "wave", "dog"]
    assert [style["name"] for style in island["styles"]] == ["night", "wave"]
    assert island["settings"] == [[["iterations", "7"]]]
    assert [(item["content"], item["style"], item["settings"]) for item in island["items"]] == [
        (0, 0, 0), (0, 1, 0), (3, 0, 0), (3, 1, 0)
    ]  # fmt: skip
    assert {item["state"] for item in island["items"]} == {"due"}
    assert not any("why" in item or "command" in item for item in island["items"])


def test_small_pictures_that_could_not_be_made_are_not_named() -> None:
    contents = contents_of(results(result("cat", "night")), Path("/out/report"), SIZES)
    cat, night = contents.island(there={"cat-320.webp", "night-320.webp"})["sources"]
    assert (cat["thumb"], night["thumb"]) == ("cat-320.webp", "night-320.webp")
    assert "large" not in cat


def test_a_message_names_no_folder_of_the_job_and_nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/srv/people/anna")
    discreet = Contents.discreet(results(folder=Path("/srv/job/out")))
    assert discreet("/srv/job/out/cat.png, /srv/job/cat.jpg") == "cat.png, cat.jpg"
    assert discreet(f"{tmp_path}/cat.png") == "cat.png"
    assert discreet("/srv/people/anna/cat.png and /home/bert/art/night.jpg") == "~/cat.png and ~/art/night.jpg"
    assert discreet("/Users/bert/a.jpg") == "~/a.jpg"
    assert discreet("/usr/home/a.jpg is no picture") == "/usr/home/a.jpg is no picture"


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("a/cat--night.1_2~.png", "a/cat--night.1_2~.png"),
        ("50% off?#1.png", "50%25%20off%3F%231.png"),
        ("<ä>.png", "%3C%C3%A4%3E.png"),
        ("caf\udce9.png", "caf%E9.png"),
    ],
)
def test_any_name_of_a_file_is_a_part_of_an_address(name: str, address: str) -> None:
    assert quoted(name) == address


def test_a_link_leads_from_the_page_to_the_file() -> None:
    assert link(Path("/out/a b.png"), Path("/out/report")) == "../a%20b.png"
    assert link(Path("/elsewhere/c.mp4"), Path("/out")) == "../elsewhere/c.mp4"
