"""The page of results as people use it: in a browser, with mouse, keyboard and thumb."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stylepipe import load_spec
from stylepipe.report.page import write_page, write_single_page
from stylepipe.report.results import results_of

from .conftest import HOSTILE

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    # playwright's own loop is closed after the last test, when Python has begun to look for what was left open
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SIZES = {"phone": (390, 844), "desk": (1440, 900)}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Open a page and see to it that nothing is wrong with it: no error, no request to anywhere."""
    wrong: list[str] = []
    contexts = []

    def open_page(file: Path, size: str = "desk") -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=size == "phone", is_mobile=size == "phone"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        # A browser that knows a clip's length reads no further, which it calls a failure.
        page.on("requestfailed", lambda request: request.failure == "net::ERR_ABORTED" or wrong.append(request.url))
        page.on("request", lambda request: request.url.startswith(("file:", "data:")) or wrong.append(request.url))
        page.goto(file.as_uri())
        page.wait_for_selector("a.item")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture(scope="module")
def page_file(painted_once: Path) -> Path:
    return write_page(results_of(load_spec(painted_once / "job.yaml")), painted_once / "out" / "report")


def until(page: Any, holds: str) -> None:
    """Wait until something holds; playwright's own way is an `eval` inside the page, which its policy forbids."""
    deadline = time.monotonic() + 30
    while not page.evaluate(holds):
        assert time.monotonic() < deadline, holds
        page.wait_for_timeout(50)


def broken(page: Any) -> list[str]:
    return list(page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"))


@pytest.mark.parametrize("size", SIZES)
def test_every_picture_loads_and_names_are_text(visit: Any, page_file: Path, size: str) -> None:
    page = visit(page_file, size)
    until(page, "[...document.images].length > 12 && [...document.images].every(i => i.complete)")
    assert broken(page) == []
    assert page.locator(".head", has_text=HOSTILE).count() == 1
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_a_picture_opens_flips_and_closes_by_keyboard(visit: Any, page_file: Path) -> None:
    page = visit(page_file)
    page.locator("a.item.done").first.focus()
    page.keyboard.press("Enter")
    name = page.locator("#view-name")
    playwright.expect(name).not_to_be_empty()
    first = name.inner_text()
    page.keyboard.press("ArrowRight")
    playwright.expect(name).not_to_have_text(first)
    page.keyboard.press("ArrowLeft")
    playwright.expect(name).to_have_text(first)
    page.keyboard.press("Escape")
    page.wait_for_selector("#view", state="hidden")
    until(page, "!location.hash")


@pytest.mark.parametrize("size", SIZES)
def test_the_slider_moves_between_photograph_and_painting(visit: Any, page_file: Path, size: str) -> None:
    page = visit(page_file, size)
    page.locator("a.item.done").first.click()
    slider = page.locator("img-comparison-slider.rendered")
    until(page, "[...document.querySelectorAll('#picture img')].every(i => i.naturalWidth)")
    box = slider.bounding_box()
    before = slider.screenshot()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.up()
    until(page, "Number(document.querySelector('#picture [role=slider]').ariaValueNow) < 10")
    page.wait_for_timeout(200)
    assert slider.screenshot() != before


def test_the_filter_finds_by_name(visit: Any, page_file: Path) -> None:
    page = visit(page_file)
    page.locator("#filter").fill("DOG--wave")
    playwright.expect(page.locator("a.item")).to_have_count(1)
    page.locator("#filter").fill("nothing of the kind")
    assert page.locator(".none").inner_text() == "No item has that in its name."


def test_a_link_leads_to_its_picture_and_shows_what_makes_it_again(visit: Any, page_file: Path) -> None:
    page = visit(page_file)
    page.goto(f"{page_file.as_uri()}#sweep/cat--wave--5-2")
    assert page.locator("#view-name").inner_text() == "sweep/cat--wave--5-2"
    assert "--only=sweep/cat--wave--5-2" in page.locator(".command").inner_text()
    assert page.locator(".plot path").count() == 2


def test_a_clip_plays_beside_its_source(visit: Any, painted_clip: Path) -> None:
    page = visit(write_page(results_of(painted_clip / "out"), painted_clip / "out" / "report"))
    page.locator("a.item").click()
    until(page, "[...document.querySelectorAll('video')].filter(v => v.readyState > 0).length === 2")
    assert page.locator(".plot").count() == 2


def test_a_single_page_works_by_itself(visit: Any, painted_once: Path, tmp_path: Path) -> None:
    page = visit(write_single_page(results_of(painted_once / "out"), tmp_path / "one.html"))
    page.locator("a.item.done").first.click()
    until(page, "[...document.querySelectorAll('#picture img')].every(i => i.naturalWidth)")
    assert broken(page) == []
