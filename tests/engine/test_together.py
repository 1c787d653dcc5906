"""Several pictures painted in one pass."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from stylepipe.engine import lockstep, slope
from stylepipe.engine.losses import LossFunction, LossValues
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.regions import Style
from stylepipe.engine.slope import Slope
from stylepipe.engine.stylize import Work, stylize
from stylepipe.engine.temporal import Hold
from stylepipe.engine.together import stylize_together
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it, random_weights, scene

SETTINGS = Settings(size=64, pyramid=32, iterations=(12, 6, 4), precision="fp32", snapshots=(15,))


@pytest.fixture
def in_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this processor for one that works on while nobody waits for it."""
    monkeypatch.setattr(lockstep, "DEVICES", ("cpu",))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the pictures of each pass of the network that a step is taken from."""
    counts = list[int]()

    def counting(losses_of: LossFunction, image: torch.Tensor) -> Slope:
        counts.append(len(image))
        return slope.slope_of(losses_of, image)

    monkeypatch.setattr(lockstep, "slope_of", counting)
    return counts


def work(network: FeatureNetwork, seed: int, settings: Settings = SETTINGS, width: int = 64, **more: Any) -> Work:
    kind = network.convolution("relu1_1")[0].dtype
    return Work(scene(48, width, seed, kind), [Style(scene(40, 50, 10 + seed, kind))], settings, network, **more)


def painted(results: list[Painting | Exception]) -> list[Painting]:
    assert all(isinstance(result, Painting) for result in results)
    return [result for result in results if isinstance(result, Painting)]


def alone(of: Work) -> Painting:
    return stylize(of.content, of.styles, of.settings, of.network)


@pytest.mark.usefixtures("in_strides")
@pytest.mark.parametrize("changed", [{}, {"style_loss": "gram"}, {"optimizer": "lbfgs", "history": 3}])
def test_each_is_what_it_would_be_alone_but_for_rounding(changed: dict[str, object], at_once: list[int]) -> None:
    # L-BFGS without a search makes a new picture of a rounding in float32 within twenty steps; in float64 it cannot.
    network = FeatureNetwork(random_weights(torch.float64), dtype=torch.float64)
    works = [work(network, seed, SETTINGS.model_copy(update=changed)) for seed in range(3)]
    results = painted(stylize_together(works))
    assert at_once[:3] == [3, 3, 3]
    for one, result in zip(works, results, strict=True):
        expected = alone(one)
        assert len(result.losses) == len(expected.losses) == 22
        torch.testing.assert_close(result.picture, expected.picture, rtol=0, atol=1e-6)
        torch.testing.assert_close(torch.tensor(result.losses), torch.tensor(expected.losses), rtol=1e-5, atol=1e-7)


def test_on_a_processor_that_is_waited_for_each_is_painted_alone_to_the_bit(lite: FeatureNetwork) -> None:
    works = [work(lite, seed) for seed in range(2)]
    for one, result in zip(works, painted(stylize_together(works)), strict=True):
        assert torch.equal(result.picture, alone(one).picture)


@pytest.mark.usefixtures("in_strides")
def test_pictures_of_other_sizes_are_painted_beside(lite: FeatureNetwork, at_once: list[int]) -> None:
    works = [work(lite, 0), work(lite, 1, width=60)]
    results = painted(stylize_together(works))
    assert {*at_once} == {1}
    assert all(torch.equal(result.picture, alone(one).picture) for one, result in zip(works, results, strict=True))


@pytest.mark.usefixtures("in_strides")
def test_what_ends_one_does_not_end_the_others(lite: FeatureNetwork) -> None:
    def stop(step: Step) -> None:
        if step.iteration > 12:
            raise TimeoutError

    broken = Work(scene(48, 64), [Style(scene(32, 32), source_mask=torch.zeros(1, 1, 32, 32))], SETTINGS, lite)
    stopped, fine, refused, painting = stylize_together(
        [work(lite, 0, on_step=stop), work(lite, 1), broken, work(lite, 2)]
    )
    assert isinstance(stopped, TimeoutError)
    assert isinstance(refused, UnpaintableError)
    assert isinstance(fine, Painting)
    assert isinstance(painting, Painting)
    assert len(fine.losses) == len(painting.losses) == 22


@pytest.mark.usefixtures("in_strides")
def test_a_stopped_one_goes_on_alone_from_what_it_kept(lite: FeatureNetwork) -> None:
    states = dict[int, PaintingState]()

    def keep(step: Step) -> None:
        states[step.iteration] = as_files_keep_it(step.state())

    works = [work(lite, 0, on_step=keep), work(lite, 1)]
    whole, _ = painted(stylize_together(works))
    assert [*states] == [10, 12, 15, 18, 22]
    for state in states.values():
        rest = stylize(works[0].content, works[0].styles, SETTINGS, lite, resume=state)
        assert len(rest.losses) == 22
        assert rest.losses[-1].total == pytest.approx(whole.losses[-1].total, rel=0.1)


HALF = torch.cat([torch.ones(1, 1, 48, 32), torch.zeros(1, 1, 48, 32)], 3)


@pytest.mark.parametrize(
    ("style", "more"),
    [
        pytest.param({}, {}, id="plain"),
        pytest.param({"mask": HALF}, {"ground": HALF.flip(3).clamp_min(0.5)}, id="masked"),
        pytest.param({}, {"hold": Hold(scene(48, 64, 7), HALF, 2.0)}, id="held"),
    ],
)
def test_in_strides_a_picture_alone_is_the_same_to_the_bit_and_told_where_it_is_to_be_shown(
    lite: FeatureNetwork, monkeypatch: pytest.MonkeyPatch, style: dict[str, Any], more: dict[str, Any]
) -> None:
    def seen() -> dict[int, tuple[torch.Tensor, LossValues]]:
        steps = dict[int, tuple[torch.Tensor, LossValues]]()

        def look(step: Step) -> None:
            steps[step.iteration] = step.picture(), step.losses

        stylize(scene(48, 64), [Style(scene(40, 50, 1), **style)], SETTINGS, lite, on_step=look, **more)
        return steps

    each = seen()
    monkeypatch.setattr(lockstep, "DEVICES", ("cpu",))
    some = seen()
    assert [*each] == [*range(1, 23)]
    assert [*some] == [10, 12, 15, 18, 22]
    for number, (picture, losses) in some.items():
        assert torch.equal(picture, each[number][0])
        assert losses == each[number][1]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_each_begins_as_it_would_alone_and_ends_as_well() -> None:
    network = FeatureNetwork(random_weights(), device="cuda")
    works = [work(network, seed) for seed in range(3)]
    for one, result in zip(works, painted(stylize_together(works)), strict=True):
        expected = alone(one)
        for found, wanted in zip(result.losses[:6], expected.losses[:6], strict=True):
            assert found.total == pytest.approx(wanted.total, rel=1e-2)
        assert result.losses[-1].total == pytest.approx(expected.losses[-1].total, rel=0.1)
