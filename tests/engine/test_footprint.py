from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stylepipe.engine.footprint import Allowance, Way, footprint, way_to_paint
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings

GIB = 2**30
LARGE = Settings(size="original")


def way_within(gib: float, settings: Settings = LARGE, height: int = 2731, width: int = 4096, **how: int) -> Way:
    return way_to_paint(settings, height, width, Allowance(int(gib * GIB), GIB // 2, **how))


def test_the_less_memory_there_is_the_more_is_done_without() -> None:
    ways = [way_within(gib) for gib in (30, 11, 6.5, 5.2, 4.2, 2.6, 1.8)]

    assert [way.bytes for way in ways] == sorted((way.bytes for way in ways), reverse=True)
    assert ways[0] == Way(LARGE, bytes=ways[0].bytes)
    assert ways[1].recompute
    assert ways[2].side == 1024
    assert ways[3].side in (256, 512)
    assert ways[3].settings == LARGE
    assert ways[4].settings.history < LARGE.history
    assert (ways[5].settings.optimizer, ways[5].sparing) == ("adam", False)
    assert ways[6].sparing


def test_every_way_keeps_to_what_is_allowed() -> None:
    for gib in (2, 3, 4, 8, 16, 64):
        assert way_within(gib).bytes <= gib * GIB


def test_without_an_allowance_nothing_is_done_without() -> None:
    assert way_to_paint(LARGE, 100_000, 100_000, None) == Way(LARGE)


def test_a_way_that_took_too_much_after_all_is_followed_by_the_next() -> None:
    ways = [way_within(30, spared=spared) for spared in range(30)]

    assert [ways[0].recompute, ways[1].recompute] == [False, True]
    assert [way.side for way in ways[2:5]] == [1024, 512, 256]
    assert ways[-1].sparing


def test_what_has_no_room_at_all_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        UnpaintableError, match=r"4096x2731 px need 1\.\d GiB of memory, .* may be 1\.0 GiB; set a smal"
    ):
        way_within(1)


def test_a_small_picture_is_not_cut_into_tiles() -> None:
    assert way_to_paint(LARGE, 200, 200, Allowance(GIB, GIB // 2, spared=9)).side is None


def test_an_adam_that_was_asked_for_keeps_its_rate_and_another_has_its_own() -> None:
    adam = Settings(optimizer="adam", learning_rate=0.05)
    assert way_within(1.8, adam).settings.learning_rate == 0.05
    assert way_within(1.8, Settings(learning_rate=0.5)).settings.learning_rate is None


def test_a_hundred_megapixels_need_less_than_8_gib() -> None:
    taken = GIB // 2 + 3 * 4 * 12000 * 8334
    way = way_to_paint(LARGE, 8334, 12000, Allowance(8 * GIB, taken, held=True))
    assert way.side is not None
    assert way.sparing


def test_deeper_layers_wider_networks_and_longer_histories_need_more() -> None:
    def needs(**settings: object) -> int:
        return footprint(Way(Settings(**settings)), 1000, 1000)

    assert needs(backbone="vgg19") > needs() > needs(style_layers="relu1_1", content_layers="relu1_1")
    assert needs(history=20) > needs() > needs(optimizer="adam")
    assert footprint(Way(LARGE), 1000, 1000, half=True) < footprint(Way(LARGE), 1000, 1000)


PAINT = """
import json, resource, sys
import psutil, torch
from pathlib import Path
from safetensors.torch import load_file
import stylepipe
from stylepipe.engine.footprint import Allowance, way_to_paint
from stylepipe.engine.network import LITE, FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import stylize
from stylepipe.spec.settings import Settings

height, width, spared, settings = json.loads(sys.argv[1])
torch.set_num_threads(1)
file = Path(stylepipe.__file__).parent / "data" / "lite.safetensors"
network = FeatureNetwork({name: tensor.float() for name, tensor in load_file(file).items()}, LITE)
photograph, artwork = torch.rand(1, 3, height, width), torch.rand(1, 3, 128, 128)
settings = Settings(size="original", pyramid=False, **settings)
allowance = Allowance(1 << 60, psutil.Process().memory_info().rss, held=True, spared=spared)
stylize(photograph, [Style(artwork)], settings, network.within(allowance))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
half = network.reading(settings).half
print(json.dumps([way_to_paint(settings, height, width, allowance, half=half).bytes, peak]))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's measure of a peak")
@pytest.mark.parametrize(
    ("height", "width", "spared", "settings"),
    [
        pytest.param(768, 1024, 0, {"optimizer": "adam", "iterations": 2}, id="plain"),
        pytest.param(768, 1024, 0, {"history": 4, "iterations": 6}, id="lbfgs"),
        pytest.param(768, 1024, 1, {"optimizer": "adam", "iterations": 2}, id="recomputed"),
        pytest.param(1536, 2048, 3, {"optimizer": "adam", "iterations": 2}, id="tiles"),
        pytest.param(1536, 2048, 6, {"optimizer": "adam", "iterations": 2}, id="tiles, sparing"),
    ],
)
def test_what_is_predicted_is_what_is_taken(height: int, width: int, spared: int, settings: dict[str, object]) -> None:
    asked = json.dumps([height, width, spared, settings])
    said = subprocess.run([sys.executable, "-c", PAINT, asked], capture_output=True, text=True, check=True)
    predicted, measured = json.loads(said.stdout)
    assert predicted == pytest.approx(measured, rel=0.25)
