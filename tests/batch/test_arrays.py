"""Painting without files: what comes out is of the kind that went in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from stylepipe import Settings, stylize, stylize_clip
from stylepipe.engine.painting import Step
from stylepipe.errors import EnvironmentLacksError, UsageError
from stylepipe.spec.video import VideoSettings
from stylepipe.video.shot import FrameFacts

QUICK = Settings(size=32, iterations=(2,), pyramid=False)
Array = NDArray[np.uint8]


def picture(seed: int, height: int = 32, width: int = 40) -> Array:
    """A smooth random picture, uint8."""
    corners = np.random.default_rng(seed).random((2, 2, 3))
    down, across = np.linspace(0, 1, height)[:, None, None], np.linspace(0, 1, width)[None, :, None]
    upper, lower = (corners[k, 0] * (1 - across) + corners[k, 1] * across for k in (0, 1))
    return np.asarray(np.rint(255 * (upper * (1 - down) + lower * down)), dtype=np.uint8)


CUT_AT_3 = VideoSettings(scene_cuts=(3,), frame_iterations=1)
CAT, NIGHT, WAVE = picture(0), picture(1), picture(2)


def test_bytes_give_bytes() -> None:
    painted = stylize(CAT, NIGHT, QUICK)
    assert isinstance(painted, np.ndarray)
    assert (painted.shape, painted.dtype) == ((26, 32, 3), np.dtype(np.uint8))


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_floats_give_floats_and_the_same_picture(kind: type[np.floating]) -> None:
    painted = stylize((CAT / 255).astype(kind), NIGHT, QUICK)
    assert isinstance(painted, np.ndarray)
    assert (painted.shape, painted.dtype) == ((26, 32, 3), np.dtype(kind))
    assert 0 <= painted.min() < painted.max() <= 1
    assert np.abs(painted * 255 - np.asarray(stylize(CAT, NIGHT, QUICK), float)).max() < 5


@pytest.mark.parametrize("kind", [torch.float16, torch.float32, torch.float64])
def test_a_tensor_gives_a_tensor(kind: torch.dtype) -> None:
    tensor = (torch.from_numpy(CAT).permute(2, 0, 1) / 255).to(kind)
    painted = stylize(tensor, NIGHT, QUICK)
    assert isinstance(painted, torch.Tensor)
    assert (painted.shape, painted.dtype) == ((3, 26, 32), kind)
    batch = stylize(tensor[None], torch.from_numpy(NIGHT).permute(2, 0, 1) / 255, QUICK)
    assert batch.shape == (1, 3, 26, 32)


def test_a_tensor_that_remembers_its_gradient_is_only_looked_at() -> None:
    tensor = torch.rand((3, 32, 40), generator=torch.Generator().manual_seed(0)).requires_grad_()
    painted = stylize(tensor, NIGHT, QUICK)
    assert isinstance(painted, torch.Tensor)
    assert not painted.requires_grad
    assert tensor.grad is None


def test_what_goes_in_is_not_changed() -> None:
    settings = Settings(size="original", iterations=(2,), pyramid=False)
    array, tensor = CAT.copy(), torch.from_numpy(CAT / 255).permute(2, 0, 1).float().contiguous()
    kept = tensor.clone()
    stylize(array, NIGHT, settings)
    stylize(tensor, NIGHT, settings)
    assert np.array_equal(array, CAT)
    assert torch.equal(tensor, kept)


def test_a_view_is_as_good_as_a_copy() -> None:
    assert np.array_equal(stylize(CAT[::-1, ::2], NIGHT, QUICK), stylize(CAT[::-1, ::2].copy(), NIGHT, QUICK))


def test_artworks_count_by_their_weights() -> None:
    def painted(*styles: object) -> NDArray[np.float64]:
        return np.asarray(stylize(CAT / 255, list(styles), QUICK))  # type: ignore[arg-type]

    assert np.array_equal(painted((NIGHT, 1), (WAVE, 0)), painted(NIGHT))
    assert np.array_equal(painted(NIGHT, WAVE), painted((NIGHT, 1.0), (WAVE, 1.0)))
    assert np.array_equal(painted((NIGHT, 0.5), (WAVE, 0.5)), painted((NIGHT, 4), (WAVE, 4)))
    assert not np.array_equal(painted((NIGHT, 0.7), (WAVE, 0.3)), painted((NIGHT, 0.3), (WAVE, 0.7)))


def test_every_iteration_is_told_and_may_end_it() -> None:
    told: list[Step] = []
    stylize(CAT, NIGHT, QUICK, told.append)
    assert [step.iteration for step in told] == [1, 2]
    assert told[0].picture().shape == (1, 3, 26, 32)

    def enough(step: Step) -> None:
        raise InterruptedError(f"after {step.iteration}")

    with pytest.raises(InterruptedError, match="after 1"):
        stylize(CAT, NIGHT, QUICK, enough)


@pytest.mark.parametrize(
    "content",
    [
        CAT[..., 0],
        CAT[..., :2],
        np.dstack([CAT, CAT[..., :1]]),
        CAT[None],
        CAT[:0],
        CAT.astype(np.uint16) * 257,
        CAT.astype(np.int64),
        CAT > 100,
        CAT.tolist(),
        "cat.png",
        None,
    ],
    ids=["grey", "two", "alpha", "batch", "empty", "uint16", "int64", "bool", "list", "path", "none"],
)
def test_an_array_of_another_form_is_wrong_usage(content: object) -> None:
    with pytest.raises(UsageError, match=r"a picture as an array is \(H, W, 3\), uint8 or float in \[0, 1\], not "):
        stylize(content, NIGHT, QUICK)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        stylize(CAT, [NIGHT, (content, 1.0)], QUICK)  # type: ignore[list-item]


@pytest.mark.parametrize(
    "content",
    [
        torch.rand(32, 40, 3),
        torch.rand(1, 32, 40),
        torch.rand(2, 3, 32, 40),
        torch.rand(3, 0, 40),
        torch.rand(40),
        torch.zeros(3, 32, 40, dtype=torch.uint8),
    ],
    ids=["channels last", "grey", "two", "empty", "row", "uint8"],
)
def test_a_tensor_of_another_form_is_wrong_usage(content: torch.Tensor) -> None:
    with pytest.raises(UsageError, match=r"a picture as a tensor is float and \(3, H, W\) or \(1, 3, H, W\), not "):
        stylize(content, NIGHT, QUICK)


@pytest.mark.parametrize("value", [255.0, -1.0, float("nan"), float("inf")])
def test_floats_in_another_unit_are_wrong_usage(value: float) -> None:
    pixels = CAT / 255
    pixels[3, 4, 1] = value
    for content in (pixels, torch.from_numpy(pixels).permute(2, 0, 1)):
        with pytest.raises(UsageError, match=r"a picture of floats is in \[0, 1\]"):
            stylize(content, NIGHT, QUICK)


def test_what_a_resampling_filter_overshoots_is_clipped() -> None:
    pixels = CAT / 255
    pixels[:4] = 1.0
    clipped = stylize(pixels, NIGHT, QUICK)
    pixels[:4] = 1.04
    assert np.array_equal(stylize(pixels, NIGHT, QUICK), clipped)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_none_is_wrong_usage(weight: float) -> None:
    with pytest.raises(UsageError, match="each with a weight of 0 or more"):
        stylize(CAT, [(NIGHT, weight)], QUICK)


def test_at_least_one_artwork_is_needed() -> None:
    with pytest.raises(UsageError, match="at least one artwork is needed"):
        stylize(CAT, [], QUICK)


def test_settings_that_do_not_go_together_are_wrong_usage() -> None:
    with pytest.raises(UsageError, match="style_layers: vgg16 has no relu5_4"):
        stylize(CAT, NIGHT, Settings(backbone="vgg16", style_layers={"relu5_4": 1.0}))


def test_missing_weights_and_devices_are_said() -> None:
    with pytest.raises(EnvironmentLacksError, match="the weights of vgg16 are not on this machine"):
        stylize(CAT, NIGHT, Settings(backbone="vgg16"))
    with pytest.raises(EnvironmentLacksError, match="--device cuda:99"):
        stylize(CAT, NIGHT, QUICK, device="cuda:99")


def test_a_preset_lies_under_the_settings_given_beside_it() -> None:
    steps: list[int] = []
    settings = Settings(preset="draft", size=32, pyramid=False)
    stylize(CAT, NIGHT, settings, lambda step: steps.append(step.iteration))
    assert len(steps) == 30
    with pytest.raises(UsageError, match="preset: there is no preset `drft`"):
        stylize(CAT, NIGHT, Settings(preset="drft"))


@pytest.mark.parametrize(
    ("key", "value"), [("init", "a.png"), ("masks", {"content": "alpha"}), ("snapshots", [3]), ("timeout", 9)]
)
def test_settings_about_files_and_items_are_refused(key: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"{key}: is for job files"):
        stylize(CAT, NIGHT, Settings.model_validate({key: value}))


def test_frames_of_a_clip_are_painted_one_by_one_each_from_the_last() -> None:
    told: list[FrameFacts] = []
    frames = [CAT, np.roll(CAT, 1, axis=1), np.roll(CAT, 1, axis=1), WAVE]

    painted = stylize_clip(frames, NIGHT, QUICK.model_copy(update={"video": CUT_AT_3}), told.append)

    first = next(painted)
    assert isinstance(first, np.ndarray)
    assert (first.shape, first.dtype, len(told)) == ((26, 32, 3), np.dtype(np.uint8), 1)
    second, third, fourth = painted
    assert np.array_equal(second, third)
    assert not np.array_equal(third, fourth)
    assert [facts.start for facts in told] == ["anew", "flow", "repeated", "anew"]
    assert np.array_equal(first, stylize(CAT, NIGHT, QUICK))


def test_a_frame_of_another_size_and_settings_of_files_are_refused() -> None:
    with pytest.raises(UsageError, match="frame 1 is of another size"):
        list(stylize_clip([CAT, picture(3, 40, 40)], NIGHT, QUICK))
    with pytest.raises(UsageError, match=r"video\.crf: is for clips in files"):
        stylize_clip([CAT], NIGHT, Settings(video=VideoSettings(crf=20)))
