"""A small job file that is enormous once its aliases are written out."""

from __future__ import annotations

from pathlib import Path

from .conftest import Bounded

LOAD = """
from stylepipe.spec.load import load_spec
for path in sys.argv[1:]:
    try:
        load_spec(path)
    except StylepipeError as error:
        print(str(error).splitlines()[0].partition(": ")[2])
"""


def test_laughs_by_the_billion_are_refused_where_they_begin(tmp_path: Path, bounded: Bounded) -> None:
    lines = ["x-0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "job.yaml").write_text("\n".join([*lines, "jobs: *a11"]))
    said = bounded(LOAD, tmp_path / "job.yaml", megabytes=300, seconds=5)
    assert said == "with its aliases written out, this is over 100000 values\n"


def test_a_mapping_merged_a_thousand_times_is_refused_before_it_is_copied_so_often(
    tmp_path: Path, bounded: Bounded
) -> None:
    large = ", ".join(f"a{n}: 1" for n in range(60_000))
    text = f"x-a: &large {{{large}}}\njobs: [{'{<<: *large},' * 9_000}]"
    (tmp_path / "job.yaml").write_text(text)
    said = bounded(LOAD, tmp_path / "job.yaml", megabytes=600, seconds=15)
    assert said == "`<<` has copied over 100000 values by here\n"


def test_an_anchor_inside_itself_ends(tmp_path: Path, bounded: Bounded) -> None:
    (tmp_path / "job.yaml").write_text("jobs: &a [*a]\n")
    assert bounded(LOAD, tmp_path / "job.yaml", megabytes=300, seconds=5) == "*a stands inside what it stands for\n"
