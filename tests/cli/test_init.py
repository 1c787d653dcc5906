from __future__ import annotations

import pytest

from stylepipe import load_spec
from stylepipe.spec.expand import expand

from ..conftest import save_picture


def test_what_each_folder_was_taken_for_is_said_and_what_to_type_next(stylepipe, job):
    job().unlink()
    answer = stylepipe("init")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.splitlines() == [
        "art: artworks (2 pictures; by its name)",
        "photos: photographs (2 pictures; by its name)",
        "wrote job.yaml",
        "It asks for 4 pictures. Next:",
        "  stylepipe plan job.yaml",
        "  stylepipe run job.yaml",
    ]
    assert stylepipe("plan", "job.yaml").out.splitlines()[0] == "cat--night  new"


def test_in_an_empty_folder_the_example_is_named(stylepipe, tmp_path):
    answer = stylepipe("init", "a b")
    assert "art: artworks (1 picture; by its name; an example, put there now)" in answer.err
    assert "  stylepipe plan 'a b/job.yaml'\n" in answer.err
    assert expand(load_spec(tmp_path / "a b" / "job.yaml"))


def test_a_job_file_that_is_there_is_exit_code_2(stylepipe, job):
    answer = stylepipe("init", job().parent)
    assert answer.code == 2
    assert "--force" in answer.err


def test_another_programs_command_line_becomes_a_job_file_that_can_be_planned(stylepipe, tmp_path):
    save_picture(tmp_path / "in" / "cat.png", 40, 30)
    save_picture(tmp_path / "night.png")
    command = "python neural_style.py -content_image in/cat.png -style_image night.png -image_size 64"
    answer = stylepipe("init", "jobs", "--from", "neural-style-pt", command)
    assert answer.code == 0
    assert "wrote jobs/job.yaml" in answer.err
    (item,) = expand(load_spec(tmp_path / "jobs" / "job.yaml"))
    assert (item.content, item.output) == (tmp_path / "in" / "cat.png", tmp_path / "out.png")
    assert (item.settings.size, item.settings.normalization) == (64, "paper")


@pytest.mark.parametrize(
    ("tool", "command", "said"),
    [
        ("neural-stile-pt", "", "did you mean `neural-style-pt`?"),
        ("neural-style-pt", "-no_such_option 3", "would not take this command line: unrecognized arguments"),
        ("neural-style-pt", "-image_size large", "invalid int value: 'large'"),
        ("style-transfer-pytorch", "a.jpg", "the following arguments are required: styles"),
        ("style-transfer-pytorch", "a.jpg b.jpg -s large", "--end-scale large is no size"),
        ("jcjohnson", "-style_image 'a.jpg", "this is no command line (No closing quotation)"),
    ],
)
def test_what_cannot_be_meant_is_exit_code_2_and_writes_nothing(stylepipe, tmp_path, tool, command, said):
    answer = stylepipe("init", "--from", tool, command)
    assert answer.code == 2
    assert said in answer.err
    assert not [*tmp_path.iterdir()]


def test_files_that_are_not_here_are_named_once_the_job_file_is_written(stylepipe, tmp_path):
    answer = stylepipe("init", "--from", "crowsonkb", "style_transfer cat.jpg night.jpg")
    assert answer.code == 2
    assert "there is no file cat.jpg" in answer.err
    assert (tmp_path / "job.yaml").exists()
