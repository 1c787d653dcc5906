"""A painting that was stopped: what the rest of it depends on, and nothing else.

Whoever keeps it can go on exactly where a run ended. The engine knows no files, so the state is what every format can
hold: tensors by flat names, and facts in JSON's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from torch import Tensor

from stylepipe.engine.losses import LossValues
from stylepipe.engine.pyramid import Scale

Json = bool | int | float | str | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can say."""

VERSION = 1
"""Of the form that the whole state has; raised whenever a state means something else than it did."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class PaintingState:
    """A painting after one of its steps, or a part of one such as its optimiser.

    tensors: on the CPU, contiguous, each in memory of its own, as safetensors wants them. They are the painting's own,
    to be written down before its next step, which changes them: there may be no room for copies. facts: none of the
    numbers is infinite or NaN, as the guard lets no such loss past.
    """

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Json]

    @classmethod
    def of(
        cls, tensors: Mapping[str, Tensor], facts: Mapping[str, Json], **parts: PaintingState | None
    ) -> PaintingState:
        """Put a state together, with parts that are found again by name."""
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        facts = {**facts}
        for name, part in parts.items():
            if part is not None:
                tensors |= {f"{name}.{key}": tensor for key, tensor in part.tensors.items()}
                facts |= {f"{name}.{key}": fact for key, fact in part.facts.items()}
        return cls(tensors, facts)

    def part(self, name: str) -> PaintingState:
        """Give a part by its name."""
        return PaintingState(_behind(f"{name}.", self.tensors), _behind(f"{name}.", self.facts))

    def tensor(self, name: str, like: Tensor) -> Tensor:
        """Give a copy of a tensor, on the device of one that it has to be like in shape and kind of number.

        Always a copy: it will be changed, and what a file was read into may lie across the processor's vectors, along
        which sums would come out another way. Raises ValueError when it is missing or unlike.
        """
        tensor = self.tensors.get(name)
        if tensor is None:
            raise ValueError(f"the state of a painting has no tensor {name}")
        if (tensor.shape, tensor.dtype) != (like.shape, like.dtype):
            raise ValueError(
                f"the state of another painting: {name} is {tensor.dtype} {tuple(tensor.shape)}, "
                f"where {like.dtype} {tuple(like.shape)} is needed"
            )
        return tensor.detach().to(like.device, copy=True)

    def fact(self, name: str, kind: type[T]) -> T:
        """Give a fact; raises ValueError when it is missing or of another kind."""
        fact = self.facts.get(name)
        if kind is float and isinstance(fact, int):
            fact = float(fact)  # to JSON, numbers are of one kind
        if not isinstance(fact, kind):
            raise ValueError(f"the state of a painting says nothing usable of {name}: {fact!r:.50}")
        return fact

    def losses(self, name: str) -> list[LossValues]:
        """Give a fact that is a list of losses; raises ValueError when it is not."""
        rows = self.fact(name, list)
        if not all(isinstance(row, list) and [*map(type, row)] == [float] * len(LossValues._fields) for row in rows):
            raise ValueError(f"the state of a painting says nothing usable of {name}: these are no losses")
        return [LossValues(*row) for row in rows]


def stopped(
    pyramid: Sequence[Scale], number: int, losses: Sequence[LossValues], descent: Callable[[], PaintingState]
) -> PaintingState:
    """Give the state of a painting at one of its scales, counted from 1.

    losses: of the scales before. descent: gives the state of this one's.
    """
    facts: dict[str, Json] = {
        "version": VERSION,
        "pyramid": _in_numbers(pyramid),
        "scale": number,
        "losses": [[*values] for values in losses],
    }
    return PaintingState.of({}, facts, descent=descent())


def taken_up(state: PaintingState, pyramid: Sequence[Scale]) -> tuple[int, list[LossValues], PaintingState]:
    """Give back what `stopped` was given: the scale, the losses before it, and the state of its descent.

    Raises ValueError when the state is of another version or of a painting with another pyramid.
    """
    version = state.fact("version", int)
    if version != VERSION:
        raise ValueError(f"the state of a painting has the form {version}; {VERSION} can be read")
    if state.facts.get("pyramid") != _in_numbers(pyramid):
        raise ValueError("the state of another painting: its scales differ in number, size or iterations")
    number = state.fact("scale", int)
    if not 1 <= number <= len(pyramid):
        raise ValueError(f"the state of a painting is at scale {number} of {len(pyramid)}")
    return number, state.losses("losses"), state.part("descent")


def _in_numbers(pyramid: Sequence[Scale]) -> list[Json]:
    return [[scale.height, scale.width, scale.iterations] for scale in pyramid]


def _behind(prefix: str, named: Mapping[str, T]) -> dict[str, T]:
    return {name.removeprefix(prefix): value for name, value in named.items() if name.startswith(prefix)}
