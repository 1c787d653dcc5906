from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from stylepipe import __version__
from stylepipe.cli import plan as plan_command
from stylepipe.cli.main import cli
from stylepipe.errors import ExitCode


def every_command(group: click.Group = cli, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {words: group}
    for name, command in group.commands.items():
        inner = (*words, name)
        found |= every_command(command, inner) if isinstance(command, click.Group) else {inner: command}
    return found


COMMANDS = every_command()
TORCH = re.compile(r"\|\s+torch(vision)?(\.|$)", re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_that_it_understands(stylepipe, words):
    answer = stylepipe(*words, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == stylepipe(*words, "-h").out
    _, _, examples = answer.out.partition("  Examples:\n")
    assert f"    stylepipe {' '.join(words)}".rstrip() in examples.partition("Options:")[0]
    for option in set(re.findall(r" (--?[a-z][a-z-]*)", examples.partition("Options:")[0])):
        command = COMMANDS[words] if words else COMMANDS[("render",)]
        assert any(option in parameter.opts for parameter in command.params), option


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_example_is_a_command_line_that_the_program_takes(words):
    lines = re.findall(r"^ *stylepipe (.*)", (COMMANDS[words].help or "").partition("Examples:")[2], re.MULTILINE)
    for line in lines:
        command, arguments = cli, shlex.split(re.split(r" [|>] ", line)[0])
        while isinstance(command, click.Group):
            name, *arguments = arguments
            command = command.commands[name]
        command.make_context(name, arguments)
    assert lines


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_help_is_wider_than_a_terminal_or_cut_off(stylepipe, words):
    out = stylepipe(*words, "--help").out
    assert max(map(len, out.splitlines())) <= 80
    assert "..." not in out.replace("[ARGS]...", "")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_says_what_it_does(words):
    for parameter in COMMANDS[words].params:
        assert isinstance(parameter, click.Argument) or parameter.help


def test_the_help_lists_every_exit_code_and_the_commands_as_they_are_met(stylepipe):
    out = stylepipe("--help").out
    for code in ExitCode:
        assert re.search(rf"^  {int(code)} +{re.escape(code.meaning)}$", out, re.MULTILINE)
    listed = re.findall(r"^  (\w+)  ", out.partition("Commands:")[2].partition("Exit codes:")[0], re.MULTILINE)
    assert listed[:3] == ["init", "run", "plan"]


def test_without_a_command_the_help_is_an_error_message(stylepipe):
    answer = stylepipe()
    assert (answer.code, answer.out) == (2, "")
    assert "Exit codes:" in answer.err


def test_the_version_is_data(stylepipe):
    assert stylepipe("--version") == (0, f"stylepipe, version {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plna", "job.yaml"), "No such command 'plna'. Did you mean 'plan'?"),
        (("plan", "job.yaml", "--forec"), "No such option '--forec'. Did you mean '--force'?"),
        (("weights", "fetsh"), "No such command 'fetsh'. Did you mean 'fetch'?"),
        (("run",), "Missing argument 'SPEC'."),
        (("run", "job.yaml", "again"), "Got unexpected extra argument"),
        (("--prest", "best"), "No such option '--prest'."),
    ],
)
def test_a_usage_error_is_exit_code_2_and_names_what_was_perhaps_meant(stylepipe, words, said):
    answer = stylepipe(*words)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--help",), 0),
        (("render", "--help"), 0),
        (("plan", "job.yaml"), 0),
        (("plan", "job.yaml", "--resolved", "--json"), 0),
        (("status", "job.yaml"), 0),
        (("clean", "job.yaml"), 0),
        (("plan", "wrong.yaml"), 2),
        (("run", "wrong.yaml"), 2),
        (("run", "job.yaml", "--dry-run"), 0),
        (("schema",), 0),
        (("weights", "list"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_paints_nothing_starts_without_torch(end, job, words, code):
    job().with_name("wrong.yaml").write_text("jobs: 3\n")
    answer = end(*words, python=("-X", "importtime"))
    assert answer.code == code
    assert "| stylepipe" in answer.err or "stylepipe.cli" in answer.err
    assert not TORCH.search(answer.err)


def test_a_run_with_nothing_to_do_never_loads_torch(stylepipe, end, job):
    stylepipe("run", job(), "--only", "cat--night")
    answer = end("run", "job.yaml", "--only", "cat--night", python=("-X", "importtime"))
    assert answer.code == 0
    assert "0 done, 1 up to date, 0 failed" in answer.err
    assert not TORCH.search(answer.err)


def test_the_installed_command_is_this_program(job):
    command = [str(Path(sys.executable).with_name("stylepipe")), "plan", str(job())]
    assert subprocess.run(command, capture_output=True, text=True).stdout.startswith("cat--night  new\n")


def test_a_reader_who_has_seen_enough_is_no_error(start, job, tmp_path):
    file = job()
    for number in range(1500):  # more than fits into a pipe
        (tmp_path / "photos" / f"{number}.png").symlink_to("cat.png")
    process = start("plan", file, "--json")
    assert process.stdout.readline() == "[\n"
    process.stdout.close()
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""


def test_a_sign_that_the_reader_cannot_show_is_spelt_out(end, job, tmp_path):
    file = job()
    (tmp_path / "photos" / "dog.png").rename(tmp_path / "photos" / "日本.png")
    answer = end("plan", file, PYTHONIOENCODING="latin-1")
    assert answer.code == 0
    assert "\\u65e5\\u672c--night  " in answer.out


def test_a_bug_is_one_line_with_the_report_to_send(stylepipe, job, tmp_path, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(plan_command, "load_spec", broken)
    answer = stylepipe("plan", job())
    assert (answer.code, answer.out) == (70, "")
    said = re.fullmatch(
        r"stylepipe: this is a bug: ZeroDivisionError: oops; the report to send is (.*)\n", answer.err, re.DOTALL
    )
    report = Path(said[1]).read_text()
    assert report.startswith(f"stylepipe {__version__}, Python ")
    assert "in broken" in report


def test_a_report_that_cannot_be_written_does_not_hide_the_bug(stylepipe, job, tmp_path, monkeypatch):
    def broken(*_arguments):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(plan_command, "load_spec", broken)
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "blocked"))
    answer = stylepipe("plan", job())
    assert answer.code == 70
    assert "ZeroDivisionError: oops; no report could be written (" in answer.err


@pytest.mark.parametrize("stop", [KeyboardInterrupt, click.Abort])
def test_ctrl_c_before_the_first_picture_is_exit_code_130(stylepipe, job, monkeypatch, stop):
    def stopped(*_arguments):
        raise stop

    monkeypatch.setattr(plan_command, "load_spec", stopped)
    answer = stylepipe("plan", job())
    assert answer.code == 130
    assert answer.err.strip() == "stopped by Ctrl-C; the next run continues"


def test_ctrl_c_while_the_program_is_loaded_is_the_same_word_and_no_traceback(spawn, tmp_path):
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    module, name = project["scripts"]["stylepipe"].split(":")
    (tmp_path / "click.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    for start in (["-m", "stylepipe"], ["-c", f"import sys; from {module} import {name}; sys.exit({name}())"]):
        process = spawn([sys.executable, *start, "plan", "job.yaml"])
        assert process.stdout.readline() == "loading\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (130, "stopped by Ctrl-C; the next run continues\n")
