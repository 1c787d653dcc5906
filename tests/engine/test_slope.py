"""A picture's losses and gradient, kernel by kernel or all at once."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from stylepipe.engine import slope
from stylepipe.engine.losses import Losses
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.slope import is_same, slope_of
from stylepipe.engine.stylize import stylize
from stylepipe.spec.settings import Settings

from .conftest import random_weights, scene

HAS_CUDA = torch.cuda.is_available()
needs_cuda = pytest.mark.skipif(not HAS_CUDA, reason="needs a GPU")


def bowl(image: Tensor) -> Losses:
    nothing = image.new_zeros(())
    return Losses((image - 0.25).square().mean(), nothing, nothing, nothing)


@pytest.fixture
def image() -> Tensor:
    return torch.rand(1, 3, 4, 5, requires_grad=True)


def test_the_gradient_is_of_a_sum_over_pixels(image: Tensor) -> None:
    losses, gradient = slope_of(bowl, image)()
    assert losses.total.item() == pytest.approx(bowl(image).total.item())
    torch.testing.assert_close(gradient, (image.detach() - 0.25) * 2 / 3)


def test_an_image_that_was_changed_in_place_is_seen_as_it_is(image: Tensor) -> None:
    ask = slope_of(bowl, image)
    ask()
    with torch.no_grad():
        image.fill_(0.25)
    assert not ask()[1].any()


def test_evaluations_are_the_same_but_for_rounding(image: Tensor) -> None:
    losses, gradient = slope_of(bowl, image)()
    assert is_same((losses, gradient * 1.001), (losses, gradient))
    assert not is_same((losses, gradient * 1.1), (losses, gradient))
    assert not is_same((losses._replace(total=losses.total * 1.1), gradient), (losses, gradient))
    assert not is_same((losses, gradient * float("nan")), (losses, gradient))


@pytest.mark.skipif(HAS_CUDA, reason="needs a machine without a GPU")
def test_where_no_graph_can_be_made_kernels_go_on_one_by_one(image: Tensor) -> None:
    ask = slope._Captured(slope_of(bowl, image), torch.device("cpu"))
    losses = [ask()[0].total.item() for _ in range(slope.WARM + 2)]
    assert losses == [bowl(image).total.item()] * (slope.WARM + 2)


class Spoilt:
    """A graph whose capture is spoilt, as CUDA tells when it is to end."""

    def __init__(self, begins: bool) -> None:
        self._begins = begins

    def capture_begin(self) -> None:
        """Begin, if it does."""
        if not self._begins:
            raise RuntimeError("a capture goes on elsewhere")

    def capture_end(self) -> None:
        """Tell."""
        raise RuntimeError("the capture was spoilt")


@pytest.mark.parametrize("begins", [False, True])
@pytest.mark.parametrize("error", [None, torch.OutOfMemoryError("no room")])
def test_a_capture_that_fails_leaves_all_as_it_was(
    image: Tensor, monkeypatch: pytest.MonkeyPatch, begins: bool, error: Exception | None
) -> None:
    evaluate, evaluated = slope_of(bowl, image), list[int]()
    graph = Spoilt(begins)
    if error is not None:
        monkeypatch.setattr(Spoilt, "capture_end", lambda _: None)
        monkeypatch.setattr(Spoilt, "capture_begin", lambda _: evaluated.append(len(evaluated)))

    def evaluating() -> tuple[Losses, Tensor]:
        if error is not None and evaluated:
            raise error
        return evaluate()

    stream = SimpleNamespace(wait_stream=lambda _: None)
    for name, value in {
        "CUDAGraph": lambda: graph,
        "Stream": lambda _: stream,
        "device": lambda _: nullcontext(),
        "stream": lambda _: nullcontext(),
        "current_stream": lambda: stream,
        "mem_get_info": lambda: (1, 1),
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    monkeypatch.setattr(slope._Captured, "possible", True)
    slope._stream_of.cache_clear()
    ask = slope._Captured(evaluating, torch.device("cpu"))
    for _ in range(slope.WARM):
        ask()
    assert gc.isenabled()
    assert slope._Captured.possible is (error is not None)
    slope._stream_of.cache_clear()


@needs_cuda
def test_a_graph_is_used_and_sees_the_image_as_it_is() -> None:
    image = torch.rand(1, 3, 4, 5, device="cuda").requires_grad_()
    ask = slope_of(bowl, image)
    for _ in range(slope.WARM + 2):
        losses, gradient = ask()
        torch.testing.assert_close(gradient, (image.detach() - 0.25) * 2 / 3)
        torch.testing.assert_close(losses.total, bowl(image).total)
        with torch.no_grad():
            image.add_(0.1)
    assert isinstance(ask, slope._Captured)
    assert ask._graph is not None


@needs_cuda
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_graph_paints_what_its_kernels_paint(optimizer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content, artwork = scene(64, 80), scene(64, 64, seed=1)
    settings = Settings(size=80, iterations=20, optimizer=optimizer, precision="fp32")
    network = FeatureNetwork(random_weights(), device="cuda")
    by_graph = stylize(content, [Style(artwork)], settings, network).picture
    monkeypatch.setattr(slope, "LARGEST", 0)
    by_kernels = stylize(content, [Style(artwork)], settings, network).picture
    assert (by_graph - by_kernels).abs().mean() < 0.01
