from __future__ import annotations

import pytest
import torch
from torch import Tensor

from stylepipe.engine.descent import Descent
from stylepipe.engine.losses import Losses, LossFunction
from stylepipe.errors import DivergedError
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it

AIM = torch.linspace(0.2, 0.8, 3 * 8 * 8).view(1, 3, 8, 8)


def bowl(image: Tensor) -> Losses:
    total = ((image - AIM) * torch.linspace(1, 10, 8)).square().mean()
    return Losses(total, total, total, total)


def cliff(image: Tensor) -> Losses:
    # Beyond 0.7 there is nothing: a full step from 0.5 falls off, a shorter one does not.
    total = bowl(image).total + torch.where(image.max() > 0.7, torch.nan, 0.0)
    return Losses(total, total, total, total)


def gorge(image: Tensor) -> Losses:
    # Walls that no curvature measured at the start tells of: the second step runs into them.
    total = bowl(image).total + 1e5 * ((image - 0.5).abs() - 0.05).clamp_min(0).square().mean()
    return Losses(total, total, total, total)


def crack(image: Tensor) -> Losses:
    total = bowl(image).total + 1e8 * ((image - 0.5).abs() - 0.0005).clamp_min(0).square().mean()
    return Losses(total, total, total, total)


def step_up(image: Tensor) -> Losses:
    # Uphill beyond 0.1 from where it begins, but not so far that a step is refused.
    total = bowl(image).total + 3 * torch.where((image - 0.5).abs().max() > 0.1, 1.0, 0.0)
    return Losses(total, total, total, total)


class Sticky(torch.autograd.Function):
    """A slope too small for a float32 step of L-BFGS, but not for Adam, whose steps have their own length."""

    @staticmethod
    def forward(ctx: object, image: Tensor) -> Tensor:
        return (image - AIM).square().mean()

    @staticmethod
    def backward(ctx: object, slope: Tensor) -> Tensor:
        return slope * torch.full_like(AIM, 1e-12) * torch.sign(0.4 - AIM)


def sticky(image: Tensor) -> Losses:
    total = Sticky.apply(image)
    return Losses(total, total, total, total)


def grey() -> Tensor:
    return torch.full((1, 3, 8, 8), 0.5)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_image_reaches_the_bottom_of_a_bowl(optimizer: str) -> None:
    image = grey()
    list(Descent(bowl, image, Settings(optimizer=optimizer), 150))
    torch.testing.assert_close(image, AIM, atol=0.02, rtol=0)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_the_image_ends_in_the_box_and_without_a_gradient(optimizer: str) -> None:
    def outside(image: Tensor) -> Losses:
        total = (image - 3).square().mean()
        return Losses(total, total, total, total)

    image = grey()
    list(Descent(outside, image, Settings(optimizer=optimizer), 60))
    assert not image.requires_grad
    torch.testing.assert_close(image, torch.ones_like(image), atol=0.05, rtol=0)
    assert image.max() <= 1


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_step_into_nan_is_taken_back_and_shortened(optimizer: str) -> None:
    image = grey()
    values = list(
        Descent(cliff, image, Settings(optimizer=optimizer, learning_rate=0.4 if optimizer == "adam" else None), 20)
    )
    assert torch.isfinite(image).all()
    assert image.max() <= 0.7
    assert values[-1].total < values[0].total


def test_an_objective_that_is_never_finite_is_an_error_and_no_picture() -> None:
    def broken(image: Tensor) -> Losses:
        total = (image * torch.nan).mean()
        return Losses(total, total, total, total)

    with pytest.raises(DivergedError, match="no finite picture"):
        list(Descent(broken, grey(), Settings(), 20))


def test_a_last_step_far_uphill_is_taken_back() -> None:
    def spike(image: Tensor) -> Losses:
        total = bowl(image).total + (1e6 if image.std() > 0 else 0.0)
        return Losses(total, total, total, total)

    image = grey()
    list(Descent(spike, image, Settings(optimizer="adam"), 1))
    assert torch.equal(image, grey())


def test_lbfgs_halves_a_step_that_is_too_long_and_keeps_what_it_has_learnt() -> None:
    image = grey()
    list(Descent(gorge, image, Settings(), 6))

    # Beginning anew each time ends at 0.95, from 1.18.
    assert gorge(image).total < 0.9


def test_lbfgs_finds_back_from_a_step_that_is_thousands_of_times_too_long() -> None:
    image = grey()
    values = list(Descent(crack, image, Settings(), 12))

    assert len(values) == 12
    assert crack(image).total < values[0].total


def test_lbfgs_that_stands_still_hands_over_to_adam() -> None:
    image = grey()
    values = list(Descent(sticky, image, Settings(), 12))
    assert len(values) == 12
    assert not torch.equal(image, grey())


def test_tolerance_stops_when_ten_steps_gain_too_little() -> None:
    all_steps = list(Descent(bowl, grey(), Settings(optimizer="adam"), 300))
    fewer = list(Descent(bowl, grey(), Settings(optimizer="adam", tolerance=0.05), 300))
    assert 10 < len(fewer) < len(all_steps) == 300


def test_a_sparing_adam_reaches_the_bottom_without_a_mean_of_its_iterates() -> None:
    image = grey()
    list(Descent(bowl, image, Settings(optimizer="adam"), 150, sparing=True))
    torch.testing.assert_close(image, AIM, atol=0.02, rtol=0)


def test_a_sparing_adam_goes_on_behind_any_step_to_the_bit() -> None:
    settings, image = Settings(optimizer="adam", learning_rate=0.4), grey()
    descent = Descent(cliff, image, settings, 12, sparing=True)
    states = [as_files_keep_it(descent.state()) for _ in descent]
    for state in states:
        again = torch.rand_like(image)
        list(Descent(cliff, again, settings, 12, state, sparing=True))
        assert torch.equal(again, image)
    with pytest.raises(ValueError, match="the state of another painting"):
        Descent(cliff, image, settings, 12, states[0])


def test_lbfgs_takes_up_of_its_past_what_it_has_room_for() -> None:
    descent = Descent(bowl, grey(), Settings(), 8)
    state = [as_files_keep_it(descent.state()) for _ in descent][-2]
    image = grey()
    list(Descent(bowl, image, Settings(history=2), 30, state))
    torch.testing.assert_close(image, AIM, atol=0.02, rtol=0)


def test_a_flat_objective_stops_at_once() -> None:
    def flat(image: Tensor) -> Losses:
        total = (image * 0).sum()
        return Losses(total, total, total, total)

    image = grey()
    assert len(list(Descent(flat, image, Settings(), 100))) == 1
    assert torch.equal(image, grey())


def test_steps_that_only_lead_uphill_end_with_the_best_picture_on_the_way() -> None:
    image = grey()
    values = list(Descent(bowl, image, Settings(optimizer="adam", learning_rate=0.9), 8))
    assert bowl(image).total <= values[0].total


def test_painting_ends_before_its_iterations_when_no_step_leads_further() -> None:
    calls = 0

    def breaks_down(image: Tensor) -> Losses:
        nonlocal calls
        calls += 1
        total = bowl(image).total * (1.0 if calls <= 6 else torch.nan)
        return Losses(total, total, total, total)

    image = grey()
    values = list(Descent(breaks_down, image, Settings(), 20))
    assert 2 <= len(values) <= 6
    assert bowl(image).total < bowl(grey()).total


@pytest.mark.parametrize(
    ("losses_of", "changed"),
    [
        pytest.param(bowl, {}, id="lbfgs"),
        pytest.param(bowl, {"history": 2}, id="lbfgs that forgets"),
        pytest.param(bowl, {"optimizer": "adam"}, id="adam"),
        pytest.param(bowl, {"optimizer": "adam", "tolerance": 0.2}, id="adam that settles"),
        pytest.param(step_up, {"optimizer": "adam"}, id="uphill, where the best picture counts"),
        pytest.param(cliff, {}, id="lbfgs that is taken back"),
        pytest.param(cliff, {"optimizer": "adam", "learning_rate": 0.4}, id="adam that is taken back"),
        pytest.param(gorge, {}, id="lbfgs that is shortened"),
        pytest.param(crack, {"learning_rate": 0.7}, id="lbfgs that is shortened much"),
        pytest.param(sticky, {}, id="lbfgs that hands over"),
    ],
)
def test_going_on_behind_any_step_ends_at_the_same_image_to_the_bit(
    losses_of: LossFunction, changed: dict[str, object]
) -> None:
    settings, image = Settings().model_copy(update=changed), grey()
    descent = Descent(losses_of, image, settings, 16)
    states = [as_files_keep_it(descent.state()) for _ in descent]
    for done, state in enumerate(states, start=1):
        again = torch.rand_like(image)
        rest = Descent(losses_of, again, settings, 16, state)
        assert len(list(rest)) == len(states) - done
        assert rest.values == descent.values
        assert torch.equal(again, image)


def test_a_state_that_is_written_down_can_be_taken_up_twice() -> None:
    first, image = grey(), grey()
    descent = Descent(bowl, first, Settings(), 9)
    states = [as_files_keep_it(descent.state()) for _ in descent]
    for _ in range(2):
        list(Descent(bowl, image, Settings(), 9, states[3]))
        assert torch.equal(image, first)


def test_the_state_of_another_image_or_optimizer_is_refused() -> None:
    descent = Descent(bowl, grey(), Settings(optimizer="adam"), 9)
    next(iter(descent))
    state = as_files_keep_it(descent.state())
    with pytest.raises(ValueError, match=r"another painting: good is .* \(1, 3, 8, 8\), where .* \(1, 3, 8, 9\)"):
        Descent(bowl, torch.zeros(1, 3, 8, 9), Settings(optimizer="adam"), 9, state)
    # What L-BFGS hands over to Adam is taken up by an L-BFGS; the other way round there is no such thing.
    Descent(bowl, grey(), Settings(), 9, state)
    by_lbfgs = Descent(bowl, grey(), Settings(), 9)
    next(iter(by_lbfgs))
    with pytest.raises(ValueError, match="by lbfgs, where adam paints"):
        Descent(bowl, grey(), Settings(optimizer="adam"), 9, by_lbfgs.state())
