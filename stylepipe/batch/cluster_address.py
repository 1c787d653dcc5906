"""What `--address` may say, and that only Ray has one; whether a cluster is there is asked of Ray, later."""

from __future__ import annotations

import re

from stylepipe.errors import UsageError


def check_address(engine: str, address: str | None) -> None:
    """Refuse an address that no cluster can have, or that nobody would look at; raises UsageError."""
    if address is None:
        return
    if engine != "ray":
        raise UsageError(f"--address {address}: is that of a Ray cluster; add --engine ray")
    if not re.fullmatch(r"auto|local|.+:[0-9]{1,5}", address):
        raise UsageError(f"--address {address}: is no address of a Ray cluster; write auto or HOST:PORT")
