"""A job file as a tree in which every key and value remembers where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from stylepipe.spec.problems import Place

Loc = tuple[str | int, ...]
"""The way from the top of the file to a value: keys and list positions, as pydantic writes it."""


@dataclass(frozen=True, slots=True)
class WordNode:
    """A scalar: its value, and the text that it was written as."""

    value: object
    text: str
    place: Place | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list; `size` counts all values under it, aliases expanded, and `height` how deep they nest."""

    nodes: tuple[Node, ...]
    place: Place | None
    size: int
    height: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; its keys are always text."""

    entries: Mapping[str, Entry]
    place: Place | None
    size: int
    height: int


class Entry(NamedTuple):
    """A value under a key, and where the key stands."""

    key_place: Place | None
    node: Node


Node = WordNode | ListNode | MapNode


def list_node(nodes: list[Node], place: Place | None = None) -> ListNode:
    """Make a list of nodes."""
    return ListNode(tuple(nodes), place, *_extent(nodes))


def map_node(pairs: Mapping[str, Entry], place: Place | None = None) -> MapNode:
    """Make a mapping."""
    return MapNode(pairs, place, *_extent([entry.node for entry in pairs.values()]))


def _extent(nodes: list[Node]) -> tuple[int, int]:
    return 1 + sum(node.size for node in nodes), 1 + max((node.height for node in nodes), default=0)


def plain(node: Node) -> object:
    """Give the tree as plain Python values."""
    match node:
        case WordNode():
            return node.value
        case ListNode():
            return [plain(child) for child in node.nodes]
        case MapNode():
            return {key: plain(entry.node) for key, entry in node.entries.items()}


def node_of(value: object) -> Node:
    """Make a tree without places from plain Python values, for a job that was never a file."""
    if isinstance(value, Mapping):
        return map_node({str(key): Entry(None, node_of(child)) for key, child in value.items()})
    if isinstance(value, list | tuple):
        return list_node([node_of(child) for child in value])
    if isinstance(value, PurePath):
        value = str(value)
    return WordNode(value, str(value))


class Found(NamedTuple):
    """What lies at the end of a way: the real way to it, its node, and where its key stands."""

    loc: Loc
    node: Node
    key_place: Place | None

    @property
    def place(self) -> Place | None:
        """Where the value stands; an empty value stands at its key."""
        empty = isinstance(self.node, WordNode) and self.node.text == ""
        return self.key_place if empty and self.key_place else self.node.place

    @property
    def label(self) -> Place | None:
        """Where the key stands, or the value itself in a list."""
        return self.key_place or self.node.place


def locate(root: Node, loc: Loc) -> Found:
    """Follow a way as far as the file goes.

    Parts that the file does not have are skipped: pydantic names the branch of a union and the position in a list
    that stands in the file as its only element.
    """
    found = Found((), root, None)
    for part in loc:
        found = _step(found, part) or found
    return found


def _step(found: Found, part: str | int) -> Found | None:
    match found.node:
        case MapNode(entries=pairs) if isinstance(part, str) and part in pairs:
            entry = pairs[part]
            return Found((*found.loc, part), entry.node, entry.key_place)
        case ListNode(nodes=nodes) if isinstance(part, int) and 0 <= part < len(nodes):
            return Found((*found.loc, part), nodes[part], None)
        case ListNode(nodes=nodes) if isinstance(part, str):  # a list of names that was read as a mapping
            for position, node in enumerate(nodes):
                if isinstance(node, WordNode) and node.text == part:
                    return Found((*found.loc, position), node, None)
    return None


def without(node: Node, loc: Loc) -> Node:
    """Give the tree without the value at the end of a way; nothing else changes."""
    match node, loc:
        case MapNode(), (str(key), *rest) if key in node.entries:
            pairs = dict(node.entries)
            entry = pairs.pop(key)
            if rest:
                pairs = {**node.entries, key: Entry(entry.key_place, without(entry.node, tuple(rest)))}
            return map_node(pairs, node.place)
        case ListNode(), (int(position), *rest) if position < len(node.nodes):
            children = list(node.nodes)
            child = children.pop(position)
            if rest:
                children.insert(position, without(child, tuple(rest)))
            return list_node(children, node.place)
    return node
