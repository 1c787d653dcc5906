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


def test_an_item_can_be_sent_to_another_process(load):
    (item,) = expand(load("jobs: [{contents: photos/cat.jpg, styles: art/wave.png}]"))
    assert pickle.loads(pickle.dumps(item)) == item
