import os
import random
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from stylepipe.errors import OutputError, OutputNameError
from stylepipe.store.atomic import append_line, move, replacing, sweep_leftovers, write_bytes, write_text

WRITE_FOREVER = """
import sys
import tempfile
from pathlib import Path
from stylepipe.store.atomic import write_bytes
path, k = Path(sys.argv[1]), 0
while True:
    write_bytes(path, bytes([97 + k % 26]) * 300_000)
    k += 1
    print(k, flush=True)
"""

WRITE_TOO_MUCH = """
import resource, sys
from pathlib import Path
from stylepipe.errors import OutputError, OutputNameError
from stylepipe.store.atomic import write_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_bytes(Path(sys.argv[1]), b"x" * 100_000)
except OutputError as error:
    print(error)
"""

HOLD_HALF_A_FILE = """
import sys, time
from pathlib import Path
from stylepipe.store.atomic import replacing
with replacing(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print(file.name, flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_written_file_holds_what_was_written_and_leaves_nothing_beside_it(tmp_path):
    write_bytes(tmp_path / "a.bin", b"\x00\x01")
    write_text(tmp_path / "b.txt", "grün\nblau\n")
    assert (tmp_path / "a.bin").read_bytes() == b"\x00\x01"
    assert (tmp_path / "b.txt").read_bytes() == "grün\nblau\n".encode()
    assert names(tmp_path) == ["a.bin", "b.txt"]


def test_missing_folders_are_made(tmp_path):
    write_text(tmp_path / "one" / "two" / "a.txt", "a")
    assert (tmp_path / "one" / "two" / "a.txt").read_text() == "a"


def test_the_old_content_stays_until_the_block_ends(tmp_path):
    target = tmp_path / "a.txt"
    write_text(target, "old")
    with replacing(target) as file:
        file.write(b"new")
        file.flush()
        assert target.read_text() == "old"
    assert target.read_text() == "new"


def test_the_temporary_file_lies_beside_its_target_and_has_its_suffix(tmp_path):
    with replacing(tmp_path / "a.png") as file:
        temporary = Path(file.name)
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".stylepipe-")
        assert temporary.suffix == ".png"


def test_another_program_may_write_to_the_temporary_file_by_its_name(tmp_path):
    with replacing(tmp_path / "clip.mp4") as file:
        code = "import sys; open(sys.argv[1], 'wb').write(b'frames')"
        subprocess.run([sys.executable, "-c", code, file.name], check=True)
    assert (tmp_path / "clip.mp4").read_bytes() == b"frames"


def test_an_error_in_the_block_leaves_the_old_content_and_no_temporary_file(tmp_path):
    write_text(tmp_path / "a.txt", "old")

    def interrupted() -> None:
        with replacing(tmp_path / "a.txt") as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_new_file_has_the_permissions_that_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_symbolic_link_is_replaced_and_what_it_points_to_is_left_alone(tmp_path):
    (tmp_path / "treasure.txt").write_text("treasure")
    (tmp_path / "out").mkdir()
    link = tmp_path / "out" / "a.txt"
    link.symlink_to(tmp_path / "treasure.txt")
    write_text(link, "paint")
    assert (tmp_path / "treasure.txt").read_text() == "treasure"
    assert not link.is_symlink()
    assert link.read_text() == "paint"


def test_a_name_of_255_bytes_can_be_written_and_a_longer_one_says_so(tmp_path):
    write_text(tmp_path / ("a" * 251 + ".txt"), "a")
    write_text(tmp_path / ("a." + "b" * 253), "a")
    with pytest.raises(OutputError, match=r"its name is too long for this disk; shorten it \(output\.name"):
        write_text(tmp_path / ("a" * 252 + ".txt"), "a")
    assert len(names(tmp_path)) == 2


def test_a_file_in_place_of_a_folder_says_so(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="a part of its path is a file, not a folder"):
        write_text(tmp_path / "out" / "a.txt", "a")
    with pytest.raises(OutputError, match="a part of its path is a file, not a folder"):
        write_text(tmp_path / "out" / "deeper" / "a.txt", "a")


def test_a_folder_in_place_of_the_file_says_so(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="a folder of that name is in the way"):
        write_text(tmp_path / "a.txt", "a")
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs Linux's /sys, where not even root makes files")
def test_a_place_that_refuses_new_files_says_so():
    with pytest.raises(OutputError, match=r"^/sys/kernel/a.txt: cannot be written: .*; choose another place"):
        write_text(Path("/sys/kernel/a.txt"), "a")


def test_a_disk_that_takes_no_more_is_said_in_one_sentence_and_leaves_nothing(tmp_path, python):
    said, _ = python(WRITE_TOO_MUCH, tmp_path / "a.png").communicate(timeout=20)
    assert said.startswith(f"{tmp_path / 'a.png'}: cannot be written: it would be larger than this system allows")
    assert said.count("\n") == 1
    assert names(tmp_path) == []


def test_an_error_about_another_file_passes_unchanged(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "copy.txt"):
        (tmp_path / "missing.txt").read_bytes()
    with pytest.raises(OSError, match="cannot write mode"), replacing(tmp_path / "a.jpg"):
        raise OSError("cannot write mode RGBA as JPEG")
    assert names(tmp_path) == []


def test_twenty_kills_in_the_middle_of_writing_leave_no_torn_file(tmp_path, python):
    target, chance = tmp_path / "a.bin", random.Random(1)
    for _ in range(20):
        process = python(WRITE_FOREVER, target)
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.wait()
        content = target.read_bytes()
        assert len(content) == 300_000
        assert len(set(content)) == 1
    sweep_leftovers(tmp_path)
    assert names(tmp_path) == ["a.bin"]


def test_a_leftover_is_swept_when_its_writer_is_dead_and_not_before(tmp_path, python):
    process = python(HOLD_HALF_A_FILE, tmp_path / "sub" / "a.png")
    temporary = Path(process.stdout.readline().strip())
    assert sweep_leftovers(tmp_path) == []
    assert temporary.read_bytes() == b"half"
    process.kill()
    process.wait()
    assert sweep_leftovers(tmp_path) == [temporary]
    assert names(tmp_path / "sub") == []


def test_sweeping_leaves_everything_else_alone(tmp_path):
    ours = tmp_path / ".stylepipe-0123456789abcdef.png"
    others = [".stylepipe-notes.txt", ".other-0123456789abcdef.png", "a.png", ".stylepipe-0123456789abcdef0.png"]
    for path in (ours, *map(tmp_path.joinpath, others)):
        path.write_text("")
    (tmp_path / ".stylepipe-ffffffffffffffff").mkdir()
    (tmp_path / ".stylepipe-eeeeeeeeeeeeeeee.png").symlink_to(tmp_path / "a.png")
    assert sweep_leftovers(tmp_path) == [ours]
    assert len(names(tmp_path)) == len(others) + 2


def test_sweeping_a_folder_that_is_not_there_finds_nothing(tmp_path):
    assert sweep_leftovers(tmp_path / "missing") == []


def test_lines_are_appended_in_order(tmp_path):
    for text in ("one", "zwei — ü"):
        append_line(tmp_path / "logs" / "a.jsonl", text)
    assert (tmp_path / "logs" / "a.jsonl").read_text(encoding="utf-8") == "one\nzwei — ü\n"


def test_a_log_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "a.jsonl").mkdir()
    with pytest.raises(OutputError, match="a folder of that name is in the way"):
        append_line(tmp_path / "a.jsonl", "one")


def test_a_finished_file_is_moved_into_its_place_at_once(tmp_path):
    finished, target = tmp_path / "parts" / "joined", tmp_path / "new" / "clip"
    for content in (b"first", b"second"):
        write_bytes(finished, content)
        move(finished, target)
        assert target.read_bytes() == content
        assert not finished.exists()


def test_a_finished_file_is_moved_to_another_disk_too(tmp_path):
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk")
    with tempfile.TemporaryDirectory(dir=shared) as other:
        write_bytes(tmp_path / "joined", b"content")
        move(tmp_path / "joined", Path(other) / "clip")
        assert os.listdir(other) == ["clip"]
        assert (Path(other) / "clip").read_bytes() == b"content"
        assert os.listdir(tmp_path) == []


def test_where_a_finished_file_cannot_be_moved_to_is_said(tmp_path):
    write_bytes(tmp_path / "joined", b"content")
    (tmp_path / "clip").mkdir()
    with pytest.raises(OutputNameError, match="clip: cannot be written: a folder of that name is in the way"):
        move(tmp_path / "joined", tmp_path / "clip")
    with pytest.raises(OutputNameError, match="its name is too long"):
        move(tmp_path / "joined", tmp_path / ("n" * 256))
    assert (tmp_path / "joined").read_bytes() == b"content"
