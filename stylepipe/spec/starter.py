"""The job file that a person starts from: their own folders, and every common setting in words, at its default."""

from __future__ import annotations

import glob
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePosixPath

from stylepipe.spec.describe import setting_rows
from stylepipe.spec.document import Output
from stylepipe.spec.names import safe_name
from stylepipe.spec.settings import SECTIONS, Settings, value_at
from stylepipe.spec.surroundings import Guess, Place
from stylepipe.spec.writing import SCHEMA_LINE, comment_lines, yaml_value

COMMON = (
    "size",
    "preset",
    "iterations",
    "content_weight",
    "style_weight",
    "tv_weight",
    "style_scale",
    "preserve_color",
    "color_strength",
    "init",
    "seed",
    "backbone",
    "masks.content",
    "timeout",
)
"""The settings that a first job file shows, in this order."""
COMMON_OF_CLIPS = (
    "video.audio",
    "video.start",
    "video.end",
    "video.temporal_weight",
    "video.frame_iterations",
    "video.passes",
    "video.crf",
)
"""Those that it shows as well where there are clips."""

_MOST_LISTED = 6
"""Folders beyond which a job names the folder above them all."""


@dataclass(frozen=True)
class Source:
    """What a job says of some files, and the names that those give to outputs."""

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class StarterJob:
    """One job of a first job file."""

    name: str
    contents: tuple[Source, ...]
    styles: tuple[Source, ...]
    frames: bool = False


def jobs_for(guesses: Iterable[Guess]) -> list[StarterJob]:
    """Divide what lies in a folder into jobs, one if possible: files of one name in one job would be one output."""
    of_role: dict[str, list[Place]] = {}
    for guess in guesses:
        of_role.setdefault("stills" if guess.role in ("photographs", "clips") else guess.role, []).append(guess.place)
    artworks = _apart([source for place in of_role.get("artworks", []) for source in _artworks_of(place)])
    others = {_top(place) for role, places in of_role.items() if role != "stills" for place in places}
    contents = _apart(_gathered(of_role.get("stills", []), others))
    jobs = [StarterJob("", group, styles) for group in contents for styles in artworks]
    frames = tuple(Source(place.path, (place.path,)) for place in of_role.get("frames", []) if place.images)
    jobs += [StarterJob("", frames, styles, frames=True) for styles in artworks if frames]
    names = Counter[str]()
    return [replace(job, name=_job_name(job, names)) for job in jobs]


def starter_text(file_name: str, guesses: Sequence[Guess], output_dir: str) -> str:
    """Write a commented job file; it can be read as soon as the guesses are true and name artworks and contents."""
    jobs = jobs_for(guesses)
    clips = any(job.frames for job in jobs) or any(guess.place.clips for guess in guesses)
    lines = [SCHEMA_LINE, "#", *_heading(file_name), "version: 1", "", "output:", *_output_lines(output_dir, jobs), ""]
    lines += ["defaults:", *_settings_lines(COMMON)]
    if clips:
        lines += ["  video:", *_settings_lines(COMMON_OF_CLIPS)]
    lines += ["jobs:"]
    for job in jobs:
        lines += _job_lines(job, named=len(jobs) > 1)
    lines += ["", *_what_else()]
    return "\n".join(lines) + "\n"


def _heading(file_name: str) -> Iterator[str]:
    yield "# What to paint in this folder, and how. Look first, then paint; run it again whenever something is new:"
    yield "#"
    yield f"#     stylepipe plan {file_name}"
    yield f"#     stylepipe run {file_name}"
    yield "#"
    yield from comment_lines(
        "A line such as `# style_weight: 14` is a setting at its default: remove the `# ` and change it. An editor "
        "that knows YAML shows all others, with help. `stylepipe run --set KEY=VALUE` tries one without writing it."
    )


def _output_lines(output_dir: str, jobs: Sequence[StarterJob]) -> Iterator[str]:
    said = {"dir": output_dir, "name": "{job}/{content}--{style}" if _clash(jobs) else "{content}--{style}"}
    for key, field in Output.model_fields.items():
        yield from comment_lines(" ".join((field.description or "").split()), "  ")
        mark = "" if key in said else "# "
        yield f"  {mark}{key}: {yaml_value(said.get(key, field.default))}"


def _settings_lines(keys: Iterable[str]) -> Iterator[str]:
    """Write settings with their meaning; the first is said, so that what they stand under is not empty."""
    rows = {row.key: row for row in setting_rows()}
    for number, key in enumerate(keys):
        section, _, name = key.rpartition(".")
        value = value_at(Settings(), key)
        written = yaml_value(value[0] if key == "iterations" else value)
        indent = "    " if section == "video" else "  "
        line = (
            f"{section}: {{{name}: {written}}}" if section in SECTIONS and section != "video" else f"{name}: {written}"
        )
        values = "" if "text" in rows[key].values else f" ({rows[key].values})"
        yield from comment_lines(f"{rows[key].meaning}{values}", indent)
        yield f"{indent}{'' if number == 0 else '# '}{line}"
        yield ""


def _job_lines(job: StarterJob, *, named: bool) -> Iterator[str]:
    if named:
        yield f"  - name: {yaml_value(job.name)}"
    yield f"  {'  ' if named else '- '}contents: {_texts(job.contents)}"
    if job.frames:
        yield "    frames: true # each of these folders is one clip"
    yield f"    styles: {_texts(job.styles)}"


def _texts(sources: Sequence[Source]) -> str:
    texts = [source.text for source in sources]
    return yaml_value(texts[0] if len(texts) == 1 else texts)


def _what_else() -> Iterator[str]:
    yield "# A job may also say:"
    yield "#"
    yield "#   set: {size: 1024}                                  # settings for this job alone"
    yield "#   sweep: {style_weight: [5, 14, 40]}                 # every value, and every combination of several"
    yield '#   exclude: [{content: "draft-*"}]                    # pairs that are not painted'
    yield '#   overrides: [{match: {content: "cat*"}, set: {content_weight: 4}}]'
    yield "#"
    yield "# and before the jobs a style of several artworks can have a name, for `styles:` to use:"
    yield "#"
    yield "#   styles:"
    yield "#     dusk: [{image: art/night.jpg, weight: 0.7}, {image: art/wave.jpg, weight: 0.3}]"


def _gathered(places: Sequence[Place], others: Collection[str]) -> list[Source]:
    """Name folders of photographs and clips one by one, or together by what is above them where they are many.

    others: the folders in which lies something else, too.
    """
    sources: list[Source] = []
    for top, group in groupby(places, _top):
        inside = [*group]
        names = _names(file for place in inside for file in (*place.images, *place.clips))
        if len(inside) > _MOST_LISTED and top not in others and len(set(names)) == len(names):
            sources.append(Source(f"{glob.escape(top)}/**/*", names))
        else:
            sources += [source for place in inside for source in _contents_of(place)]
    return sources


def _top(place: Place) -> str:
    return PurePosixPath(place.path).parts[0] if place.path != "." else "."


def _contents_of(place: Place) -> list[Source]:
    files = (*place.images, *place.clips)
    names = _names(files)
    return [Source(_folder_text(place), names)] if len(set(names)) == len(names) else _by_suffix(place, files)


def _artworks_of(place: Place) -> list[Source]:
    names = _names(place.images)
    if not place.clips and len(set(names)) == len(names):
        return [Source(_folder_text(place), names)]
    return _by_suffix(place, place.images)


def _by_suffix(place: Place, files: Sequence[str]) -> list[Source]:
    """Name the files of a folder by patterns, one for each suffix."""
    folder = "" if place.path == "." else f"{glob.escape(_folder_text(place))}/"
    suffixes = dict.fromkeys(Path(file).suffix for file in files)
    return [
        Source(f"{folder}*{suffix}", _names(file for file in files if Path(file).suffix == suffix))
        for suffix in suffixes
    ]


def _folder_text(place: Place) -> str:
    return f"./{place.path}" if place.path.startswith("~") else place.path


def _names(files: Iterable[str]) -> tuple[str, ...]:
    """Give what {content} or {style} will stand for, as disks that ignore case and accents' forms tell it apart."""
    return tuple(unicodedata.normalize("NFC", safe_name(Path(file).stem)).casefold() for file in files)


def _apart(sources: Sequence[Source]) -> list[tuple[Source, ...]]:
    """Put sources that share a name into different groups."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        names = set(source.names)
        for taken, group in groups:
            if not taken & names:
                taken |= names
                group.append(source)
                break
        else:
            groups.append((names, [source]))
    return [tuple(group) for _, group in groups]


def _clash(jobs: Sequence[StarterJob]) -> bool:
    """Say whether two jobs would give one name to two outputs."""
    pairs = Counter(
        (content, style)
        for job in jobs
        for content in {name for source in job.contents for name in source.names}
        for style in {name for source in job.styles for name in source.names}
    )
    return any(count > 1 for count in pairs.values())


def _job_name(job: StarterJob, names: Counter[str]) -> str:
    """Call a job by its first folder, and by a number where that was taken."""
    folder = next((part for part in PurePosixPath(job.contents[0].text).parts if not set(part) & set("*.[?~")), "job")
    name = safe_name(folder)
    names[name] += 1
    return name if names[name] == 1 else f"{name}{names[name]}"
