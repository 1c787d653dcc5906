#!/usr/bin/env python3
"""Look for texts and pictures that make a reader raise what it should not, with atheris, which follows the branches.

pip install atheris                             # Linux and macOS, for the Pythons that it has wheels for
python scripts/fuzz.py jobs -max_total_time=60  # or names, records, pictures; what follows is libFuzzer's

What it finds is written to crash-*; tests/security/test_fuzzed_*.py do without atheris, in a bounded number of cases.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: pip install atheris")

with atheris.instrument_imports(include=["stylepipe"]):
    from stylepipe.errors import StylepipeError
    from stylepipe.media import open_clip, picture_size, read_picture, read_provenance
    from stylepipe.media.stored_size import stored_size
    from stylepipe.spec.expand import expand
    from stylepipe.spec.load import load_spec
    from stylepipe.spec.moving import moves
    from stylepipe.spec.names import parse_template
    from stylepipe.spec.problems import Complaint
    from stylepipe.store.places import record_path
    from stylepipe.store.records import read_record

FOLDER = Path(tempfile.mkdtemp(prefix="stylepipe-fuzz-"))


def jobs(data: bytes) -> None:
    """Read a job file."""
    (FOLDER / "job.yaml").write_bytes(data)
    with suppress(StylepipeError):
        expand(load_spec(FOLDER / "job.yaml"))


def names(data: bytes) -> None:
    """Read an output name."""
    with suppress(Complaint):
        parse_template(data.decode(errors="surrogateescape"), ("job", "content", "style"))


def records(data: bytes) -> None:
    """Read a record."""
    record_path(FOLDER, "a").parent.mkdir(parents=True, exist_ok=True)
    record_path(FOLDER, "a").write_bytes(data)
    read_record(FOLDER, "a")


def pictures(data: bytes) -> None:
    """Read a picture with every reader."""
    path = FOLDER / "a"
    path.write_bytes(data)
    for reader in (moves, stored_size, picture_size, read_provenance, read_picture, open_clip):
        with suppress(StylepipeError):
            reader(path)


TARGETS: dict[str, Callable[[bytes], None]] = {one.__name__: one for one in (jobs, names, records, pictures)}


def main() -> None:
    """Fuzz what is named first."""
    if sys.argv[1:2] == [] or sys.argv[1] not in TARGETS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(TARGETS)} [options of libFuzzer]")
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
