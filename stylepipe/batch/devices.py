"""Which device paints, and why."""

from __future__ import annotations

import torch

from stylepipe.batch.device_names import check_device_name
from stylepipe.errors import EnvironmentLacksError


def choose_device(wanted: str = "auto") -> torch.device:
    """Give the device of that name: auto (the fastest there is), cpu, cuda, cuda:N or mps.

    Raises EnvironmentLacksError when this machine has no such device, UsageError when nobody has.
    """
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
    kind, _, number = check_device_name(wanted).partition(":")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise EnvironmentLacksError(f"--device {wanted}: {why_no_cuda()}; use --device auto or cpu")
    if kind == "mps" and not _has_mps():
        raise EnvironmentLacksError("--device mps: this machine has no Apple GPU; use --device auto or cpu")
    return torch.device(wanted)


def spread(wanted: str, chosen: torch.device) -> tuple[str, ...]:
    """Name the devices that a batch is spread over: all GPUs if nobody has chosen one."""
    if wanted in ("auto", "cuda") and chosen.type == "cuda":
        return tuple(f"cuda:{number}" for number in range(torch.cuda.device_count()))
    return (str(chosen),)


def device_name(device: torch.device) -> str:
    """Name a device for people: the GPU's own name, or the CPU with its threads."""
    if device.type == "cuda":
        return f"{device} ({torch.cuda.get_device_name(device)})"
    threads = torch.get_num_threads()
    return f"cpu ({threads} thread{'s' * (threads > 1)})" if device.type == "cpu" else str(device)


def why_no_cuda() -> str:
    """Say why CUDA does not serve here, or that it does."""
    if torch.version.cuda is None:
        return f"this torch ({torch.__version__}) was built without CUDA"
    count = torch.cuda.device_count()
    if not torch.cuda.is_available() or count == 0:
        return "no NVIDIA GPU is visible (check nvidia-smi and CUDA_VISIBLE_DEVICES)"
    return f"this machine has {count} CUDA device{'s' * (count > 1)}, counted from cuda:0"


def _has_mps() -> bool:
    return torch.backends.mps.is_available()
