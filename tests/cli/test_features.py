from __future__ import annotations

from ..conftest import save_picture


def test_the_sheets_are_named_on_stderr(stylepipe, tmp_path):
    save_picture(tmp_path / "cat.png", 80, 60)
    answer = stylepipe("features", "cat.png", "--layer", "relu1_1", "--layer", "relu2_1", "--size", 64, "--maps", 3)
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "wrote cat--relu1_1.png\nwrote cat--relu2_1.png\n"
    assert (tmp_path / "cat--relu2_1.png").is_file()


def test_a_layer_that_there_is_not_is_exit_code_2(stylepipe):
    answer = stylepipe("features", "cat.png", "--layer", "relu9_1")
    assert answer.code == 2
    assert answer.err.startswith("stylepipe: --layer relu9_1: lite has no such layer")
