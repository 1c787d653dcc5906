"""The other programs whose command lines can become job files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stylepipe.errors import UsageError
from stylepipe.spec.peers import anishathalye, neural_style, style_transfer_pytorch
from stylepipe.spec.peers.command import Command, Option, read_command
from stylepipe.spec.peers.job import ImportedJob, SizeOf, job_text
from stylepipe.spec.problems import did_you_mean


@dataclass(frozen=True)
class Tool:
    """Another program.

    programs: how the names end by which it is started. fill: puts its options into a job.
    """

    title: str
    programs: Sequence[str]
    options: Sequence[Option]
    fill: Callable[[Command, ImportedJob, SizeOf], None]


TOOLS = {
    "neural-style-pt": Tool(
        "neural-style-pt",
        ("neural_style.py", "neural-style"),
        neural_style.NEURAL_STYLE_PT,
        neural_style.import_neural_style,
    ),
    "jcjohnson": Tool(
        "jcjohnson/neural-style", ("neural_style.lua",), neural_style.NEURAL_STYLE, neural_style.import_neural_style
    ),
    "anishathalye": Tool(
        "anishathalye/neural-style", ("neural_style.py",), anishathalye.OPTIONS, anishathalye.import_anishathalye
    ),
    "style-transfer-pytorch": Tool(
        "style-transfer-pytorch",
        ("style_transfer", "style_transfer.py", "style_transfer.cli"),
        style_transfer_pytorch.OPTIONS,
        style_transfer_pytorch.import_style_transfer_pytorch,
    ),
}
"""The programs by the names that people may give."""
TOOL_NAMES = tuple(TOOLS)
_OTHER_NAMES = {"neural-style": "jcjohnson", "crowsonkb": "style-transfer-pytorch", "ProGamerGov": "neural-style-pt"}


def imported_text(tool: str, command: str, folder: Path, *, size_of: SizeOf) -> str:
    """Write the job file that is what a command line asks another program for.

    folder: where the job file will lie; paths in the command are relative to the current one. size_of: tells the
    photograph's size, on which weights depend. Raises UsageError for a program that is not known, and for a command
    line that it would not take.
    """
    name = _OTHER_NAMES.get(tool, tool)
    if name not in TOOLS:
        hint = did_you_mean(name, TOOLS)
        raise UsageError(f"--from {tool}: there are {', '.join(TOOLS)}" + (f"; {hint}" if hint else ""))
    known = TOOLS[name]
    read = read_command(command, known.options, known.programs)
    job = ImportedJob(folder)
    try:
        known.fill(read, job, size_of)
    except OverflowError:
        raise UsageError("--from: a number of this command line is too large to be converted") from None
    job.lost += [f"{said}: nothing like it" for said in read.never_asked()]
    return job_text(job, known.title, read.text)
