import json
import os
import sys
from pathlib import Path

import pytest

from stylepipe.store.speeds import Speeds


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "stylepipe" / "speeds.json"


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="caches lie elsewhere on other systems")


def test_what_was_never_noted_is_not_known():
    speeds = Speeds.load()
    assert speeds.seconds("lite", 100) is None
    assert speeds.bytes("png", 100) is None
    assert speeds.device is None


def test_seconds_and_bytes_grow_with_the_work_and_come_back_from_the_disk():
    speeds = Speeds.load()
    speeds.note("lite", 1000, 2.0)
    speeds.note("lite", 1000, 4.0)
    speeds.note_bytes("png", 10, 20)
    speeds.device, speeds.workers = "cpu (1 thread)", 2
    speeds.save()
    again = Speeds.load()
    assert again.seconds("lite", 2000) == pytest.approx(6.0, rel=0.05)
    assert again.bytes("png", 100) == pytest.approx(200)
    assert again.seconds("vgg19", 2000) is None
    assert (again.device, again.workers) == ("cpu (1 thread)", 2)


def test_small_items_which_are_mostly_waiting_count_as_little_as_they_are():
    speeds = Speeds()
    speeds.note("lite", 1_000_000, 100.0)
    speeds.note("lite", 100, 4.0)
    assert speeds.seconds("lite", 1_000_000) == pytest.approx(100.0, rel=0.1)


def test_the_speed_follows_a_machine_that_has_become_faster():
    speeds = Speeds()
    for seconds in [10.0] * 100 + [1.0] * 100:
        speeds.note("lite", 1, seconds)
    assert speeds.seconds("lite", 1) == pytest.approx(1.0, rel=0.5)


def test_nothing_done_tells_nothing():
    speeds = Speeds()
    speeds.note("lite", 0, 5.0)
    assert speeds.seconds("lite", 1) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"version": 0}',
        '{"version": 1, "device": null, "workers": 1, "seconds": {"a": [NaN, 1]}, "bytes": {}}',
        '{"version": 1, "device": null, "workers": 1, "seconds": {"a": 1}, "bytes": {}}',
        '{"version": 1, "device": null, "workers": 1, "seconds": {"a": [1, 0]}, "bytes": {}}',
    ],
)
def test_a_broken_file_counts_as_nothing_and_is_written_anew(file, content):
    file.parent.mkdir(parents=True)
    file.write_text(content)
    speeds = Speeds.load()
    assert speeds.seconds("a", 1) is None
    speeds.note("a", 1, 1.0)
    speeds.save()
    assert json.loads(file.read_text())["seconds"] == {"a": [1.0, 1]}


def test_a_cache_that_cannot_be_written_is_no_error(file):
    file.parent.parent.mkdir(parents=True)
    file.parent.write_text("in the way")
    Speeds.load().save()
    assert not os.path.exists(file)
