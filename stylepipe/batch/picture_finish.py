"""From a painted picture to its file and its record, with nothing left of what painted it: no network, no tensor.

So it can go on beside the next painting, in a thread of its own, and takes no core from it that torch counts on.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

import torch

from stylepipe.batch.checkpoints import Checkpoints
from stylepipe.batch.memory import lack_of_memory_in_words
from stylepipe.batch.plan import Planned
from stylepipe.batch.provenance import Written, keep_record
from stylepipe.media import Picture, encode_picture
from stylepipe.spec.formats import is_picture_format
from stylepipe.spec.items import Item
from stylepipe.store import atomic
from stylepipe.store.records import LossRow, withdraw_record


@dataclass(frozen=True, eq=False, kw_only=True)
class PaintedPicture:
    """A picture that is painted and not yet a file.

    recipe: what the file says of itself, None for nothing. losses: of each iteration, by its number. notes: for a
    person. started: by the monotonic clock. width, height: of the photograph in pixels.
    """

    planned: Planned
    picture: Picture
    recipe: Mapping[str, Any] | None
    losses: Sequence[LossRow]
    notes: list[str]
    checkpoints: Checkpoints
    device: torch.device
    started: float
    width: int
    height: int

    def put_in_place(self, *, record: bool) -> None:
        """Put the output, then its record, in place. record: False leaves nothing but the output.

        Raises UnpaintableError for what its format cannot hold, OutOfMemoryError, OutputError when the disk refuses.
        """
        item = self.planned.item
        with lack_of_memory_in_words(item, self.width, self.height, self.device):
            encoded = encoded_picture(item, self.picture, self.recipe)
        withdraw = partial(withdraw_record, item.output_dir, item.name) if record else None
        atomic.write_bytes(item.output, encoded, just_before=withdraw)
        if record:
            output = Written(sha256(encoded).hexdigest(), len(encoded))
            seconds = self.checkpoints.seconds + time.monotonic() - self.started
            keep_record(self.planned, output, self.losses, seconds=seconds, device=self.device, notes=self.notes)
        self.checkpoints.remove()


def encoded_picture(item: Item, picture: Picture, recipe: Mapping[str, Any] | None) -> bytes:
    """Encode a painted picture, or one on the way there, as its item asks for."""
    assert is_picture_format(item.format)
    return encode_picture(picture, format=item.format, bits=item.bits, quality=item.quality, provenance=recipe)
