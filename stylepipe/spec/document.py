"""The job file as it is written, before anything is looked up or merged.

The sentence under each field is its help: editors show it, `stylepipe schema` carries it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, field_validator, model_validator
from pydantic.fields import FieldInfo

from stylepipe.spec.formats import (
    DEFAULT_BITS,
    DEFAULT_CLIP_FORMAT,
    DEFAULT_PICTURE_FORMAT,
    DEFAULT_QUALITY,
    Bits,
    Format,
    PictureFormat,
    is_picture_format,
)
from stylepipe.spec.nodes import Loc
from stylepipe.spec.settings import SECTIONS, Settings
from stylepipe.spec.values import Truth


class _Part(BaseModel):
    """A section of the job file; a key with nothing behind it counts as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    def __deepcopy__(self, memo: dict[int, object] | None = None) -> Self:
        """Give itself, as `Section` has it."""
        return self

    @model_validator(mode="before")
    @classmethod
    def _drop_empty_keys(cls, data: object) -> object:
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_entries(value: object) -> object:
    """Read `art/a.jpg`, `{image: art/a.jpg}` and a list of either alike."""
    return [_as_entry(entry) for entry in value] if isinstance(value, list) else [_as_entry(value)]


def _as_entry(value: object) -> object:
    return {"image": value} if isinstance(value, str) else value


Text = Annotated[str, Field(min_length=1)]
TextList = Annotated[
    list[Text], BeforeValidator(_as_list, json_schema_input_type=Text | list[Text]), Field(min_length=1)
]


Formats = Annotated[
    tuple[Format, ...],
    BeforeValidator(
        _as_list, json_schema_input_type=Format | Annotated[list[Format], Field(min_length=1, max_length=2)]
    ),
]


class Output(_Part):
    """Where the pictures and clips go, and as what."""

    dir: Text = "out"
    """Folder for the pictures and clips, relative to this file; made when it is not there."""
    name: Text = "{content}--{style}"
    """Name of each picture and clip, without its suffix. {job}, {content}, {style} and each key of a sweep stand for
    their values; a `/` makes subfolders."""
    format: Formats = (DEFAULT_PICTURE_FORMAT, DEFAULT_CLIP_FORMAT)
    """Kind of the pictures: png (lossless), jpg, webp or tiff (lossless); or of the clips: mp4, mkv, mov, webm, gif or
    frames (a folder of numbered PNGs); or one of each: [jpg, mkv]. What is not said is png and mp4."""
    bits: Bits = DEFAULT_BITS
    """Bits for each colour in png and tiff; 16 keeps gradients smooth through later editing."""
    quality: Annotated[int, Field(ge=1, le=100)] = DEFAULT_QUALITY
    """Quality of jpg and webp, from 1 to 100."""

    @field_validator("format")
    @classmethod
    def _check_one_of_each(cls, formats: tuple[Format, ...]) -> tuple[Format, ...]:
        if not formats:
            raise ValueError("needs a kind of picture, a kind of clip, or both")
        for kind in (True, False):
            alike = [one for one in formats if is_picture_format(one) is kind]
            if len(alike) > 1:
                what = "picture" if kind else "clip"
                raise ValueError(f"takes one kind of {what}, not {' and '.join(alike)}")
        return formats

    @model_validator(mode="after")
    def _check_bits(self) -> Output:
        if self.bits == 16 and self.picture_format in ("jpg", "webp"):
            raise ValueError(f"{self.picture_format} holds 8 bits for each colour; for 16 bits use png or tiff")
        return self

    @property
    def picture_format(self) -> PictureFormat:
        """The kind of the pictures."""
        return next((one for one in self.format if is_picture_format(one)), DEFAULT_PICTURE_FORMAT)

    @property
    def clip_format(self) -> Format:
        """The kind of the clips."""
        return next((one for one in self.format if not is_picture_format(one)), DEFAULT_CLIP_FORMAT)


class StyleEntry(_Part):
    """One artwork of a style."""

    image: Text
    """The artwork, relative to this file."""
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    """How much this artwork counts against the others of the style; only the ratio matters."""
    scale: Annotated[float, Field(gt=0, le=16)] | None = None
    """Size of this artwork against the output's; takes the place of the setting style_scale."""
    mask: Text | None = None
    """Image whose white parts are where this artwork is painted."""


Style = Annotated[
    list[StyleEntry],
    BeforeValidator(_as_entries, json_schema_input_type=Text | StyleEntry | list[Text | StyleEntry]),
    Field(min_length=1),
]


class Match(_Part):
    """Which pictures and clips are meant: those that fit all patterns given here."""

    content: Text | None = None
    """Pattern for the file name of the photograph or clip, its name without suffix, or its path relative to this file:
    `draft-*`."""
    style: Text | None = None
    """Pattern for the style's name."""

    @model_validator(mode="after")
    def _check_not_empty(self) -> Match:
        if self.content is None and self.style is None:
            raise ValueError("needs a pattern for content, style, or both")
        return self


class Override(_Part):
    """Settings for some pictures of a job."""

    match: Match
    """Which pictures are meant."""
    set_: Annotated[Settings, Field(alias="set")]
    """The settings for these pictures; those left out stay as they are."""


if TYPE_CHECKING:

    class Sweep(_Part):
        """Settings to vary: for each a list of values."""

else:

    def _to_vary() -> Iterator[tuple[str, FieldInfo]]:
        """Give every setting, and those of a group also one by one, by their dotted keys."""
        yield from Settings.model_fields.items()
        for section, model in SECTIONS.items():
            yield from ((f"{section}.{name}", field) for name, field in model.model_fields.items())

    Sweep = create_model(
        "Sweep",
        __base__=_Part,
        __doc__="Settings to vary: for each a list of values.",
        **{
            name: (
                list[Annotated[(field.annotation, Field(), *field.metadata)]],
                Field(default=None, min_length=1, description=field.description),
            )
            for name, field in _to_vary()
        },
    )


class Job(_Part):
    """Every content in every style, once for each combination of the sweep."""

    name: Text | None = None
    """What {job} in the output's name stands for; by default job, job2, job3 ..."""
    contents: TextList
    """The photographs and film clips: a path, a pattern such as photos/*.jpg or photos/**/*.jpg, a folder, or a list of
    them. An animated GIF, PNG, WebP or AVIF is a clip."""
    frames: Truth = False
    """Whether the contents are folders of numbered frames, each of them one clip: frames/walk, or frames/* for all."""
    styles: TextList
    """The styles: names from `styles` above, or paths, patterns and folders of artworks, or a list of them."""
    set_: Annotated[Settings, Field(alias="set")] = Settings()
    """Settings for this job; those left out are taken from `defaults`."""
    sweep: Sweep = Sweep()
    """Settings to vary: for each a list of values; every combination is painted."""
    exclude: list[Match] = []
    """Pairs of content and style not to paint."""
    overrides: list[Override] = []
    """Settings for some pictures of this job, such as one difficult photograph."""


class Document(_Part):
    """A stylepipe job file: which photographs and clips to paint in which styles, and how."""

    version: Literal[1] = 1
    """Version of this format."""
    output: Output = Output()
    """Where the pictures and clips go, and as what."""
    defaults: Settings = Settings()
    """Settings for all jobs."""
    styles: dict[Text, Style] = {}
    """Styles by name: an artwork, or several with weights."""
    jobs: Annotated[list[Job], Field(min_length=1)]
    """What to paint."""


def given(model: BaseModel) -> dict[str, Any]:
    """Give the fields that were written in the file, in the order of the model."""
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


def model_at(loc: Loc, top: type[BaseModel] = Document) -> type[BaseModel]:
    """Find the model that reads the keys at the end of a way."""
    model = top
    for part in loc:
        for name, field in model.model_fields.items():
            if part == (field.alias or name):
                model = _model_in(field.annotation) or model
                break
    return model


def keys_of(model: type[BaseModel]) -> list[str]:
    """List the keys that a model reads, as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = (_model_in(argument) for argument in getattr(annotation, "__args__", ()))
    return next((model for model in arguments if model is not None), None)
