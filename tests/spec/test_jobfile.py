from __future__ import annotations

from pathlib import Path

from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import Place

TEXT = "output:\n  dir: painted\njobs:\n  - {contents: photos/cat.jpg, styles: art/wave.png}\n"


def test_the_output_folder_is_beside_the_file(write, folder: Path):
    assert load_spec(write(TEXT)).output_dir == folder / "painted"


def test_a_value_has_its_place(write):
    spec = load_spec(write(TEXT))
    assert spec.place(("output", "dir")) == Place(2, 8)
    problem = spec.problem(("output", "dir"), "is odd", "mend it")
    assert (problem.line, problem.column, problem.message, problem.hint) == (2, 8, "is odd", "mend it")


def test_what_the_command_line_set_has_no_place_in_the_file(write, folder: Path):
    spec = load_spec(write(TEXT), {"output.dir": "elsewhere"})
    assert spec.output_dir == folder / "elsewhere"
    problem = spec.problem(("output", "dir"), "is odd")
    assert (problem.line, problem.origin) == (None, "--set output.dir")
