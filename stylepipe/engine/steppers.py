"""Steps downhill, one a call: torch's own two optimisers, made fit for pictures."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from stylepipe.engine.losses import Losses, LossFunction, LossValues
from stylepipe.engine.painting_state import Json, PaintingState, apart
from stylepipe.spec.settings import Settings

BETAS = (0.9, 0.99)
MOST_SHORTENED = 5
"""Times that a step of L-BFGS is shortened in a row, in the end to less than a millionth."""
PAST = ("old_dirs", "old_stps", "ro")
"""What torch's L-BFGS lists of each past step that it remembers."""


class LBFGS:
    """One step of L-BFGS a call (Liu & Nocedal, 1989), without line search: one evaluation of the losses_of a step."""

    def __init__(self, losses_of: LossFunction, image: Tensor, settings: Settings, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        # Mean losses have gradients of 1 / pixels, which fall under L-BFGS's absolute thresholds on curvature and make
        # it stop or forget on large pictures; as a sum over pixels they do not. Its own tolerances are absolute, too.
        self._scale = float(image[0, 0].numel())
        self._torch = torch.optim.LBFGS(
            [image], lr=rate, max_iter=1, history_size=settings.history, tolerance_grad=0, tolerance_change=0
        )
        self._losses: Losses | None = None
        self._memory: dict[str, Any] = {}
        self._shortened, self._again = 0, False

    def __call__(self) -> LossValues:
        """Change the image by one step; give the losses before it."""
        if not self._again:
            self._shortened = 0
        self._again = False
        self._memory = self._remembered()
        self._torch.step(self._evaluate)  # type: ignore[no-untyped-call]
        assert self._losses is not None
        return LossValues.of(self._losses)

    def shorten(self) -> float | None:
        """Forget the last evaluation and count a share of the step that led to it; None when that does not help.

        To begin anew instead would throw the curvature away, and its first step, which knows none, is tiny. Losses are
        of fourth order in the picture, so a step can be too long by a factor of thousands: a half is followed by a
        quarter, a sixteenth, and so on.
        """
        if "t" not in self._memory or self._shortened == MOST_SHORTENED:
            return None
        share: float = 0.5 ** (2**self._shortened)
        self._shortened, self._again = self._shortened + 1, True
        self._torch.state[self._image] = self._memory | {"t": self._memory["t"] * share}
        return share

    def _remembered(self) -> dict[str, Any]:
        """Copy what torch's optimiser keeps from step to step, as far as the next one changes it in place."""
        state: dict[str, Any] = self._torch.state[self._image]
        kept: dict[str, Any] = {k: [*value] if isinstance(value, list) else value for k, value in state.items()}
        gradient = kept.get("prev_flat_grad")
        return kept if gradient is None else kept | {"prev_flat_grad": gradient.clone()}

    def _evaluate(self) -> float:
        self._torch.zero_grad()
        with torch.enable_grad():
            self._losses = self._losses_of(self._image)
            (self._losses.total * self._scale).backward()  # type: ignore[no-untyped-call]
        return float(self._losses.total.detach()) * self._scale

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        tensors: dict[str, Tensor] = {}
        facts: dict[str, Json] = {}
        for name, value in self._torch.state[self._image].items():
            if name in PAST:
                facts["past"] = len(value)
                tensors |= {f"{name}.{k}": one for k, one in enumerate(value)}
            elif isinstance(value, Tensor):
                tensors[name] = apart(value) if name == "prev_flat_grad" else value
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
            mine["prev_loss"], past = state.fact("prev_loss", float), state.fact("past", int)
            if past > self._torch.param_groups[0]["history_size"]:
                raise ValueError(f"the state of another painting: it remembers {past} steps, more than `history`")
            for name, like in zip(PAST, (flat, flat, number), strict=True):
                mine[name] = [state.tensor(f"{name}.{k}", like) for k in range(past)]
        self._torch.state[self._image] = mine

    def finish(self) -> None:
        """Box constraints would break the curvature estimate on the way, so they wait for the end."""


class Adam:
    """One step of Adam a call (Kingma & Ba, 2015), kept in [0, 1]; the result is the mean of the late iterates."""

    def __init__(self, losses_of: LossFunction, image: Tensor, iterations: int, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        self._scale = float(image[0, 0].numel())  # keeps gradients far above Adam's epsilon, whatever the size
        self._torch = torch.optim.Adam([image], lr=rate, betas=BETAS)
        self._mean = torch.zeros_like(image)
        # A window of a tenth of the run, a hundred steps at most: long enough to average the noise of single steps
        # away, short enough to forget where it started.
        self._decay = 1 - 1 / min(100.0, max(1.0, iterations / 10))
        self._forgotten = 1.0

    def __call__(self) -> LossValues:
        """Change the image by one step; give the losses before it."""
        self._torch.zero_grad()
        with torch.enable_grad():
            losses = self._losses_of(self._image)
            (losses.total * self._scale).backward()  # type: ignore[no-untyped-call]
        self._torch.step()
        with torch.no_grad():
            self._image.clamp_(0, 1)
            self._mean.lerp_(self._image, 1 - self._decay)
        self._forgotten *= self._decay
        return LossValues.of(losses)

    def shorten(self) -> float | None:
        """Adam begins anew at half the rate: its moments have seen what led astray."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step and the end depend on."""
        moments = {name: apart(value) for name, value in self._torch.state[self._image].items()}
        return PaintingState.of({**moments, "mean": apart(self._mean)}, {"forgotten": self._forgotten})

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        moments = {name: state.tensor(name, self._mean) for name in ("exp_avg", "exp_avg_sq")}
        self._torch.state[self._image] = {"step": state.tensor("step", torch.tensor(0.0)), **moments}
        self._mean, self._forgotten = state.tensor("mean", self._mean), state.fact("forgotten", float)

    def finish(self) -> None:
        """Put the mean, corrected for its start at zero, in the picture's place."""
        if self._forgotten < 1:
            self._image.copy_(self._mean / (1 - self._forgotten))
