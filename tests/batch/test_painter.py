"""One item becomes one file: its size, its depth, its transparency, what it says about itself, and what it does not."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from stylepipe import load_spec
from stylepipe.batch import events
from stylepipe.batch.events import Summary
from stylepipe.batch.networks import Networks
from stylepipe.batch.painter import paint, read
from stylepipe.batch.plan import identified_now, plan
from stylepipe.errors import ItemTimeoutError, UnpaintableError
from stylepipe.media import picture_size, read_picture, read_provenance
from stylepipe.store.records import Record, read_record

from ..conftest import QUICK, save_picture
from .conftest import Job, carry_out, of_kind, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
SAME_SIZE = "size: original, iterations: 2, pyramid: false"
STRONGLY = {"content_weight": 0, "optimizer": "adam", "learning_rate": 0.05, "iterations": 15}


def painted(job: Job, *, text: str = ONE, defaults: str = QUICK, **overrides: object) -> Path:
    """Paint the job's one item; give its output."""
    file = job(text, defaults=defaults)
    summary, told = carry_out(file, {key.replace("__", "."): value for key, value in overrides.items()})
    assert summary == Summary(done=1), told
    return of_kind(told, events.ItemDone)[0].output


def pixels_of(path: Path) -> NDArray[np.float32]:
    return read_picture(path).pixels


# -- Size ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("photograph", "size", "expected"),
    [
        ((101, 67), 50, (50, 33)),
        ((67, 101), 50, (33, 50)),
        ((41, 41), 33, (33, 33)),
        ((20, 32), 64, (40, 64)),
        ((39, 23), "original", (39, 23)),
    ],
)
def test_the_longest_side_is_size_and_the_aspect_is_the_photographs(
    job: Job, tmp_path: Path, photograph: tuple[int, int], size: int | str, expected: tuple[int, int]
) -> None:
    file = job(ONE)
    save_picture(tmp_path / "photos" / "cat.png", *photograph)
    assert carry_out(file, {"size": size})[0] == Summary(done=1)
    assert picture_size(tmp_path / "out" / "cat--night.png") == expected


def test_a_photograph_that_lies_on_its_side_is_painted_upright(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/lying.jpg\n    styles: art/night.png\n")
    upright = Image.fromarray(np.repeat(np.array([[[250, 0, 0]], [[0, 0, 250]]], np.uint8), 20, 0).repeat(30, 1))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "photos" / "lying.jpg", exif=exif)
    carry_out(file, {"size": 36, "style_weight": 0, "iterations": 1})
    output = tmp_path / "out" / "lying--night.png"
    assert picture_size(output) == (27, 36)
    pixels = pixels_of(output)
    assert pixels[:12, :, 0].min() > pixels[:12, :, 2].max()
    assert pixels[-12:, :, 0].max() < pixels[-12:, :, 2].min()
    with Image.open(output) as image:
        assert 0x0112 not in image.getexif()


def test_a_size_too_small_for_the_network_is_one_items_failure(job: Job, tmp_path: Path) -> None:
    file = job()
    save_picture(tmp_path / "photos" / "cat.png", 400, 20)
    summary, told = carry_out(file)
    assert (summary.done, summary.failed) == (2, 2)
    error = of_kind(told, events.ItemFailed)[0].error
    assert isinstance(error, UnpaintableError)
    assert "32x2 px is too small" in str(error)


# -- Depth, transparency, format --------------------------------------------------------------------------------------


def test_sixteen_bits_are_sixteen_bits(job: Job) -> None:
    output = painted(job, output__bits=16)
    levels = cv2.imread(str(output), cv2.IMREAD_UNCHANGED)
    assert levels is not None
    assert levels.dtype == np.uint16
    assert (levels % 257 != 0).any()


@pytest.mark.parametrize("format", ["png", "tiff", "webp"])
def test_the_photographs_transparency_is_the_paintings(job: Job, tmp_path: Path, format: str) -> None:
    file = job(ONE)
    pixels = np.dstack([pixels_of(tmp_path / "photos" / "cat.png"), np.ones((32, 40))])
    pixels[:, :20, 3] = 0.2
    Image.fromarray((pixels * 255).astype(np.uint8)).save(tmp_path / "photos" / "cat.png")
    assert carry_out(file, {"output.format": format, "size": 80})[0] == Summary(done=1)
    alpha = read_picture(tmp_path / "out" / f"cat--night.{format}").alpha
    assert alpha is not None
    assert alpha.shape == (64, 80)
    assert np.abs(alpha[:, :32] - 0.2).max() < 0.01
    assert alpha[:, 48:].min() > 0.99


def test_an_opaque_photograph_has_an_opaque_painting(job: Job) -> None:
    with Image.open(painted(job)) as image:
        assert image.mode == "RGB"


def test_the_quality_of_a_jpeg_is_what_was_asked_for(job: Job, tmp_path: Path) -> None:
    best = painted(job, output__format="jpg", output__quality=100).stat().st_size
    worst = painted(job, output__format="jpg", output__quality=5).stat().st_size
    assert worst < best


# -- What it says about itself -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff"])
def test_the_recipe_is_in_the_output_without_paths_or_times(job: Job, tmp_path: Path, format: str) -> None:
    defaults = f"{QUICK}, init: art/wave.png, timeout: 90s, masks: {{content: photos/dog.png}}"
    output = painted(job, defaults=defaults, output__format=format)
    recipe = read_provenance(output)
    record = read_record(tmp_path / "out", "cat--night")
    assert recipe is not None
    assert isinstance(record, Record)
    assert recipe["item"] == "cat--night"
    assert recipe["fingerprint"] == record.fingerprint
    assert recipe["weights"] == record.weights_sha256
    assert recipe["iterations"] == 2
    assert recipe["losses"].keys() == {"total", "content", "style", "variation"}
    assert recipe["inputs"] == [
        {"role": entry.role, "path": Path(entry.path).name, "sha256": entry.sha256} for entry in record.inputs
    ]
    assert [entry["path"] for entry in recipe["inputs"]] == ["cat.png", "night.png", "wave.png", "dog.png"]
    assert recipe["settings"] == record.identity["settings"]
    assert (recipe["settings"]["init"], recipe["settings"]["masks.content"]) == ("file", "file")
    text = json.dumps(recipe)
    assert str(tmp_path) not in text
    assert "/" not in text
    assert not re.search(r"\d\d:\d\d|\d{4}-\d\d-\d\d", text)
    assert not {"seconds", "device", "finished"} & recipe.keys()


@pytest.mark.parametrize("format", ["png", "jpg", "tiff"])
def test_without_metadata_nothing_is_said(job: Job, format: str) -> None:
    output = painted(job, output__format=format, metadata=False, snapshots=[1])
    for path in (output, output.with_name(f"cat--night.00001.{format}")):
        assert read_provenance(path) is None
        assert b"stylepipe" not in path.read_bytes()


def test_a_photographers_name_is_kept_and_the_place_is_not(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/signed.jpg\n    styles: art/night.png\n")
    exif = Image.Exif()
    exif[0x013B] = "Ada"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    with Image.open(tmp_path / "photos" / "cat.png") as image:
        image.save(tmp_path / "photos" / "signed.jpg", exif=exif)
    carry_out(file, {"output.format": "jpg"})
    with Image.open(tmp_path / "out" / "signed--night.jpg") as image:
        assert image.getexif()[0x013B] == "Ada"
        assert not image.getexif().get_ifd(0x8825)


def test_a_name_that_is_no_utf8_is_painted_and_recorded(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/caf*.png\n    styles: art/night.png\n")
    try:
        (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "caf\udce9.png")
    except OSError:
        pytest.skip("this disk takes only names in UTF-8")
    assert carry_out(file)[0] == Summary(done=1)
    assert carry_out(file)[0] == Summary(up_to_date=1)


# -- On the way ------------------------------------------------------------------------------------------------------


def test_snapshots_lie_beside_the_output_and_say_their_iteration(job: Job, tmp_path: Path) -> None:
    output = painted(job, snapshots=[1, 3], iterations=3)
    assert list(outputs_in(tmp_path / "out")) == ["cat--night.00001.png", "cat--night.00003.png", "cat--night.png"]
    first = output.with_name("cat--night.00001.png")
    recipe = read_provenance(first)
    assert recipe is not None
    assert recipe["iteration"] == 1
    assert "losses" not in recipe
    assert picture_size(first) == picture_size(output)
    assert not np.array_equal(pixels_of(first), pixels_of(output))
    last = output.with_name("cat--night.00003.png")
    assert np.array_equal(pixels_of(last), pixels_of(output))


def test_iterations_of_a_pyramid_are_counted_over_all_scales(job: Job, tmp_path: Path) -> None:
    output = painted(job, size=64, pyramid=32, iterations=[2, 1, 1], snapshots=[1, 4])
    assert picture_size(output.with_name("cat--night.00001.png")) == (32, 26)
    assert picture_size(output.with_name("cat--night.00004.png")) == (64, 51)


def test_progress_rises_to_the_whole(job: Job) -> None:
    file = job(ONE)
    _, told = carry_out(file, {"size": 64, "pyramid": 32, "iterations": [2, 1, 1]})
    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    assert [(one.scale_number, one.width, one.height) for one in progress] == [
        (1, 32, 26),
        (1, 32, 26),
        (2, 45, 36),
        (3, 64, 51),
    ]
    assert [one.iteration for one in progress] == [1, 2, 3, 4]
    assert {(one.scale_count, one.iterations) for one in progress} == {(3, 4)}
    shares = [one.share for one in progress]
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1
    assert all(one.loss > 0 for one in progress)


def test_an_item_that_takes_longer_than_its_timeout_fails_and_the_next_has_its_turn(job: Job, tmp_path: Path) -> None:
    file = job(
        "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
        "    overrides: [{match: {content: cat*}, set: {timeout: 0.001, iterations: 5000}}]\n"
    )
    summary, told = carry_out(file)
    assert summary == Summary(done=1, failed=1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ItemTimeoutError)
    assert str(failed.error) == (
        "cat--night: stopped at iteration 1 of 5000, after its timeout of 0.001 s; allow more time, or set fewer "
        "iterations or a smaller size"
    )
    assert list(outputs_in(tmp_path / "out")) == ["dog--night.png"]


def test_files_that_changed_since_they_were_read_ahead_are_read_again(job: Job, tmp_path: Path) -> None:
    (planned,) = plan(load_spec(job(ONE)))
    ahead = read(planned)
    painting = partial(paint, planned, Networks(torch.device("cpu")), lambda _: None)
    before = painting(ahead)
    assert np.array_equal(before.picture.pixels, painting().picture.pixels)
    assert before.planned.inputs == ahead[0].inputs
    save_picture(tmp_path / "photos" / "cat.png", seed=7)
    after = painting(ahead)
    assert np.array_equal(after.picture.pixels, painting().picture.pixels)
    assert not np.array_equal(after.picture.pixels, before.picture.pixels)
    assert after.planned.inputs == identified_now(planned).inputs != ahead[0].inputs


# -- Masks and the start ----------------------------------------------------------------------------------------------


def test_where_the_mask_is_black_the_photograph_stays(job: Job, tmp_path: Path) -> None:
    mask = np.zeros((32, 40), np.uint8)
    mask[:, 20:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    before = pixels_of(save_picture(tmp_path / "photos" / "cat.png"))
    # Of two steps of L-BFGS the second may be refused as too long, which leaves the photograph almost as it was.
    after = pixels_of(
        painted(job, defaults="size: original, iterations: 10, pyramid: false, masks: {content: mask.png}")
    )
    assert np.array_equal(after[:, :20], before[:, :20])
    assert np.abs(after[:, 20:] - before[:, 20:]).max() > 0.02


def test_where_the_photograph_is_transparent_it_stays(job: Job, tmp_path: Path) -> None:
    file = job(ONE, defaults=f"{SAME_SIZE}, masks: {{content: alpha}}")
    colors = pixels_of(tmp_path / "photos" / "cat.png")
    pixels = np.dstack([colors, np.ones((32, 40))])
    pixels[:, 20:, 3] = 0
    Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(tmp_path / "photos" / "cat.png")
    carry_out(file)
    after = read_picture(tmp_path / "out" / "cat--night.png")
    assert np.array_equal(after.pixels[:, 20:], colors[:, 20:])
    assert np.abs(after.pixels[:, :20] - colors[:, :20]).max() > 0.02
    assert after.alpha is not None


def test_a_mask_that_is_black_everywhere_is_said(job: Job, tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "mask.png")
    summary, told = carry_out(job(ONE, defaults=f"{QUICK}, masks: {{content: mask.png}}"))
    assert summary == Summary(failed=1)
    assert "the masks are black everywhere" in str(of_kind(told, events.ItemFailed)[0].error)


def test_each_artwork_is_painted_where_its_mask_is_white(job: Job, tmp_path: Path) -> None:
    file = job(
        "styles:\n  both:\n    - {image: art/night.png, mask: left.png}\n    - {image: art/wave.png, mask: right.png}\n"
        "jobs:\n  - {contents: photos/cat.png, styles: both}\n",
        defaults=f"{SAME_SIZE}, style_layers: relu1_1, style_loss: gram",
    )
    Image.new("RGB", (40, 32), (128, 128, 128)).save(tmp_path / "photos" / "cat.png")
    Image.new("RGB", (40, 32), (10, 10, 10)).save(tmp_path / "art" / "night.png")
    Image.new("RGB", (40, 32), (245, 245, 245)).save(tmp_path / "art" / "wave.png")
    mask = np.zeros((32, 40), np.uint8)
    mask[:, :20] = 255
    Image.fromarray(mask).save(tmp_path / "left.png")
    Image.fromarray(255 - mask).save(tmp_path / "right.png")
    assert carry_out(file, {**STRONGLY, "iterations": 40})[0] == Summary(done=1)
    after = pixels_of(tmp_path / "out" / "cat--both.png")
    assert after[:, :16].mean() < 0.3
    assert after[:, 24:].mean() > 0.7


def test_the_picture_to_start_from_is_an_image_on_request(job: Job, tmp_path: Path) -> None:
    start = save_picture(tmp_path / "start.png", seed=7)
    hardly = f"{SAME_SIZE}, init: start.png, learning_rate: 0.000001"
    after = pixels_of(painted(job, defaults=hardly))
    assert np.abs(after - pixels_of(start)).max() < 0.01


def test_a_photographs_colours_are_kept_on_request(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    with Image.open(tmp_path / "photos" / "cat.png") as image:
        grey = image.convert("L")
    grey.save(tmp_path / "photos" / "cat.png")
    carry_out(file, STRONGLY)
    assert np.ptp(pixels_of(tmp_path / "out" / "cat--night.png"), axis=2).max() > 0.05
    carry_out(file, {**STRONGLY, "preserve_color": "luminance"})
    assert np.ptp(pixels_of(tmp_path / "out" / "cat--night.png"), axis=2).max() < 0.02
