#!/usr/bin/env python3
"""Fill in what the documentation takes from the program: the README's tables and the job file's schema.

python scripts/write_docs.py            # writes
python scripts/write_docs.py --check    # says what is stale, and fails if anything is
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from marked import filled

from stylepipe.errors import ExitCode
from stylepipe.spec.describe import setting_rows
from stylepipe.spec.schema import schema_text

ROOT = Path(__file__).parent.parent


def settings_table() -> str:
    """Give the table of settings."""
    rows = [f"| `{row.key}` | {row.values} | `{row.default}` | {row.meaning} |" for row in setting_rows()]
    return "\n".join(["| setting | values | default | meaning |", "|---|---|---|---|", *rows])


def exit_codes_table() -> str:
    """Give the table of exit codes."""
    return "\n".join(["| code | meaning |", "|---|---|", *(f"| {code.value} | {code.meaning} |" for code in ExitCode)])


def documents() -> Iterator[tuple[Path, str]]:
    """Give each generated file with what it should hold."""
    readme = ROOT / "README.md"
    text = filled(readme.read_text(encoding="utf-8"), "settings", settings_table(), readme.name)
    yield readme, filled(text, "exit codes", exit_codes_table(), readme.name)
    yield ROOT / "configs" / "stylepipe.schema.json", schema_text()


def main() -> int:
    """Write what is stale, or only name it."""
    stale = [(path, text) for path, text in documents() if path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        print(f"stale: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
