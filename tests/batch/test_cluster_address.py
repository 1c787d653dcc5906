from __future__ import annotations

import pytest

from stylepipe.batch.cluster_address import check_address
from stylepipe.errors import UsageError


@pytest.mark.parametrize("address", [None, "auto", "local", "head:6379", "[::1]:6379"])
def test_an_address_that_a_cluster_can_have_is_taken(address: str | None) -> None:
    check_address("ray", address)


def test_without_an_address_any_engine_will_do() -> None:
    check_address("local", None)


@pytest.mark.parametrize("address", ["", "head", "head:", "head:123456", "10.0.0.1:port"])
def test_an_address_that_no_cluster_has_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=f"^--address {address}: is no address of a Ray cluster; write auto or HOST"):
        check_address("ray", address)


@pytest.mark.parametrize("address", ["auto", "head"])
def test_an_address_without_ray_would_be_passed_over_and_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match=f"^--address {address}: is that of a Ray cluster; add --engine ray$"):
        check_address("local", address)
