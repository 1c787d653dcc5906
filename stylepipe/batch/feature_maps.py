"""What layers see in a picture, as sheets on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from stylepipe.batch.materials import to_pixels, to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.batch.render import PICTURES
from stylepipe.engine.feature_maps import FeatureMaps, strongest_maps
from stylepipe.engine.pyramid import output_size
from stylepipe.engine.resize import resize
from stylepipe.errors import UsageError
from stylepipe.media import encode_picture, read_picture
from stylepipe.media.feature_sheet import LabelledMap, feature_sheet
from stylepipe.spec.problems import did_you_mean
from stylepipe.spec.settings import LAYERS, Settings, has_layer
from stylepipe.store import atomic


def write_feature_sheets(
    image: Path, layers: Sequence[str], output: Path | None, settings: Settings, *, most: int, grey: bool = False
) -> list[Path]:
    """Write one sheet for each layer, of at most so many maps; give where they are.

    output: with several layers each sheet's name gets its layer; None is a PNG in the current folder, named after the
    picture. settings: size, backbone, weights and pooling count. Raises UsageError for a layer or a kind of file that
    there is not, PictureError for what is no picture, EnvironmentLacksError when the network's weights are not here.
    """
    places = _places(image, layers, output, settings)
    photograph = to_tensor(read_picture(image, max_megapixels=settings.max_megapixels).pixels)
    photograph = resize(photograph, *output_size(photograph.shape[2], photograph.shape[3], settings))
    network = Networks(torch.device("cpu")).network(settings).reading(settings)
    size = f"{photograph.shape[3]}x{photograph.shape[2]} px"
    for found, place in zip(strongest_maps(photograph, layers, most, network), places, strict=True):
        subtitle = f"{settings.backbone}  ·  {image.name} at {size}  ·  {_counted(found)}"
        maps = [
            LabelledMap(values.numpy(), f"map {number}", f"{share:.0%}")
            for values, number, share in zip(found.maps, found.numbers, found.shares, strict=True)
        ]
        sheet = feature_sheet(to_pixels(photograph), found.layer, subtitle, maps, grey=grey)
        atomic.write_bytes(place, encode_picture(sheet, format=PICTURES[place.suffix.lower()]))
    return places


def _counted(found: FeatureMaps) -> str:
    height, width = found.maps.shape[1:]
    shown = len(found.numbers)
    which = f"all {found.total} maps" if shown == found.total else f"{shown} of {found.total} maps"
    return f"{which} of {width}x{height}, most active first"


def _places(image: Path, layers: Sequence[str], output: Path | None, settings: Settings) -> list[Path]:
    """Check what is asked for, and name the sheets."""
    for layer in layers:
        if layer not in LAYERS or not has_layer(settings.backbone, layer):
            there = [name for name in LAYERS if has_layer(settings.backbone, name)]
            hint = did_you_mean(layer, there) or f"there are {there[0]} to {there[-1]}"
            raise UsageError(f"--layer {layer}: {settings.backbone} has no such layer; {hint}")
    if output is None:
        return [Path(f"{image.stem}--{layer}.png") for layer in layers]
    if output.suffix.lower() not in PICTURES:
        raise UsageError(f"-o {output}: a sheet is a picture, whose name ends in one of {', '.join(PICTURES)}")
    if len(layers) == 1:
        return [output]
    return [output.with_stem(f"{output.stem}--{layer}") for layer in layers]
