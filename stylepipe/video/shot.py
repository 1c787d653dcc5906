"""Painting the frames of one shot, each from the last.

The first is painted like any picture. A later one starts from the last painted frame, moved along with what the frames
show, and is held to it where the motion can be relied on (M. Ruder, A. Dosovitskiy, T. Brox, Artistic Style Transfer
for Videos, GCPR 2016): a few steps are enough, and what does not change in the clip does not change in the painting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.engine.calibration import calibrate
from stylepipe.engine.losses import LossValues
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.regions import Style
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import recoloured, stylize
from stylepipe.engine.temporal import Hold
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.drift import MORE_ITERATIONS, has_drifted, led_back, look_of
from stylepipe.video.flow import Frame, Picture
from stylepipe.video.measures import difference
from stylepipe.video.new_ground import with_new_ground_apart
from stylepipe.video.pixels import picture_of, tensor_of
from stylepipe.video.preparation import PreparedFrame
from stylepipe.video.ripeness import Ripeness, carried, counted, older
from stylepipe.video.shot_state import ShotState
from stylepipe.video.warm_start import warm_start

LEAST_SEEN = 0.25
"""Share of a frame that the one before must show, or it is painted anew: a cut that nobody has seen, most likely."""

MOSTLY = 0.5
"""Trust beyond which a pixel counts in E_warp."""

Start = Literal["anew", "flow", "previous", "repeated", "kept"]
"""What a frame was painted from: what `init` says, the last one moved along, the last one where it is, or nothing at
all, being equal to the last one or, in a second pass, a flash."""


@dataclass(eq=False)
class _Matched:
    """The artworks in the colours of the shot that is being painted, by names that no other shot has."""

    shots: int = 0
    opening: Frame | None = None
    styles: Sequence[Style] = ()

    def styles_for(self, opening: Frame, make: Callable[[], Sequence[Style]]) -> Sequence[Style]:
        if self.opening is not opening:
            self.shots, self.opening = self.shots + 1, opening
            self.styles = [
                replace(style, key=f"{position} of shot {self.shots}") for position, style in enumerate(make())
            ]
        return self.styles


@dataclass(frozen=True, eq=False)
class Easel:
    """What stays the same all shot long.

    init, ground: as for a picture (`stylize`). on_step: is called after each iteration of each frame, and may raise.
    memory: of artworks by their keys; without it, the easel remembers its own styles, which need none.
    """

    styles: Sequence[Style]
    settings: Settings
    video: VideoSettings
    network: FeatureNetwork
    init: Tensor | None = None
    ground: Tensor | None = None
    on_step: Callable[[Step], None] | None = None
    memory: StyleMemory | None = None

    _matched: _Matched = field(default_factory=lambda: _Matched(), init=False, repr=False)

    @cached_property
    def style_memory(self) -> StyleMemory:
        """What remembers the styles of all frames: of artworks in a shot's own colours nobody else needs to know."""
        own = self.memory is None or self.settings.preserve_color == "match"
        return StyleMemory() if own else cast(StyleMemory, self.memory)

    def styles_for(self, opening: Frame) -> Sequence[Style]:
        """Give the styles for a shot that begins with that frame.

        Artworks that take the photograph's colours take those of the shot's first frame, since colours that are matched
        anew for each frame flicker.
        """
        if self.settings.preserve_color != "match":
            return self.named_styles
        return self._matched.styles_for(opening, lambda: recoloured(self.styles, tensor_of(opening), self.settings))

    @property
    def named_styles(self) -> Sequence[Style]:
        """The styles by names that mean one thing to its memory."""
        if self.memory is not None:
            return self.styles
        return [replace(style, key=str(position)) for position, style in enumerate(self.styles)]


@dataclass(frozen=True)
class FrameFacts:
    """How a frame was painted.

    losses: before its last step, None of one that repeats. trusted: share of it that was held to the last one. drifted:
    whether the painting had crept away from the shot's first, and was led back a little. warp_error: E_warp
    (`measures.warp_error`) against the frame that it was painted from, where the motion can be relied on; None where no
    motion is known.
    """

    start: Start
    iterations: int = 0
    losses: LossValues | None = None
    trusted: float = 0.0
    drifted: bool = False
    warp_error: float | None = None


@dataclass(frozen=True, eq=False)
class PaintedFrame:
    """A painted frame, (h, w, 3) float32 sRGB in [0, 1], how it was painted, and what the next one goes on from.

    underpainting: what a second pass goes on from; of a flash, which it leaves alone, the picture itself.
    """

    picture: Picture
    facts: FrameFacts
    state: ShotState
    underpainting: Picture


def paint_shot(frames: Iterable[PreparedFrame], easel: Easel, state: ShotState | None = None) -> Iterator[PaintedFrame]:
    """Paint the frames of one shot in turn.

    frames: what `prepare_shot` makes with the settings of the easel and the same state. state: of the last frame
    painted, to go on behind it; what follows is then the same to the last bit. Raises what `stylize` raises.
    """
    for frame in frames:
        painted = paint_frame(frame, easel, state)
        state = painted.state
        yield painted


def paint_frame(frame: PreparedFrame, easel: Easel, state: ShotState | None) -> PaintedFrame:
    """Paint the next frame of a shot; its first when there is no state."""
    if state is None:
        return _opened(frame, easel)
    if frame.repeats:
        underpainting = state.shown if frame.flash else state.underpainting
        return PaintedFrame(state.shown, FrameFacts("repeated"), state, underpainting)
    if frame.flash:
        painting = painting_of(frame.content, state.opening, easel)
        # The shot goes on behind it from the frame before it.
        state = replace(state, shown=picture_of(painting.picture))
        return PaintedFrame(state.shown, facts_of("anew", painting), state, state.shown)
    match easel.video.warm_start:
        case "none":
            painting = painting_of(frame.content, state.opening, easel)
            return gone_on(painting, facts_of("anew", painting), frame.levels, state)
        case "previous":
            return _from_previous(frame, easel, state)
        case "flow":
            return _along_the_flow(frame, easel, state)


def _opened(frame: PreparedFrame, easel: Easel) -> PaintedFrame:
    """Paint the first frame of a shot."""
    painting = painting_of(frame.content, frame.levels, easel)
    underpainting, shown = picture_of(painting.underpainting), picture_of(painting.picture)
    ripeness = np.ones(frame.levels.shape[:2], np.float32)
    state = ShotState(frame.levels, look_of(underpainting), frame.levels, underpainting, shown, ripeness)
    return PaintedFrame(shown, facts_of("anew", painting), state, underpainting)


def _from_previous(frame: PreparedFrame, easel: Easel, state: ShotState) -> PaintedFrame:
    """Paint a frame from the last painted one as it stands."""
    last, iterations, drifted = _minding_drift(easel, state)
    painting = painting_of(frame.content, state.opening, easel, start=tensor_of(last), iterations=iterations)
    return gone_on(painting, facts_of("previous", painting, drifted=drifted), frame.levels, state)


def _along_the_flow(frame: PreparedFrame, easel: Easel, state: ShotState) -> PaintedFrame:
    """Paint a frame from the last painted one moved into its place, and hold it to that."""
    assert frame.motion is not None, "prepared for another state or other settings"
    flow, reliable = frame.motion.flow, frame.motion.reliable
    if reliable.seen.mean() < LEAST_SEEN:
        return _opened(frame, easel)
    last, iterations, drifted = _minding_drift(easel, state)
    begun = warm_start(last, frame.levels, flow, reliable)
    ripeness = carried(state.ripeness, flow, reliable)
    start, trust = tensor_of(begun.start), torch.from_numpy(begun.trust * counted(ripeness))[None, None]
    hold, state = held_to(begun.warped, trust, start, frame.content, easel, state)
    painting = painting_of(
        frame.content, state.opening, easel, start=start, hold=hold, iterations=iterations, ripeness=ripeness
    )
    facts = facts_of("flow", painting, trusted=share_of(hold), drifted=drifted)
    facts = replace(facts, warp_error=apart(painting, begun.warped, begun.trust))
    return gone_on(painting, facts, frame.levels, replace(state, ripeness=older(ripeness)))


def held_to(
    warped: Picture, trust: Tensor, start: Tensor, content: Tensor, easel: Easel, state: ShotState
) -> tuple[Hold | None, ShotState]:
    """Give what holds a frame to a painting in its place, if anything does, and the state with its weight measured.

    warped: (H, W, 3) in [0, 1]. trust: (1, 1, H, W) in [0, 1]. start, content: (1, 3, H, W).
    """
    if not easel.video.temporal_weight or not trust.any():
        return None, state
    if state.unit is None:
        styles, settings = _as_asked(state.opening, easel)
        unit = calibrate(
            content, start, trust, styles, settings, easel.network, ground=easel.ground, memory=easel.style_memory
        )
        state = replace(state, unit=unit)
    return Hold(tensor_of(warped), trust, easel.video.temporal_weight * (state.unit or 0)), state


def share_of(hold: Hold | None) -> float:
    """Give the share of a frame that is held."""
    return float(hold.trust.mean()) if hold else 0.0


def _minding_drift(easel: Easel, state: ShotState) -> tuple[Picture, int, bool]:
    """Give the last painting, led back if it has crept away, and the steps that the next one takes."""
    look = look_of(state.underpainting)
    drifted = has_drifted(look, state.look)
    last = led_back(state.underpainting, look, state.look)
    return last, easel.video.frame_iterations + MORE_ITERATIONS * drifted, drifted


def painting_of(
    content: Tensor,
    opening: Frame,
    easel: Easel,
    *,
    start: Tensor | None = None,
    hold: Hold | None = None,
    iterations: int | None = None,
    ripeness: Ripeness | None = None,
) -> Painting:
    """Paint a frame of the painting's size: as a picture of its own, or with a start at full size in a few steps.

    opening: of its shot. ripeness: of what it starts from, if not all of that is painted.
    No optimiser hands on what it has learnt: L-BFGS's curvature is of the last frame's objective, and Adam's second
    moments, when they were handed on, gained nothing (1.39 instead of 1.38 of the loss after 20 steps).
    """
    styles, settings = _as_asked(opening, easel)
    if iterations is not None:
        few = {"pyramid": False, "iterations": (iterations,), "tolerance": easel.video.frame_tolerance}
        settings = settings.model_copy(update=few)
    if ripeness is not None:
        styles = with_new_ground_apart(styles, ripeness)
    return stylize(
        content,
        styles,
        settings,
        easel.network,
        init=easel.init if start is None else start,
        ground=easel.ground,
        hold=hold,
        on_step=easel.on_step,
        memory=easel.style_memory,
    )


def _as_asked(opening: Frame, easel: Easel) -> tuple[Sequence[Style], Settings]:
    """Give styles and settings for frames of the painting's size."""
    done = {"preserve_color": "none"} if easel.settings.preserve_color == "match" else {}
    return easel.styles_for(opening), easel.settings.model_copy(update={"size": "original", **done})


def gone_on(painting: Painting, facts: FrameFacts, levels: Frame, state: ShotState) -> PaintedFrame:
    """Give a painted frame, and the state of a shot that goes on from it."""
    underpainting, shown = picture_of(painting.underpainting), picture_of(painting.picture)
    state = replace(state, frame=levels, underpainting=underpainting, shown=shown)
    return PaintedFrame(shown, facts, state, underpainting)


def apart(painting: Painting, warped: Picture, trust: NDArray[np.float32]) -> float | None:
    """Give E_warp against the painting that a frame began with, which is in its place already, where it is trusted.

    warped: (H, W, 3) in [0, 1]. trust: (H, W) in [0, 1]. None where nothing is trusted.
    """
    valid = trust > MOSTLY
    return difference(picture_of(painting.underpainting), warped, valid) if valid.any() else None


def facts_of(start: Start, painting: Painting, *, trusted: float = 0.0, drifted: bool = False) -> FrameFacts:
    """Tell how a frame was painted."""
    return FrameFacts(start, len(painting.losses), painting.losses[-1], trusted, drifted)
