"""The disk below a folder: its kind, whether other machines share it, and whether locks and clocks work there.

A lock on a shared disk may quietly hold nobody back, so one is really tried; its clock is the file server's.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from stylepipe.errors import OutputError

_MOUNTS = Path("/proc/mounts")
_SHARED = re.compile(
    r"nfs\d?|cifs|smb\w*|afs|ceph|lustre|gpfs|beegfs\w*|9p|ncpfs|"
    r"fuse\.(sshfs|glusterfs|ceph\S*|s3fs|rclone|davfs2?|gcsfuse|juicefs|smbnetfs)|davfs2?"
)


@dataclass(frozen=True)
class Volume:
    """A mounted disk. kind: as Linux calls it, ext4 or nfs4; shared: whether other machines may write to it, too."""

    mount: str
    kind: str

    @property
    def shared(self) -> bool:
        """Tell whether the disk is one of the network."""
        return _SHARED.fullmatch(self.kind) is not None


@dataclass(frozen=True)
class Trial:
    """What a disk did with a file that was put there for a moment.

    locks: whether it kept a second one from taking a lock that was held. ahead: seconds of its clock before ours.
    """

    locks: bool
    ahead: float


def volume_of(folder: Path) -> Volume | None:
    """Give the disk that a folder lies on; None where the system does not list its disks as Linux does."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    path = folder.resolve()
    found = None
    for fields in (line.split(" ") for line in lines):
        mount = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1])
        inside = path.is_relative_to(mount)
        if inside and (found is None or len(mount) >= len(found.mount)):  # of two at one place, the later lies on top
            found = Volume(mount, fields[2])
    return found


def try_out(folder: Path) -> Trial:
    """Lock a file in a folder twice, and look at its time. Raises OutputError when nothing can be written there."""
    path = folder / f".stylepipe-{secrets.token_hex(8)}"  # a name by which `clean` would know it, should we die now
    first, second = FileLock(path), FileLock(path)
    try:
        before = time.time()
        locks = _locks(first, second)
        written, after = path.stat().st_mtime, time.time()
        return Trial(locks, ahead=written - min(max(written, before), after))
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(f"{folder}: cannot be written: {reason.lower()}; choose another output directory") from error
    finally:
        second.release()
        first.release()
        with suppress(OSError):
            path.unlink()


def _locks(first: FileLock, second: FileLock) -> bool:
    try:
        first.acquire(timeout=0)
        second.acquire(timeout=0)
    except Timeout:
        return True
    except NotImplementedError:  # how filelock says that the disk knows no locks
        Path(first.lock_file).touch()
    return False
