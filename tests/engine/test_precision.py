"""Where half the bits are faster."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.precision import bf16_is_faster
from stylepipe.spec.settings import Settings

PROCESSOR = Path("/proc/cpuinfo")


@pytest.mark.skipif(not PROCESSOR.exists(), reason="only Linux lists what a processor can do")
def test_a_processor_is_asked_for_the_instructions() -> None:
    assert bf16_is_faster(torch.device("cpu")) == ("avx512_bf16" in PROCESSOR.read_text())


def test_devices_that_nothing_is_known_of_keep_to_fp32() -> None:
    assert not bf16_is_faster(torch.device("meta"))


def test_auto_reads_as_the_faster_one(lite: FeatureNetwork) -> None:
    chosen = "bf16" if bf16_is_faster(torch.device("cpu")) else "fp32"
    auto, same = (lite.reading(Settings(precision=name)) for name in ("auto", chosen))
    assert auto.reads_as == same.reads_as


def test_weights_are_rounded_once_for_all_readings(lite: FeatureNetwork) -> None:
    first, second = (lite.reading(Settings(precision="bf16")).convolution("relu3_1")[0] for _ in range(2))
    assert first is second
    assert first.dtype == torch.bfloat16
    assert lite.reading(Settings(precision="fp32")).convolution("relu3_1")[0].dtype == torch.float32
