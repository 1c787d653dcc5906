"""How much memory a program may take that reads files from anywhere."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

LEAST = 6 * 2**30
"""Bytes that it may take on any machine: a clip of 7680 x 4320 in 10 bits, 4:4:4, takes 5.1 GiB in 16 threads."""


def most_memory() -> int:
    """Give the bytes that it may take here: half of the machine's memory, or LEAST."""
    return max(LEAST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)


def limit_memory(process: int) -> int | None:
    """Have a process take no more than `most_memory`; give how many bytes it may take, None where nothing limits it.

    Only Linux can do it. A limit that somebody has set with `ulimit -d`, a larger one, too, stands.
    """
    if sys.platform != "linux":
        return None
    import resource

    most = most_memory()
    with suppress(OSError):  # it has ended already
        # Not RLIMIT_AS, which also counts what is only reserved: CUDA reserves more than any machine has.
        soft, hard = resource.prlimit(process, resource.RLIMIT_DATA)
        if soft != resource.RLIM_INFINITY:
            return soft
        resource.prlimit(process, resource.RLIMIT_DATA, (most, hard))
        return most
    return None
