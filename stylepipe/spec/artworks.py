"""The styles of a job: names that the file defines, or artworks found by path, pattern or folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from stylepipe.spec.document import StyleEntry
from stylepipe.spec.doubts import Doubts
from stylepipe.spec.items import StyleImage
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.nodes import Loc
from stylepipe.spec.patterns import CLIP_SUFFIXES, absolute, film_clip, find_images, is_pattern, missing_file
from stylepipe.spec.problems import MOST_PROBLEMS, Complaint, Problem, did_you_mean

NamedStyle = tuple[str, tuple[StyleImage, ...]]


def defined_styles(spec: Spec, problems: list[Problem]) -> dict[str, tuple[StyleImage, ...]]:
    """Look up the artworks of every style that the file defines; what is wrong is added to `problems`."""
    defined = {}
    for name, style in spec.document.styles.items():
        defined[name] = _blend(spec, name, style, problems)
        if len(problems) > MOST_PROBLEMS:
            break
    return defined


def styles_of(
    spec: Spec,
    position: int,
    defined: Mapping[str, tuple[StyleImage, ...]],
    doubts: Doubts,
    problems: list[Problem],
) -> list[NamedStyle]:
    """List the styles that a job names, each once; what is wrong is added to `problems`."""
    styles: dict[NamedStyle, None] = {}
    for index, text in enumerate(spec.document.jobs[position].styles):
        if text in defined:
            styles[(text, defined[text])] = None
            continue
        try:
            paths = find_images(text, spec.base_dir, outside=spec.output_dir)
        except Complaint as complaint:
            if not doubts.style(text):
                problems.append(_undefined(spec, ("jobs", position, "styles", index), text, complaint))
            if len(problems) > MOST_PROBLEMS:
                break
        else:
            styles |= {(path.stem, (StyleImage(path),)): None for path in paths}
    return list(styles)


def _undefined(spec: Spec, loc: Loc, text: str, complaint: Complaint) -> Problem:
    hint = did_you_mean(text, spec.document.styles)
    if "/" in text or "." in text or is_pattern(text) or os.path.exists(absolute(text, spec.base_dir)):
        return spec.problem(loc, complaint.message, complaint.hint or hint)
    return spec.problem(loc, f"there is no style `{text}` in `styles`, and no such file", hint or complaint.hint)


def _blend(spec: Spec, name: str, style: Sequence[StyleEntry], problems: list[Problem]) -> tuple[StyleImage, ...]:
    loc: Loc = ("styles", name)
    largest = max(entry.weight for entry in style)
    if largest == 0:
        problems.append(spec.problem(loc, f"every artwork of `{name}` weighs 0", "give at least one a weight above 0"))
        largest = 1.0
    # Divided by the largest first, so that no sum of huge weights overflows.
    total = sum(entry.weight / largest for entry in style) or 1.0
    images = []
    for index, entry in enumerate(style):
        path = _file(spec, entry.image, (*loc, index, "image"), problems)
        mask = None if entry.mask is None else _file(spec, entry.mask, (*loc, index, "mask"), problems)
        if entry.weight > 0:
            images.append(StyleImage(path, entry.weight / largest / total, entry.scale, mask))
    return tuple(images)


def _file(spec: Spec, text: str, loc: Loc, problems: list[Problem]) -> Path:
    path = absolute(text, spec.base_dir)
    if os.path.isdir(path):
        problems.append(spec.problem(loc, f"{text} is a folder, and one image is wanted"))
    elif not os.path.exists(path):
        complaint = missing_file(text, path)
        pattern = "a pattern can stand in a job's `styles`, not here" if is_pattern(text) else None
        problems.append(spec.problem(loc, complaint.message, pattern or complaint.hint))
    elif path.suffix.lower() in CLIP_SUFFIXES:
        complaint = film_clip(text)
        problems.append(spec.problem(loc, complaint.message, complaint.hint))
    return path
