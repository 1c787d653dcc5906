from __future__ import annotations

import pytest

from stylepipe.batch.device_names import check_device_name
from stylepipe.errors import UsageError


@pytest.mark.parametrize("name", ["auto", "cpu", "mps", "cuda", "cuda:0", "cuda:12"])
def test_a_device_that_there_can_be_is_given_back(name: str) -> None:
    assert check_device_name(name) == name


@pytest.mark.parametrize("name", ["gpu", "cpu:3", "cuda:", "cuda:x", "cuda:²", "", "CUDA"])
def test_a_device_that_nobody_has_is_wrong_usage(name: str) -> None:
    with pytest.raises(UsageError, match="no such device; choose auto, cpu, cuda, cuda:N or mps"):
        check_device_name(name)
