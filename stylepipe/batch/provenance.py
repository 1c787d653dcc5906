"""How an output was made: the recipe inside it, and the record beside it."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

import stylepipe
from stylepipe.batch.devices import device_name
from stylepipe.batch.plan import Planned
from stylepipe.engine.painting import Painting
from stylepipe.store.clock import utc_now
from stylepipe.store.fingerprint import fingerprint
from stylepipe.store.records import LossRow, Record, write_record


@dataclass(frozen=True)
class Written:
    """What came out: the SHA-256 and the size in bytes of the output."""

    sha256: str
    size: int


def recipe_of(planned: Planned, painting: Painting | None = None) -> dict[str, Any]:
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


def keep_record(
    planned: Planned,
    output: Written,
    losses: Sequence[LossRow],
    *,
    seconds: float,
    device: torch.device,
    notes: Sequence[str],
    iterations: int | None = None,
    clip: Mapping[str, Any] | None = None,
) -> None:
    """Write an item's record beside its output, which is in place already.

    losses: a picture's by iteration, a clip's by frame. iterations: as many as losses if not given. clip: what is only
    known of clips. Raises OutputError when the disk refuses.
    """
    item, identity = planned.item, planned.identity
    assert identity is not None
    record = Record(
        item=item.name,
        output=item.file_name,
        fingerprint=fingerprint(identity),
        identity=identity,
        inputs=planned.inputs,
        settings=item.settings.model_dump(mode="json"),
        weights_sha256=identity["weights"],
        versions=versions(),
        device=device_name(device),
        seconds=round(seconds, 3),
        iterations=len(losses) if iterations is None else iterations,
        output_sha256=output.sha256,
        output_size=output.size,
        finished=utc_now(),
        losses=losses,
        notes=notes,
        clip=clip,
    )
    write_record(item.output_dir, record)


def versions() -> dict[str, str]:
    """Give the versions that may matter to a picture's last bit."""
    return {"stylepipe": stylepipe.__version__, "torch": str(torch.__version__), "python": platform.python_version()}
