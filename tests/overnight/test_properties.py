"""What must hold of any job: it is planned the same way everywhere, stays in its folder, and is refused in words."""

from __future__ import annotations

import json
import os
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import SpecError
from stylepipe.store.places import PRIVATE, record_path, unfinished_folder

from ..conftest import save_picture
from ..spec.conftest import FILES

ROOT = Path(__file__).parent.parent.parent
JOB_FILES = [
    path.read_bytes() for folder in ("configs", "tests/spec/cases") for path in sorted((ROOT / folder).glob("*.yaml"))
]

PHOTOS, ART = ("cat", "dog", "Ünï", "z 9"), ("night", "wave", "sea")
CHOSEN_STYLES = st.lists(st.sampled_from([f"art/{name}.png" for name in ART]), min_size=1, max_size=3, unique=True)
CHOSEN_CONTENTS = st.lists(
    st.sampled_from(["photos", "photos/*.png", "photos/[cd]*.png", *(f"photos/{name}.png" for name in PHOTOS)]),
    min_size=1,
    max_size=3,
)
SWEEPS = st.dictionaries(
    st.sampled_from(["style_weight", "content_weight", "size", "seed"]),
    st.lists(st.integers(16, 40), min_size=2, max_size=3, unique=True),
    max_size=2,
).map(
    lambda sweep: {key: [f"blend:0.{v}" for v in values] if key == "init" else values for key, values in sweep.items()}
)
JOBS = st.lists(
    st.fixed_dictionaries(
        {"contents": CHOSEN_CONTENTS, "styles": CHOSEN_STYLES},
        optional={"sweep": SWEEPS, "set": st.fixed_dictionaries({}, optional={"tv_weight": st.integers(0, 5)})},
    ),
    min_size=1,
    max_size=3,
).map(lambda jobs: [{"name": f"job {number}", **job} for number, job in enumerate(jobs)])


@pytest.fixture(scope="module")
def planners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[Popen[str]]]]:
    """Have two processes that plan, whose sets and hashes come in different orders, and a folder of pictures."""
    folder = tmp_path_factory.mktemp("planned")
    for number, name in enumerate([*(f"photos/{name}.png" for name in PHOTOS), *(f"art/{name}.png" for name in ART)]):
        save_picture(folder / name, seed=number)
    command = [sys.executable, str(Path(__file__).with_name("planner.py"))]
    processes = [
        Popen(command, stdin=PIPE, stdout=PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]
    yield folder, processes
    for process in processes:
        process.communicate()


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(jobs=JOBS)
def test_two_processes_plan_the_same_items_in_the_same_order_for_the_same_reasons(
    planners: tuple[Path, list[Popen[str]]], jobs: list[dict[str, object]]
) -> None:
    folder, processes = planners
    output = {"name": "{job}/{content}/{style}"}
    (folder / "job.yaml").write_text(yaml.safe_dump({"output": output, "jobs": jobs}, allow_unicode=True))
    answers = []
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        print(folder / "job.yaml", file=process.stdin, flush=True)
        answers.append(json.loads(process.stdout.readline()))
    assert answers[0] == answers[1]
    assert len({output for output, _, _ in answers[0]}) == len(answers[0])


FILE_NAMES = st.one_of(
    st.sampled_from(["..", "...", "..hidden", "-x", "~", "con", "a\\b", "x:y", "%s", "{content}", "a\nb", " . "]),
    st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=30),
    st.binary(min_size=1, max_size=20).map(
        lambda data: os.fsdecode(data.replace(b"/", b"").replace(b"\0", b"") or b"x")
    ),
)
PIECES = st.sampled_from(
    ["{content}", "{style}", "{job}", "{style_weight}", "/", "..", "../", "a", "\\", "~", " ", "."]
)
TEXTS = st.one_of(
    st.sampled_from(["..", "../..", "/etc", "a/b", "C:\\x", ".stylepipe", "~", "."]), st.text(max_size=12)
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    files=st.lists(FILE_NAMES, min_size=1, max_size=3, unique=True),
    beginning=st.lists(PIECES, max_size=3).map("".join),
    style=TEXTS,
    job=TEXTS,
)
def test_whatever_names_say_nothing_is_written_outside_the_output_folder(
    files: list[str], beginning: str, style: str, job: str
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made).resolve()
        (folder / "photos").mkdir()
        (folder / "art.png").touch()
        for name in files:
            (folder / "photos" / f"{name}.png").touch()
        document = {
            "output": {"name": beginning + "{content}-{style_weight}"},
            "defaults": {"snapshots": [1]},
            "styles": {style: "art.png"},
            "jobs": [{"name": job, "contents": "photos", "styles": [style], "sweep": {"style_weight": [1, 2]}}],
        }
        (folder / "job.yaml").write_text(json.dumps(document))
        try:
            items = expand(load_spec(folder / "job.yaml"))
        except SpecError:
            return
        out = folder / "out"
        for item in items:
            output = item.output.relative_to(item.output_dir).as_posix()
            written = [item.output, item.snapshot(1), record_path(out, item.name), unfinished_folder(out, output)]
            assert all(Path(os.path.normpath(path)).is_relative_to(out) for path in written)
            assert PRIVATE not in Path(output).parts
            assert all(path != out for path in written)


VALUES = (
    "",
    "0",
    "-1",
    "1e9",
    ".nan",
    "true",
    "null",
    "[]",
    "{}",
    "[1, two]",
    "{a: b}",
    "..",
    "*",
    "&a",
    "*a",
    "'",
    "日",
)


def slipped(text: bytes, chance: random.Random) -> bytes:
    """Do to a file what slips of a hand, an editor or a disk do: to a byte, a line or a value."""
    lines = text.splitlines(keepends=True)
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            where = chance.randrange(len(text))
            return text[:where] + chance.randbytes(1) + text[where + 1 :]
        case 1:
            return text[: chance.randrange(len(text))] or b"\n"
        case 2:
            del lines[at]
        case 3:
            lines.insert(other, lines[at])
        case 4:
            lines[at], lines[other] = lines[other], lines[at]
        case 5:
            lines[at] = b" " * chance.randrange(1, 4) + lines[at]
        case 6:
            lines[at] = lines[at].lstrip()
        case _:
            value = chance.choice(VALUES).encode()
            lines[at] = re.sub(rb"(?<=: )[^\n]*", lambda _: value, lines[at])
    return b"".join(lines)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files that the job files name, empty, and give the folder beside which they lie."""
    folder = tmp_path_factory.mktemp("slips")
    samples = [path.relative_to(ROOT) for path in ROOT.glob("samples/*/*")]
    for path in [*(Path("configs", name) for name in FILES), *samples]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder / "configs"


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(original=st.sampled_from(JOB_FILES), seed=st.integers(0, 2**32), slips=st.integers(1, 4))
def test_a_job_file_with_slips_is_a_job_or_refused_in_words(
    pictures: Path, original: bytes, seed: int, slips: int
) -> None:
    chance, text = random.Random(seed), original
    for _ in range(slips):
        text = slipped(text, chance) if text.strip() else text
    (pictures / "job.yaml").write_bytes(text)
    try:
        said = [item.name for item in expand(load_spec(pictures / "job.yaml"))]
    except UsageError as error:
        said = [str(error)]
    assert all(said)
    assert said
