"""Paintings that are stopped and taken up again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from stylepipe.engine.losses import LossValues
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import stylize
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it, scene

ART = Style(scene(40, 56, 2))
LEFT = torch.zeros((1, 1, 48, 48))
LEFT[..., :20] = 1
QUICK = Settings(size=48, pyramid=24, iterations=(4, 3, 2))

Seen = tuple[int, int, int, int, LossValues]


class Run:
    """A painting, what was told of each of its steps, and the pictures and states after them."""

    def __init__(self, network: FeatureNetwork, asked: Settings, styles: list[Style], **how: Any) -> None:
        self.seen: list[Seen] = []
        self.pictures: list[Tensor] = []
        self.states: list[PaintingState] = []
        self.painting: Painting = stylize(scene(40, 48, 1), styles, asked, network, on_step=self._look, **how)

    def _look(self, step: Step) -> None:
        number = (step.iteration, step.scale_iteration, step.scale_number, step.scale_count)
        self.seen.append((*number, step.losses))
        self.pictures.append(step.picture().clone())
        self.states.append(as_files_keep_it(step.state()))


def assert_goes_on(network: FeatureNetwork, asked: Settings, styles: list[Style], stops: list[int], **how: Any) -> None:
    """Check that a painting that is stopped behind certain steps, and taken up, is as if it had not been."""
    whole = Run(network, asked, styles, **how)
    for done in stops:
        rest = Run(network, asked, styles, resume=whole.states[done - 1], **how)
        assert rest.seen == whole.seen[done:]
        assert all(map(torch.equal, rest.pictures, whole.pictures[done:]))
        assert rest.painting.losses == whole.painting.losses
        assert torch.equal(rest.painting.picture, whole.painting.picture)
        assert torch.equal(rest.painting.underpainting, whole.painting.underpainting)


@pytest.mark.parametrize(
    ("changed", "how"),
    [
        pytest.param({}, {}, id="lbfgs"),
        pytest.param({"optimizer": "adam"}, {}, id="adam"),
        pytest.param({"init": "noise", "seed": 5}, {}, id="noise"),
        pytest.param({"preserve_color": "luminance"}, {"ground": LEFT}, id="ground"),
        pytest.param({"preserve_color": "match", "margin": 0}, {"init": scene(30, 30, 4)}, id="an image to start from"),
    ],
)
def test_a_painting_that_is_stopped_behind_any_step_goes_on_to_the_same_bits(
    tiny_network: FeatureNetwork, changed: dict[str, object], how: dict[str, Tensor]
) -> None:
    assert_goes_on(tiny_network, QUICK.model_copy(update=changed), [ART], [*range(1, 10)], **how)


def test_memory_may_be_saved_from_the_stop_on(tiny_network: FeatureNetwork) -> None:
    whole = Run(tiny_network, QUICK, [ART])
    rest = Run(tiny_network.recomputing(), QUICK, [ART], resume=whole.states[4])
    assert torch.equal(rest.painting.picture, whole.painting.picture)
    assert rest.painting.losses == whole.painting.losses


def test_several_styles_go_on_too(tiny_network: FeatureNetwork) -> None:
    styles = [replace(ART, weight=0.6, mask=LEFT), Style(scene(50, 40, 3), scale=0.8), Style(scene(30, 30, 5))]
    assert_goes_on(tiny_network, QUICK, styles, [3, 4, 8])


def test_a_scale_that_settles_early_stays_settled(tiny_network: FeatureNetwork) -> None:
    asked = QUICK.model_copy(update={"iterations": (40, 30), "tolerance": 0.3, "pyramid": 34})
    whole = Run(tiny_network, asked, [ART])
    last_of_first = sum(seen[2] == 1 for seen in whole.seen)
    assert last_of_first < 40
    assert_goes_on(tiny_network, asked, [ART], [last_of_first - 1, last_of_first, last_of_first + 1, len(whole.seen)])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_mixture_of_settings_and_stops_tells(tiny_network: FeatureNetwork, data: st.DataObject) -> None:
    iterations = data.draw(st.lists(st.integers(1, 5), min_size=2, max_size=2))
    changed = {
        "iterations": tuple(iterations),
        "pyramid": data.draw(st.sampled_from([34, False])),
        "optimizer": data.draw(st.sampled_from(["lbfgs", "adam"])),
        "learning_rate": data.draw(st.sampled_from([None, 0.1, 3.0, 60.0])),
        "history": data.draw(st.integers(1, 4)),
        "style_loss": data.draw(st.sampled_from(["gram", "moments"])),
        "init": data.draw(st.sampled_from(["content", "noise", "style", "blend:0.5"])),
    }
    asked = QUICK.model_copy(update=changed)
    steps = len(Run(tiny_network, asked, [ART]).seen)
    assert_goes_on(tiny_network, asked, [ART], [data.draw(st.integers(1, steps))])


def test_whoever_does_not_ask_for_the_state_gets_the_same_picture(tiny_network: FeatureNetwork) -> None:
    asked = Run(tiny_network, QUICK, [ART]).painting
    assert torch.equal(stylize(scene(40, 48, 1), [ART], QUICK, tiny_network).picture, asked.picture)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"size": 64}, "scales differ"),
        ({"iterations": (4, 3, 3)}, "scales differ"),
        ({"margin": 4}, "another painting: good is"),
        ({"optimizer": "adam"}, "by lbfgs, where adam paints"),
    ],
)
def test_the_state_of_another_painting_is_refused(
    tiny_network: FeatureNetwork, changed: dict[str, object], message: str
) -> None:
    state = Run(tiny_network, QUICK, [ART]).states[3]
    with pytest.raises(ValueError, match=message):
        Run(tiny_network, QUICK.model_copy(update=changed), [ART], resume=state)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"version": 2}, "has the form 2; 1 can be read"),
        ({"version": None}, "nothing usable of version: None"),
        ({"scale": 4}, "at scale 4 of 3"),
        ({"losses": [[1.0, 2.0]]}, "nothing usable of losses"),
        ({"descent.guard.retreats": "two"}, "nothing usable of retreats: 'two'"),
    ],
)
def test_a_damaged_state_is_refused(tiny_network: FeatureNetwork, facts: dict[str, Any], message: str) -> None:
    state = Run(tiny_network, QUICK, [ART]).states[4]
    with pytest.raises(ValueError, match=message):
        Run(tiny_network, QUICK, [ART], resume=replace(state, facts={**state.facts, **facts}))


def test_a_state_without_one_of_its_tensors_is_refused(tiny_network: FeatureNetwork) -> None:
    state = Run(tiny_network, QUICK, [ART]).states[5]
    for missing in state.tensors:
        tensors = {name: tensor for name, tensor in state.tensors.items() if name != missing}
        with pytest.raises(ValueError, match=r"nothing usable of|has no tensor"):
            Run(tiny_network, QUICK, [ART], resume=replace(state, tensors=tensors))
