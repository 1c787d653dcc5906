"""A job file that would take for ever to read, or asks for more than anybody can paint."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec

JOB = "jobs:\n  - {contents: a.png, styles: a.png%s}\n"
NINES = "9" * 900_000
SLOW = {
    "a megabyte and more": ("#" * 1_000_001, "is larger than 1 MB"),
    "lists in lists": ("jobs: " + "[" * 400_000, "nest deeper than 40 levels"),
    "a number of 900 000 digits": (f"defaults: {{size: {NINES}}}\n{JOB % ''}", "longer than any setting"),
    "a duration of as many": (f"defaults: {{timeout: '{NINES}'}}\n{JOB % ''}", "needs a number"),
    "days of as many": (f"defaults: {{timeout: '{NINES}d'}}\n{JOB % ''}", "needs a finite number"),
    "bytes of as many": (f"defaults: {{memory: '{NINES}GiB'}}\n{JOB % ''}", "is no amount of bytes"),
    "moments of as many": (f"defaults: {{video: {{start: '{NINES}:00'}}}}\n{JOB % ''}", "needs a finite number"),
    "a key of as many letters": (f"{'s' * 900_000}: 1\n{JOB % ''}", None),
    "photographs that are not there": (
        "jobs:\n" + "".join(f"  - {{contents: no{n}.png, styles: a.png}}\n" for n in range(4000)),
        "there is no file no0.png",
    ),
    "photographs of one job that are not there": (
        f"jobs:\n  - {{contents: [{','.join(f'p/photo_{n}x.png' for n in range(20_000))}], styles: a.png}}\n",
        "there is no file p/photo_0x.png",
    ),
    "artworks that are not there": (
        f"jobs:\n  - {{contents: a.png, styles: [{','.join(f'p/photo_{n}x.png' for n in range(20_000))}]}}\n",
        "there is no file p/photo_0x.png",
    ),
    "styles of artworks that are not there": (
        f"styles: {{{','.join(f's{n}: p/photo_{n}x.png' for n in range(20_000))}}}\n{JOB % ''}",
        "there is no file p/photo_0x.png",
    ),
    "folders of folders of folders": (
        f"jobs:\n  - {{contents: '{'**/' * 30}*.jpg', styles: a.png}}\n",
        "matches nothing",
    ),
    "and others between them": (
        f"jobs:\n  - {{contents: '{'**/*/' * 30}*.jpg', styles: a.png}}\n",
        "enters all folders more than 2 times",
    ),
    "keys that nobody knows": ("defaults: {" + ",".join(f"syze{n}: 1" for n in range(20_000)) + "}", "unknown key"),
}


@pytest.mark.parametrize("what", SLOW)
def test_it_is_refused_in_seconds(tmp_path: Path, what: str) -> None:
    text, why = SLOW[what]
    (tmp_path / "a.png").touch()
    (tmp_path / "p" / "/".join("deep/er" for _ in range(6))).mkdir(parents=True)
    for n in range(500):
        (tmp_path / "p" / f"photo_{n}.png").touch()
    (tmp_path / "job.yaml").write_text(text)
    begun = time.process_time()
    with pytest.raises(UsageError, match=why):
        expand(load_spec(tmp_path / "job.yaml"))
    assert time.process_time() - begun < 10


def test_more_items_than_allowed_are_counted_over_all_jobs_and_the_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    numbers = ", ".join(map(str, range(400)))
    job = f"  - {{contents: a.png, styles: a.png, sweep: {{seed: [{numbers}], history: [{numbers[2:700]}]}}}}\n"
    (tmp_path / "job.yaml").write_text("jobs:\n" + job * 3)
    with pytest.raises(UsageError, match="asks for more than the 50 pictures and clips allowed") as caught:
        expand(load_spec(tmp_path / "job.yaml", {"max_items": 50}))
    assert "raise max_items" in str(caught.value)

    small = "  - {contents: a.png, styles: a.png, sweep: {seed: [1, 2, 3]}}\n"
    head = 'output: {name: "{job}-{content}"}\ndefaults: {max_items: 5}\n'
    (tmp_path / "job.yaml").write_text(f"{head}jobs:\n{small * 2}")
    with pytest.raises(UsageError, match="with the 3 before it, this job asks for more than the 5"):
        expand(load_spec(tmp_path / "job.yaml"))
