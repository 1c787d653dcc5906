from __future__ import annotations

import shutil
import subprocess
import sys

import pytest


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_printed_for_each_shell(stylepipe, shell):
    answer = stylepipe("completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert "_STYLEPIPE_COMPLETE" in answer.out


def test_another_shell_is_exit_code_2(stylepipe):
    assert stylepipe("completion", "tcsh").code == 2


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize(
    ("words", "completed"),
    [
        (("stylepipe", "comp"), ["completion"]),
        (("stylepipe", "run", "job.yaml", "--set", "style_sc"), ["style_scale="]),
        (("stylepipe", "run", "job.yaml", "--set", "pooling", "=", "a"), ["average"]),
        (("stylepipe", "run", "job.yaml", "--set", "pooling", "="), ["max", "average", "l2"]),
        (("stylepipe", "run", "job.yaml", "--only", "dog"), ["dog--night", "dog--wave"]),
    ],
)
def test_bash_completes_with_it(stylepipe, job, tmp_path, words, completed):
    job()
    (tmp_path / "complete.sh").write_text(stylepipe("completion", "bash").out)
    program = f"{sys.executable} -m stylepipe"
    typed = " ".join(f"'{word}'" for word in words)
    script = f"""
        source complete.sh
        COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}
        _stylepipe_completion '{program.replace(" ", chr(10))}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    answer = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, check=True)
    assert (answer.stdout.split(), answer.stderr) == (completed, "")
