"""From a path, a pattern or a folder in the job file to the files that it means."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from stylepipe.spec.globbing import glob
from stylepipe.spec.problems import Complaint, did_you_mean, nearest

IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".apng", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif"})
CLIP_SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".divx", ".flv", ".f4v", ".wmv", ".asf",
    ".mpg", ".mpeg", ".m2v", ".vob", ".ts", ".m2ts", ".mts", ".ogv", ".mxf", ".dv", ".nut", ".ivf", ".y4m",
    ".h264", ".264", ".h265", ".265", ".hevc",
})  # fmt: skip
_MOST_DEEP = 2
"""Times that a pattern may enter all folders: each multiplies the time that it takes by how deep they lie."""
WEIGHTS_SUFFIXES = (".pth", ".safetensors")

MOST_FILES = 1_000_000
"""Files that one pattern may match, or one folder hold, of whatever kind: their names fill some hundred megabytes."""


def absolute(text: str, base_dir: Path) -> Path:
    """Give the absolute path of what a job file calls `text`: relative to its folder, `~` is the home folder."""
    path = base_dir / text
    if text.startswith("~/"):
        path = Path(text).expanduser()
    # `..` goes up from where a link leads, as the system does; everywhere else links keep their names.
    if path.name == "..":
        return Path(os.path.realpath(path))
    return Path(os.path.realpath(path.parent)) / path.name if ".." in path.parts else path


def is_pattern(text: str) -> bool:
    """Say whether a text has the signs of a pattern."""
    return any(sign in text for sign in "*?[")


def find_images(text: str, base_dir: Path, outside: Path | None = None) -> list[Path]:
    """List the images that a path, a pattern or a folder means, as `find_files`; a clip among them is a mistake."""
    paths = find_files(text, base_dir, IMAGE_SUFFIXES | CLIP_SUFFIXES, "images", outside)
    clips = [path for path in paths if path.suffix.lower() in CLIP_SUFFIXES]
    if not clips:
        return paths
    if paths == [absolute(text, base_dir)]:
        raise film_clip(text)
    named = clips[0].name + (f" and {len(clips) - 1} more" if len(clips) > 1 else "")
    raise Complaint(f"{text} has film clips, and images are wanted: {named}", "name the images alone, such as *.jpg")


def film_clip(text: str) -> Complaint:
    """Say that a clip stands where only an image can."""
    return Complaint(f"{text} is a film clip, and an image is wanted", "clips are painted: they go into `contents`")


def find_files(
    text: str, base_dir: Path, suffixes: Collection[str], what: str, outside: Path | None = None
) -> list[Path]:
    """List the files that a path, a pattern or a folder means, sorted.

    A path is always taken at its word; patterns and folders skip files of other suffixes, hidden ones, and everything
    inside the folder `outside`. A link to nothing, or a pipe, counts as the file that it should have been: it fails
    alone, and is not missed in silence. what: what is looked for, in the plural. Raises Complaint when nothing is left.
    """
    path = absolute(text, base_dir)
    if os.path.isdir(path):
        return _kept(_files_in(path), f"the folder {text}", suffixes, what, outside)
    if os.path.exists(path):
        return [path]
    if not is_pattern(text):
        raise missing_file(text, path)
    found = matches(text, base_dir)
    files = [one for one in found if not os.path.isdir(one)]
    if not files:
        hint = f"to take the {what} in the folders, write {text.rstrip('/')}/*"
        raise Complaint(f"{text} matches only folders", hint)
    return _kept(files, text, suffixes, what, outside)


def missing_file(text: str, path: Path, kind: str = "file") -> Complaint:
    """Say that a file, or a folder, is not there, and which one beside it may be meant."""
    if os.path.islink(path):
        return Complaint(f"{text} is a link to nothing")
    if not os.path.isdir(path.parent):
        return Complaint(f"there is no {kind} {text}", _no_folder(path.parent))
    called = path.name if kind == "folder" else path.stem
    beside = {name if kind == "folder" else Path(name).stem: name for name in _names_in(path.parent)}
    near = nearest(called, beside)
    hint = f"did you mean `{Path(text).parent / beside[near]}`?" if near else None
    if hint is None and "{" in text and "," in text:
        hint = "braces are no pattern; write a list of patterns"
    return Complaint(f"there is no {kind} {text}", hint)


def _no_folder(folder: Path) -> str:
    question = did_you_mean(folder.name, _names_in(folder.parent))
    return f"there is no folder {folder}" + (f"; {question}" if question else "")


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _files_in(folder: Path) -> list[Path]:
    try:
        inside = _counted(folder.iterdir(), f"the folder {folder} holds")
        return [path for path in inside if not path.name.startswith(".") and not path.is_dir()]
    except OSError as error:
        raise Complaint(f"the folder {folder} cannot be read: {error.strerror}") from None


def matches(text: str, base_dir: Path) -> list[Path]:
    """List the files and folders that fit a pattern and are not hidden; raises Complaint when there are none.

    `**` enters folders, but not through links, which may lead in circles.
    """
    parts = Path(text).parts
    first = next(position for position, part in enumerate(parts) if is_pattern(part))
    anchor = absolute(str(Path(*parts[:first])), base_dir)
    if not os.path.isdir(anchor):
        raise Complaint(f"{text} matches nothing", _no_folder(anchor))
    pattern = _once_through("/".join(parts[first:]))
    try:
        found = [
            path
            for path in _counted(glob(anchor, _of_any_case(pattern)), f"{text} matches")
            if not any(part.startswith(".") for part in path.relative_to(anchor).parts)
        ]
    except (OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise Complaint(f"{text} is no pattern: {error}") from None
    if not found:
        raise Complaint(f"{text} matches nothing", _why_nothing(text, anchor))
    return found


def _counted(paths: Iterable[Path], source: str) -> Iterator[Path]:
    """Pass paths on, and raise Complaint when there are more than may be."""
    for count, path in enumerate(paths):
        if count == MOST_FILES:
            raise Complaint(f"{source} more than {MOST_FILES} files", "name fewer at once, in several patterns")
        yield path


def _once_through(pattern: str) -> str:
    """Say `**/**` as `**`, which means the same; raises Complaint where so many are left that it takes hours."""
    parts = pattern.split("/")
    kept = [part for before, part in zip(["", *parts], parts, strict=False) if (before, part) != ("**", "**")]
    if kept.count("**") > _MOST_DEEP:
        raise Complaint(f"{pattern} enters all folders more than {_MOST_DEEP} times", "write `**` once")
    return "/".join(kept)


def _of_any_case(pattern: str) -> str:
    """Let a pattern that ends in a picture's or a clip's suffix take it as cameras write it, too: .JPG."""
    name, dot, suffix = pattern.rpartition(".")
    if dot and f".{suffix.lower()}" in IMAGE_SUFFIXES | CLIP_SUFFIXES:
        return name + dot + "".join(f"[{sign.lower()}{sign.upper()}]" if sign.isalpha() else sign for sign in suffix)
    return pattern


def _why_nothing(text: str, anchor: Path) -> str | None:
    if "{" in text and "," in text:
        return "braces are no pattern; write a list of patterns"
    suffix = Path(text).suffix.lower()
    others = sorted({Path(name).suffix for name in _names_in(anchor)} - {Path(text).suffix})
    near = [
        other
        for other in others
        if other.lower() in IMAGE_SUFFIXES | CLIP_SUFFIXES and (other.lower() == suffix or "**" not in text)
    ]
    return f"{anchor} holds files that end in {', '.join(near)}" if near else None


def _outside(folder: Path, paths: Iterable[Path]) -> list[Path]:
    """Keep what does not lie in a folder, by whatever links one gets there."""
    real = os.path.realpath(folder)
    inside = {parent: Path(os.path.realpath(parent)).is_relative_to(real) for parent in {path.parent for path in paths}}
    return [path for path in paths if not inside[path.parent]]


def _kept(files: Iterable[Path], source: str, suffixes: Collection[str], what: str, outside: Path | None) -> list[Path]:
    paths = sorted(set(files))
    if not paths:
        raise Complaint(f"{source} is empty", f"it holds no {what}; those in subfolders are found by **/*")
    kept = paths if outside is None else _outside(outside, paths)
    if not kept:
        hint = "give output.dir a folder of its own"
        raise Complaint(f"{source} has only files inside the output folder, which are results", hint)
    wanted = [path for path in kept if path.suffix.lower() in suffixes]
    if not wanted:
        raise Complaint(f"{source} has no {what}: {', '.join(path.name for path in kept[:3])}")
    return wanted
