"""An item's files become tensors of the shapes and ranges that the engine wants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from stylepipe import load_spec
from stylepipe.batch.materials import read_materials, to_pixels, to_tensor
from stylepipe.batch.plan import Look, plan_item
from stylepipe.errors import PictureError
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.store.hashing import HashCache

from ..conftest import save_picture
from .conftest import Job

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
BLEND = """
styles:
  blend:
    - {image: art/night.png, weight: 3, scale: 0.5}
    - {image: art/wave.png, mask: sky.png}
jobs:
  - {contents: photos/cat.png, styles: blend}
"""


def one_item(file: Path, **overrides: object) -> Item:
    (item,) = expand(load_spec(file, {key.replace("__", "."): value for key, value in overrides.items()}))
    return item


def test_a_photograph_and_an_artwork_are_read_as_they_are(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    save_picture(tmp_path / "art" / "night.png", 21, 35)
    materials = read_materials(one_item(file))
    assert materials.content.shape == (1, 3, 32, 40)
    assert materials.content.dtype == torch.float32
    assert 0 <= materials.content.min() < materials.content.max() <= 1
    (style,) = materials.styles
    assert style.image.shape == (1, 3, 35, 21)
    assert (style.weight, style.scale, style.mask, style.source_mask) == (1.0, None, None, None)
    assert materials.init is None
    assert materials.ground is None


def test_a_blend_has_its_shares_scales_and_masks(job: Job, tmp_path: Path) -> None:
    Image.new("L", (8, 6), 51).save(tmp_path / "sky.png")
    night, wave = read_materials(one_item(job(BLEND))).styles
    assert (night.weight, night.scale, night.mask) == (0.75, 0.5, None)
    assert (wave.weight, wave.scale) == (0.25, None)
    assert wave.mask is not None
    assert wave.mask.shape == (1, 1, 6, 8)
    assert torch.allclose(wave.mask, torch.tensor(0.2))


def test_an_image_to_start_from_is_read(job: Job, tmp_path: Path) -> None:
    save_picture(tmp_path / "start.png", 12, 10)
    init = read_materials(one_item(job(ONE), init="start.png")).init
    assert init is not None
    assert init.shape == (1, 3, 10, 12)


@pytest.mark.parametrize("init", ["content", "noise", "style", "blend:0.3"])
def test_a_start_that_has_a_name_is_no_file(job: Job, init: str) -> None:
    assert read_materials(one_item(job(ONE), init=init)).init is None


def test_masks_are_files_or_the_pictures_own_transparency(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    Image.new("L", (8, 6), 255).save(tmp_path / "mask.png")
    for name, alpha in (("photos/cat.png", 51), ("art/night.png", 102)):
        with Image.open(tmp_path / name) as image:
            image.putalpha(alpha)
            image.save(tmp_path / name)
    by_file = read_materials(one_item(file, masks__content="mask.png", masks__style="mask.png"))
    assert by_file.ground is not None
    assert by_file.ground.shape == (1, 1, 6, 8)
    assert by_file.styles[0].source_mask is not None
    by_alpha = read_materials(one_item(file, masks__content="alpha", masks__style="alpha"))
    assert by_alpha.ground is not None
    assert by_alpha.styles[0].source_mask is not None
    assert by_alpha.ground.shape == by_alpha.styles[0].source_mask.shape == (1, 1, 32, 40)
    assert torch.allclose(by_alpha.ground, torch.tensor(0.2))
    assert torch.allclose(by_alpha.styles[0].source_mask, torch.tensor(0.4))


def test_an_opaque_picture_has_no_mask_of_its_own(job: Job) -> None:
    materials = read_materials(one_item(job(ONE), masks__content="alpha", masks__style="alpha"))
    assert materials.ground is None
    assert materials.styles[0].source_mask is None


@pytest.mark.parametrize("name", ["photos/cat.png", "art/night.png", "start.png", "mask.png"])
def test_a_file_that_cannot_be_read_is_named(job: Job, tmp_path: Path, name: str) -> None:
    file = job(ONE, defaults="init: start.png, masks: {content: mask.png}")
    save_picture(tmp_path / "start.png")
    save_picture(tmp_path / "mask.png")
    (tmp_path / name).write_bytes(b"no picture")
    with pytest.raises(PictureError, match=f"{name} is no picture"):
        read_materials(one_item(file))


@pytest.mark.parametrize("name", ["photos/cat.png", "art/night.png"])
def test_a_picture_of_more_megapixels_than_allowed_is_refused(job: Job, tmp_path: Path, name: str) -> None:
    file = job(ONE)
    save_picture(tmp_path / name, 80, 60)
    with pytest.raises(PictureError, match=f"{name} has more than twice the 0.002 megapixels allowed"):
        read_materials(one_item(file, max_megapixels=0.002))


def test_a_file_that_vanished_since_the_job_was_read_is_named(job: Job, tmp_path: Path) -> None:
    item = one_item(job(ONE))
    with pytest.raises(PictureError, match=r"gone\.png does not exist"):
        read_materials(replace(item, content=tmp_path / "gone.png"))


def test_pixels_become_a_tensor_and_come_back() -> None:
    pixels = np.random.default_rng(0).random((4, 6, 3), dtype=np.float32)
    tensor = to_tensor(pixels)
    assert tensor.shape == (1, 3, 4, 6)
    assert np.array_equal(to_pixels(tensor), pixels)
    assert to_tensor(pixels[..., 0]).shape == (1, 1, 4, 6)


def test_pixels_are_clipped_to_what_a_file_can_hold() -> None:
    assert to_pixels(torch.tensor([-0.5, 0.5, 1.5]).view(1, 3, 1, 1)).tolist() == [[[0.0, 0.5, 1.0]]]


def test_an_artwork_is_told_by_what_its_files_hold(job: Job, tmp_path: Path) -> None:
    def key(**settings: object) -> str | None:
        item = one_item(file, **settings)
        return read_materials(item, plan_item(item, Look(HashCache())).inputs).styles[0].key

    file = job(ONE)
    first = key()
    assert first == key(iterations=7)
    assert first != key(masks__style="art/night.png")
    save_picture(tmp_path / "art" / "night.png", seed=9)
    assert first != key()
    assert read_materials(one_item(file)).styles[0].key is None
