"""Read YAML 1.2 safely: every key and value with its place, every mistake at once, nothing executed.

PyYAML (with libyaml where it is there) splits the text into events; the tree is put together here, because PyYAML's
own composer accepts duplicate keys, follows any nesting, and stops at the first mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from stylepipe.spec.nodes import Entry, ListNode, Loc, MapNode, Node, WordNode, list_node, locate, map_node
from stylepipe.spec.problems import Complaint, Place, Problem
from stylepipe.spec.scalars import plain_value, tagged_value, unknown_tag
from stylepipe.spec.syntax import first_unprintable, syntax_problem

MOST_BYTES = 1_000_000
MOST_VALUES = 100_000
DEEPEST = 40

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LIST_TAG, _MAPPING_TAG = "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"


@dataclass(frozen=True)
class Source:
    """A text that was read: its name for messages, its lines, its tree, and what is wrong with it."""

    name: str
    text: str
    root: Node | None
    problems: tuple[Problem, ...] = ()

    def place(self, loc: Loc) -> Place | None:
        """Say where the value at the end of a way stands; None for a job that was never a file."""
        return locate(self.root, loc).place if self.root is not None else None

    def label(self, loc: Loc) -> Place | None:
        """Say where the key of that value stands, or the value itself in a list."""
        return locate(self.root, loc).label if self.root is not None else None


def read_yaml(text: str, name: str) -> Source:
    """Put the tree of a YAML text together; without a tree when the text cannot be split at all."""
    unprintable = first_unprintable(text)
    if unprintable is not None:
        return Source(name, text, None, (unprintable,))
    composer = _Composer(text)
    try:
        root = composer.document()
    except _Hopeless as error:
        composer.problems.append(error.problem)
        root = None
    except yaml.YAMLError as error:
        composer.problems.append(syntax_problem(error, text))
        root = None
    return Source(name, text, root, tuple(composer.problems))


class _Hopeless(Exception):
    """A mistake after which the rest of the text cannot be understood."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class _Composer:
    text: str
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    """The finished node of each anchor; None while it is still being read."""
    merged: int = 0
    """How many entries `<<` has copied."""

    def __post_init__(self) -> None:
        self.events: Iterator[Event] = yaml.parse(self.text, Loader=_LOADER)

    def document(self) -> Node | None:
        """Read the one document of the text; None when there is none."""
        next(self.events)  # the start of the stream
        if isinstance(next(self.events), StreamEndEvent):
            return None
        root = self._node(next(self.events), depth=1)
        next(self.events)  # the end of the document
        after = next(self.events)
        if isinstance(after, DocumentStartEvent):
            self._complain(_place(after), "a second document begins here; a job file is one document")
        return root

    def _node(self, event: Event, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = None
        if depth > DEEPEST:
            raise _Hopeless(Problem.at(_place(event), f"lists and mappings nest deeper than {DEEPEST} levels here"))
        node: Node
        if isinstance(event, ScalarEvent):
            node = self._word(event)
        elif isinstance(event, SequenceStartEvent):
            node = self._list(event, depth)
        else:
            node = self._mapping(event, depth)
        self._hold_caps(node)
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def _alias(self, event: AliasEvent) -> Node:
        name = str(event.anchor)
        node = self.anchors.get(name)
        if node is None:
            if name in self.anchors:
                raise _Hopeless(Problem.at(_place(event), f"*{name} stands inside what it stands for"))
            hint = f'a text that begins with * needs quotes: "*{name}"'
            self._complain(_place(event), f"there is no anchor &{name} above", hint)
            return WordNode(f"*{name}", f"*{name}", _place(event))
        return node

    def _word(self, event: ScalarEvent) -> WordNode:
        text, place = str(event.value), _place(event)
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            self._complain(place, "this text holds a character that no name or path can have")
            text = text.replace("\0", "").encode(errors="replace").decode()
        try:
            if event.tag is not None:
                value = tagged_value(event.tag, text)
            else:
                value = plain_value(text) if event.implicit[0] else text
        except Complaint as complaint:
            self._complain(place, complaint.message, complaint.hint)
            value = text
        return WordNode(value, text, place)

    def _list(self, event: SequenceStartEvent, depth: int) -> ListNode:
        self._check_tag(event, _LIST_TAG)
        nodes = []
        for child in self.events:
            if isinstance(child, SequenceEndEvent):
                break
            nodes.append(self._node(child, depth + 1))
        return list_node(nodes, _place(event))

    def _mapping(self, event: Event, depth: int) -> MapNode:
        assert isinstance(event, MappingStartEvent)
        self._check_tag(event, _MAPPING_TAG)
        pairs: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key_event in self.events:
            if isinstance(key_event, MappingEndEvent):
                break
            key = self._node(key_event, depth + 1)
            value = self._node(next(self.events), depth + 1)
            place = _place(key_event)
            if not isinstance(key, WordNode) or not key.text:
                self._complain(place, "a key must be one word or text")
            elif key.text == "<<" and isinstance(key_event, ScalarEvent) and key_event.implicit[0]:
                self._merge(merged, value, place)
            elif key.text in pairs:
                self._complain(place, f"`{key.text}` is there twice", _first_time(pairs[key.text]))
            else:
                pairs[key.text] = Entry(place, value)
        return map_node({**merged, **pairs}, _place(event))

    def _merge(self, merged: dict[str, Entry], value: Node, place: Place) -> None:
        """Take over the entries that `<<` names; the mapping's own keys and earlier merges win."""
        for source in value.nodes if isinstance(value, ListNode) else (value,):
            if isinstance(source, MapNode):
                self.merged += len(source.entries)
                if (
                    self.merged > MOST_VALUES
                ):  # an alias is one node, however often it stands there; what `<<` copies is not
                    raise _Hopeless(Problem.at(place, f"`<<` has copied over {MOST_VALUES} values by here"))
                for key, entry in source.entries.items():
                    merged.setdefault(key, entry)
            else:
                self._complain(place, "`<<` takes the keys of a mapping, such as *name, and this is none")

    def _check_tag(self, event: SequenceStartEvent | MappingStartEvent, own: str) -> None:
        if event.tag not in (None, "!", own):
            complaint = unknown_tag(str(event.tag))
            self._complain(_place(event), complaint.message, complaint.hint)

    def _hold_caps(self, node: Node) -> None:
        if node.size > MOST_VALUES:
            raise _Hopeless(Problem.at(node.place, f"with its aliases written out, this is over {MOST_VALUES} values"))
        if node.height > DEEPEST:
            raise _Hopeless(Problem.at(node.place, f"with its aliases written out, this nests over {DEEPEST} levels"))

    def _complain(self, place: Place, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem.at(place, message, hint))


def _place(event: Event) -> Place:
    mark = event.start_mark
    assert mark is not None
    return Place(mark.line + 1, mark.column + 1)


def _first_time(entry: Entry) -> str | None:
    return f"the first one is in line {entry.key_place.line}" if entry.key_place else None
