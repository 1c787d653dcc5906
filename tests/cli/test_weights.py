from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stylepipe.store import weights as catalogue


def test_the_list_says_where_each_file_is_or_how_to_get_it(stylepipe):
    answer = stylepipe("weights", "list")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert [line.split()[0] for line in lines] == ["lite", "vgg19", "vgg19-caffe", "vgg16", "vgg16-caffe"]
    assert lines[0].endswith("lite.safetensors")
    assert lines[2].endswith("548 MiB  not here: stylepipe weights fetch vgg19-caffe")
    assert len({line.index(" MiB") for line in lines}) == 1


def test_what_is_here_already_is_not_fetched(stylepipe):
    answer = stylepipe("weights", "fetch", "lite")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.startswith("lite is at /")
    assert stylepipe("weights", "fetch", "lite", "--quiet").err == ""


def test_an_unknown_name_is_answered_with_the_likely_one(stylepipe):
    answer = stylepipe("weights", "fetch", "vgg91")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "stylepipe: vgg91: no weights of that name; did you mean vgg19?\n"


def test_a_file_that_is_none_of_the_known_ones_is_not_imported(stylepipe, tmp_path):
    (tmp_path / "vgg19-dcbb9e9d.pth").write_bytes(b"not a network")
    answer = stylepipe("weights", "import", "vgg19-dcbb9e9d.pth")
    assert (answer.code, answer.out) == (4, "")
    assert answer.err.startswith("stylepipe: vgg19-dcbb9e9d.pth: is none of the known weights: its SHA-256 begins with")
    assert not list(catalogue.cache_dir().glob("*.pth"))


@pytest.mark.parametrize("name", ["missing.pth", "."])
def test_what_is_no_file_cannot_be_imported(stylepipe, name):
    answer = stylepipe("weights", "import", name)
    assert answer.code == 4
    assert "there is no such file to import" in answer.err


def test_a_known_file_is_imported_under_its_own_name(stylepipe, tmp_path):
    lite = catalogue.require("lite", "package")
    (tmp_path / "brought.bin").write_bytes(lite.read_bytes())
    answer = stylepipe("weights", "import", "brought.bin")
    assert answer.code == 0
    imported = Path(answer.err.removeprefix("imported to ").strip())
    assert hashlib.sha256(imported.read_bytes()).hexdigest() == catalogue.LITE.sha256


def test_weights_alone_shows_its_commands(stylepipe):
    answer = stylepipe("weights")
    assert answer.code == 2
    assert "fetch" in answer.err
