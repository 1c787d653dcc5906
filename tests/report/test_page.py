"""The web page of results: whole, harmless, and the same for the same results."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from stylepipe import load_spec
from stylepipe.errors import UsageError
from stylepipe.report.page import script_safe, write_page, write_single_page
from stylepipe.report.results import results_of
from stylepipe.store.lock import hold

from .conftest import HOSTILE, Page

COMMAND = ("stylepipe", "run", "job.yaml")


def page_of(folder: Path, place: str = "out/report") -> Page:
    return Page(write_page(results_of(load_spec(folder / "job.yaml"), COMMAND), folder / place))


def test_a_page_has_every_item_and_every_file_that_it_speaks_of_is_there(painted_once: Path) -> None:
    page = page_of(painted_once, "page")
    assert len(page.island["items"]) == 13
    assert "10 done" in page.text
    assert "3 failed" in page.text
    thumbs = {path.name for path in (painted_once / "page" / "thumbs").iterdir()}
    assert thumbs == page.small()
    outputs = [item["output"] for item in page.island["items"] if "output" in item]
    assert len(outputs) == 10
    assert all((painted_once / "page" / unquote(output)).is_file() for output in outputs)


def test_the_same_results_make_the_same_page_and_small_pictures_are_made_once(painted: Path) -> None:
    first = page_of(painted).text
    made = {path: path.stat().st_mtime_ns for path in (painted / "out/report/thumbs").iterdir()}
    assert page_of(painted).text == first
    assert {path: path.stat().st_mtime_ns for path in (painted / "out/report/thumbs").iterdir()} == made


def test_small_pictures_of_what_is_gone_are_removed_and_others_files_stay(painted: Path) -> None:
    page_of(painted)
    thumbs = painted / "out" / "report" / "thumbs"
    before = {path.name for path in thumbs.iterdir()}
    (thumbs / "mine.webp").write_bytes(b"mine")
    (painted / "out" / "all" / "dog--wave--14-1.png").unlink()
    page = page_of(painted)
    assert page.item("all/dog--wave--14-1")["why"] == "output missing"
    after = {path.name for path in thumbs.iterdir()}
    assert before - after
    assert after - before == {"mine.webp"}


def test_a_wicked_name_is_text_everywhere(painted_once: Path) -> None:
    page = page_of(painted_once, "page")
    assert HOSTILE not in page.text
    assert any(source["name"] == f"{HOSTILE}.jpg" for source in page.island["sources"])
    assert "&lt;img src=x onerror=alert(1)&gt;.jpg is no picture" in page.text
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "&lt;", "\udcff", "\u2028"])
def test_what_the_script_is_told_stays_data(text: str) -> None:
    safe = script_safe({"name": text})
    assert not re.search("[<>&\u2028]", safe)
    assert safe.isascii()
    assert json.loads(safe) == {"name": text}


def test_the_policy_allows_nothing_but_the_pages_own(painted_once: Path) -> None:
    page = page_of(painted_once, "page")
    policy = page.meta(http_equiv="Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in policy
    assert "http" not in policy
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        texts = re.findall(f"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert rules[rule] == " ".join(f"'sha256-{digest}'" for digest in digests)
        assert len(digests) == 2


def test_nothing_is_fetched_from_anywhere(painted_once: Path) -> None:
    page = page_of(painted_once, "page")
    addresses = [a[name] for _, a in page.elements for name in ("src", "href", "action", "data") if a.get(name)]
    assert set(addresses) == {"data:,", "#"}
    assert not [a for _, a in page.elements if "style" in a]
    assert "sourceMappingURL" not in page.text
    assert set(re.findall(r"https?://[^\"' <)]+", page.text)) == {"http://www.w3.org/2000/svg"}


def test_no_folder_is_told_and_a_moved_page_still_works(painted_once: Path, tmp_path: Path) -> None:
    page = page_of(painted_once, "out/report")
    assert str(painted_once) not in page.text
    assert str(Path.home()) not in page.text
    moved = Path(shutil.copytree(painted_once / "out", tmp_path / "elsewhere"))
    for name in page.small():
        assert (moved / "report" / "thumbs" / name).is_file()
    for item in page.island["items"]:
        assert "output" not in item or (moved / "report" / unquote(item["output"])).is_file()


def test_what_can_be_operated_has_a_name_and_a_language(painted_once: Path) -> None:
    page = page_of(painted_once, "page")
    assert ("html", {"lang": "en"}) in page.elements
    assert page.meta(name="viewport") == "width=device-width, initial-scale=1"
    assert page.meta(name="color-scheme") == "light dark"
    named = [a for tag, a in page.elements if tag in ("button", "input")]
    assert len(named) == 4
    assert all(attributes.get("aria-label") for attributes in named)
    assert {a.get("type") for tag, a in page.elements if tag == "button"} == {"button"}


def test_a_file_of_somebody_else_is_not_replaced(painted_once: Path, tmp_path: Path) -> None:
    results = results_of(painted_once / "out")
    (tmp_path / "index.html").write_text("<h1>My home page</h1>")
    with pytest.raises(UsageError, match="not a page of stylepipe"):
        write_page(results, tmp_path)
    with pytest.raises(UsageError, match="not a page of stylepipe"):
        write_single_page(results, tmp_path / "index.html")
    assert (tmp_path / "index.html").read_text() == "<h1>My home page</h1>"


def test_a_single_page_holds_its_pictures(painted_once: Path, tmp_path: Path) -> None:
    file = write_single_page(results_of(load_spec(painted_once / "job.yaml")), tmp_path / "one.html")
    page = Page(file)
    assert [path.name for path in tmp_path.iterdir()] == ["one.html"]
    assert page.small() == set(page.island["pictures"])
    assert all(picture.startswith("data:image/webp;base64,") for picture in page.island["pictures"].values())
    assert all("large" in item for item in page.island["items"] if "output" in item)


def test_a_live_page_says_so_and_another_how_to_get_one(painted: Path) -> None:
    with hold(painted / "out"):
        results = results_of(painted / "out")
        live = Page(write_page(results, painted / "page", live=True))
        still = Page(write_page(results, painted / "page"))
    assert live.island["live"]
    assert "--watch" not in live.text.partition("<script")[0]
    assert not still.island["live"]
    assert "<code>stylepipe report --watch</code>" in still.text


def test_the_vendored_slider_is_what_was_published() -> None:
    folder = Path(__file__).parents[2] / "stylepipe" / "report" / "vendor" / "img-comparison-slider"
    rows = re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", (folder / "SOURCE.md").read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == ["index.js", "styles.css"]
    for name, sha256 in rows:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
    assert "MIT License" in (folder / "LICENSE").read_text()


def test_a_clip_plays_beside_its_source_with_how_steady_it_is(painted_clip: Path) -> None:
    page = Page(write_page(results_of(load_spec(painted_clip / "job.yaml")), painted_clip / "out" / "report"))
    (item,) = page.island["items"]
    assert (item["clip"], item["output"]) == ("video", "../square--night.mp4")
    first, last, line = item["steadiness"]
    assert (first, last) == (1, 5)
    assert re.fullmatch(r"M\d+ \d+l[-\d ]+", line)
    source = page.island["sources"][item["content"]]
    assert source["link"] == "../../clips/square.mp4"
    assert (painted_clip / "out" / "report" / source["link"]).is_file()
    assert {path.name for path in (painted_clip / "out" / "report" / "thumbs").iterdir()} == page.small()


def test_a_folder_of_frames_shows_its_first_ones(painted_clip: Path) -> None:
    page = Page(write_page(results_of(painted_clip / "frames"), painted_clip / "frames" / "report"))
    (item,) = page.island["items"]
    assert (item["clip"], len(item["frames"])) == ("still", 6)
    assert item["thumb"] == item["frames"][0]
