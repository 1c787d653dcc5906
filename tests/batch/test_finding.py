from __future__ import annotations

import pytest

from stylepipe.batch.finding import Finding, checked
from stylepipe.errors import EnvironmentLacksError


def test_what_a_check_raises_is_a_problem_with_its_remedy() -> None:
    def lacking() -> Finding:
        raise EnvironmentLacksError("there is no ffmpeg; install one; or not")

    assert checked("ffmpeg", lacking) == Finding("ffmpeg", "problem", "there is no ffmpeg", "install one; or not")


@pytest.mark.parametrize("error", [ImportError("no torch"), OSError("libcuda"), RuntimeError("driver")])
def test_a_broken_installation_is_a_problem_too(error: Exception) -> None:
    def broken() -> Finding:
        raise error

    finding = checked("device", broken)
    assert (finding.state, finding.text) == ("problem", f"{type(error).__name__}: {error}")
    assert "install stylepipe's requirements again" in finding.remedy
