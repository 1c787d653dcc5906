"""What makes a picture the picture it is: if none of this changes, painting it again would give the same bytes.

Contents count, never times, paths, devices or versions of packages. Two ways to ask for one picture have one
fingerprint: weights of styles count in proportion, layers by the weight they end up with, and a setting that this
picture does not use (the seed without noise) is left out. What does change the bytes is all in, so that "up to date"
is never wrong; being due once too often is the lesser mistake.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from stylepipe.spec.settings import Settings

ALGORITHM = 1
"""Raised by hand whenever the same inputs and settings come to paint another picture; everything is due then."""

ADDED_LATER: dict[str, object] = {}
"""Settings that came after the first release, each with the value at which the picture is as it was without them.

At that value they are left out, so that a new release with a new setting does not make every finished picture due."""

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What JSON can say."""

_NOT_IN_THE_BYTES = {
    "preset",  # only a name; the settings that it sets are here
    "weights",  # a name or a path; the file's hash is here
    "memory",  # its ways of computing are exact
    "timeout",
    "max_megapixels",
    "style_scale",  # in each style, as the scale that the style is used at
    "style_layer_decay",  # in the layers' weights
    "content_blend",  # in the layers' weights
}

_USED: dict[str, Callable[[Settings], bool]] = {
    "seed": lambda settings: settings.init == "noise" or settings.init.startswith("blend:"),
    "history": lambda settings: settings.optimizer == "lbfgs",
    "color_strength": lambda settings: settings.preserve_color != "none",
}
"""Settings that only count together with another."""

_FILES: dict[str, Callable[[str], bool]] = {
    "init": lambda value: value not in ("content", "noise", "style") and not value.startswith("blend:"),
    "masks.content": lambda value: value != "alpha",
    "masks.style": lambda value: value != "alpha",
}
"""Settings that may be paths, and how to tell."""


@dataclass(frozen=True)
class StyleInput:
    """An artwork of a picture's style: its content and its part.

    sha256: of the image file. weight: against the other styles'. scale: None for the setting `style_scale`. mask,
    source_mask: SHA-256 of where on the picture it is painted, and of which part of the artwork counts.
    """

    sha256: str
    weight: float = 1.0
    scale: float | None = None
    mask: str | None = None
    source_mask: str | None = None


class StyleIdentity(TypedDict):
    """A style as it counts; its share is its weight over all styles' weights."""

    sha256: str
    share: float
    scale: float
    mask: str | None
    source_mask: str | None


class Identity(TypedDict):
    """All that decides how a picture comes out, as plain JSON; `reasons.why_due` compares two of them in words."""

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
    files: Mapping[str, str] | None = None,
    output: Mapping[str, Json] | None = None,
    clip: bool = False,
) -> Identity:
    """Bring an item's inputs into the one form that is the same for the same picture.

    weights_sha256: see `weights.identity_of`. files: SHA-256 of the files behind settings, by dotted key (`init`,
    `masks.content`), and of any other file that counts, by a name for it. output: format, bits, quality: what the
    encoder is told. clip: whether the settings of `video` count.
    Raises ValueError when a setting is a path whose hash is not in `files`.
    """
    files = dict(files or {})
    return Identity(
        algorithm=ALGORITHM,
        content=content_sha256,
        styles=_styles(styles, settings),
        weights=weights_sha256,
        settings=_settings(settings, files, clip=clip, source_masks=any(style.source_mask for style in styles)),
        files=files,
        output=dict(output or {}),
    )


def fingerprint(identity: Identity) -> str:
    """Give the SHA-256 of an identity's canonical JSON: sorted keys, no spaces."""
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _styles(styles: Sequence[StyleInput], settings: Settings) -> list[StyleIdentity]:
    """Give the styles that count, in the job's order: three terms add up to another last digit in another order."""
    total = sum(style.weight for style in styles) or 1.0
    return [
        StyleIdentity(
            sha256=style.sha256,
            share=round(style.weight / total, 9),  # 7 : 3 and 0.7 : 0.3 differ in the last of 16 digits
            scale=float(settings.style_scale if style.scale is None else style.scale),
            mask=style.mask,
            source_mask=style.source_mask,
        )
        for style in styles
        if style.weight > 0 or settings.init == "style"  # which starts from the first, whatever it weighs
    ]


def _settings(settings: Settings, files: Mapping[str, str], *, clip: bool, source_masks: bool) -> dict[str, Json]:
    """Give the settings that count, by dotted key; those that are files are left to `files`."""
    nested = settings.model_dump(mode="json", exclude=_NOT_IN_THE_BYTES)
    nested["content_layers"], nested["style_layers"] = settings.layer_weights()
    nested["snapshots"] = sorted(set(settings.snapshots))
    if not clip:
        nested.pop("video", None)
    counted: dict[str, Json] = {}
    for key, value in _dotted(nested):
        if isinstance(value, str) and key in _FILES and _FILES[key](value):
            if key not in files and not (key == "masks.style" and source_masks):
                raise ValueError(f"files needs the SHA-256 of {key}: {value}")
            value = "file"
        neutral = key in ADDED_LATER and value == ADDED_LATER[key]
        if not neutral and (key not in _USED or _USED[key](settings)):
            counted[key] = value
    return counted


def _dotted(nested: Mapping[str, Json], prefix: str = "") -> Iterator[tuple[str, Json]]:
    for name, value in nested.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
