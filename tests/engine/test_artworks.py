"""What is measured of an artwork, whatever its size and however much of it counts."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from stylepipe.engine import artworks
from stylepipe.engine.artworks import content_statistics, style_statistics
from stylepipe.engine.network import FeatureNetwork, mask_at
from stylepipe.engine.products import second_moment_and_mean
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.units import energy_and_mean
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings

from .conftest import CountingNetwork, scene

LAYERS = Settings(style_layers="relu2_1", content_layers=("relu1_1", "relu3_1"))


@pytest.mark.parametrize("masked", [False, True])
def test_a_large_artwork_is_measured_in_tiles_and_is_the_same(monkeypatch: pytest.MonkeyPatch, *, masked: bool) -> None:
    network = CountingNetwork()
    style = Style(scene(150, 170, 3), source_mask=scene(150, 170, 4)[:, :1].round() if masked else None)

    def measured() -> list[Tensor]:
        how = (style, 170, Settings(), network, StyleMemory())
        return [
            tensor
            for found in (style_statistics, content_statistics)
            for pair in found(*how).values()
            for tensor in pair
        ]

    whole = measured()
    assert network.sizes == [(150, 170)] * 2
    monkeypatch.setattr(artworks, "MOST_AT_ONCE", 150 * 170 - 1)
    monkeypatch.setattr(artworks, "SIDE", 32)
    for one, other in zip(whole, measured(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    assert len(network.sizes) > 2 + 2 * 16


@pytest.mark.parametrize(("longest", "size"), [(80, (40, 80)), (500, (60, 120))])
def test_it_is_measured_as_large_as_it_is_beside_the_picture_and_where_it_counts(
    tiny_network: FeatureNetwork, longest: int, size: tuple[int, int]
) -> None:
    image, mask = scene(60, 120), scene(60, 120, 1)[:, :1].round()
    style, memory = Style(image, source_mask=mask), StyleMemory()
    seen = tiny_network(resize(image, *size), ["relu1_1", "relu2_1", "relu3_1"])

    counts = mask_at(resize(mask, *size), "relu2_1")
    of_style = style_statistics(style, longest, LAYERS, tiny_network, memory)
    assert [*of_style] == ["relu2_1"]
    torch.testing.assert_close(of_style["relu2_1"], second_moment_and_mean(seen["relu2_1"], counts))
    # How it is unlike a photograph is told by all of it, whatever counts as style.
    of_content = content_statistics(style, longest, LAYERS, tiny_network, memory)
    assert [*of_content] == ["relu1_1", "relu3_1"]
    for layer, found in of_content.items():
        torch.testing.assert_close(found, energy_and_mean(seen[layer]))


@pytest.mark.parametrize("most", [1, artworks.MOST_AT_ONCE])
def test_an_artwork_of_which_nothing_counts_is_refused(
    tiny_network: FeatureNetwork, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(artworks, "MOST_AT_ONCE", most)
    style = Style(scene(32, 32), source_mask=torch.zeros((1, 1, 32, 32)))
    with pytest.raises(UnpaintableError, match="masked or transparent everywhere"):
        style_statistics(style, 32, Settings(), tiny_network, StyleMemory())
