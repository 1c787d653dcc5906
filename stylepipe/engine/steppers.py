"""Steps downhill, one a call, by two optimisers made fit for pictures."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from stylepipe.engine.lbfgs import Course, Pair, first_course, next_course
from stylepipe.engine.losses import Losses, LossFunction, LossValues
from stylepipe.engine.painting_state import PaintingState, apart
from stylepipe.spec.settings import Settings

BETAS = (0.9, 0.99)
EPSILON = 1e-8
MOST_SHORTENED = 5
"""Times that a step of L-BFGS is shortened in a row, in the end to less than a millionth."""


class LBFGS:
    """One step of L-BFGS a call, and one evaluation of the losses_of a step."""

    def __init__(self, losses_of: LossFunction, image: Tensor, settings: Settings, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        self._history, self._rate = settings.history, rate
        self._course: Course | None = None
        self._before: Course | None = None
        self._shortened, self._again = 0, False

    def __call__(self) -> LossValues:
        """Change the image by one step; give the losses before it."""
        if not self._again:
            self._shortened = 0
        self._again = False
        losses, gradient = _slope(self._losses_of, self._image)
        gradient = gradient.flatten()
        self._before, last = self._course, self._course
        if last is None:
            self._course = first_course(gradient, self._rate)
        else:
            self._course = next_course(last, gradient, self._history, self._rate)
        if self._course.leads_downhill:
            self._image.addcmul_(self._course.direction.view_as(self._image), self._course.length)
        return LossValues.of(losses)

    def shorten(self) -> float | None:
        """Forget the last evaluation and count a share of the step that led to it; None when that does not help.

        To begin anew instead would throw the curvature away, and its first step, which knows none, is tiny. Losses are
        of fourth order in the picture, so a step can be too long by a factor of thousands: a half is followed by a
        quarter, a sixteenth, and so on.
        """
        if self._before is None or self._shortened == MOST_SHORTENED:
            return None
        share: float = 0.5 ** (2**self._shortened)
        self._shortened, self._again = self._shortened + 1, True
        self._course = replace(self._before, length=self._before.length * share)
        return share

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        course = self._course
        if course is None:
            return PaintingState.of({}, {"past": None})
        tensors = {name: getattr(course, name) for name in ("direction", "length", "gradient", "scale")}
        for k, pair in enumerate(course.pairs):
            tensors |= {f"{name}.{k}": tensor for name, tensor in pair._asdict().items()}
        return PaintingState.of(tensors, {"past": len(course.pairs)})

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        if state.facts.get("past", 0) is None:
            return
        past = state.fact("past", int)
        if past > self._history:
            raise ValueError(f"the state of another painting: it remembers {past} steps, more than `history`")
        flat = self._image.detach().flatten()
        number = flat[0]
        direction, gradient = (state.tensor(name, flat) for name in ("direction", "gradient"))
        length, scale = (state.tensor(name, number) for name in ("length", "scale"))
        likes = {"change": flat, "step": flat, "inverse": number}
        pairs = (Pair(*(state.tensor(f"{n}.{k}", like) for n, like in likes.items())) for k in range(past))
        self._course = Course(direction, length, gradient, scale, tuple(pairs))

    def finish(self) -> None:
        """Box constraints would break the curvature estimate on the way, so they wait for the end."""


class Adam:
    """One step of Adam a call (Kingma & Ba, 2015), kept in [0, 1]; the result is the mean of the late iterates."""

    def __init__(self, losses_of: LossFunction, image: Tensor, iterations: int, rate: float) -> None:
        self._losses_of, self._image, self._rate = losses_of, image.requires_grad_(True), rate
        self._steps = 0
        self._first, self._second, self._mean = (torch.zeros_like(image, requires_grad=False) for _ in range(3))
        # A window of a tenth of the run, a hundred steps at most: long enough to average the noise of single steps
        # away, short enough to forget where it started.
        self._decay = 1 - 1 / min(100.0, max(1.0, iterations / 10))
        self._forgotten = 1.0

    def __call__(self) -> LossValues:
        """Change the image by one step; give the losses before it."""
        losses, gradient = _slope(self._losses_of, self._image)
        self._move(gradient)
        self._image.clamp_(0, 1)
        self._mean.lerp_(self._image, 1 - self._decay)
        self._forgotten *= self._decay
        return LossValues.of(losses)

    def _move(self, gradient: Tensor) -> None:
        """Move as torch.optim.Adam does; lbfgs.py says why that is not called."""
        (one, two), self._steps = BETAS, self._steps + 1
        self._first.lerp_(gradient, 1 - one)
        self._second.mul_(two).addcmul_(gradient, gradient, value=1 - two)
        length, known = self._rate / (1 - one**self._steps), (1 - two**self._steps) ** 0.5
        self._image.addcdiv_(self._first, (self._second.sqrt() / known).add_(EPSILON), value=-length)

    def shorten(self) -> float | None:
        """Adam begins anew at half the rate: its moments have seen what led astray."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step and the end depend on."""
        tensors = {"first": apart(self._first), "second": apart(self._second), "mean": apart(self._mean)}
        return PaintingState.of(tensors, {"steps": self._steps, "forgotten": self._forgotten})

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        self._first, self._second, self._mean = (state.tensor(n, self._mean) for n in ("first", "second", "mean"))
        self._steps, self._forgotten = state.fact("steps", int), state.fact("forgotten", float)

    def finish(self) -> None:
        """Put the mean, corrected for its start at zero, in the picture's place."""
        if self._forgotten < 1:
            self._image.copy_(self._mean / (1 - self._forgotten))


def _slope(losses_of: LossFunction, image: Tensor) -> tuple[Losses, Tensor]:
    """Give an image's losses, and their gradient as a sum over pixels instead of a mean.

    A mean has gradients of 1 / pixels, which on large pictures fall under L-BFGS's threshold on curvature, and under
    Adam's epsilon.
    """
    with torch.enable_grad():
        losses = losses_of(image)
        (gradient,) = torch.autograd.grad(losses.total * float(image[0, 0].numel()), image)
    return losses, gradient
