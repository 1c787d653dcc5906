"""What a job paints: pictures, film clips, and folders of numbered frames, each of which is one clip."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from stylepipe.spec.frames import is_image_name
from stylepipe.spec.moving import moves
from stylepipe.spec.patterns import (
    CLIP_SUFFIXES,
    IMAGE_SUFFIXES,
    absolute,
    find_files,
    is_pattern,
    matches,
    missing_file,
)
from stylepipe.spec.problems import Complaint

_FRAMES_WANTED = "with `frames: true` a folder of numbered frames is wanted"


class Content(NamedTuple):
    """A picture or a clip to paint.

    name: what {content} stands for: the file's name without its suffix, or the name of a folder of frames.
    """

    path: Path
    name: str
    clip: bool


class ContentFinder:
    """Finds what the jobs of a file paint; a file that several of them name is looked into once.

    Patterns and folders skip what lies inside `output_dir`: results of earlier runs are not painted again.
    """

    def __init__(self, base_dir: Path, output_dir: Path) -> None:
        self._base_dir = base_dir
        self._output_dir = output_dir
        self._moving: dict[Path, bool] = {}

    def find(self, text: str, *, frames: bool = False) -> list[Content]:
        """List what a path, a pattern or a folder means, sorted by path; frames: the job says `frames: true`.

        Raises Complaint when it means nothing that can be painted.
        """
        if frames:
            return [Content(path, path.name, clip=True) for path in self._folders(text)]
        try:
            paths = find_files(
                text, self._base_dir, IMAGE_SUFFIXES | CLIP_SUFFIXES, "images or clips", self._output_dir
            )
        except Complaint as complaint:
            if complaint.message.endswith("only folders"):
                complaint.hint = f"{complaint.hint}; for clips of numbered frames, add frames: true"
            raise
        return [Content(path, path.stem, self._is_clip(path)) for path in paths]

    def _is_clip(self, path: Path) -> bool:
        if path.suffix.lower() in CLIP_SUFFIXES:
            return True
        if path not in self._moving:
            self._moving[path] = moves(path)
        return self._moving[path]

    def _folders(self, text: str) -> list[Path]:
        path = absolute(text, self._base_dir)
        if os.path.isdir(path):
            return [_with_images(path, text)]
        if os.path.exists(path):
            raise Complaint(f"{text} is a file, and {_FRAMES_WANTED}", "put pictures and other clips into another job")
        if not is_pattern(text):
            raise missing_file(text, path, "folder")
        folders = [found for found in matches(text, self._base_dir) if os.path.isdir(found)]
        if not folders:
            hint = f"name the folder itself: {Path(text).parent}"
            raise Complaint(f"{text} matches only files, and {_FRAMES_WANTED}", hint)
        results = os.path.realpath(self._output_dir)
        kept = [folder for folder in folders if not Path(os.path.realpath(folder)).is_relative_to(results)]
        if not kept:
            hint = "give output.dir a folder of its own"
            raise Complaint(f"{text} has only folders inside the output folder, which are results", hint)
        holding = [folder for folder in kept if _holds_images(folder)]
        if not holding:
            raise Complaint(f"{text} matches no folder that holds images", f"{_FRAMES_WANTED}")
        return sorted(set(holding))


def content_name(path: Path) -> str:
    """Give what {content} stands for, as `Content.name`, of a content that is known by its path only."""
    return path.name if os.path.isdir(path) else path.stem


def _with_images(folder: Path, text: str) -> Path:
    if _holds_images(folder):
        return folder
    inner = any(os.path.isdir(path) for path in folder.iterdir())
    hint = f"to take each folder in it as a clip, write {text.rstrip('/')}/*" if inner else None
    raise Complaint(f"the folder {text} holds no images, and {_FRAMES_WANTED}", hint)


def _holds_images(folder: Path) -> bool:
    try:
        return any(is_image_name(path) and path.is_file() for path in folder.iterdir())
    except OSError as error:
        raise Complaint(f"the folder {folder} cannot be read: {error.strerror}") from None
