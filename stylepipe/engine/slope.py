"""What an optimiser asks of a picture: its losses, and which way is up.

On a GPU a small picture's step is hundreds of short kernels, and starting them takes longer than running them. So they
are started once while CUDA takes note (a graph), and all together from then on.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

import torch
from torch import Tensor

from stylepipe.engine.losses import Losses, LossFunction

Slope = Callable[[], tuple[Losses, Tensor]]
"""Gives the losses of an image (B, 3, H, W), or of several, as it is when called, and their gradient, as large."""

LARGEST = 1 << 20
"""Pixels of the largest picture whose kernels are started together: those of larger ones run longer than they start."""
WARM = 3
"""Evaluations before CUDA takes note: the first ones choose kernels and make room."""
SAME = 1e-2
"""How far apart, relative, losses and gradients of the same image may be; in bf16 two evaluations are not equal."""


def slope_of(losses_of: LossFunction, image: Tensor) -> Slope:
    """Give what evaluates an image, however often it is changed in place."""
    evaluate = partial(_evaluated, losses_of, image)
    small = image.shape[2] * image.shape[3] <= LARGEST
    return _Captured(evaluate, image.device) if image.device.type == "cuda" and small else evaluate


def _evaluated(losses_of: LossFunction, image: Tensor) -> tuple[Losses, Tensor]:
    """Give an image's losses, and their gradient as a sum over pixels instead of a mean.

    A mean has gradients of 1 / pixels, which on large pictures fall under L-BFGS's threshold on curvature, and under
    Adam's epsilon.
    """
    with torch.enable_grad():
        losses = losses_of(image)
        (gradient,) = torch.autograd.grad((losses.total * float(image[0, 0].numel())).sum(), image)
    # Detached: what is kept of how they came about would spoil the next evaluation's capture.
    return Losses._make(part if part is None else part.detach() for part in losses), gradient.contiguous()


class _Captured:
    """Evaluates a few times kernel by kernel, from then on by a CUDA graph of all of them.

    A graph is used only if it gives what the kernels gave; where there is no room for it, they go on one by one, and
    where it cannot be made, no other one is tried in this process.
    """

    possible = True

    def __init__(self, evaluate: Slope, device: torch.device) -> None:
        self._evaluate, self._device = evaluate, device
        self._before_capture = WARM
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> tuple[Losses, Tensor]:
        if self._graph is not None:
            self._graph.replay()
            losses, gradient = self._found
            return losses, gradient.clone()  # the next replay writes into the same memory
        found = self._evaluate()
        self._before_capture -= 1
        if self._before_capture == 0 and _Captured.possible:
            self._capture(found)
        return found

    def _capture(self, known: tuple[Losses, Tensor]) -> None:
        """Make the graph, and try it on an image that is known."""
        try:
            graph, (losses, gradient) = _captured(self._evaluate, self._device)
            graph.replay()
            same = is_same((losses, gradient), known)
        except torch.OutOfMemoryError:
            return
        except RuntimeError:  # something cannot be captured
            _Captured.possible = False
            return
        if same:
            self._graph, self._found = graph, (losses, gradient)


def _captured(evaluate: Slope, device: torch.device) -> tuple[torch.cuda.CUDAGraph, tuple[Losses, Tensor]]:
    """Let CUDA take note of an evaluation; give the graph, and what each replay fills anew.

    Not by `torch.cuda.graph`, which gives all free memory back first, and in older versions collects garbage: that
    takes longer than a small scale's iterations, and each scale has a graph of its own. Each also has memory of its
    own, which others get only once it is given back, so that is done where the device is half full.
    """
    graph, stream = torch.cuda.CUDAGraph(), _stream_of(device)
    with torch.cuda.device(device), _without_collecting():
        free, total = torch.cuda.mem_get_info()
        if free < total / 2:
            torch.cuda.empty_cache()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            graph.capture_begin()
            try:
                found = evaluate()
            finally:
                graph.capture_end()
        torch.cuda.current_stream().wait_stream(stream)
    return graph, found


@cache
def _stream_of(device: torch.device) -> torch.cuda.Stream:
    """Give the stream on which a device's graphs are captured: each new one would keep some memory for itself."""
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Collect no garbage in the block: what is freed amid a capture might end it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def is_same(found: tuple[Losses, Tensor], known: tuple[Losses, Tensor]) -> bool:
    """Say whether two evaluations are of the same image, but for rounding."""
    (losses, gradient), (known_losses, known_gradient) = found, known
    apart = (gradient - known_gradient).norm() <= SAME * known_gradient.norm()
    return bool(apart & torch.isclose(losses.total, known_losses.total, rtol=SAME).all())
