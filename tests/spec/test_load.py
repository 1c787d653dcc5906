from __future__ import annotations

import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec, spec_from_mapping
from stylepipe.spec.problems import Place, SpecError
from stylepipe.spec.yaml12 import MOST_BYTES

from .conftest import FILES, Load, Write

JOB = "jobs:\n  - contents: photos/*.jpg\n    styles: art/*.jpg\n"


def complaint(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load_spec(path)
    return str(caught.value).removeprefix(str(path))


def test_a_spec_knows_its_file_its_folder_and_its_places(write: Write, monkeypatch: pytest.MonkeyPatch):
    path = write(JOB, "wall.yaml")
    monkeypatch.chdir(path.parent)
    spec = load_spec("wall.yaml")
    assert spec.path == path
    assert spec.base_dir == path.parent
    assert spec.output_dir == path.parent / "out"
    assert spec.place(("jobs", 0, "styles")) == Place(3, 13)


def test_paths_are_relative_to_the_file_and_not_to_where_one_stands(
    write: Write, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
):
    path = write(JOB)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert expand(load_spec(path))[0].content == path.parent / "photos/cat.jpg"


def test_top_level_keys_that_begin_with_x_are_ignored(load: Load):
    spec = load("x-notes: {anything: [goes]}\n" + JOB)
    assert len(spec.document.jobs) == 1


def test_a_byte_order_mark_and_any_suffix_are_fine(write: Write):
    assert load_spec(write("\ufeff" + JOB, "job.txt")).document.jobs


def test_a_missing_file_names_the_one_beside_it(write: Write):
    path = write(JOB, "wall.yaml")
    said = complaint(path.with_name("wal.yaml"))
    assert said == f": there is no such file\n      = did you mean `{path}`?"


def test_a_folder_is_no_job_file(folder: Path):
    assert complaint(folder).startswith(": is a folder, not a job file")


def test_a_name_that_no_file_can_have_is_refused():
    for name in ("a\0b", "a" * 5000):
        with pytest.raises(SpecError):
            load_spec(name)


def test_a_huge_file_is_not_even_read(folder: Path):
    (folder / "job.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    assert complaint(folder / "job.yaml") == ": is larger than 1 MB, and no job file is"


def test_a_file_that_is_not_utf_8_is_refused_with_the_place(folder: Path):
    (folder / "job.yaml").write_bytes("jobs: # für\n".encode("latin-1"))
    assert complaint(folder / "job.yaml").startswith(":1:10: this is not UTF-8\n    1 | jobs: # f")
    (folder / "job.yaml").write_text(JOB, encoding="utf-16")
    assert "save the file as UTF-8" in complaint(folder / "job.yaml")


def test_mistakes_of_all_kinds_and_of_the_command_line_come_in_one_go(write: Write):
    path = write(JOB + "    set: {size: big}\nsize: 1\nsize: 2\n")
    with pytest.raises(SpecError) as caught:
        load_spec(path, {"sed": "1", "preset": "fast", "output.name": "{nme}"})
    assert len(caught.value.problems) == 6


def test_what_only_follows_from_a_mistake_is_not_said(write: Write):
    text = "styles: {night: {imge: art/night.jpg}}\noutput: {nmae: '{job}'}\n"
    text += "jobs:\n  - {contents: photos/*.jpg, styles: night, exlude: [{content: cat}]}\n"
    text += "  - {contents: photos/cat.jpg, styles: art, sweeep: {size: [64]}}\n"
    text += "  - {contents: photos/cat.jpg, styles: art}\n"
    with pytest.raises(SpecError) as caught:
        load_spec(write(text))
    assert [problem.message for problem in caught.value.problems] == [
        "`image` is missing here",
        "unknown key `imge`",
        "unknown key `nmae`",
        "unknown key `exlude`",
        "unknown key `sweeep`",
    ]


def test_a_job_can_be_made_without_a_file(folder: Path):
    data = {
        "jobs": [{"contents": folder / "photos" / "cat.jpg", "styles": ["night"]}],
        "styles": {"night": "art/night.jpg"},
    }
    (item,) = expand(spec_from_mapping(data, folder, overrides={"size": "64"}))
    assert item.settings.size == 64
    assert item.sources["size"] == "--set"
    assert item.output == folder / "out/cat--night.png"


def test_a_job_without_a_file_names_its_origin_instead_of_a_line(folder: Path):
    with pytest.raises(SpecError) as caught:
        expand(spec_from_mapping({"jobs": [{"contents": "cta.jpg", "styles": "art"}]}, folder, origin="render"))
    assert str(caught.value) == "render: there is no file cta.jpg"


def test_reading_a_job_file_imports_neither_torch_nor_pillow():
    check = "import sys, stylepipe.spec; sys.exit(bool({'torch', 'PIL', 'numpy', 'cv2'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


EVERYTHING = (Path(__file__).parent / "cases" / "everything.yaml").read_text(encoding="utf-8")
SCRAPS = (
    *(
        "*",
        "**/*",
        "&a ",
        "*common",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "- ",
        "\n  ",
        "\t",
        "'",
        '"',
        "#",
        "<<: ",
        "? ",
        "| ",
        "@",
    ),
    *("!!str ", "!x ", "!!float ", "0x1", "1e999", "-1", "null", "true", ".nan", ".inf", "..", "/", "~/", "\\", "\0"),
    *(
        "{content}",
        "{job.x}",
        "{style_weight}",
        "a" * 300,
        "9" * 120,
        "photos/[z-a]",
        '"\\0"',
        "--- ",
        "\ufeff",
        "日",
        "con",
    ),
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32), slips=st.integers(1, 6))
@example(seed=0, slips=1)
def test_whatever_is_in_the_file_only_a_spec_error_comes_out(seed: int, slips: int):
    chance = random.Random(seed)
    text = EVERYTHING
    for _ in range(slips):
        start = chance.randrange(len(text) + 1)
        if chance.random() < 0.5:  # a word gives way to another word, or to a scrap
            words = list(re.finditer(r"[\w./*-]+", text))
            word = chance.choice(words)
            other = chance.choice(words).group() if chance.random() < 0.5 else chance.choice(SCRAPS)
            text = text[: word.start()] + other + text[word.end() :]
        else:
            text = text[:start] + chance.choice(("", *SCRAPS)) + text[start + chance.choice((0, 1, 5, 20)) :]
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.touch()
        Path(folder, "job.yaml").write_text(text, encoding="utf-8")
        try:
            items = expand(load_spec(Path(folder, "job.yaml")))
        except SpecError as error:
            said, items = str(error), []
        else:
            said = "nothing"
        assert said
        assert len({item.output for item in items}) == len(items)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(data=st.binary(max_size=200))
def test_random_bytes_are_a_spec_error_too(data: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "job.yaml")
        path.write_bytes(data)
        with pytest.raises(SpecError):
            load_spec(path)
