"""The public face: six names, each loaded when it is first used."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import stylepipe

NAMES = ["Settings", "load_spec", "plan", "run", "stylize", "stylize_clip"]
LOADED = """
import json, sys
before = set(sys.modules)
import stylepipe
first = sorted(set(sys.modules) - before)
stylepipe.Settings, stylepipe.load_spec, stylepipe.plan, stylepipe.run
print(json.dumps([first, [name for name in ("torch", "torchvision", "cv2", "PIL") if name in sys.modules]]))
"""


def test_the_public_names_are_these_and_each_is_there() -> None:
    assert sorted(stylepipe.__all__) == NAMES
    for name in NAMES:
        found = getattr(stylepipe, name)
        assert found.__name__ == name
        assert found.__doc__


def test_all_names_can_be_imported_at_once() -> None:
    namespace: dict[str, object] = {}
    exec("from stylepipe import *", namespace)
    assert set(NAMES) <= namespace.keys()


def test_a_name_that_is_not_there_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="module 'stylepipe' has no attribute 'stylise'"):
        stylepipe.stylise  # noqa: B018
    assert not hasattr(stylepipe, "__wrapped__")


def test_importing_stylepipe_costs_nothing_and_only_painting_loads_torch(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOADED],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    first, heavy = json.loads(answer.stdout)
    assert [name for name in first if name.startswith("stylepipe")] == ["stylepipe"]
    assert heavy == []


def test_the_version_is_that_of_the_installed_package() -> None:
    assert stylepipe.__version__ == importlib.metadata.version("stylepipe")
