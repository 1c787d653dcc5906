"""cron starts the program in `/`, with nearly nothing in its environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import stylepipe

from .aftermath import outputs, records
from .conftest import Batch


def test_a_job_runs_from_anywhere_with_an_environment_of_nothing(batch: Batch) -> None:
    file = batch(1, 1)
    for command in (["plan"], ["run", "--quiet"], ["run", "--quiet"]):
        answer = subprocess.run(
            [sys.executable, "-m", "stylepipe", *command, str(file)],
            cwd="/",
            env={"PYTHONPATH": str(Path(stylepipe.__file__).parent.parent)},  # where the code lies, and nothing else
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.returncode, answer.stderr if "run" in command else "") == (0, ""), answer.stderr
    out = file.parent / "out"
    assert list(outputs(out)) == ["photo0--art0.png"]
    assert list(records(out)) == ["photo0--art0"]
