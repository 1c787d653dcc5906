"""Which contents meet which styles in a job, and which of its overrides apply to each pair."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from stylepipe.spec.artworks import NamedStyle
from stylepipe.spec.contents import Content
from stylepipe.spec.document import Job
from stylepipe.spec.matching import Named
from stylepipe.spec.patterns import is_pattern


class Pair(NamedTuple):
    """A content and a style, and the positions of the overrides that apply to them."""

    content: Content
    style: NamedStyle
    overrides: tuple[int, ...]


def pairs_of(
    job: Job, contents: Sequence[Content], styles: Sequence[NamedStyle], base_dir: Path
) -> tuple[list[Pair], set[int]]:
    """Give the pairs that are not excluded, and the positions of the overrides that name what is not there.

    A pattern that matches nothing may match tomorrow; a name that does is a slip of the pen.
    """
    named = Named((_names(content, base_dir) for content in contents), len(contents))
    named_styles = Named(([name] for name, _ in styles), len(styles))
    excluded = [0] * len(contents)
    """For each content, the styles that it does not meet, as bits."""
    for match in job.exclude:
        for one in named.fitting(match.content):
            excluded[one] |= named_styles.bits(match.style)
    overridden: list[list[tuple[int, int]]] = [[] for _ in contents]
    """For each content, the overrides that may apply, each with its styles as bits."""
    for k, override in enumerate(job.overrides):
        for one in named.fitting(override.match.content):
            overridden[one].append((k, named_styles.bits(override.match.style)))
    pairs = [
        Pair(content, style, tuple(k for k, bits in may_apply if bits >> position & 1))
        for content, without, may_apply in zip(contents, excluded, overridden, strict=True)
        for position, style in enumerate(styles)
        if not without >> position & 1
    ]
    idle = {
        k
        for k, override in enumerate(job.overrides)
        if _names_nothing(override.match.content, named) or _names_nothing(override.match.style, named_styles)
    }
    return pairs, idle


def _names_nothing(pattern: str | None, named: Named) -> bool:
    """Tell whether a content or style is named without wildcards, and is not there."""
    return pattern is not None and not is_pattern(pattern) and not named.fitting(pattern)


def _names(content: Content, base_dir: Path) -> set[str]:
    """Give what a match may call a content."""
    return {content.path.name, content.name, Path(os.path.relpath(content.path, base_dir)).as_posix()}
