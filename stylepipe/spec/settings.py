"""Every setting: its name, its values, its default, and the sentence that explains it; those of clips are in `video`.

This is the one place where they are said. Job files, `--set`, `--help`, the JSON Schema and the README's
table read the fields below; the engine reads an instance of `Settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, WithJsonSchema

from stylepipe.spec.amounts import Bytes, Memory
from stylepipe.spec.times import Duration
from stylepipe.spec.values import Name, Number, OrNone, Section, Truth, Whole
from stylepipe.spec.video import VideoSettings

LAYERS = tuple(
    f"relu{block}_{conv}" for block, convs in enumerate((2, 2, 4, 4, 4), start=1) for conv in range(1, convs + 1)
)
"""The ReLU layers of VGG-19 in order; every backbone uses these names for the layers that it has."""

Init = Literal["content", "noise", "style"]
"""The starting pictures that have a name; `blend:0.3` and a path are the other two."""


def _layer_weights(value: object) -> object:
    """Read `relu4_2`, `[relu1_1, relu2_1]` and `{relu1_1: 0.5}` alike, as a mapping from layer to weight."""
    if isinstance(value, str):
        return {value: 1.0}
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return dict.fromkeys(value, 1.0)
    return value


def _iterations(value: object) -> object:
    """Read a number, which falls over the scales, as a list of one; a list of one, which does not fall, as a pair."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (value,)
    if isinstance(value, list) and len(value) == 1:
        return value * 2
    if isinstance(value, str):
        raise ValueError("needs a whole number such as 100, or a list of them such as [200, 100], without quotes")
    return value


def _no_numbers(value: object) -> object:
    """Read `none` as an empty list."""
    return () if value in (None, "none") else value


def _init(value: object) -> object:
    """Check the share of `blend:SHARE`; names and paths pass."""
    if isinstance(value, str) and value.startswith("blend:"):
        try:
            share = float(value.removeprefix("blend:"))
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ValueError("blend:SHARE needs a share of noise between 0 and 1, such as blend:0.3")
    return value


LayerName = Literal[
    "relu1_1", "relu1_2", "relu2_1", "relu2_2",
    "relu3_1", "relu3_2", "relu3_3", "relu3_4",
    "relu4_1", "relu4_2", "relu4_3", "relu4_4",
    "relu5_1", "relu5_2", "relu5_3", "relu5_4",
]  # fmt: skip
assert get_args(LayerName) == LAYERS

CONTENT_LAYERS: tuple[LayerName, ...] = ("relu3_3", "relu4_2")
"""relu4_2 is the paper's; alone it is too coarse to hold eyes and windows in the small pictures of a pyramid."""

STYLE_LAYERS: dict[LayerName, float] = {
    "relu1_1": 1.0,
    "relu1_2": 0.75,
    "relu2_1": 0.56,
    "relu2_2": 0.42,
    "relu3_1": 0.32,
    "relu3_3": 0.24,
    "relu4_1": 0.18,
    "relu5_1": 0.13,
}
"""The paper's five and three between them, which cost little and carry the strokes. Each weighs three quarters of the
one before: deep layers cost more of the photograph for the style that they bring (docs/quality.md)."""

MAX_MEGAPIXELS = 200.0
"""Default of `max_megapixels`: a 100 megapixel camera's picture twice over, a tenth of what a bomb unpacks to."""

MAX_FRAMES = 100_000
"""Default of `max_frames`: an hour at 25 to 30 frames a second, which takes days to paint."""

MAX_FILE_SIZE = "64GiB"
"""Default of `max_file_size`: an hour of a camera's ProRes."""

MAX_ITEMS = 250_000
"""Default of `max_items`: 2500 photographs in 100 artworks. Listing so many takes a minute, painting them months."""

Weight = Annotated[Number, Field(ge=0)]
_LAYER_SCHEMA = {
    "anyOf": [
        {"enum": list(LAYERS)},
        {"type": "array", "items": {"enum": list(LAYERS)}, "minItems": 1},
        {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1},
    ]
}
LayerWeights = Annotated[
    dict[LayerName, Weight],
    BeforeValidator(_layer_weights),
    Field(min_length=1),
    WithJsonSchema(_LAYER_SCHEMA, mode="validation"),
]
IterationList = Annotated[
    tuple[Annotated[Whole, Field(ge=1)], ...],
    BeforeValidator(_iterations),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 1},
            ]
        },
        mode="validation",
    ),
]


class Masks(Section):
    """Where the paint goes, and which part of an artwork counts; white counts, black does not, grey in between."""

    content: Annotated[Name | None, OrNone] = None
    """Where the picture is painted: an image file, white is painted and black stays the photograph (other sizes than
    the photograph's are stretched), or `alpha` for its own transparency. `{content}` stands for the photograph's
    name."""
    style: Annotated[Name | None, OrNone] = None
    """The part of each artwork whose style counts: an image file, or `alpha` for its own transparency, which is also
    what counts by default. `{style}` stands for the style's name."""


class Settings(Section):
    """How a picture is painted."""

    preset: Annotated[Name | None, OrNone] = None
    """A named set of the settings below to start from: draft, balanced, best or gatys. Whatever else sets one of them,
    in `defaults` say, wins over the preset."""

    size: Annotated[Whole, Field(ge=16, le=65536)] | Literal["original"] = 512
    """Longest side of the output in pixels, or `original` for the photograph's own; the aspect is kept."""

    backbone: Literal["lite", "vgg19", "vgg16"] = "lite"
    """The network whose features measure content and style; `lite` ships inside the package."""
    weights: Name = "torchvision"
    """Where the weights come from: torchvision or caffe for the VGGs, or the path of a .pth or .safetensors file."""
    pooling: Literal["max", "average", "l2"] = "max"
    """How the network halves its maps; average and l2 are rescaled to keep the activations' scale."""

    content_layers: LayerWeights = dict.fromkeys(CONTENT_LAYERS, 1.0)
    """Layers whose activations keep the photograph's content: a name, a list, or weights by name."""
    style_layers: LayerWeights = STYLE_LAYERS
    """Layers whose statistics make the style: a name, a list, or weights by name."""
    content_weight: Weight = 1.0
    """How strongly the photograph's content is kept; only the ratios of the three weights matter."""
    style_weight: Weight = 14.0
    """How strongly the artwork's style is taken."""
    tv_weight: Weight = 4.0
    """How strongly neighbouring pixels are held together (total variation), in colour above all: smooths fine noise."""
    style_loss: Literal["gram", "moments"] = "moments"
    """What style means: Gram matrices (Gatys et al.), or mean and covariance of the features."""
    style_blend: Literal["targets", "losses"] = "targets"
    """Several styles at once: blend their statistics into one target, or add up one loss for each."""
    normalization: Literal["relative", "paper"] = "relative"
    """Unit of the losses: relative to how far photograph and artwork are apart, which means the same for every pair,
    size and backbone, or the sums of Gatys et al. (2016), equations 1 to 5."""
    style_layer_decay: Annotated[Number, Field(gt=0, le=10)] = 1.0
    """Each style layer weighs this many times the one before it."""
    content_blend: Annotated[Annotated[Number, Field(ge=0, le=1)] | None, OrNone] = None
    """Share of relu4_2 against relu5_2 in the content; takes the place of content_layers."""
    style_scale: Annotated[Number, Field(gt=0, le=16)] = 1.0
    """Size of the artwork against the output's: 0.5 makes its strokes half as large. It is never enlarged beyond
    its own pixels."""

    optimizer: Literal["lbfgs", "adam"] = "lbfgs"
    """The optimiser: L-BFGS (fewer iterations), or Adam (less memory, steadier)."""
    learning_rate: Annotated[Annotated[Number, Field(gt=0, le=100)] | None, OrNone] = None
    """Length of a step; by default 1 for lbfgs and 0.02 for adam."""
    history: Annotated[Whole, Field(ge=1, le=200)] = 10
    """How many past steps L-BFGS remembers; each costs two copies of the picture."""
    iterations: IterationList = (100,)
    """Steps at the coarsest scale, falling to two fifths of it at the full size; or a list, one for each scale,
    whose last number also serves the scales beyond it."""
    tolerance: Annotated[Number, Field(ge=0, lt=1)] = 0.0
    """Stop a scale when 10 steps lower the loss by less than this share; 0 never stops early."""
    pyramid: Truth | Annotated[Whole, Field(ge=16)] = True
    """Paint coarse to fine in steps of the square root of 2: true starts at 64 px, a number at that size, false
    paints at full size at once."""
    octaves: Annotated[Whole, Field(ge=1, le=4)] = 2
    """On how many sizes, each half the one before, style is measured at once, as far as its deepest layer sees
    anything: large forms hold while detail comes."""
    margin: Annotated[Whole, Field(ge=0, le=256)] = 8
    """Pixels painted beyond the picture's border and cut off again, so that no frame shows."""
    init: Annotated[Name, BeforeValidator(_init)] = "content"
    """The picture to start from: content, noise, style, blend:SHARE (content with that share of noise), or the path
    of an image."""
    seed: Annotated[Whole, Field(ge=0, lt=2**63)] = 0
    """Seed of the noise; on one machine, the same item with the same seed is the same picture."""

    preserve_color: Literal["none", "luminance", "match"] = "none"
    """Whose colours: the artwork's (none), the photograph's kept under the painted lightness (luminance), or the
    artwork recoloured like the photograph before painting (match)."""
    color_strength: Annotated[Number, Field(ge=0, le=1)] = 1.0
    """How far preserve_color goes, from 0 (not at all) to 1."""
    masks: Masks = Masks()
    """Where the paint goes, and which part of an artwork counts."""

    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """Arithmetic of the network's convolutions; statistics, picture and optimiser always stay fp32. auto is bf16 on
    GPUs and processors that multiply it themselves (AVX512-BF16), and fp32 elsewhere."""
    memory: Memory = "auto"
    """How much memory painting may take, such as 8GiB, or `auto` for what the device has free. Where it is short,
    activations are computed twice, or the picture is painted in tiles (the same to rounding), or its optimiser
    remembers less; the record says so."""
    snapshots: Annotated[tuple[Annotated[Whole, Field(ge=1)], ...], BeforeValidator(_no_numbers)] = ()
    """Iterations, counted over all scales, after which the picture so far is also written, beside the output; of
    pictures only, not of clips."""
    metadata: Truth = True
    """Write the recipe (settings, names and hashes of the inputs, losses) into the output file."""
    timeout: Duration = None
    """Stop an item that takes longer and count it as failed: 90s, 10m, 1h30m, or none."""
    max_megapixels: Annotated[Number, Field(gt=0)] = MAX_MEGAPIXELS
    """Refuse to open an image, or a clip's frame, of more megapixels than this."""
    max_frames: Annotated[Whole, Field(ge=1)] = MAX_FRAMES
    """Refuse a clip of which more frames than this would be painted."""
    max_file_size: Bytes = Field(default=MAX_FILE_SIZE, validate_default=True)
    """Refuse to read a photograph, clip, artwork or mask that is larger than this, such as 64GiB."""
    max_items: Annotated[Whole, Field(ge=1)] = MAX_ITEMS
    """Refuse a job that brings the job file to more pictures and clips than this."""

    video: VideoSettings = VideoSettings()
    """What only clips have: which part is painted, how frames hang together, and how they are read and written."""

    def layer_weights(self) -> tuple[dict[str, float], dict[str, float]]:
        """Give the content layers' and the style layers' weights, with content_blend and style_layer_decay applied."""
        content: dict[str, float] = {str(name): weight for name, weight in sorted(self.content_layers.items())}
        if self.content_blend is not None:
            content = {"relu4_2": self.content_blend, "relu5_2": 1 - self.content_blend}
        style = {
            str(name): weight * self.style_layer_decay**k
            for k, (name, weight) in enumerate(sorted(self.style_layers.items()))
        }
        return _without_zeros(content), _without_zeros(style)


LIMITS = ("max_megapixels", "max_frames", "max_file_size", "max_items", "timeout", "memory")
"""The settings that only say how much there may be; docs/security.md tells of each."""

SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
"""The settings that are groups of settings, by name."""

SETTING_KEYS = tuple(
    key
    for name in Settings.model_fields
    for key in ([f"{name}.{inner}" for inner in SECTIONS[name].model_fields] if name in SECTIONS else [name])
)
"""Every single setting by its dotted key: `size`, `masks.content`, `video.start`."""


def value_at(settings: Settings, key: str) -> Any:
    """Give the value of a setting, or of a group of them, by its dotted key."""
    section, _, name = key.rpartition(".")
    return getattr(getattr(settings, section) if section else settings, name)


def is_image_init(init: str) -> bool:
    """Tell whether the setting `init` is the path of an image."""
    return init not in get_args(Init) and not init.startswith("blend:")


def _without_zeros(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: weight for name, weight in weights.items() if weight > 0}


def settings_problems(settings: Settings) -> list[tuple[str, str]]:
    """Give what cannot go together in a resolved item, as (key, message); an empty list when all is well."""
    content, style = settings.layer_weights()
    problems: list[tuple[str, str]] = []
    content_counts = settings.content_weight > 0 and content
    style_counts = settings.style_weight > 0 and style
    if not content_counts and not style_counts:
        problems.append(("style_weight", "content and style both weigh nothing: there is nothing to paint"))
    for key, layers in (("content_layers", content), ("style_layers", style)):
        missing = [name for name in layers if not has_layer(settings.backbone, name)]
        if missing:
            last = [name for name in LAYERS if has_layer(settings.backbone, name)][-1]
            problems.append((key, f"{settings.backbone} has no {', '.join(missing)}; its last layer is {last}"))
    if settings.video.passes > 1 and settings.video.warm_start != "flow":
        problems.append(("video.passes", "a second pass needs warm_start: flow, by which frames reach one another"))
    if settings.backbone == "lite" and settings.weights == "caffe":
        problems.append(("weights", "lite has no caffe weights; leave `weights` out, or give the path of your own"))
    start, end = settings.video.start, settings.video.end
    if start is not None and end is not None and end <= start:
        problems.append(("video.end", f"a clip that begins at {start:g} s cannot end at {end:g} s"))
    return problems


def has_layer(backbone: str, layer: str) -> bool:
    """Say whether a backbone has a layer: all have all but VGG-16, which lacks the fourth convolutions."""
    return backbone != "vgg16" or not layer.endswith("_4")
