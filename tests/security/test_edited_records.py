"""Records that somebody has changed by hand: none leads out of the output folder, none ends a run."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from stylepipe import load_spec
from stylepipe.batch.plan import plan
from stylepipe.media import read_picture
from stylepipe.store.places import record_path

from ..batch.conftest import Job, carry_out
from ..cli.conftest import Stylepipe
from ..conftest import save_picture
from .conftest import outside

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


def edit(out: Path, **changes: Any) -> None:
    """Change keys of the one record in an output directory."""
    path = record_path(out, "cat--night")
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """Make files outside of the output folder that a changed record will call outputs and snapshots."""
    for name in ("victim.png", "victim.00001.png", "out-of-it.png"):
        (tmp_path / name).write_bytes(b"treasure")
        os.utime(tmp_path / name, (1, 1))
    return tmp_path / "victim.png"


@pytest.mark.parametrize("name", ["../victim", "/{folder}/victim", "a/../../victim", "./../victim", "..//victim"])
@pytest.mark.parametrize("key", ["item", "output"])
def test_nothing_outside_the_output_folder_is_written_or_removed(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, victim: Path, key: str, name: str
) -> None:
    file, out = job(ONE), tmp_path / "out"
    carry_out(file)
    name = name.format(folder=tmp_path)
    changes = {"output": f"{name}.png", "output_size": 8, "output_sha256": hashlib.sha256(b"treasure").hexdigest()}
    settings = json.loads(record_path(out, "cat--night").read_text())["settings"]
    edit(out, **(changes if key == "output" else {"item": name}), settings={**settings, "snapshots": [1]})
    file.write_text(file.read_text().replace("cat", "dog"))
    before = outside(tmp_path, out)
    assert stylepipe("clean", file, "--orphans", "--yes").code == 0
    assert stylepipe("run", file, "--quiet").code == 0
    stylepipe("status", out)
    assert outside(tmp_path, out) == before


WRONG: dict[str, list[Any]] = {
    "seconds": [-1, float("nan"), float("inf"), 10**400, "1", None, True, []],
    "output_size": [-1, 10**400, 1.5, "1"],
    "iterations": [-1, 10**400, {}],
    "losses": [[[1, 2, 3, 4, float("inf")]], [[1, 2, 3, 4, 10**400]], [[]], [[1] * 5] * 10**5, {}],
    "inputs": [[{"role": 1, "path": 2, "sha256": 3}], [1], [{}], ["../../x"]],
    "identity": [{}, {"settings": [[[]]]}, {"styles": [1]}, {"styles": {}}, {"output": {"format": []}}, 1],
    "settings": [{}, {"snapshots": "all"}, {"snapshots": ["../../x", 10**30, -1, None]}, {"size": {}}],
    "clip": [{"frames": 10**400}, {"frames": -1}, {"frames": "many"}, 1],
    "notes": [["x" * 10**6], [1]],
    "schema_version": [10**400, -1, "1"],
    "fingerprint": ["", "x" * 10**6, 1],
}
SHA256 = "0" * 64
MISREPORTED: dict[str, list[Any]] = {
    "output_sha256": ["", "x", 1],
    "inputs": [
        [{"role": "content", "path": "a\0b", "sha256": SHA256}],
        [{"role": "content", "path": "\ud800.png", "sha256": SHA256}],
        [{"role": "content", "path": "/dev/zero", "sha256": SHA256}],
    ],
    "identity": [
        {"styles": [1]},
        {"styles": [{"sha256": [1]}]},
        {"styles": [{"sha256": SHA256, "share": "x"}]},
        {"styles": [{"sha256": SHA256, "share": 10**400}]},
    ],
    "settings": [{"style_scale": "x"}, {"style_scale": [1]}, {"content_layers": {"a": [1]}}, {"size": {"a": {}}}],
    "clip": [{"warp_errors": [[1, 10**400], [2, 3]]}, {"warp_errors": 1}],
    "device": ["\ud800"],
    "notes": [["\ud800</script>"]],
}


@pytest.mark.parametrize("key", WRONG)
def test_a_value_that_nobody_writes_is_no_reason_to_end(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, key: str
) -> None:
    file, out = job(ONE), tmp_path / "out"
    carry_out(file)
    whole = record_path(out, "cat--night").read_text()
    for value in WRONG[key]:
        record_path(out, "cat--night").write_text(whole)
        edit(out, **{key: value})
        for command in (("plan", file), ("plan", file, "--json"), ("status", file), ("status", out)):
            answer = stylepipe(*command)
            assert answer.code == 0, answer.err
            assert max(map(len, answer.out.splitlines())) < 2000
        assert stylepipe("clean", file, "--orphans", "--yes").code == 0
    assert carry_out(file)[0].exit_code == 0


@pytest.mark.parametrize("key", MISREPORTED)
def test_no_value_keeps_a_page_from_being_made(job: Job, stylepipe: Stylepipe, tmp_path: Path, key: str) -> None:
    file, out = job(ONE), tmp_path / "out"
    carry_out(file)
    whole = record_path(out, "cat--night").read_text()
    for value in MISREPORTED[key]:
        record_path(out, "cat--night").write_text(whole)
        edit(out, **{key: value})
        for target in (out, file):
            answer = stylepipe("report", target, "--sheet", tmp_path / "sheet.png")
            assert answer.code in (0, 2), answer.err  # where nothing can be read, there is nothing to show
            answer = stylepipe("report", target)
            assert answer.code == 0, answer.err


def test_a_hash_that_is_a_path_names_no_small_picture(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    file, out = job(ONE), tmp_path / "out"
    carry_out(file)
    before = outside(tmp_path, out)
    assert stylepipe("report", file).code == 0
    edit(out, output_sha256="../../../hit")
    for target in (out, file):
        assert stylepipe("report", target).code == 0
    assert outside(tmp_path, out) == before


def test_no_picture_is_shown_that_a_record_only_names(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    file, out, mine = job(ONE), tmp_path / "out", tmp_path / "mine"
    carry_out(file)
    inputs = json.loads(record_path(out, "cat--night").read_text())["inputs"]
    mine.mkdir()
    for number in range(2):
        save_picture(mine / f"frame_{number}.png", seed=7)
    sheets = set()
    for path in ("/nothing/here", str(mine), str(mine / "frame_0.png")):
        edit(out, clip={}, inputs=[{**one, "path": path, "sha256": SHA256} for one in inputs])
        assert stylepipe("report", out, "--sheet", out / "sheet.png").code == 0
        assert stylepipe("report", out).code == 0
        assert not [*(out / "report").glob("thumbs/*")]
        sheets.add(read_picture(out / "sheet.png").pixels[:180].tobytes())
    assert len(sheets) == 1


def test_deeply_nested_settings_are_named_in_few_words(job: Job, tmp_path: Path) -> None:
    file, out = job(ONE), tmp_path / "out"
    carry_out(file)
    text = record_path(out, "cat--night").read_text()
    identity = json.loads(text)["identity"]
    for nest in ("[" * 150 + "]" * 150, '{"a":' * 150 + "1" + "}" * 150, '"' + "x" * 10**6 + '"'):
        changed = json.dumps({**identity, "settings": {"size": "NEST"}}).replace('"NEST"', nest)
        edit(out, identity={}, fingerprint="0")
        path = record_path(out, "cat--night")
        path.write_text(path.read_text().replace('"identity": {}', f'"identity": {changed}'))
        (planned,) = plan(load_spec(file))
        assert planned.reason is not None
        assert len(planned.reason) < 2000


@pytest.mark.parametrize(
    "name", ["records/cat--night.json", "failures/cat--night.json", "hashes.json", "lock.json", "lock"]
)
def test_a_pipe_in_a_records_place_is_not_waited_for(job: Job, stylepipe: Stylepipe, tmp_path: Path, name: str) -> None:
    file, place = job(ONE), tmp_path / "out" / ".stylepipe" / name
    carry_out(file)
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    assert stylepipe("plan", file).code == 0
    assert stylepipe("status", file).code == 0
    assert stylepipe("run", file, "--force", "--quiet").code == 0


def test_a_pipe_in_a_pages_place_is_not_waited_for(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    carry_out(job(ONE))
    (tmp_path / "out" / "report").mkdir()
    os.mkfifo(tmp_path / "out" / "report" / "index.html")
    answer = stylepipe("report", tmp_path / "out")
    assert answer.code == 2
    assert "it is no regular file" in answer.err


@pytest.mark.parametrize("folder", ["records", "failures"])
def test_a_file_that_is_called_after_no_item_is_passed_over(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, folder: str
) -> None:
    file, private = job(ONE), tmp_path / "out" / ".stylepipe"
    carry_out(file)
    for name in (".json", "..json", "deep/.json"):
        (private / folder / name).parent.mkdir(parents=True, exist_ok=True)
        (private / folder / name).write_text("{}")
    for command in (("plan", file), ("status", file), ("status", tmp_path / "out"), ("report", tmp_path / "out")):
        answer = stylepipe(*command)
        assert answer.code == 0, answer.err
    assert stylepipe("clean", file, "--orphans", "--yes").code == 0
    assert stylepipe("run", file, "--quiet").code == 0


def test_folders_where_failures_are_kept_stop_no_batch(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    file, private = job(ONE.replace("cat.png", "*")), tmp_path / "out" / ".stylepipe"
    (tmp_path / "photos" / "bad.png").write_bytes(b"no picture")
    for name in ("failures/bad--night.json", "failures.txt"):
        (private / name).mkdir(parents=True)
    answer = stylepipe("run", file, "--workers", "0")
    assert answer.code == 1, answer.err
    assert "1 failed" in answer.err
    (tmp_path / "photos" / "bad.png").unlink()
    assert stylepipe("run", file, "--force", "--quiet", "--workers", "0").code == 0


def test_a_record_of_gigabytes_is_not_read(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    with record_path(tmp_path / "out", "cat--night").open("r+b") as record:
        record.truncate(2**40)
    (planned,) = plan(load_spec(file))
    assert planned.reason == "record unreadable"
