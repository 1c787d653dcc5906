"""One item, from its files to its file: read, paint, encode, write, record."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch

import stylepipe
from stylepipe.batch.devices import device_name
from stylepipe.batch.events import Progress
from stylepipe.batch.materials import Materials, read_materials, to_pixels, to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned
from stylepipe.engine.pyramid import Scale, output_size, scales
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import Painting, Step, deepest_stride, stylize
from stylepipe.errors import ItemTimeoutError, OutOfMemoryError
from stylepipe.media import Picture, encode_picture
from stylepipe.spec.formats import is_picture_format
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings
from stylepipe.store import atomic
from stylepipe.store.clock import utc_now
from stylepipe.store.fingerprint import fingerprint
from stylepipe.store.records import Record, write_record

OnProgress = Callable[[Progress], None]


def paint(planned: Planned, networks: Networks, on_progress: OnProgress, *, record: bool = True) -> list[str]:
    """Paint an item and put its output, then its record, in place; give what a person should know about it.

    record: False leaves nothing but the output. Raises ItemError when this item cannot be painted, OutputError when the
    disk refuses, EnvironmentLacksError when its network is not on this machine.
    """
    item, started = planned.item, time.monotonic()
    network = networks.network(item.settings)
    materials = read_materials(item)
    watch = _Watch(item, materials, _recipe(planned), started, on_progress)
    try:
        painting = stylize(
            materials.content,
            materials.styles,
            item.settings,
            network,
            init=materials.init,
            ground=materials.ground,
            on_step=watch,
        )
        recipe = _recipe(planned, painting) if item.settings.metadata else None
        encoded = _encode(item, materials, painting.picture, recipe)
    except (RuntimeError, MemoryError) as error:
        if not _is_lack_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"{item.name}: {materials.photograph.width}x{materials.photograph.height} px at size {item.settings.size} "
            f"needs more memory than {device_name(network.device)} has; set a smaller size, or optimizer: adam"
        ) from error
    atomic.write_bytes(item.output, encoded)
    notes = [*materials.notes, *watch.notes(len(painting.losses))]
    if record and planned.identity is not None:
        seconds = time.monotonic() - started
        write_record(item.output_dir, _record(planned, painting, encoded, seconds, network.device, notes))
    return notes


def _is_lack_of_memory(error: Exception) -> bool:
    """Recognise what has no class of its own: torch says on a CPU with a plain RuntimeError that memory is used up."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)


class _Watch:
    """Follows the engine step by step: tells the progress, writes snapshots, minds the timeout."""

    def __init__(
        self, item: Item, materials: Materials, recipe: Mapping[str, Any], started: float, on_progress: OnProgress
    ) -> None:
        self._item, self._materials, self._recipe = item, materials, recipe
        self._started, self._on_progress = started, on_progress
        self._pyramid = pyramid(item.settings, materials.photograph.height, materials.photograph.width)
        self._total = sum(scale.work for scale in self._pyramid)
        self._iterations = sum(scale.iterations for scale in self._pyramid)

    def __call__(self, step: Step) -> None:
        self._on_progress(self._progress(step))
        if step.iteration in self._item.settings.snapshots:
            self._write_snapshot(step)
        timeout = self._item.settings.timeout
        if timeout is not None and time.monotonic() - self._started > timeout:
            raise ItemTimeoutError(
                f"{self._item.name}: stopped at iteration {step.iteration} of {self._iterations}, after its timeout of "
                f"{timeout:g} s; allow more time, or set fewer iterations or a smaller size"
            )

    def notes(self, iterations: int) -> list[str]:
        """Say what a person would not expect of a picture that took so many iterations."""
        settings = self._item.settings
        notes = []
        if iterations < self._iterations and not settings.tolerance:
            notes.append(f"ended after {iterations} of {self._iterations} iterations: no step led further")
        missed = [str(number) for number in settings.snapshots if number > iterations]
        if missed:
            notes.append(f"no snapshot {', '.join(missed)}: it took {iterations} iterations")
        return notes

    def _progress(self, step: Step) -> Progress:
        before = self._pyramid[: step.scale_number - 1]
        # A scale that stopped early leaves its share of the work behind, so shares count by scale, not by iteration.
        spent = sum(scale.work for scale in before) + step.scale.height * step.scale.width * step.scale_iteration
        return Progress(
            step.scale_number,
            step.scale_count,
            step.scale.width,
            step.scale.height,
            sum(scale.iterations for scale in before) + step.scale_iteration,
            self._iterations,
            step.losses.total,
            spent / self._total,
        )

    def _write_snapshot(self, step: Step) -> None:
        recipe = {**self._recipe, "iteration": step.iteration} if self._item.settings.metadata else None
        encoded = _encode(self._item, self._materials, step.picture(), recipe)
        atomic.write_bytes(self._item.snapshot(step.iteration), encoded)


def pyramid(settings: Settings, height: int, width: int) -> list[Scale]:
    """Plan the scales of a photograph of that height and width."""
    return scales(*output_size(height, width, settings), settings, smallest=deepest_stride(settings))


def _encode(item: Item, materials: Materials, picture: torch.Tensor, recipe: Mapping[str, Any] | None) -> bytes:
    """Encode a painted picture with the photograph's transparency and what of its EXIF is kept."""
    alpha = materials.photograph.alpha
    if alpha is not None:
        alpha = resize(to_tensor(alpha), picture.shape[2], picture.shape[3])[0, 0].numpy()
    painted = Picture(to_pixels(picture), alpha, exif=materials.photograph.exif)
    assert is_picture_format(item.format)
    return encode_picture(painted, format=item.format, bits=item.bits, quality=item.quality, provenance=recipe)


def _recipe(planned: Planned, painting: Painting | None = None) -> dict[str, Any]:
    """Give what the output says about how it was made: what the fingerprint covers, and names; never paths or times.

    Nothing in it depends on when and where it was painted: the same item has the same bytes.
    """
    item = planned.item
    recipe: dict[str, Any] = {
        "stylepipe": stylepipe.__version__,
        "item": item.name,
        "inputs": [{**asdict(entry), "path": Path(entry.path).name} for entry in planned.inputs],
        "styles": [{"image": style.path.name, "weight": style.weight, "scale": style.scale} for style in item.styles],
    }
    if planned.identity is not None:
        identity = planned.identity
        recipe |= {"settings": identity["settings"], "weights": identity["weights"], "algorithm": identity["algorithm"]}
        recipe["fingerprint"] = fingerprint(identity)
    if painting is not None:
        last = painting.losses[-1]
        recipe |= {
            "iterations": len(painting.losses),
            "losses": {k: float(f"{v:.6g}") for k, v in last.of_a_picture().items()},
        }
    return recipe


def _record(
    planned: Planned, painting: Painting, encoded: bytes, seconds: float, device: torch.device, notes: list[str]
) -> Record:
    item, identity = planned.item, planned.identity
    assert identity is not None
    return Record(
        item=item.name,
        output=item.output.relative_to(item.output_dir).as_posix(),
        fingerprint=fingerprint(identity),
        identity=identity,
        inputs=planned.inputs,
        settings=item.settings.model_dump(mode="json"),
        weights_sha256=identity["weights"],
        versions=versions(),
        device=device_name(device),
        seconds=round(seconds, 3),
        iterations=len(painting.losses),
        output_sha256=sha256(encoded).hexdigest(),
        output_size=len(encoded),
        finished=utc_now(),
        losses=[(k, *values.of_a_picture().values()) for k, values in enumerate(painting.losses, start=1)],
        notes=notes,
    )


def versions() -> dict[str, str]:
    """Give the versions that may matter to a picture's last bit."""
    return {"stylepipe": stylepipe.__version__, "torch": str(torch.__version__), "python": platform.python_version()}
