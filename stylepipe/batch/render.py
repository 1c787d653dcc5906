"""One picture or clip without a job file: the same item, planned and painted, but nothing else is left behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from stylepipe.batch import events
from stylepipe.batch.events import Listener, Summary
from stylepipe.batch.plan import Look, plan_item
from stylepipe.batch.run import paint_all
from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.formats import PictureFormat
from stylepipe.spec.load import spec_from_mapping
from stylepipe.spec.names import literal, safe_name
from stylepipe.spec.patterns import is_pattern
from stylepipe.store.hashing import HashCache

PICTURES: dict[str, PictureFormat] = {
    ".png": "png",
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
}
CLIPS = {".mp4": "mp4", ".m4v": "mp4", ".mkv": "mkv", ".mov": "mov", ".webm": "webm", ".gif": "gif"}
"""An output's format by its suffix; a clip's without any is a folder of frames."""


def render(
    content: str,
    styles: Sequence[tuple[str, float]],
    output: Path,
    overrides: Mapping[str, object],
    device: str = "auto",
    listener: Listener = events.ignore,
) -> Summary:
    """Paint a photograph or a clip in the style of some artworks, each with its weight; an old output is replaced.

    content: also a folder of numbered frames, when the output is a clip. overrides: settings, as `--set` takes them,
    and output.bits and output.quality. Raises UsageError when the output cannot be meant, SpecError when a file is
    missing or a setting is wrong.
    """
    suffix = output.suffix.lower()
    format = PICTURES.get(suffix) or ("frames" if not suffix else CLIPS.get(suffix))
    if format is None:
        raise UsageError(
            f"-o {output}: a picture ends in one of {', '.join(PICTURES)}, a clip in one of {', '.join(CLIPS)}; a "
            "folder of a clip's frames has no suffix"
        )
    said = {"output.dir", "output.name", "output.format"} & overrides.keys()
    if said:
        raise UsageError(f"--set {min(said)}: -o says this already; leave it out")
    folder = Path(content).is_dir()
    if (folder and format in PICTURES.values()) or (is_pattern(content) and not Path(content).exists()):
        raise UsageError(f"{content}: render paints one picture or clip; for several write a job file")
    inputs = [Path(content), *(Path(path) for path, _ in styles)]
    if any(path.exists() and output.exists() and path.samefile(output) for path in inputs):
        raise UsageError(f"-o {output}: this is one of the inputs; choose another name")
    spec = spec_from_mapping(
        {
            "output": {"dir": str(output.parent), "name": literal(safe_name(output.stem)), "format": format},
            "styles": {"style": [{"image": path, "weight": weight} for path, weight in styles]},
            "jobs": [{"contents": content, "styles": "style"} | ({"frames": True} if folder else {})],
        },
        origin="render",
        overrides=overrides,
    )
    (item,) = expand(spec)
    if item.format != format:
        what, wanted = ("a clip", CLIPS) if item.clip else ("a picture", PICTURES)
        frames = "; a folder of its frames has no suffix" if item.clip else ""
        raise UsageError(f"-o {output}: {content} is {what}, whose output ends in one of {', '.join(wanted)}{frames}")
    item = replace(item, name=output.stem, output_dir=output.absolute().parent, file_name=output.name)
    planned = replace(plan_item(item, Look(HashCache())), reason="asked for")
    listener(events.RunStarted(1, 1, item.output.parent))
    from stylepipe.batch.in_process import InProcess

    summary = paint_all([planned], InProcess(device, record=False), listener)
    listener(events.RunFinished(summary))
    return summary
