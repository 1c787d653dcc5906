from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec

ROOT = Path(__file__).parent.parent


def test_what_the_documentation_takes_from_the_program_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts/write_docs.py"), "--check"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0, f"{answer.stdout}{answer.stderr}\nrun python scripts/write_docs.py"


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "configs").glob("*.yaml")))
def test_every_job_file_in_configs_can_be_read_and_has_items(name: str) -> None:
    assert expand(load_spec(ROOT / "configs" / name))


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_links_and_pictures_of_the_documentation_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not link.startswith("http") and not (page.parent / link).exists()]
    assert not missing
