"""Painting the pictures that follow in one pass with the one whose turn it is, where the device has room for them.

It saves time and nothing hangs on it: what is painted ahead waits for its turn to be written and told of. What goes
wrong with one is dropped, and found again in its turn; where the whole pass goes wrong, each is painted alone.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from math import inf

import torch

from stylepipe.batch.memory import is_lack_of_memory
from stylepipe.batch.networks import Networks
from stylepipe.batch.pace import Pace
from stylepipe.batch.painter import Sitting
from stylepipe.batch.picture_finish import PaintedPicture
from stylepipe.batch.plan import Planned
from stylepipe.batch.reading_ahead import ReadingAhead
from stylepipe.batch.watching import OnProgress
from stylepipe.engine.footprint import paintings_at_once
from stylepipe.engine.lockstep import works_on
from stylepipe.engine.painting import Painting
from stylepipe.engine.pyramid import output_size
from stylepipe.engine.together import stylize_together
from stylepipe.spec.items import Item

_SHARE_OF_TIMEOUT = 0.5
"""Of an item's timeout, that a pass of several may take if they are no quicker than one after the other."""


class PaintingAhead:
    """Paints what a worker is handed, with some of what it is handed next. ask: may raise to end a painting."""

    def __init__(self, networks: Networks, reading: ReadingAhead, ask: OnProgress) -> None:
        self._networks, self._reading, self._ask = networks, reading, ask
        self._pace = Pace()
        self._painted: dict[str, tuple[PaintedPicture, float]] = {}

    def has(self, item: Item) -> bool:
        """Say whether an item was painted before its turn."""
        return item.name in self._painted

    def paint(
        self, planned: Planned, networks: Networks, on_progress: OnProgress, upcoming: Sequence[Planned] = ()
    ) -> PaintedPicture:
        """Paint an item as `painter.paint`, or give what was painted before its turn."""
        item, names = planned.item, {other.item.name for other in upcoming}
        found = self._painted.pop(item.name, None)
        # What is not to come any more is another worker's.
        self._painted = {name: painted for name, painted in self._painted.items() if name in names}
        if found is not None:
            picture, seconds = found
            return replace(picture, started=time.monotonic() - seconds)
        sitting = Sitting(planned, networks, on_progress, self._reading.fetch(item))
        if networks.spared or not works_on(networks.device):
            return sitting.paint()
        number = self._at_once(sitting)
        if company := self._company(sitting, upcoming, number - 1):
            with sitting.lack_of_memory_in_words():
                picture_of_pass = self._together([sitting, *company], number)
            if picture_of_pass is not None:
                return picture_of_pass
            company.clear()
            gc.collect()
            if networks.device.type == "cuda":
                torch.cuda.empty_cache()
            sitting = Sitting(planned, networks, on_progress, sitting.files)
        return self._alone(sitting)

    def _alone(self, sitting: Sitting) -> PaintedPicture:
        begun = time.monotonic()
        picture = sitting.paint()
        if not picture.checkpoints.iterations:
            self._pace.note(_kind(sitting), 1, time.monotonic() - begun)
        return picture

    def _together(self, sittings: Sequence[Sitting], asked: int) -> PaintedPicture | None:
        """Paint several in one pass; give the first one's picture, and keep the others'. None: the pass failed.

        asked: how many there were to be, of which some may have been missing.
        """
        begun = time.monotonic()
        own, *others = stylize_together([sitting.work() for sitting in sittings])
        lacked = any(isinstance(result, Exception) and is_lack_of_memory(result) for result in (own, *others))
        if isinstance(own, Exception) and (lacked or all(result is own for result in others)):
            self._pace.note(_kind(sittings[0]), asked, inf)
            return None
        pictures = dict[str, PaintedPicture]()
        for sitting, result in zip(sittings[1:], others, strict=True):
            if isinstance(result, Painting):
                with suppress(Exception):
                    pictures[sitting.item.name] = sitting.picture_of(result)
        seconds = (time.monotonic() - begun) / len(sittings)
        self._painted |= {name: (picture, seconds) for name, picture in pictures.items()}
        if isinstance(own, Exception):
            raise own
        if len(sittings) == asked:
            self._pace.note(_kind(sittings[0]), asked, seconds)
        return replace(sittings[0].picture_of(own), started=time.monotonic() - seconds)

    def _company(self, sitting: Sitting, upcoming: Sequence[Planned], most: int) -> list[Sitting]:
        """Choose who is painted with a picture: only whose files were read meanwhile, since nobody else may wait."""
        company = list[Sitting]()
        for planned in upcoming:
            if len(company) >= most:
                break
            if self.has(planned.item) or not _are_alike(sitting.item, planned.item):
                continue
            files = self._reading.fetch(planned.item)
            if files is None:
                continue
            with suppress(Exception):  # it is told when it is raised again
                other = Sitting(planned, self._networks, self._ask, files)
                if _size(other) == _size(sitting) and other.kept() is None:
                    company.append(other)
                else:
                    self._reading.hold(files)
        return company

    def _at_once(self, sitting: Sitting) -> int:
        """Say how many to paint at once, a picture and others: what is quick, has room, and ends in time."""
        kind, settings, network = _kind(sitting), sitting.item.settings, sitting.network
        assert network.allowance is not None
        if not _is_plain(sitting.item) or sitting.kept() is not None:
            return 1
        most = float(
            paintings_at_once(settings, *_size(sitting), network.allowance, half=network.reading(settings).half)
        )
        alone = self._pace.alone(kind)
        if settings.timeout is not None and alone is not None:
            most = min(most, _SHARE_OF_TIMEOUT * settings.timeout / alone)
        number = self._pace.at_once(kind)
        while number > max(1, most):
            number //= 2
        return number


def _kind(sitting: Sitting) -> Hashable:
    """Give what decides how long a picture takes."""
    return _size(sitting), sitting.item.settings.model_dump_json()


def _size(sitting: Sitting) -> tuple[int, int]:
    return output_size(*sitting.size, sitting.item.settings)


def _are_alike(one: Item, other: Item) -> bool:
    """Say whether two pictures may be painted in one pass, if they are of one size."""
    return _is_plain(other) and one.settings == other.settings


def _is_plain(item: Item) -> bool:
    """Say whether an item is a picture that is painted everywhere alike."""
    return not item.clip and item.settings.masks.content is None and all(style.mask is None for style in item.styles)
