"""A disk that takes no more ends the run at once, with nothing torn; once there is room, the next run does the rest."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .aftermath import assert_nothing_is_torn, executions, outputs, records, temporaries
from .conftest import IN_PROCESS, Batch, Dying

SMALL_DISK = """
mkdir disk && mount -t tmpfs -o size=2m tmpfs disk || exit 99
head -c 2000k /dev/zero > disk/large
"$@"
echo "$?"
rm disk/large
cp -a disk full
"$@"
echo "$?"
cp -a disk mended
"""
READ_ONLY = """
mkdir disk && mount -t tmpfs -o ro tmpfs disk || exit 99
exec "$@"
"""


def on_a_disk_of_its_own(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the program in a shell script that makes a disk first; skip the test where nobody may."""
    if not shutil.which("unshare"):
        pytest.skip("no program to make a disk of one's own with")
    command = [sys.executable, "-m", "stylepipe", "run", *map(str, arguments), "--set", "output.dir=disk"]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *command], capture_output=True, text=True, check=False
    )
    if "Operation not permitted" in done.stderr or done.returncode == 99:
        pytest.skip("this system lets nobody make a disk of their own")
    return done


@pytest.mark.parametrize("place", ["before_fsync", "before_picture", "before_record"])
def test_no_space_at_any_step_of_writing_is_exit_code_74_and_one_item_is_begun_again(
    batch: Batch, dying: Dying, place: str
) -> None:
    file = batch()
    assert dying(file, "--set", "output.dir=whole").code == 0
    out = file.parent / "out"

    full = dying(file, failpoint=f"{place}:3:ENOSPC")
    assert full.code == 74
    assert full.err.count("\n") == 1
    assert "the disk is full; free some space and run again, what is finished stays" in full.err
    assert_nothing_is_torn(out)
    assert not temporaries(out)
    assert len(records(out)) == 2

    assert dying(file).code == 0
    assert executions(out) == 7
    assert outputs(out) == outputs(file.parent / "whole")


def test_a_disk_of_two_megabytes_is_filled_with_whole_pictures_and_the_rest_comes_once_there_is_room(
    batch: Batch, dying: Dying
) -> None:
    file = batch(3, 3)
    assert dying(file, "--set", "output.dir=whole").code == 0

    done = on_a_disk_of_its_own(SMALL_DISK, file, "--quiet", *IN_PROCESS)
    assert done.stdout.split() == ["74", "0"], done.stderr
    assert "the disk is full" in done.stderr
    for copy in (Path("full"), Path("mended")):
        assert_nothing_is_torn(copy)
        assert not temporaries(copy)
    assert 0 < len(records(Path("full"))) < 9
    assert outputs(Path("mended")) == outputs(file.parent / "whole")
    assert executions(Path("mended")) <= 10


def test_an_output_folder_that_cannot_be_written_is_exit_code_74_before_anything_is_painted(batch: Batch) -> None:
    done = on_a_disk_of_its_own(READ_ONLY, batch(1, 1), "--quiet")
    assert (done.returncode, done.stdout) == (74, "")
    assert done.stderr.count("\n") == 1
    assert "/disk: cannot be locked: Read-only file system; choose another output directory" in done.stderr
