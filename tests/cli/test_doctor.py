from __future__ import annotations

import json
import sys

import pytest

from stylepipe.batch import checkup_places


def test_every_finding_is_a_line_and_the_texts_stand_in_one_column(stylepipe):
    answer = stylepipe("doctor", "--all")
    assert (answer.code, answer.err) == (0, "everything that painting needs is here\n")
    lines = answer.out.splitlines()
    findings = [line for line in lines if line[0] in "✓·✗"]
    assert {line[2:23].strip() for line in findings} >= {"python", "device", "ffmpeg", "weights vgg19-caffe", "disk"}
    assert all(line[21:23] == "  " and line[23] != " " for line in findings)
    remedies = [line for line in lines if line not in findings]
    assert remedies
    assert all(line.startswith(" " * 23 + "→ ") for line in remedies)


def test_missing_weights_are_a_note_with_the_command_that_brings_them(stylepipe):
    lines = stylepipe("doctor", "--all").out.splitlines()
    at = next(n for n, line in enumerate(lines) if "weights vgg19 " in line)
    assert lines[at].startswith("·")
    assert lines[at + 1].strip() == "→ only if a job asks for them: stylepipe weights fetch vgg19"


def test_json_is_json_and_nothing_else(stylepipe):
    answer = stylepipe("doctor", "--json")
    assert (answer.code, answer.err) == (0, "")
    findings = json.loads(answer.out)
    assert all(list(finding) == ["name", "state", "text", "remedy"] for finding in findings)
    assert {finding["state"] for finding in findings} <= {"ok", "note", "problem"}


def test_the_disk_is_that_of_the_folder_asked_for_even_before_it_exists(stylepipe, tmp_path):
    assert f"free at {tmp_path}\n" in stylepipe("doctor", tmp_path / "out" / "gallery").out


@pytest.mark.parametrize(("options", "said"), [((), "✗ disk "), (("--json",), '"problem"')])
def test_a_problem_is_exit_code_4_with_its_remedy(stylepipe, monkeypatch, options, said):
    monkeypatch.setattr(checkup_places, "LITTLE_DISK", 10**30)
    answer = stylepipe("doctor", *options)
    assert answer.code == 4
    assert said in answer.out
    assert "make room, or choose another output directory" in answer.out
    assert answer.err == ("" if options else "1 to mend\n")


def test_a_job_file_is_asked_for_what_it_needs(stylepipe, job, tmp_path):
    answer = stylepipe("doctor", job(defaults="backbone: vgg16"))
    assert answer.code == 4
    assert "✗ weights vgg16 " in answer.out
    assert f"no run has written to {tmp_path / 'out'} yet" in answer.out
    wrong = stylepipe("doctor", "nothing.yaml")
    assert (wrong.code, wrong.out) == (2, "")


def test_a_cluster_is_looked_at_when_it_is_asked_for(stylepipe, monkeypatch):
    monkeypatch.delitem(sys.modules, "stylepipe.batch.ray", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    answer = stylepipe("doctor", "--engine", "ray")
    assert answer.code == 4
    assert "✗ ray " in answer.out
    assert 'pip install "stylepipe[ray]"' in answer.out
    assert "ray" not in stylepipe("doctor").out.split()


@pytest.mark.parametrize("address", ["auto", "nonsense"])
def test_a_clusters_address_without_its_engine_is_refused_as_run_does(stylepipe, job, address):
    answer = stylepipe("doctor", "--address", address)
    for run in (("run", job()), ("run", job(), "--dry-run")):
        assert answer == stylepipe(*run, "--address", address)
    assert (answer.code, answer.out) == (2, "")
    assert "add --engine ray" in answer.err
