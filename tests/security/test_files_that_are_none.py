"""Pipes, sockets, devices and files of a thousand gigabytes among the photographs: each fails alone, and at once."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from stylepipe.batch import events

from ..batch.conftest import Job, carry_out, of_kind, reasons


def test_each_is_said_by_plan_and_fails_alone(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/*\n    styles: art/night.png\n")
    photos = tmp_path / "photos"
    os.mkfifo(photos / "pipe.png")
    (photos / "zero.png").symlink_to("/dev/zero")
    (photos / "gone.png").symlink_to("nowhere")
    (photos / "clip.mp4").symlink_to("/dev/zero")
    with (photos / "huge.png").open("wb") as huge:
        huge.truncate(2**40)
    home = os.getcwd()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(photos)  # a socket's path may not be long
        listening.bind("socket.png")
        os.chdir(home)
        due = reasons(file)
        summary, told = carry_out(file)
    assert due["huge--night"] == (
        f"{photos}/huge.png has 1024 GiB, more than the 64 GiB allowed: make it smaller, or raise max_file_size"
    )
    assert due["gone--night"] == f"{photos}/gone.png: cannot be read: it is a link to nothing"
    for name in ("pipe", "zero", "socket", "clip"):
        assert "is no regular file but a pipe or a device" in str(due[f"{name}--night"])
    assert (summary.done, summary.failed) == (2, 6)
    failed = of_kind(told, events.ItemFailed)
    assert all(str(tmp_path) in str(event.error) for event in failed)


def test_an_artwork_and_a_mask_have_the_same_limit(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n    set: {masks: {content: m.png}}\n")
    (tmp_path / "m.png").write_bytes(b"x" * 10_000)
    (reason,) = reasons(file, {"max_file_size": 9000}).values()
    assert "m.png has" in str(reason)
    assert "raise max_file_size" in str(reason)
