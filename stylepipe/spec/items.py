"""One picture or clip to paint, with everything that decides how it will look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stylepipe.spec.formats import FRAMES, Bits, Format
from stylepipe.spec.settings import Settings


@dataclass(frozen=True, slots=True)
class StyleImage:
    """One artwork of a style; the weights of a style's artworks add up to 1."""

    path: Path
    weight: float = 1.0
    scale: float | None = None
    """Takes the place of the setting style_scale when it is given."""
    mask: Path | None = None
    """Image whose white parts are where this artwork is painted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One content in one style with one combination of a sweep: one picture or clip to paint."""

    name: str
    """Path inside the output folder, with / and without a suffix; no two items of a job file share it."""
    job: str
    content: Path
    """A picture, a clip, or a folder of numbered frames, which is one clip."""
    clip: bool
    style: str
    """Name of the style."""
    styles: tuple[StyleImage, ...]
    """Its artworks; those that weigh nothing are left out."""
    sweep: Mapping[str, object]
    """The values of this combination, by setting."""
    settings: Settings
    """Every setting, resolved; paths in it are absolute."""
    sources: Mapping[str, str]
    """Where each setting comes from, in words: `built-in`, `preset draft`, `defaults, job.yaml:4:3`, `--set`."""
    output_dir: Path
    file_name: str
    """Path of the output inside the output folder, with /: `name`, as a rule, and a suffix."""
    format: Format
    bits: Bits
    quality: int

    @property
    def output(self) -> Path:
        """The file, or with format `frames` the folder of frames; put together on demand, since items are many."""
        return Path(self.output_dir, self.file_name)

    @property
    def snapshots(self) -> tuple[int, ...]:
        """The iterations after which the picture is also written; a clip has none, whatever its settings say."""
        return () if self.clip else self.settings.snapshots

    def snapshot(self, iteration: int) -> Path:
        """Give the file of the picture after so many iterations, beside the output."""
        return self.output_dir / self.snapshot_name(iteration)

    def snapshot_name(self, iteration: int) -> str:
        """Give its path inside the output folder, with / and with its suffix."""
        return f"{self.name}.{iteration:05d}.{self.format}"


def output_name(name: str, format: Format) -> str:
    """Give the path of an item's output inside the output folder; a folder of frames has no suffix."""
    return name if format == FRAMES else f"{name}.{format}"
