"""One picture without a job file: painted as a run would paint it, and nothing is left behind but the picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from stylepipe.batch import events
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.render import PICTURES, render
from stylepipe.errors import ExitCode, PictureError, UsageError
from stylepipe.media import open_clip, read_picture, read_provenance
from stylepipe.spec.problems import SpecError

from .conftest import Job, carry_out, files_in, of_kind

QUICK = {"size": 32, "iterations": 2, "pyramid": False}
Render = Callable[..., Summary]


@pytest.fixture
def cat(job: Job, tmp_path: Path) -> str:
    """Give a photograph; two artworks lie in art/."""
    job()
    return str(tmp_path / "photos" / "cat.png")


@pytest.fixture
def night(tmp_path: Path) -> list[tuple[str, float]]:
    return [(str(tmp_path / "art" / "night.png"), 1.0)]


@pytest.mark.parametrize(("suffix", "format"), PICTURES.items())
def test_the_suffix_chooses_the_format(
    cat: str, night: list[tuple[str, float]], tmp_path: Path, suffix: str, format: str
) -> None:
    output = tmp_path / "new" / f"painted{suffix.upper()}"
    assert render(cat, night, output, QUICK) == Summary(done=1)
    with Image.open(output) as image:
        assert image.size == (32, 26)
        assert image.format == {"jpg": "JPEG"}.get(format, format.upper())


def test_nothing_is_left_behind_but_the_picture(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    before = files_in(tmp_path)
    render(cat, night, tmp_path / "painted.png", QUICK)
    assert files_in(tmp_path).keys() - before.keys() == {"painted.png"}
    assert not list(tmp_path.rglob(".stylepipe*"))


def test_the_pixels_are_those_of_a_run(job: Job, cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    carry_out(job(), only=["cat--night"])
    render(cat, night, tmp_path / "painted.png", QUICK)
    by_run = read_picture(tmp_path / "out" / "cat--night.png").pixels
    assert (read_picture(tmp_path / "painted.png").pixels == by_run).all()


def test_the_recipe_names_the_picture_and_the_artworks_shares(cat: str, tmp_path: Path) -> None:
    artworks = [(str(tmp_path / "art" / "night.png"), 3.0), (str(tmp_path / "art" / "wave.png"), 1.0)]
    render(cat, artworks, tmp_path / "painted.png", QUICK)
    recipe = read_provenance(tmp_path / "painted.png")
    assert recipe is not None
    assert recipe["item"] == "painted"
    assert [(style["image"], style["weight"]) for style in recipe["styles"]] == [
        ("night.png", 0.75),
        ("wave.png", 0.25),
    ]


def test_an_output_that_is_there_is_replaced(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    output = tmp_path / "painted.png"
    output.write_bytes(b"old")
    render(cat, night, output, QUICK)
    first = output.read_bytes()
    assert first != b"old"
    assert render(cat, night, output, {**QUICK, "iterations": 3}) == Summary(done=1)
    assert output.read_bytes() != first


def test_what_happens_is_told(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    told: list[Event] = []
    output = tmp_path / "painted.png"
    summary = render(cat, night, output, QUICK, listener=told.append)
    assert told[0] == events.RunStarted(1, 1, tmp_path)
    assert told[1] == events.ItemStarted("painted", "asked for")
    assert of_kind(told, events.ItemDone)[0].output == output
    assert told[-1] == events.RunFinished(summary)


def test_a_relative_output_lies_in_the_current_folder(
    cat: str, night: list[tuple[str, float]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert render("photos/cat.png", [("art/night.png", 1.0)], Path("painted.png"), QUICK) == Summary(done=1)
    assert (tmp_path / "painted.png").is_file()


@pytest.mark.parametrize("name", ["painted", "painted.gif", "painted.mp4"])
def test_an_output_that_is_no_picture_is_wrong_usage(
    cat: str, night: list[tuple[str, float]], tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match=r"cat\.png is a picture, whose output ends in one of \.png, \.jpg"):
        render(cat, night, tmp_path / name, QUICK)


def test_an_input_is_never_overwritten(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    before = files_in(tmp_path)
    (tmp_path / "link.png").symlink_to(tmp_path / "art" / "night.png")
    for output in (cat, night[0][0], str(tmp_path / "link.png"), str(tmp_path / "art" / ".." / "photos" / "cat.png")):
        with pytest.raises(UsageError, match="this is one of the inputs; choose another name"):
            render(cat, night, Path(output), QUICK)
    (tmp_path / "link.png").unlink()
    assert files_in(tmp_path) == before


def test_several_photographs_need_a_job_file(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    for several in ("photos", "photos/*.png", "photos/cow*.png"):
        with pytest.raises(UsageError, match="render paints one picture or clip; for several write a job file"):
            render(str(tmp_path / several), night, tmp_path / "painted.png", QUICK)


def test_a_photograph_whose_name_looks_like_a_pattern_is_painted(
    cat: str, night: list[tuple[str, float]], tmp_path: Path
) -> None:
    odd = Path(cat).rename(tmp_path / "photos" / "cat [1]*.png")
    assert render(str(odd), night, tmp_path / "painted {content} [1].png", QUICK) == Summary(done=1)
    assert (tmp_path / "painted {content} [1].png").is_file()


def test_a_file_that_is_missing_is_said(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"there is no file .*cow\.png"):
        render(str(tmp_path / "photos" / "cow.png"), night, tmp_path / "painted.png", QUICK)
    with pytest.raises(SpecError, match=r"there is no file .*nigth\.png"):
        render(cat, [(str(tmp_path / "art" / "nigth.png"), 1.0)], tmp_path / "painted.png", QUICK)


def test_a_setting_that_is_wrong_is_said(cat: str, night: list[tuple[str, float]], tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="siez"):
        render(cat, night, tmp_path / "painted.png", {"siez": 32})


def test_a_broken_photograph_is_a_failure_and_leaves_the_old_output(
    cat: str, night: list[tuple[str, float]], tmp_path: Path
) -> None:
    Path(cat).write_bytes(b"no picture")
    output = tmp_path / "painted.png"
    output.write_bytes(b"old")
    told: list[Event] = []
    summary = render(cat, night, output, QUICK, listener=told.append)
    assert summary == Summary(failed=1)
    assert summary.exit_code == ExitCode.NOTHING_DONE
    assert isinstance(of_kind(told, events.ItemFailed)[0].error, PictureError)
    assert output.read_bytes() == b"old"


def test_render_leaves_nothing_but_the_clip(film: Path, tmp_path: Path, job: Job) -> None:
    job()
    few = {"size": 48, "iterations": 1, "pyramid": False, "video.frame_iterations": 1, "video.end": 0.1}
    summary = render(str(film), [(str(tmp_path / "art/night.png"), 1.0)], tmp_path / "o" / "painted.mkv", few)

    assert summary.done == 1
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["painted.mkv"]
    assert len(open_clip(tmp_path / "o" / "painted.mkv")) == 3


def test_render_refuses_an_output_of_the_other_kind(film: Path, tmp_path: Path, job: Job) -> None:
    job()
    styles = [(str(tmp_path / "art/night.png"), 1.0)]
    with pytest.raises(UsageError, match=r"is a clip, whose output ends in one of \.mp4"):
        render(str(film), styles, tmp_path / "out.png", {})
    with pytest.raises(UsageError, match=r"is a picture, whose output ends in one of \.png"):
        render(str(tmp_path / "photos/cat.png"), styles, tmp_path / "out.mp4", {})
