"""Where half the bits are twice as fast."""

from __future__ import annotations

import torch


def bf16_is_faster(device: torch.device) -> bool:
    """Say whether a device multiplies bf16 itself, rather than by way of fp32, which would be slower than fp32 alone.

    On a CPU that takes AVX512-BF16, which every CPU with AMX has, too. torch has only a private way to ask; a torch
    without it counts as no.
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    ask = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    convolves = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return bool(device.type == "cpu" and convolves and ask is not None and ask())
