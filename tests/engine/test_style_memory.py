"""Artworks that are measured once."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from stylepipe.engine.regions import Style
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import recoloured, stylize
from stylepipe.spec.settings import Settings

from .conftest import CountingNetwork, scene

MASK = scene(64, 50, 9)[:, :1]
QUICK = Settings(size=64, iterations=(1,), pyramid=45)


def night(key: str | None = "night") -> Style:
    return Style(scene(64, 50, 1), source_mask=MASK, key=key)


def wave(key: str | None = "wave") -> Style:
    return Style(scene(40, 90, 2), weight=0.5, scale=0.8, key=key)


def test_one_memory_for_all_kinds_of_paintings_changes_no_bit() -> None:
    memory = StyleMemory()
    ways = [
        {},
        {"style_loss": "gram"},
        {"pooling": "average"},
        {"pooling": "average", "normalization": "paper", "style_loss": "gram"},
        {"precision": "bf16"},
        {"style_scale": 0.5},
        {"style_layers": {"relu1_1": 1.0, "relu3_1": 1.0}},
        {"content_layers": {"relu2_1": 1.0}},
        {"preserve_color": "match"},
        {"size": 48},
        {"style_blend": "losses"},
    ]
    kinds = [(network, way) for network in (CountingNetwork(), CountingNetwork(seed=8)) for way in ways]
    for network, changed in kinds:
        settings = QUICK.model_copy(update=changed)
        forgetful = stylize(scene(64, 64), [night(None), wave(None)], settings, network)
        for _ in range(2):
            remembering = stylize(scene(64, 64), [night(), wave()], settings, network, memory=memory)
            assert torch.equal(remembering.picture, forgetful.picture)
            assert remembering.losses == forgetful.losses


def test_the_next_picture_measures_no_artwork_again() -> None:
    network, memory = CountingNetwork(), StyleMemory()

    def artworks_measured(photograph: Tensor, *styles: Style) -> int:
        network.sizes.clear()
        stylize(photograph, styles, QUICK, network, memory=memory)
        return sum(height != width for height, width in network.sizes)  # the photographs are square

    assert artworks_measured(scene(64, 64), night()) > 0
    kept = memory.bytes
    assert artworks_measured(scene(64, 64, 5), night()) == 0
    # Where on the picture it is painted, and how strongly, makes no other artwork of it.
    assert artworks_measured(scene(64, 64), replace(night(), mask=scene(9, 9)[:, :1], weight=3.0)) == 0
    assert memory.bytes == kept > 0
    assert artworks_measured(scene(64, 64), night(), wave()) > 0
    assert memory.bytes > kept


def test_an_artwork_without_a_key_is_never_remembered() -> None:
    memory = StyleMemory()
    stylize(scene(64, 64), [night(None)], QUICK, CountingNetwork(), memory=memory)
    assert memory.bytes == 0


def test_an_artwork_in_the_photographs_colours_has_no_key() -> None:
    settings = QUICK.model_copy(update={"preserve_color": "match"})
    assert [style.key for style in recoloured([night(), wave()], scene(64, 64), settings)] == [None, None]
    assert [style.key for style in recoloured([night(), wave()], scene(64, 64), QUICK)] == ["night", "wave"]


def test_what_was_not_used_for_longest_is_forgotten_first() -> None:
    memory, network = StyleMemory(most_bytes=2 * 440), CountingNetwork()
    measured: list[str] = []

    def recall(key: str) -> None:
        def measure() -> dict[str, tuple[Tensor, Tensor]]:
            measured.append(key)
            return {"relu1_1": (torch.zeros(100), torch.zeros(10))}

        memory.recall(night(key), (64, 50), network, "anything", measure)

    for key in ("one", "two", "one", "three", "one", "two"):
        recall(key)
    assert measured == ["one", "two", "three", "two"]
    assert memory.bytes == 2 * 440


@pytest.mark.parametrize("most_bytes", [0, 100, 20_000])
def test_a_memory_that_is_too_small_changes_no_bit_and_keeps_its_bound(most_bytes: int) -> None:
    memory, network = StyleMemory(most_bytes), CountingNetwork()
    forgetful = stylize(scene(64, 64), [night(), wave()], QUICK, network).picture
    for _ in range(2):
        assert torch.equal(stylize(scene(64, 64), [night(), wave()], QUICK, network, memory=memory).picture, forgetful)
        assert memory.bytes <= most_bytes
