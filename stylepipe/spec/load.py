"""Read a job file, or a job given as plain values, and find every mistake in it at once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from stylepipe.spec.assignments import Assignments, read_assignments
from stylepipe.spec.document import Document, Output, given
from stylepipe.spec.expand import survey
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.nodes import MapNode, Node, WordNode, map_node, node_of
from stylepipe.spec.patterns import CLIP_SUFFIXES, IMAGE_SUFFIXES
from stylepipe.spec.problems import LINE_BREAK, Problem, SpecError, did_you_mean
from stylepipe.spec.validation import MISSING, complaint_of, read_document
from stylepipe.spec.yaml12 import MOST_BYTES, Source, read_yaml


def load_spec(path: str | os.PathLike[str], overrides: Mapping[str, object] | None = None) -> Spec:
    """Read a job file; `overrides` are the KEY=VALUE pairs of `--set`. Raises SpecError with every mistake."""
    name = os.fspath(path)
    source = read_yaml(_read_text(name), name)
    absolute = Path(name).absolute()
    return _spec(source, absolute, absolute.parent, overrides or {})


def spec_from_mapping(
    data: Mapping[str, object],
    base_dir: str | os.PathLike[str] = ".",
    *,
    origin: str = "command line",
    overrides: Mapping[str, object] | None = None,
) -> Spec:
    """Make a job without a file, from values as YAML would give them; `origin` names it in messages."""
    base = Path(base_dir).absolute()
    return _spec(Source(origin, "", node_of(data)), base / origin, base, overrides or {})


def _spec(source: Source, path: Path, base_dir: Path, overrides: Mapping[str, object]) -> Spec:
    assignments = read_assignments(overrides)
    problems = [*source.problems, *assignments.problems]

    def add(found: Iterable[Problem]) -> None:
        """Add what is no mere consequence of a mistake at the same place."""
        taken = {(problem.line, problem.column) for problem in problems if problem.line is not None}
        problems.extend(problem for problem in found if (problem.line, problem.column) not in taken)

    if source.root is None or (isinstance(source.root, WordNode) and source.root.value is None):
        if not source.problems:
            problems.append(Problem(1, 1, "this file is empty", MISSING["jobs"]))
        raise SpecError(source.name, source.text, problems)
    reading = read_document(_without_extensions(source.root))
    add(reading.problems)
    spec = None
    if reading.document is not None:
        document, problem = _with_output(reading.document, assignments)
        problems += [problem] if problem else []
        read = Source(source.name, source.text, reading.root)
        spec = Spec(path, base_dir, document, read, assignments.settings, frozenset(assignments.output))
    if spec is None or problems:
        # The user mends a file once: what can still be checked is checked now.
        add(survey(spec, reading.cuts) if spec else [])
        raise SpecError(source.name, source.text, problems)
    return spec


def _with_output(document: Document, assignments: Assignments) -> tuple[Document, Problem | None]:
    """Let `--set output...` win over the file."""
    if not assignments.output:
        return document, None
    try:
        output = Output.model_validate({**given(document.output), **assignments.output})
    except ValidationError as error:
        message, hint = complaint_of("output", error.errors(include_url=False))
        return document, Problem(None, None, message, hint, origin="--set")
    return document.model_copy(update={"output": output}), None


def _without_extensions(root: Node) -> Node:
    """Leave out the top-level keys that begin with `x-`: they hold anchors and notes."""
    if not isinstance(root, MapNode):
        return root
    return map_node({key: entry for key, entry in root.entries.items() if not key.startswith("x-")}, root.place)


def _read_text(name: str) -> str:
    def error(message: str, hint: str | None = None) -> SpecError:
        return SpecError(name, "", [Problem(None, None, message, hint)])

    try:
        with open(name, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise error("there is no such file", did_you_mean(name, _job_files_beside(name))) from None
    except IsADirectoryError:
        raise error("is a folder, not a job file", "name the file in it, such as job.yaml") from None
    except OSError as reason:
        raise error(f"cannot be read: {reason.strerror}") from None
    except ValueError:  # a NUL in the name
        raise error("is no file name") from None
    if len(data) > MOST_BYTES:
        raise error(f"is larger than {MOST_BYTES // 1_000_000} MB, and no job file is")
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as reason:
        if Path(name).suffix.lower() in IMAGE_SUFFIXES | CLIP_SUFFIXES:
            raise error("is a picture or a clip, and a job file is wanted", "name a .yaml file") from None
        lines = LINE_BREAK.split(data[: reason.start].decode())
        problem = Problem(len(lines), len(lines[-1]) + 1, "this is not UTF-8", "save the file as UTF-8")
        raise SpecError(name, data.decode(errors="replace"), [problem]) from None


def _job_files_beside(name: str) -> list[str]:
    folder = Path(name).parent
    try:
        return [str(path) for path in folder.iterdir() if path.suffix in (".yaml", ".yml")]
    except OSError:
        return []
