"""What `--device` may say; whether this machine has it is asked of torch, later."""

from __future__ import annotations

import re

from stylepipe.errors import UsageError


def check_device_name(name: str) -> str:
    """Give a device's name back when there can be such a device; raises UsageError when not."""
    if not re.fullmatch(r"auto|cpu|mps|cuda(:[0-9]{1,3})?", name):
        meant = "; for an NVIDIA GPU write cuda" if name.lower() in ("gpu", "nvidia") else ""
        raise UsageError(f"--device {name}: no such device; choose auto, cpu, cuda, cuda:N or mps{meant}")
    return name
