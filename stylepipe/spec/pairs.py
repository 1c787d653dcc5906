"""Which contents meet which styles in a job, and which of its overrides apply to each pair."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from stylepipe.spec.artworks import NamedStyle
from stylepipe.spec.contents import Content
from stylepipe.spec.document import Job, Match
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
    excludes = [_Matching(match, contents, styles, base_dir) for match in job.exclude]
    overrides = [_Matching(override.match, contents, styles, base_dir) for override in job.overrides]
    pairs = [
        Pair(content, style, tuple(k for k, one in enumerate(overrides) if one.fits(content, style)))
        for content in contents
        for style in styles
        if not any(one.fits(content, style) for one in excludes)
    ]
    return pairs, {k for k, one in enumerate(overrides) if one.names_nothing()}


class _Matching:
    """The contents and the styles that a match means, looked up once for all pairs."""

    def __init__(self, match: Match, contents: Sequence[Content], styles: Sequence[NamedStyle], base_dir: Path) -> None:
        self.match = match
        self.contents = {one for one in contents if _content_fits(one, match.content, base_dir)}
        self.styles = {name for name, _ in styles if match.style is None or fnmatchcase(name, match.style)}

    def names_nothing(self) -> bool:
        """Tell whether a content or style is named without wildcards, and is not there."""
        sought = ((self.match.content, self.contents), (self.match.style, self.styles))
        return any(name is not None and not found and not is_pattern(name) for name, found in sought)

    def fits(self, content: Content, style: NamedStyle) -> bool:
        return content in self.contents and style[0] in self.styles


def _content_fits(content: Content, pattern: str | None, base_dir: Path) -> bool:
    if pattern is None:
        return True
    relative = Path(os.path.relpath(content.path, base_dir)).as_posix()
    return any(fnmatchcase(name, pattern) for name in (content.path.name, content.name, relative))
