"""Each cases/NAME.yaml, read in a folder of photographs and artworks, says exactly what NAME.expected holds.

`STYLEPIPE_UPDATE_CASES=1 pytest tests/spec/test_cases.py` rewrites them; look at the difference before committing.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import SpecError

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[path.stem for path in CASES])
def test_a_job_file_says_what_is_expected(case: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "job.yaml").write_bytes(case.read_bytes())
    monkeypatch.chdir(folder)
    try:
        said = "".join(f"{item.name}\n" for item in expand(load_spec("job.yaml")))
    except SpecError as error:
        said = f"{error}\n".replace(str(folder), "<here>")
    expected = case.with_suffix(".expected")
    if os.environ.get("STYLEPIPE_UPDATE_CASES"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")
