from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from recipes import RECIPES, SEEDS, read_recipe

from stylepipe.cli.main import cli
from stylepipe.errors import ExitCode
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


@pytest.mark.parametrize("page", ["docs/overnight.md", "samples/cron.example", "samples/systemd/stylepipe.service"])
def test_every_command_that_an_operator_is_shown_is_one_that_the_program_takes(page: str) -> None:
    commands = re.findall(
        r"^(?!#).*?\bstylepipe ((?:run|plan|status|clean|doctor)\b.*)",
        (ROOT / page).read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert commands
    for command in commands:
        name, *arguments = shlex.split(command.partition("`")[0], comments=True)
        cli.commands[name].make_context(name, arguments)


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_every_command_in_a_block_of_the_documentation_is_one_that_the_program_takes(page: Path) -> None:
    blocks = re.findall(r"^```\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for line in re.findall(r"^stylepipe (.*)", "\n".join(blocks), re.MULTILINE):
        words = shlex.split(re.split(r" [|>] ", line)[0], comments=True)
        command: click.Command = cli
        while isinstance(command, click.Group):
            name, *words = words
            command = command.commands[name]
        command.make_context(name, words)


def test_every_recipe_of_the_cookbook_is_known_and_every_command_is_of_its_own_file() -> None:
    assert sorted(RECIPES) == sorted((ROOT / "configs/cookbook").glob("*.yaml"))
    for recipe in map(read_recipe, [*RECIPES, *SEEDS]):
        assert recipe.commands
        path = recipe.path.relative_to(ROOT).as_posix()
        assert all(path in command for command in recipe.commands)


def test_every_experiment_is_shown_with_its_command_and_its_picture() -> None:
    page = (ROOT / "docs/seeds.md").read_text(encoding="utf-8")
    for path in SEEDS:
        assert f"stylepipe run configs/seeds/{path.name}" in page
        assert f"](images/seeds/{path.stem}" in page


def test_operators_are_told_what_to_do_about_every_exit_code() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", (ROOT / "docs/overnight.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(code) for row in rows for code in row.split(",")] == [*ExitCode]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_sample_units(tmp_path: Path) -> None:
    for unit in (ROOT / "samples/systemd").iterdir():
        here = unit.read_text(encoding="utf-8").replace("/opt/stylepipe/bin/stylepipe", sys.executable)
        (tmp_path / unit.name).write_text(here, encoding="utf-8")
    units = [tmp_path / "stylepipe.service", tmp_path / "stylepipe.timer"]
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *map(str, units)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
