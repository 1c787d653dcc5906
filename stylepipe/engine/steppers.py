"""Steps downhill, each a look at the picture and then a move, by optimisers made fit for pictures."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from stylepipe.engine.lbfgs import Course, Pair, first_course, next_course
from stylepipe.engine.losses import Losses
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.slope import Slope
from stylepipe.spec.settings import Settings

BETAS = (0.9, 0.99)
EPSILON = 1e-8
EBB = 0.2
"""Share of the steps over which those of a sparing Adam become shorter and shorter."""
MOST_SHORTENED = 5
"""Times that a step of L-BFGS is shortened in a row, in the end to less than a millionth."""
_AT_ONCE = 1 << 24
"""Numbers that Adam works on together: what it writes on its way is no larger."""


class LBFGS:
    """Steps of L-BFGS, one evaluation of the losses each; of an image (1, 3, H, W), or of several side by side."""

    def __init__(self, slope: Slope, image: Tensor, settings: Settings, rate: float) -> None:
        self._slope, self._image = slope, image.requires_grad_(True)
        self._history, self._rate = settings.history, rate
        self.course: Course | None = None
        self._gradient: Tensor | None = None
        self._shortened, self._again = 0, False

    def look(self) -> Losses:
        """Evaluate the image; give its losses, which are good until the next look."""
        if not self._again:
            self._shortened = 0
        self._again = False
        losses, self._gradient = self._slope()
        return losses

    @torch.no_grad()
    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        assert self._gradient is not None
        # Each picture as a vector, or the only one.
        gradient, self._gradient = self._gradient.flatten(1 if len(self._image) > 1 else 0), None
        if self.course is None:
            self.course = first_course(gradient, self._rate)
        else:
            self.course = next_course(self.course, gradient, self._history, self._rate)
        self._image.addcmul_(self.course.direction.view_as(self._image), self.course.length.view(-1, 1, 1, 1))

    def shorten(self) -> float | None:
        """Count a share of the move that led to where it was last looked at; None when that does not help.

        To begin anew instead would throw the curvature away, and its first step, which knows none, is tiny. Losses are
        of fourth order in the picture, so a step can be too long by a factor of thousands: a half is followed by a
        quarter, a sixteenth, and so on.
        """
        if self.course is None or self._shortened == MOST_SHORTENED:
            return None
        share: float = 0.5 ** (2**self._shortened)
        self._shortened, self._again = self._shortened + 1, True
        self.course = replace(self.course, length=self.course.length * share)
        return share

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        return state_of(self.course)

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        if state.facts.get("past", 0) is None:
            return
        past = state.fact("past", int)
        kept = range(max(0, past - self._history), past)  # another amount of memory may leave room for less
        flat = self._image.detach().flatten()
        number = flat[0]
        direction, gradient = (state.tensor(name, flat) for name in ("direction", "gradient"))
        length, scale = (state.tensor(name, number) for name in ("length", "scale"))
        likes = {"change": flat, "step": flat, "inverse": number}
        pairs = (Pair(*(state.tensor(f"{n}.{k}", like) for n, like in likes.items())) for k in kept)
        self.course = Course(direction, length, gradient, scale, tuple(pairs))

    def finish(self) -> None:
        """Box constraints would break the curvature estimate on the way, so they wait for the end."""


def state_of(course: Course | None) -> PaintingState:
    """Give what L-BFGS's step after this one depends on, of one picture."""
    if course is None:
        return PaintingState.of({}, {"past": None})
    tensors = {name: getattr(course, name) for name in ("direction", "length", "gradient", "scale")}
    for k, pair in enumerate(course.pairs):
        tensors |= {f"{name}.{k}": tensor for name, tensor in pair._asdict().items()}
    return PaintingState.of(tensors, {"past": len(course.pairs)})


class Adam:
    """Steps of Adam (Kingma & Ba, 2015), kept in [0, 1]; the result is the mean of the late iterates."""

    def __init__(self, slope: Slope, image: Tensor, iterations: int, rate: float) -> None:
        self._slope, self._image, self._rate = slope, image.requires_grad_(True), rate
        self._moments = _Moments(image)
        self._gradient: Tensor | None = None
        self._mean = torch.zeros_like(image, requires_grad=False)
        # A window of a tenth of the run, a hundred steps at most: long enough to average the noise of single steps
        # away, short enough to forget where it started.
        self._decay = 1 - 1 / min(100.0, max(1.0, iterations / 10))
        self._forgotten = 1.0

    def look(self) -> Losses:
        """Evaluate the image; give its losses."""
        losses, self._gradient = self._slope()
        return losses

    @torch.no_grad()
    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        assert self._gradient is not None
        self._moments.move(self._image, self._gradient, self._rate)
        self._gradient = None
        self._mean.lerp_(self._image, 1 - self._decay)
        self._forgotten *= self._decay

    def shorten(self) -> float | None:
        """Adam begins anew at half the rate: its moments have seen what led astray."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step and the end depend on."""
        facts = {"forgotten": self._forgotten}
        return PaintingState.of({"mean": self._mean}, facts, moments=self._moments.state())

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        self._moments.take_up(state.part("moments"))
        self._mean, self._forgotten = state.tensor("mean", self._mean), state.fact("forgotten", float)

    def finish(self) -> None:
        """Put the mean, corrected for its start at zero, in the picture's place."""
        if self._forgotten < 1:
            self._image.copy_(self._mean).div_(1 - self._forgotten)


class SparingAdam:
    """The same without a mean of iterates, where memory is short: the last steps ebb away instead."""

    def __init__(self, slope: Slope, image: Tensor, iterations: int, rate: float) -> None:
        self._slope, self._image, self._rate = slope, image.requires_grad_(True), rate
        self._moments = _Moments(image)
        self._gradient: Tensor | None = None
        self._left, self._ebb = iterations, max(1.0, iterations * EBB)

    def look(self) -> Losses:
        """Evaluate the image; give its losses."""
        losses, self._gradient = self._slope()
        return losses

    @torch.no_grad()
    def move(self) -> None:
        """Change the image by a step from where it was last looked at."""
        assert self._gradient is not None
        self._moments.move(self._image, self._gradient, self._rate * min(1.0, self._left / self._ebb))
        self._gradient, self._left = None, max(1, self._left - 1)

    def shorten(self) -> float | None:
        """As Adam's."""
        return None

    def state(self) -> PaintingState:
        """Give what the next step depends on."""
        return PaintingState.of({}, {"left": self._left, "ebb": self._ebb}, moments=self._moments.state())

    def take_up(self, state: PaintingState) -> None:
        """Go on where another one was; raises ValueError when that painted another picture."""
        self._moments.take_up(state.part("moments"))
        self._left, self._ebb = state.fact("left", int), state.fact("ebb", float)

    def finish(self) -> None:
        """Nothing is left to do: the last iterate is the result."""


class _Moments:
    """The means of gradients and of their squares, and the steps of torch.optim.Adam; lbfgs.py says why not its own."""

    def __init__(self, image: Tensor) -> None:
        self._first, self._second = (torch.zeros_like(image, requires_grad=False) for _ in range(2))
        self._steps = 0

    def move(self, image: Tensor, gradient: Tensor, rate: float) -> None:
        """Take a step of that rate, and stay in [0, 1]."""
        (one, two), self._steps = BETAS, self._steps + 1
        length, known = rate / (1 - one**self._steps), (1 - two**self._steps) ** 0.5
        whole = (image.detach(), gradient, self._first, self._second)
        for part, slope, first, second in zip(*(torch.split(t.view(-1), _AT_ONCE) for t in whole), strict=True):
            first.lerp_(slope, 1 - one)
            second.mul_(two).addcmul_(slope, slope, value=1 - two)
            part.addcdiv_(first, (second.sqrt() / known).add_(EPSILON), value=-length).clamp_(0, 1)

    def state(self) -> PaintingState:
        tensors = {"first": self._first, "second": self._second}
        return PaintingState.of(tensors, {"steps": self._steps})

    def take_up(self, state: PaintingState) -> None:
        self._first, self._second = (state.tensor(name, self._first) for name in ("first", "second"))
        self._steps = state.fact("steps", int)
