"""What is typed to make an item again says all of it, or nothing, and can be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from stylepipe.report.commands import again_by_itself, again_by_job, typed
from stylepipe.spec.settings import Settings
from stylepipe.store.records import Input, Record

from .conftest import some_record

CAT = Input("content", "/photos/the cat.jpg", "c")
NIGHT = Input("style", "/art/night.jpg", "n")
WAVE = Input("style", "/art/wave's.jpg", "w")


def style(artwork: Input, share: float = 1.0, scale: float = 1.0) -> dict[str, Any]:
    return {"sha256": artwork.sha256, "share": share, "scale": scale}


def record(
    inputs: Sequence[Input] = (CAT, NIGHT), styles: object = None, settings: Mapping[str, Any] | None = None
) -> Record:
    return some_record(
        identity={"styles": [style(NIGHT)] if styles is None else styles},
        inputs=inputs,
        settings=Settings.model_validate(settings or {}).model_dump(mode="json"),
    )


def words_of(painted: Record) -> list[str]:
    command = again_by_itself(painted, Path("/out"))
    assert command is not None
    return shlex.split(command)


def test_an_item_of_a_job_is_named_as_it_is_and_forced_when_it_is_done() -> None:
    command = ["stylepipe", "run", "my job.yaml"]
    assert again_by_job(command, "a/cat", done=False) == "stylepipe run 'my job.yaml' --only=a/cat"
    assert again_by_job(command, "cat[1]*", done=True) == "stylepipe run 'my job.yaml' --force '--only=cat[[]1][*]'"


def test_without_its_job_an_item_is_rendered_from_its_files_with_what_was_changed() -> None:
    changed = {"iterations": 7, "seed": 3, "pyramid": False, "video": {"start": 1.5}}
    assert words_of(record(settings=changed)) == [
        *("stylepipe", "render", "/photos/the cat.jpg", "-s", "/art/night.jpg", "-o", "/out/cat--night.png"),
        *("--set", "iterations=7", "--set", "pyramid=false", "--set", "seed=3", "--set", "video.start=1.5"),
    ]


def test_several_artworks_come_with_their_shares() -> None:
    both = record((CAT, NIGHT, WAVE), [style(NIGHT, 2 / 3), style(WAVE, 1 / 3)])
    assert words_of(both)[3:7] == ["-s", "/art/night.jpg:0.666667", "-s", "/art/wave's.jpg:0.333333"]


def test_lists_and_weights_of_layers_are_written_as_one_types_them() -> None:
    changed = {"iterations": [20, 10], "style_layers": {"relu1_1": 2.0, "relu2_1": 1.0}}
    words = words_of(record(settings=changed))
    assert "iterations=[20, 10]" in words
    assert "style_layers={relu1_1: 2.0, relu2_1: 1.0}" in words


@pytest.mark.parametrize(
    "painted",
    [
        record((NIGHT,)),
        record((CAT, CAT, NIGHT)),
        record(styles=[]),
        record(styles="night"),
        record(styles=[style(WAVE)]),
        record(styles=[style(NIGHT, scale=2.0)]),
        record((CAT, NIGHT, Input("style mask", "/mask.png", "m"))),
    ],
    ids=["no photograph", "two", "no artwork", "no list", "an artwork that is not there", "its own scale", "its mask"],
)
def test_what_only_a_job_file_can_say_has_no_command(painted: Record) -> None:
    assert again_by_itself(painted, Path("/out")) is None


def test_paths_are_short_and_do_not_say_who_is_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "anna"
    (home / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "work")
    assert typed(home / "work" / "a b" / "c.png") == "'a b/c.png'"
    assert typed(home / "art" / "it's.png") == "~/'art/it'\"'\"'s.png'"
    assert typed(home) == str(home)
    assert typed(Path("/srv/c.png")) == "/srv/c.png"
