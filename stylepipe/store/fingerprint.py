"""What makes a picture or clip what it is: if none of this changes, painting it again would give the same one.

Contents count, never times, paths, devices or versions of packages. Two ways to ask for one picture have one
fingerprint: weights of styles count in proportion, layers by the weight they end up with, and a setting that this
picture does not use is left out, as the seed without noise, or all that only clips have. What does change the picture
is all in, so that "up to date" is never wrong; being due once too often is the lesser mistake. Only the recipe inside
the file may differ: it names the inputs, and a photograph that was renamed is the same photograph.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypedDict

from stylepipe.spec.settings import Settings, is_image_init

ALGORITHM = 3
"""Raised by hand whenever the same inputs and settings come to paint another picture; everything is due then."""

ADDED_LATER: dict[str, object] = {}
"""Settings that came after the first release, each with the value at which the picture is as it was without them.

At that value they are left out, so that a new release with a new setting does not make every finished picture due."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can say."""

_NOT_IN_THE_PICTURE = {
    "preset",  # only a name; the settings that it sets are here
    "weights",  # a name or a path; the file's hash is here
    "timeout",
    "max_megapixels",
    "max_frames",
    "max_file_size",
    "max_items",
    # How much there may be, not how to paint: recomputation changes nothing, tiles no more than another number of
    # threads does, and an optimiser that had to remember less is told in the record, whatever there was asked or free.
    "memory",
    "style_scale",  # in each style, as the scale that the style is used at
    "style_layer_decay",  # in the layers' weights
    "content_blend",  # in the layers' weights
}

_OF_PICTURES = frozenset({"snapshots"})
_OF_CLIPS = frozenset({"video"})

_USED: dict[str, Callable[[Settings], bool]] = {
    "seed": lambda settings: settings.init == "noise" or settings.init.startswith("blend:"),
    "history": lambda settings: settings.optimizer == "lbfgs",
    "color_strength": lambda settings: settings.preserve_color != "none",
    "video.temporal_weight": lambda settings: settings.video.warm_start == "flow",
    "video.frame_iterations": lambda settings: settings.video.warm_start != "none",
    "video.frame_tolerance": lambda settings: settings.video.warm_start != "none",
}
"""Settings that only count together with another."""

_FILES: dict[str, Callable[[str], bool]] = {
    "init": is_image_init,
    "masks.content": lambda value: value != "alpha",
    "masks.style": lambda value: value != "alpha",
}
"""Settings that may be paths, and how to tell."""


@dataclass(frozen=True)
class StyleInput:
    """An artwork of a picture's style: its content and its part.

    sha256: of the image file. weight: above 0, against the other styles'. scale: None for the setting `style_scale`.
    mask: SHA-256 of where on the picture it is painted.
    """

    sha256: str
    weight: float = 1.0
    scale: float | None = None
    mask: str | None = None


class StyleIdentity(TypedDict):
    """A style as it counts; its share is its weight over all styles' weights."""

    sha256: str
    share: float
    scale: float
    mask: str | None


class Identity(TypedDict):
    """All that decides how an item comes out, as plain JSON; `reasons.why_due` compares two of them in words."""

    algorithm: int
    content: str
    styles: list[StyleIdentity]
    weights: str
    settings: dict[str, Json]
    files: dict[str, str]
    output: dict[str, Json]


def identify(
    content_sha256: str,
    styles: Sequence[StyleInput],
    settings: Settings,
    *,
    weights_sha256: str,
    clip: bool = False,
    files: Mapping[str, str] | None = None,
    output: Mapping[str, Json] | None = None,
) -> Identity:
    """Bring an item's inputs into the one form that is the same for the same picture.

    content_sha256: of the file, or of a folder of frames by `HashCache.sha256_of_frames`. weights_sha256: see
    `weights.identity_of`. clip: whether it is a clip, which uses `video` and no snapshots. files: SHA-256 of the files
    behind settings, by dotted key (`init`, `masks.content`). output: what the encoder is told: format, and of a picture
    bits or quality.
    Raises ValueError when a setting is a path whose hash is not in `files`.
    """
    files = dict(files or {})
    return Identity(
        algorithm=ALGORITHM,
        content=content_sha256,
        styles=_styles(styles, settings),
        weights=weights_sha256,
        settings=_settings(settings, files, _OF_PICTURES if clip else _OF_CLIPS),
        files=files,
        output=dict(output or {}),
    )


def fingerprint(identity: Identity) -> str:
    """Give the SHA-256 of an identity's canonical JSON: sorted keys, no spaces."""
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _styles(styles: Sequence[StyleInput], settings: Settings) -> list[StyleIdentity]:
    """Give the styles in the job's order: three terms add up to another last digit in another order."""
    total = sum(style.weight for style in styles)
    return [
        StyleIdentity(
            sha256=style.sha256,
            share=round(style.weight / total, 9),  # 7 : 3 and 0.7 : 0.3 differ in the last of 16 digits
            scale=float(settings.style_scale if style.scale is None else style.scale),
            mask=style.mask,
        )
        for style in styles
    ]


def _settings(settings: Settings, files: Mapping[str, str], idle: frozenset[str]) -> dict[str, Json]:
    """Give the settings that count, by dotted key, without idle ones; those that are files are left to `files`."""
    counted, of_files = _counted(_Itself(settings), idle)
    for key, path in of_files.items():
        if key not in files:
            raise ValueError(f"files needs the SHA-256 of {key}: {path}")
    return counted


class _Itself:
    """Settings that are equal to nothing but themselves: thousands of items share a few, which are unhashable."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.settings is other.settings

    def __hash__(self) -> int:
        return id(self.settings)


@lru_cache(maxsize=256)
def _counted(itself: _Itself, idle: frozenset[str]) -> tuple[dict[str, Json], dict[str, str]]:
    """Give the settings that count, by dotted key, and the paths of those that are files."""
    settings = itself.settings
    nested = settings.model_dump(mode="json", exclude=_NOT_IN_THE_PICTURE | idle)
    nested["content_layers"], nested["style_layers"] = settings.layer_weights()
    if "snapshots" in nested:
        nested["snapshots"] = sorted(set(settings.snapshots))
    nested["masks"]["style"] = settings.masks.style or "alpha"  # what counts by default
    counted: dict[str, Json] = {}
    of_files: dict[str, str] = {}
    for key, value in _dotted(nested):
        if isinstance(value, str) and key in _FILES and _FILES[key](value):
            of_files[key] = value
            value = "file"
        neutral = key in ADDED_LATER and value == ADDED_LATER[key]
        if not neutral and (key not in _USED or _USED[key](settings)):
            counted[key] = value
    return counted, of_files


def _dotted(nested: Mapping[str, Json], prefix: str = "") -> Iterator[tuple[str, Json]]:
    for name, value in nested.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
