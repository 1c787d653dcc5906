"""The fastest device there is paints, and a device that is not there is said in words."""

from __future__ import annotations

import pytest
import torch

from stylepipe.batch.devices import choose_device, device_name, why_no_cuda
from stylepipe.errors import EnvironmentLacksError, UsageError

COUNT = torch.cuda.device_count()


def test_the_processor_is_always_there() -> None:
    assert choose_device("cpu") == torch.device("cpu")


def test_auto_is_a_gpu_where_there_is_one() -> None:
    best = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert choose_device() == choose_device("auto") == torch.device(best)


@pytest.mark.skipif(COUNT == 0, reason="needs an NVIDIA GPU")
def test_a_gpu_is_chosen_by_its_number_and_has_a_name() -> None:
    last = choose_device(f"cuda:{COUNT - 1}")
    assert last == torch.device("cuda", COUNT - 1)
    assert torch.cuda.get_device_name(last) in device_name(last)


def test_a_gpu_that_is_not_there_is_said_with_the_reason_and_the_way_out() -> None:
    with pytest.raises(EnvironmentLacksError) as caught:
        choose_device(f"cuda:{COUNT}")
    assert str(caught.value) == f"--device cuda:{COUNT}: {why_no_cuda()}; use --device auto or cpu"


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="needs a machine without an Apple GPU")
def test_an_apple_gpu_that_is_not_there_is_said() -> None:
    with pytest.raises(EnvironmentLacksError, match="--device mps: this machine has no Apple GPU"):
        choose_device("mps")


@pytest.mark.parametrize(
    "wanted", ["", "gpu", "CPU", "cpu:", "cpu:0", "cpu:3", "cuda:", "cuda:x", "cuda:-1", "cuda:²", "mps:1", "cuda:1:2"]
)
def test_a_device_that_nobody_has_is_wrong_usage(wanted: str) -> None:
    with pytest.raises(UsageError, match="no such device; choose auto, cpu, cuda, cuda:N or mps"):
        choose_device(wanted)


def test_a_device_is_named_for_people() -> None:
    threads = torch.get_num_threads()
    assert device_name(torch.device("cpu")) == f"cpu ({threads} thread{'s' if threads > 1 else ''})"


def test_why_there_is_no_cuda_is_said() -> None:
    reason = why_no_cuda()
    if torch.version.cuda is None:
        assert "was built without CUDA" in reason
    elif COUNT == 0:
        assert "no NVIDIA GPU is visible" in reason
    else:
        assert f"this machine has {COUNT} CUDA device" in reason
