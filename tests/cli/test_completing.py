from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from stylepipe.cli.completing import Bash, setting_values
from stylepipe.cli.main import cli


def completed(*words: str) -> list[str]:
    *before, typed = words
    return [item.value for item in ShellComplete(cli, {}, "stylepipe", "X").get_completions(list(before), typed)]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("",), ["init", "run", "plan", "completion"]),
        (("weights", ""), ["list", "fetch", "import"]),
        (("weights", "fetch", "vgg16"), ["vgg16", "vgg16-caffe"]),
        (("run", "job.yaml", "--max"), ["--max-failures"]),
        (("run", "job.yaml", "--set", "style_w"), ["style_weight="]),
        (("run", "job.yaml", "--set", "video.warm_start="), ["video.warm_start=flow", "video.warm_start=previous"]),
        (("run", "job.yaml", "--set", "output.fo"), ["output.format="]),
        (("plan", "job.yaml", "--set", "preset=d"), ["preset=draft"]),
        (("run", "job.yaml", "--device", "c"), ["cpu", "cuda"]),
        (("render", "a.jpg", "--backbone", "v"), ["vgg19", "vgg16"]),
        (("render", "a.jpg", "--preset", ""), ["balanced", "best", "draft", "gatys"]),
        (("features", "a.jpg", "--layer", "relu4"), ["relu4_1", "relu4_2"]),
    ],
)
def test_what_can_be_listed_is_completed(words: tuple[str, ...], some: list[str]) -> None:
    assert set(some) <= set(completed(*words))


def test_items_of_the_job_file_that_was_typed_are_completed(job) -> None:
    file = str(job())
    assert completed("run", file, "--only", "cat") == ["cat--night", "cat--wave"]
    assert completed("run", file, "--set", "output.name={style}", "--only", "") == []
    assert completed("run", "nothing.yaml", "--only", "") == []
    assert completed("run", "--only", "") == []


def test_values_are_words_that_the_setting_takes() -> None:
    assert setting_values("pyramid") == ["true", "false"]
    assert setting_values("size") == ["original", "512"]
    assert setting_values("init")[:3] == ["content", "noise", "style"]
    assert setting_values("nothing") == []


@pytest.mark.parametrize(
    ("words", "place", "before", "typed"),
    [
        ("stylepipe run job.yaml --set siz", 4, ["run", "job.yaml", "--set"], "siz"),
        ("stylepipe run job.yaml --set size =", 5, ["run", "job.yaml", "--set"], "size="),
        ("stylepipe run job.yaml --set size = 5", 6, ["run", "job.yaml", "--set"], "size=5"),
        ("stylepipe run --set size = 5 jo", 6, ["run", "--set", "size=5"], "jo"),
        ("stylepipe run ", 2, ["run"], ""),
        ("stylepipe run --device = cu", 4, ["run", "--device", "="], "cu"),
    ],
)
def test_bash_splits_words_at_equals_signs_and_they_are_joined_again(monkeypatch, words, place, before, typed) -> None:
    monkeypatch.setenv("COMP_WORDS", words.replace(" ", "\n"))
    monkeypatch.setenv("COMP_CWORD", str(place))
    assert Bash(cli, {}, "stylepipe", "X").get_completion_args() == (before, typed)
