"""What there is to look at: every item, its picture, what it was made from, and how it went, from the disk alone."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.status import require_output_dir
from stylepipe.report.commands import again_by_itself, again_by_job
from stylepipe.report.curves import Curve, losses_of, steadiness_of
from stylepipe.report.recorded_styles import recorded_styles
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.store.failures import Failure, all_failures
from stylepipe.store.lock import is_held
from stylepipe.store.places import items_in, records_folder
from stylepipe.store.reasons import damage
from stylepipe.store.records import Record, read_record
from stylepipe.store.run_log import LastRun, last_run

State = Literal["done", "failed", "due"]


@dataclass(frozen=True)
class Source:
    """A file that something is painted from. sha256: None when that is not known."""

    path: Path
    sha256: str | None
    clip: bool = False


@dataclass(frozen=True)
class Artwork:
    """An artwork of a style: its file, and its share of the style, 0 to 1."""

    source: Source
    share: float


@dataclass(frozen=True)
class Painting:
    """What is known of a painted item. output: None when it is no longer what was painted.

    sha256: of the output. settings: that it was painted with, nested. losses, steadiness: None without a curve.
    """

    output: Path | None
    sha256: str
    settings: Mapping[str, Any]
    clip: Mapping[str, Any] | None
    seconds: float
    device: str
    finished: str
    iterations: int
    notes: Sequence[str]
    losses: Curve | None
    steadiness: Curve | None


@dataclass(frozen=True)
class Result:
    """An item to look at. why: it is due or failed, in words. style: its name, "" when it is not known.

    content, settings: None of a failure that only a job file could tell more about. settings: nested, as in a record.
    painting: the last one, whether or not the item is due again. command: makes it again, None where none can.
    """

    name: str
    state: State
    why: str
    content: Source | None
    style: str
    artworks: Sequence[Artwork]
    settings: Mapping[str, Any] | None
    sweep: Sequence[str]
    painting: Painting | None
    command: str | None


@dataclass(frozen=True)
class Results:
    """All items of a job or an output directory, in order. running: whether a run holds the directory right now.

    folders: where its files lie, so that no page need name them.
    """

    output_dir: Path
    items: Sequence[Result]
    running: bool
    last_run: LastRun | None
    folders: Sequence[Path]


@dataclass(frozen=True)
class Gathered:
    """The results of a job or an output directory before their records are read, since a million fill no memory then.

    belongs: to what each belongs, a photograph or a folder; neighbours that are equal in it stay together. read: gives
    a result by its number, None where a record makes no sense. folders: as `Results` has them.
    """

    output_dir: Path
    belongs: Sequence[Hashable]
    read: Callable[[int], Result | None]
    folders: Sequence[Path]

    def __len__(self) -> int:
        """Count them."""
        return len(self.belongs)

    def part(self, numbers: range) -> Results:
        """Read some of them."""
        read = [result for result in map(self.read, numbers) if result is not None]
        return Results(self.output_dir, read, is_held(self.output_dir), last_run(self.output_dir), self.folders)

    def parts(self, most: int) -> Iterator[range]:
        """Divide them into parts of at most so many, between two photographs where that is possible."""
        first = 0
        while first < len(self):
            behind = min(first + most, len(self))
            cuts = (k for k in range(behind, first, -1) if k == len(self) or self.belongs[k - 1] != self.belongs[k])
            behind = next(cuts, behind)
            yield range(first, behind)
            first = behind


def results_of(target: Spec | Path, command: Sequence[str] = ()) -> Results:
    """Give all results of a job or an output directory at once; otherwise as `gather`."""
    gathered = gather(target, command)
    return gathered.part(range(len(gathered)))


def gather(target: Spec | Path, command: Sequence[str] = ()) -> Gathered:
    """Gather the results of a job, or of an output directory alone, which does not know what was never tried.

    command: what is typed to run the job, without which an item's command paints it without a job file.
    Raises SpecError when the job file is wrong, UsageError for a folder that is no output directory.
    """
    return _of_folder(target) if isinstance(target, Path) else _of_job(target, command)


def _of_job(spec: Spec, command: Sequence[str]) -> Gathered:
    dumped: dict[int, Mapping[str, Any]] = {}  # thousands of items share a few settings
    entries = plan(spec)

    def read(number: int) -> Result:
        entry, item = entries[number], entries[number].item
        if id(item.settings) not in dumped:
            dumped[id(item.settings)] = item.settings.model_dump(mode="json")
        again = again_by_job(command, item.name, done=entry.reason is None)
        return _planned(entry, dumped[id(item.settings)], again)

    contents = [entry.item.content for entry in entries]
    return Gathered(spec.output_dir, contents, read, [spec.output_dir, spec.base_dir])


def _planned(entry: Planned, settings: Mapping[str, Any], command: str) -> Result:
    item, failure = entry.item, entry.failure
    record = read_record(item.output_dir, item.name)
    sha256_of = {(one.role, one.path): one.sha256 for one in entry.inputs}
    return Result(
        name=item.name,
        state="done" if entry.reason is None else "due" if failure is None else "failed",
        why=_why(entry.reason, failure, item),
        content=Source(item.content, sha256_of.get(("content", str(item.content))), item.clip),
        style=item.style,
        artworks=[
            Artwork(Source(one.path, sha256_of.get(("style", str(one.path)))), one.weight) for one in item.styles
        ],
        settings=settings,
        sweep=[*item.sweep],
        painting=_painting(record, item.output_dir) if isinstance(record, Record) else None,
        command=command,
    )


def _why(reason: str | None, failure: Failure | None, item: Item) -> str:
    if failure is not None:
        return failure.message.removeprefix(f"{item.name}: ")
    return reason or ""


def _of_folder(output_dir: Path) -> Gathered:
    require_output_dir(output_dir)
    failures = {failure.item: failure for failure in all_failures(output_dir)}
    recorded = items_in(records_folder(output_dir))
    names = list(dict.fromkeys([*recorded, *failures]))

    def read(number: int) -> Result | None:
        name = names[number]
        record, failure = read_record(output_dir, name), failures.get(name)
        if isinstance(record, Record):
            return _recorded(record, output_dir, failure)
        return None if failure is None else _only_failed(failure)

    folders = [name.rpartition("/")[0] for name in names]
    return Gathered(output_dir, folders, read, [output_dir, output_dir.parent])


def _only_failed(failure: Failure) -> Result:
    message = failure.message.removeprefix(f"{failure.item}: ")
    return Result(failure.item, "failed", message, None, "", (), None, (), None, None)


def _recorded(record: Record, output_dir: Path, failure: Failure | None) -> Result:
    painting = _painting(record, output_dir)
    styles = [style for style in recorded_styles(record) if style is not None]
    artworks = [Artwork(Source(style.path, style.sha256), style.share) for style in styles]
    content = next((one for one in record.inputs if one.role == "content"), None)
    lost = damage(record, output_dir / record.output)
    return Result(
        name=record.item,
        state="failed" if failure else "due" if lost else "done",
        why=failure.message.removeprefix(f"{record.item}: ") if failure else lost or "",
        content=None if content is None else Source(Path(content.path), content.sha256, record.clip is not None),
        style=" + ".join(one.source.path.stem for one in artworks),
        artworks=artworks,
        settings=record.settings,
        sweep=(),
        painting=painting,
        command=again_by_itself(record, output_dir),
    )


def _painting(record: Record, output_dir: Path) -> Painting:
    output = output_dir / record.output
    return Painting(
        output=None if damage(record, output) else output,
        sha256=record.output_sha256,
        settings=record.settings,
        clip=record.clip,
        seconds=record.seconds,
        device=record.device,
        finished=record.finished,
        iterations=record.iterations,
        notes=record.notes,
        losses=losses_of(record),
        steadiness=steadiness_of(record),
    )
