"""Command lines of any of the programs become job files; nothing typed gets lost."""

from __future__ import annotations

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.peers.tools import TOOLS

from .conftest import text_of


@pytest.mark.parametrize("tool", TOOLS)
def test_whatever_is_typed_is_spoken_of(tool: str) -> None:
    known = TOOLS[tool]
    files = "" if known.options[0].names[0].startswith("-") else "a.jpg b.jpg "
    for names in (option.names for option in known.options if option.names[0].startswith("-")):
        name, flag = max(names, key=len), next(one for one in known.options if one.names == names).nargs == 0
        value = {"--init": " content", "-pooling": " avg"}.get(name, " 7") if not flag else ""
        text = text_of(tool, f"{files}{name}{value}")
        explained = text.replace(f"#     {files}{name}{value}\n", "")
        assert f"{name}{value}" in explained.replace("\n#   ", " "), name


@pytest.mark.parametrize(
    ("tool", "command"),
    [
        ("neural-style-pt", "-normalize_gradients -content_weight 1e200"),
        ("anishathalye", "--style-layer-weight-exp 1e200"),
    ],
)
def test_a_number_beyond_all_measure_is_refused(tool: str, command: str) -> None:
    with pytest.raises(UsageError, match="--from: a number of this command line is too large"):
        text_of(tool, command)


def test_an_unknown_program_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="--from deepdream: there are neural-style-pt, jcjohnson"):
        text_of("deepdream", "")
