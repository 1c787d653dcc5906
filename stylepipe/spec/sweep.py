"""Every combination of the values that a job's sweep lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stylepipe.spec.document import Job, given
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.layers import Layer, written_layer
from stylepipe.spec.names import sweep_text


@dataclass(frozen=True)
class Combination:
    """One value for each setting of a sweep: as it is, as a file name says it, and as layers of settings."""

    values: Mapping[str, object]
    texts: Mapping[str, str]
    layers: tuple[Layer, ...]


def combination_count(job: Job) -> int:
    """Count the combinations without making them."""
    return math.prod(len(values) for values in given(job.sweep).values())


def combinations(spec: Spec, position: int, job: Job) -> Iterator[Combination]:
    """Give every combination; without a sweep there is one, which changes nothing."""
    loc = ("jobs", position, "sweep")
    columns = [
        [(key, value, written_layer(spec, "sweep", {key: value}, loc, (index,))) for index, value in enumerate(values)]
        for key, values in given(job.sweep).items()
    ]
    for cells in itertools.product(*columns):
        yield Combination(
            values={key: value for key, value, _ in cells},
            texts={key: sweep_text(value) for key, value, _ in cells},
            layers=tuple(layer for _, _, layer in cells),
        )
