"""Steps downhill, each a look at the picture and then a move: torch's own two optimisers, made fit for pictures."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from stylepipe.engine.losses import LossFunction, LossValues
from stylepipe.engine.painting_state import Json, PaintingState
from stylepipe.spec.settings import Settings

BETAS = (0.9, 0.99)
EBB = 0.2
"""Share of the steps over which those of a sparing Adam become shorter and shorter."""
MOST_SHORTENED = 5
"""Times that a step of L-BFGS is shortened in a row, in the end to less than a millionth."""
PAST = ("old_dirs", "old_stps", "ro")
"""What torch's L-BFGS lists of each past step that it remembers."""


class LBFGS:
    """Steps of L-BFGS (Liu & Nocedal, 1989), without line search: one evaluation of the losses a step."""

    def __init__(self, losses_of: LossFunction, image: Tensor, settings: Settings, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        # Mean losses have gradients of 1 / pixels, which fall under L-BFGS's absolute thresholds on curvature and make
        # it stop or forget on large pictures; as a sum over pixels they do not. Its own tolerances are absolute, too.
        self._scale, self._history = float(image[0, 0].numel()), settings.history
        self._torch = torch.optim.LBFGS(
            [image], lr=rate, max_iter=1, history_size=settings.history, tolerance_grad=0, tolerance_change=0
        )
        self._total = 0.0
        self._shortened, self._again = 0, False

    def look(self) -> LossValues:
        """Evaluate the image; give its losses."""
        if not self._again:
            self._shortened = 0
        self._again = False
        losses = evaluated(self._losses_of, self._image, self._scale)
        self._total = losses.total * self._scale
        return losses

    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        self._torch.step(lambda: self._total)  # type: ignore[no-untyped-call]
        self._image.grad = None

    def shorten(self) -> float | None:
        """Count a share of the move that led to where it was last looked at; None when that does not help.

        To begin anew instead would throw the curvature away, and its first step, which knows none, is tiny. Losses are
        of fourth order in the picture, so a step can be too long by a factor of thousands: a half is followed by a
        quarter, a sixteenth, and so on.
        """
        memory = self._torch.state[self._image]
        if "t" not in memory or self._shortened == MOST_SHORTENED:
            return None
        share: float = 0.5 ** (2**self._shortened)
        self._shortened, self._again = self._shortened + 1, True
        memory["t"] = memory["t"] * share
        return share

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        tensors: dict[str, Tensor] = {}
        facts: dict[str, Json] = {}
        for name, value in self._torch.state[self._image].items():
            if name in PAST:
                facts["past"] = len(value)
                tensors |= {f"{name}.{k}": one for k, one in enumerate(value)}
            elif isinstance(value, Tensor):
                tensors[name] = value
            elif name != "al":  # scratch paper: each step writes on it before it reads
                facts[name] = value
        return PaintingState.of(tensors, facts)

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        flat = self._image.detach().flatten()
        number = flat[0]
        mine: dict[str, Any] = {name: state.fact(name, int) for name in ("n_iter", "func_evals")}
        if mine["n_iter"]:  # else it met no slope, and has learnt nothing
            mine |= {name: state.tensor(name, flat) for name in ("d", "prev_flat_grad")}
            mine |= {name: state.number(name, number) for name in ("t", "H_diag")}
            mine["prev_loss"] = state.fact("prev_loss", float)
            past = state.fact("past", int)
            kept = range(max(0, past - self._history), past)  # another amount of memory may leave room for less
            for name, like in zip(PAST, (flat, flat, number), strict=True):
                mine[name] = [state.tensor(f"{name}.{k}", like) for k in kept]
        self._torch.state[self._image] = mine

    def finish(self) -> None:
        """Box constraints would break the curvature estimate on the way, so they wait for the end."""


class Adam:
    """Steps of Adam (Kingma & Ba, 2015), kept in [0, 1]; the result is the mean of the late iterates."""

    def __init__(self, losses_of: LossFunction, image: Tensor, iterations: int, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        self._scale = float(image[0, 0].numel())  # keeps gradients far above Adam's epsilon, whatever the size
        # Fused, it needs no copies of the picture on its way.
        self._torch = torch.optim.Adam([image], lr=rate, betas=BETAS, fused=True)
        self._mean = torch.zeros_like(image)
        # A window of a tenth of the run, a hundred steps at most: long enough to average the noise of single steps
        # away, short enough to forget where it started.
        self._decay = 1 - 1 / min(100.0, max(1.0, iterations / 10))
        self._forgotten = 1.0

    def look(self) -> LossValues:
        """Evaluate the image; give its losses."""
        return evaluated(self._losses_of, self._image, self._scale)

    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        self._torch.step()
        self._image.grad = None
        with torch.no_grad():
            self._image.clamp_(0, 1)
            self._mean.lerp_(self._image, 1 - self._decay)
        self._forgotten *= self._decay

    def shorten(self) -> float | None:
        """Adam begins anew at half the rate: its moments have seen what led astray."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step and the end depend on."""
        moments = self._torch.state[self._image]
        return PaintingState.of({**moments, "mean": self._mean}, {"forgotten": self._forgotten})

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        self._torch.state[self._image] = _moments(state, self._image)
        self._mean, self._forgotten = state.tensor("mean", self._mean), state.fact("forgotten", float)

    def finish(self) -> None:
        """Put the mean, corrected for its start at zero, in the picture's place."""
        if self._forgotten < 1:
            self._image.copy_(self._mean).div_(1 - self._forgotten)


class SparingAdam:
    """The same without a mean of iterates, where memory is short: the last steps ebb away instead."""

    def __init__(self, losses_of: LossFunction, image: Tensor, iterations: int, rate: float) -> None:
        self._losses_of, self._image, self._rate = losses_of, image.requires_grad_(True), rate
        self._scale = float(image[0, 0].numel())
        self._torch = torch.optim.Adam([image], lr=rate, betas=BETAS, fused=True)
        self._left, self._ebb = iterations, max(1.0, iterations * EBB)

    def look(self) -> LossValues:
        """Evaluate the image; give its losses."""
        return evaluated(self._losses_of, self._image, self._scale)

    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        self._torch.param_groups[0]["lr"] = self._rate * min(1.0, self._left / self._ebb)
        self._left = max(1, self._left - 1)
        self._torch.step()
        self._image.grad = None
        with torch.no_grad():
            self._image.clamp_(0, 1)

    def shorten(self) -> float | None:
        """As Adam's."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        return PaintingState.of(self._torch.state[self._image], {"left": self._left, "ebb": self._ebb})

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        self._torch.state[self._image] = _moments(state, self._image)
        self._left, self._ebb = state.fact("left", int), state.fact("ebb", float)

    def finish(self) -> None:
        """Nothing is left to do: the last iterate is the result."""


def _moments(state: PaintingState, image: Tensor) -> dict[str, Tensor]:
    moments = {name: state.tensor(name, image.detach()) for name in ("exp_avg", "exp_avg_sq")}
    return {"step": state.tensor("step", torch.zeros((), device=image.device)), **moments}


def evaluated(losses_of: LossFunction, image: Tensor, scale: float) -> LossValues:
    """Give the losses of an image, which comes to hold the total's gradient times a scale."""
    image.grad = None
    with torch.enable_grad():
        losses = losses_of(image)
        (losses.total * scale).backward()  # type: ignore[no-untyped-call]
    return LossValues.of(losses)
