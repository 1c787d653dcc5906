"""From a job file to its items: contents x styles x sweep, without what is excluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stylepipe.spec.artworks import defined_styles, styles_of
from stylepipe.spec.contents import Content, ContentFinder
from stylepipe.spec.document import Job, given
from stylepipe.spec.doubts import Doubts
from stylepipe.spec.items import Item, output_name
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.layers import COMMAND_LINE, Layer, Resolved, problem_with, resolve, unwritten_layer, written_layer
from stylepipe.spec.names import FIELDS, Template, names_only, parse_template, safe_name, sweep_text
from stylepipe.spec.nodes import Loc
from stylepipe.spec.outputs import output_problems
from stylepipe.spec.pairs import Pair, pairs_of
from stylepipe.spec.presets import load_preset
from stylepipe.spec.problems import MOST_PROBLEMS, Complaint, Problem, SpecError
from stylepipe.spec.referenced import ReferencedFiles
from stylepipe.spec.settings import SECTIONS, SETTING_KEYS, settings_problems, value_at
from stylepipe.spec.sweep import Combination, combination_count, combinations


def expand(spec: Spec) -> list[Item]:
    """List every picture and clip that a job file asks for, in its order. Raises SpecError with every mistake."""
    expansion = _Expansion(spec)
    items = expansion.items()
    if expansion.problems:
        raise SpecError(spec.source.name, spec.source.text, expansion.problems)
    return items


def survey(spec: Spec, cuts: Sequence[Loc]) -> list[Problem]:
    """Find what else is wrong with a file whose mistaken parts were cut out, and nothing that follows from a cut."""
    expansion = _Expansion(spec, Doubts(tuple(cuts)))
    expansion.items()
    return expansion.problems


@dataclass
class _Expansion:
    spec: Spec
    doubts: Doubts = field(default_factory=Doubts)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.styles = defined_styles(self.spec, self.problems)
        self.files = ReferencedFiles(self.spec, self.problems)
        self.contents = ContentFinder(self.spec.base_dir, self.spec.output_dir)
        self.defaults = self.layer("defaults", given(self.spec.document.defaults), ("defaults",))
        self.command_line = self.checked(unwritten_layer(COMMAND_LINE, self.spec.overrides))
        self.template = self._template()

    def items(self) -> list[Item]:
        items: list[Item] = []
        names: dict[str, int] = {}
        for position, job in enumerate(self.spec.document.jobs):
            name = job.name or ("job" if position == 0 else f"job{position + 1}")
            first = names.setdefault(name, position)
            if first != position and not self.doubts.names:
                self.complain(("jobs", position, "name"), f"job {first + 1} is called `{name}` already")
            items += _JobExpansion(self, position, job, name, len(items)).items()
            if len(self.problems) > MOST_PROBLEMS:
                break
        if self.template is not None and not self.doubts.names:
            self.problems += output_problems(self.spec, items)
        return items

    def layer(self, name: str, values: Mapping[str, object], loc: Loc) -> Layer:
        return self.checked(written_layer(self.spec, name, values, loc))

    def checked(self, layer: Layer) -> Layer:
        """Report a preset that is not there, whether or not a later layer names another."""
        name = layer.values.get("preset")
        if isinstance(name, str):
            try:
                load_preset(name)
            except Complaint as complaint:
                if "preset" in layer.locs:
                    self.complain(layer.locs["preset"], complaint.message, complaint.hint)
                else:
                    origin = f"{COMMAND_LINE} preset"
                    self.problems.append(Problem(None, None, complaint.message, complaint.hint, origin))
        return layer

    def complain(self, loc: Loc, message: str, hint: str | None = None) -> None:
        self.problems.append(self.spec.problem(loc, message, hint))

    def _template(self) -> Template | None:
        """Read output.name; a key of any job's sweep is a field, and stands for the setting in the other jobs."""
        swept = dict.fromkeys(key for job in self.spec.document.jobs for key in given(job.sweep))
        text = self.spec.document.output.name
        try:
            return parse_template(text, [*FIELDS, *swept])
        except Complaint as complaint:
            if not (self.doubts.fields and names_only(text, [*FIELDS, *SECTIONS, *SETTING_KEYS])):
                self.complain(("output", "name"), complaint.message, complaint.hint)
            return None


@dataclass
class _JobExpansion:
    whole: _Expansion
    position: int
    job: Job
    name: str
    before: int
    """How many items the jobs before this one have."""
    resolved: dict[tuple[int, tuple[int, ...]], Resolved] = field(default_factory=dict)
    """The settings of each combination with the overrides that apply: few, while items are many."""

    def __post_init__(self) -> None:
        self.spec = self.whole.spec
        self.loc: Loc = ("jobs", self.position)
        self.own = self.whole.layer("set", given(self.job.set_), (*self.loc, "set"))
        self.overrides = [
            self.whole.layer("overrides", given(override.set_), (*self.loc, "overrides", index, "set"))
            for index, override in enumerate(self.job.overrides)
        ]

    def items(self) -> list[Item]:
        known = len(self.whole.problems)
        contents = self._contents()
        styles = styles_of(self.spec, self.position, self.whole.styles, self.whole.doubts, self.whole.problems)
        if not self._may_have(combination_count(self.job) * max(1, len(contents) * len(styles))):
            return []
        pairs, idle = pairs_of(self.job, contents, styles, self.spec.base_dir)
        if contents and styles and len(self.whole.problems) == known and not self.whole.doubts.matches:
            for index in sorted(idle):
                message = "this matches no content and style of the job"
                self.whole.complain((*self.loc, "overrides", index, "match"), message)
            if not pairs:
                self.whole.complain((*self.loc, "exclude"), "this leaves nothing to paint")
        combined = list(combinations(self.spec, self.position, self.job))
        for layer in {id(layer): layer for one in combined for layer in one.layers}.values():
            self.whole.checked(layer)
        if not pairs:  # what is wrong with the settings is said although nothing would be painted with them
            for index, one in enumerate(combined):
                self.whole.files.settle(self._resolved(index, one, ()), self.loc)
        if not self.whole.doubts.settings:
            self._check_sweep(combined)
        return [self._item(pair, index, one) for pair in pairs for index, one in enumerate(combined)]

    def _may_have(self, count: int) -> bool:
        """Complain of more items than there may be, before any is made."""
        resolved = resolve([self.whole.defaults, self.own, self.whole.command_line])
        most = resolved.settings.max_items
        if self.before + count <= most:
            return True
        so_far = f"with the {self.before} before it, " if self.before else ""
        message = f"{so_far}this job asks for more than the {most} pictures and clips allowed"
        hint = "split the job file, sweep fewer values, or raise max_items"
        self.whole.problems.append(problem_with(self.spec, resolved, "max_items", message, hint, self.loc))
        return False

    def _check_sweep(self, combined: Sequence[Combination]) -> None:
        """Complain of combinations that come to one picture, because something stronger says what they vary."""
        first_with: dict[str, Combination] = {}
        for index, one in enumerate(combined):
            settings = self._resolved(index, one, ()).settings
            first = first_with.setdefault(settings.model_copy(update={"preset": None}).model_dump_json(), one)
            if first.texts != one.texts:  # equal values are equal names, and said as such
                names = " and ".join(
                    ", ".join(f"{key} {text}" for key, text in each.texts.items()) for each in (first, one)
                )
                message = f"{names} come to the same settings"
                hint = "something stronger says them: --set, or for a preset also `defaults` and `set`"
                self.whole.complain((*self.loc, "sweep"), message, hint)
                return

    def _contents(self) -> list[Content]:
        found: dict[Content, None] = {}
        for index, text in enumerate(self.job.contents):
            try:
                found |= dict.fromkeys(self.whole.contents.find(text, frames=self.job.frames))
            except Complaint as complaint:
                if not self.whole.doubts.contents(self.position):
                    self.whole.complain((*self.loc, "contents", index), complaint.message, complaint.hint)
                if len(self.whole.problems) > MOST_PROBLEMS:
                    break
        return list(found)

    def _item(self, pair: Pair, index: int, combination: Combination) -> Item:
        content, (style, images) = pair.content, pair.style
        resolved = self._resolved(index, combination, pair.overrides)
        name = self._name(content, style, combination, resolved)
        output = self.spec.document.output
        format = output.clip_format if content.clip else output.picture_format
        return Item(
            name=name,
            job=self.name,
            content=content.path,
            clip=content.clip,
            style=style,
            styles=images,
            sweep=combination.values,
            settings=self.whole.files.settle(resolved, self.loc, {"content": content.name, "style": style}),
            sources=resolved.sources,
            output_dir=self.spec.output_dir,
            file_name=output_name(name, format),
            format=format,
            bits=output.bits,
            quality=output.quality,
        )

    def _resolved(self, index: int, combination: Combination, overrides: tuple[int, ...]) -> Resolved:
        key = (index, overrides)
        if key not in self.resolved:
            special = [self.overrides[override] for override in overrides]
            layers = [self.whole.defaults, self.own, *combination.layers, *special, self.whole.command_line]
            resolved = self.resolved[key] = resolve(layers)
            # Settings that do not go together may owe it to a setting that was cut out.
            for setting, message in [] if self.whole.doubts.settings else settings_problems(resolved.settings):
                self.whole.problems.append(problem_with(self.spec, resolved, setting, message, None, self.loc))
        return self.resolved[key]

    def _name(self, content: Content, style: str, combination: Combination, resolved: Resolved) -> str:
        template = self.whole.template
        if template is None:
            return "nameless"
        values = {"job": safe_name(self.name), "content": safe_name(content.name), "style": safe_name(style)}
        values |= combination.texts
        for key in template.fields - values.keys():
            values[key] = sweep_text(value_at(resolved.settings, key))
        return template.fill(values, combination.texts)
