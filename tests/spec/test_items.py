from __future__ import annotations

import pickle
from pathlib import Path

from stylepipe.spec.expand import expand


def test_snapshots_lie_beside_the_output_under_its_name_and_iteration(load, folder: Path):
    spec = load(
        'output: {name: "{content}/{style}", format: jpg}\njobs: [{contents: photos/cat.jpg, styles: art/wave.png}]'
    )
    (item,) = expand(spec)
    assert item.output == folder / "out" / "cat" / "wave.jpg"
    assert item.snapshot(7) == folder / "out" / "cat" / "wave.00007.jpg"
    assert item.snapshot_name(123456) == "cat/wave.123456.jpg"


def test_a_clip_has_a_format_of_its_own_and_no_snapshots(load, folder: Path):
    (folder / "photos/walk.mp4").touch()
    text = "defaults: {snapshots: [5]}\n%sjobs: [{contents: [photos/cat.jpg, photos/walk.mp4], styles: art/wave.png}]\n"
    cat, walk = expand(load(text % ""))
    assert [(one.clip, one.format, one.output.name, one.snapshots) for one in (cat, walk)] == [
        (False, "png", "cat--wave.png", (5,)),
        (True, "mp4", "walk--wave.mp4", ()),
    ]
    cat, walk = expand(load(text % "output: {format: [webm, jpg]}\n"))
    assert [one.output.name for one in (cat, walk)] == ["cat--wave.jpg", "walk--wave.webm"]
    _, walk = expand(load(text % "output: {format: frames}\n"))
    assert (walk.format, walk.output) == ("frames", folder / "out/walk--wave")


def test_an_item_can_be_sent_to_another_process(load):
    (item,) = expand(load("jobs: [{contents: photos/cat.jpg, styles: art/wave.png}]"))
    assert pickle.loads(pickle.dumps(item)) == item
