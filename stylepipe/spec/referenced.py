"""The files that settings name: the picture to start from, weights, masks. Found, checked, made absolute."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from stylepipe.spec.jobfile import Spec
from stylepipe.spec.layers import Resolved, problem_with
from stylepipe.spec.nodes import Loc
from stylepipe.spec.patterns import CLIP_SUFFIXES, WEIGHTS_SUFFIXES, absolute, film_clip, missing_file
from stylepipe.spec.problems import Complaint, Problem, did_you_mean
from stylepipe.spec.settings import Init, Settings, is_image_init

WORDS = {
    "init": get_args(Init),
    "weights": ("torchvision", "caffe"),
    "masks.content": ("alpha",),
    "masks.style": ("alpha",),
}
"""The settings that may name a file, and the words that mean something else there."""

_FIELD = re.compile(r"\{(content|style)\}")


class ReferencedFiles:
    """Turns the file names in settings into absolute paths, and collects those that are not there."""

    def __init__(self, spec: Spec, problems: list[Problem]) -> None:
        self.spec = spec
        self.problems = problems
        self.complaints: dict[tuple[str, Path], Complaint | None] = {}
        """What is wrong with each path that was looked at, for the setting that names it."""

    def settle(self, resolved: Resolved, job: Loc, fields: Mapping[str, str] | None = None) -> Settings:
        """Give an item's settings with absolute paths, {content} and {style} filled in.

        Without fields, only the files that are the same for all items are looked at.
        """
        settings = resolved.settings
        changed: dict[str, str] = {}
        for key in WORDS:
            text = file_name_in(settings, key)
            if text is None:
                continue
            if key.startswith("masks.") and _FIELD.search(text):
                if fields is None:
                    continue
                text = _FIELD.sub(lambda match: fields[match[1]], text)
            path = absolute(text, self.spec.base_dir)
            changed[key] = str(path)
            self._check(resolved, key, text, path, job)
        return _with(settings, changed)

    def _check(self, resolved: Resolved, key: str, text: str, path: Path, job: Loc) -> None:
        if (key, path) not in self.complaints:
            self.complaints[key, path] = _complaint(key, text, path)
        complaint = self.complaints[key, path]
        if complaint is not None:
            problem = problem_with(self.spec, resolved, key, complaint.message, complaint.hint, job)
            self.problems.append(problem)


def _complaint(key: str, text: str, path: Path) -> Complaint | None:
    if os.path.isfile(path):
        if key == "weights" and path.suffix not in WEIGHTS_SUFFIXES:
            return Complaint(f"{text} is no weights file", f"its name should end in {' or '.join(WEIGHTS_SUFFIXES)}")
        return film_clip(text) if path.suffix.lower() in CLIP_SUFFIXES else None
    if os.path.isdir(path):
        return Complaint(f"{text} is a folder, and one file is wanted")
    missing = missing_file(text, path)
    return Complaint(missing.message, did_you_mean(text, WORDS[key]) or missing.hint)


def file_name_in(settings: Settings, key: str) -> str | None:
    """Give the file name that a setting holds; None when it holds a word, or nothing."""
    section, _, name = key.rpartition(".")
    value = getattr(settings.masks if section else settings, name)
    if value is None or value in WORDS[key] or (key == "init" and not is_image_init(value)):
        return None
    return str(value)


def _with(settings: Settings, changed: dict[str, str]) -> Settings:
    if not changed:
        return settings
    masks = {key.removeprefix("masks."): path for key, path in changed.items() if key.startswith("masks.")}
    update: dict[str, object] = {key: path for key, path in changed.items() if not key.startswith("masks.")}
    if masks:
        update["masks"] = settings.masks.model_copy(update=masks)
    return settings.model_copy(update=update)
