"""neural-style by J. Johnson (Torch 7), and neural-style-pt by ProGamerGov (PyTorch), which took over its options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stylepipe.errors import UsageError
from stylepipe.spec.patterns import IMAGE_SUFFIXES
from stylepipe.spec.peers.command import Command, Option, option
from stylepipe.spec.peers.job import Artwork, ImportedJob, SizeOf
from stylepipe.spec.peers.units import channels, mean_of_sum, paper_weights, positions, rounded, sides
from stylepipe.spec.settings import LAYERS

_SHARED = (
    option("-style_image", "examples/inputs/seated-nude.jpg"),
    option("-style_blend_weights"),
    option("-content_image", "examples/inputs/tubingen.jpg"),
    option("-image_size", 512, int),
    option("-gpu", "0"),
    option("-content_weight", 5.0, float),
    option("-style_weight", 100.0, float),
    option("-tv_weight", 1e-3, float),
    option("-num_iterations", 1000, int),
    option("-normalize_gradients", False),
    option("-init", "random"),
    option("-init_image"),
    option("-optimizer", "lbfgs"),
    option("-print_iter", 50, int),
    option("-save_iter", 100, int),
    option("-output_image", "out.png"),
    option("-style_scale", 1.0, float),
    option("-original_colors", 0, int),
    option("-pooling", "max"),
    option("-backend", "nn"),
    option("-cudnn_autotune", False),
    option("-seed", -1, int),
    option("-content_layers", "relu4_2"),
    option("-style_layers", "relu1_1,relu2_1,relu3_1,relu4_1,relu5_1"),
)
NEURAL_STYLE: tuple[Option, ...] = (
    *_SHARED,
    option("-learning_rate", 10.0, float),
    option("-lbfgs_num_correction", 0, int),
    option("-proto_file", "models/VGG_ILSVRC_19_layers_deploy.prototxt"),
    option("-model_file", "models/VGG_ILSVRC_19_layers.caffemodel"),
    option("-multigpu_strategy"),
)
NEURAL_STYLE_PT: tuple[Option, ...] = (
    *_SHARED,
    option("-learning_rate", 1.0, float),
    option("-lbfgs_num_correction", 100, int),
    option("-normalize_weights", False),
    option("-model_file", "models/vgg19-d01eb7cb.pth"),
    option("-disable_check", False),
    option("-multidevice_strategy", "4,7,29"),
)
_TYPICAL = 2.0
"""Grey levels between neighbours at which a total variation of |d| and one of 1/2 d^2 are alike."""
_HISTORY_OF_TORCH_7 = 100


def import_neural_style(command: Command, job: ImportedJob, size_of: SizeOf) -> None:
    """Put a command line of either program into a job. Raises UsageError for weights that are no numbers."""
    pytorch = "normalize_weights" in command.values
    job.content, job.content_why = job.path(command["content_image"]), command.said("content_image")
    job.write_to(command["output_image"], command.said("output_image"))
    _artworks(command, job)
    longest = command["image_size"]
    job.set("size", longest, command.said("image_size"))
    _network(command, job)
    _weights(command, job, _fitted(size_of(Path(command["content_image"])), longest, job), pytorch=pytorch)
    job.set("style_scale", command["style_scale"], command.said("style_scale"))
    _descent(command, job)
    _start(command, job)
    if command["original_colors"]:
        job.set("preserve_color", "luminance", command.said("original_colors"))
    _snapshots(command, job)
    _machine(command, job)


def _artworks(command: Command, job: ImportedJob) -> None:
    job.artworks_why = command.said("style_image", "style_blend_weights")
    images = [image for image in command["style_image"].split(",") if image]
    for folder in [image for image in images if Path(image).is_dir()]:
        inside = sorted(path for path in Path(folder).iterdir() if path.suffix.lower() in IMAGE_SUFFIXES)
        at = images.index(folder)
        images[at : at + 1] = map(str, inside)
    weights = _blend_weights(command) or [1.0] * len(images)
    if len(weights) != len(images):
        job.lost.append(f"{job.artworks_why}: {len(weights)} weights for {len(images)} artworks; all weigh the same")
        weights = [1.0] * len(images)
    job.artworks += [Artwork(job.path(image), weight) for image, weight in zip(images, weights, strict=True)]
    if len(images) > 1:
        job.set("style_blend", "targets", "as there: the artworks' Gram matrices are blended into one")


def _blend_weights(command: Command) -> list[float]:
    """Read the artworks' weights, none where none were typed. Raises UsageError for what are no numbers."""
    typed = command["style_blend_weights"]
    try:
        return [float(weight) for weight in typed.split(",")] if typed else []
    except ValueError:
        said = command.said("style_blend_weights")
        raise UsageError(f"--from: {said} are no numbers; write them as 3,7") from None


def _fitted(size: tuple[int, int] | None, longest: int, job: ImportedJob) -> tuple[int, int]:
    """Give the width and height of the painted picture; of a photograph that is not here, those of most photographs."""
    if size is None:
        job.converted.append("The photograph is not here; it is taken to be 4:3, on which the weights depend a little.")
    width, height = size or (4, 3)
    return round(width * longest / max(width, height)), round(height * longest / max(width, height))


def _network(command: Command, job: ImportedJob) -> None:
    why, file = command.said("model_file"), Path(command["model_file"]).name.lower()
    backbone = "vgg16" if "16" in file else "vgg19"
    job.set("backbone", backbone, why)
    job.set("weights", "caffe", f"once: stylepipe weights fetch {backbone}-caffe")
    if not any(known in file for known in ("vgg19-d01eb7cb", "vgg16-00b39a1b", "ilsvrc_16", "ilsvrc_19")):
        job.lost.append(f"{why}: that network is not here; {backbone} is the nearest")
    job.set("pooling", "average" if command["pooling"] == "avg" else "max", command.said("pooling"))


def _weights(command: Command, job: ImportedJob, size: tuple[int, int], *, pytorch: bool) -> None:
    contents = _layers(command, "content_layers", command["content_weight"], job)
    styles = _layers(command, "style_layers", command["style_weight"], job)
    tv, (width, height) = command["tv_weight"], size
    if pytorch and command["normalize_weights"]:
        largest = {layer: max(channels(layer), *sides(layer, *size)) for layer in contents}
        contents = {layer: weight / largest[layer] for layer, weight in contents.items()}
        styles = {layer: weight / channels(layer) for layer, weight in styles.items()}
        said = command.said("normalize_weights")
        job.converted.append(f"{said}: each layer's weight is divided by its number of maps, as there.")
    if command["normalize_gradients"]:
        said = command.said("normalize_gradients")
        if pytorch:
            contents, styles = _squared(contents), _squared(styles)
            job.converted.append(f"{said}: what it does there is to square the weights; they are squared here too.")
        else:
            job.lost.append(f"{said}: gradients are not scaled layer by layer; try style_weight instead")
    found = paper_weights(
        contents, styles, tv=mean_of_sum(_tv(tv, pytorch=pytorch), width, height), width=width, height=height
    )
    job.set("normalization", "paper", "the units that can express that program's losses exactly")
    job.set("style_loss", "gram", "as there")
    job.set("content_layers", found.content_layers, command.said("content_layers"))
    job.set("style_layers", found.style_layers, f"{command.said('style_layers')}; divided by their maps squared")
    job.set("content_weight", found.content_weight, command.said("content_weight"))
    job.set("style_weight", found.style_weight, command.said("style_weight"))
    job.set("tv_weight", found.tv_weight, command.said("tv_weight"))
    for key, value in (("pyramid", False), ("octaves", 1), ("margin", 0)):
        job.set(key, value, "not done there")
    _explain(job, size, _layer_sizes(contents, size), pytorch=pytorch)


def _tv(weight: float, *, pytorch: bool) -> float:
    """Give the factor of 1/2 d^2 over differences d; of |d|, which is there in PyTorch, what it comes to."""
    return weight * (2 / _TYPICAL if pytorch else 1.0)


def _explain(job: ImportedJob, size: tuple[int, int], where: str, *, pytorch: bool) -> None:
    job.converted.append(
        "Weights: there, a content loss is a mean over all activations and a style loss one over a Gram matrix divided "
        "by its maps; in the paper's units, of which only ratios count, that is the style_weight below for a "
        f"content_weight of 1. It holds for {size[0]}x{size[1]} px ({where}): for another size, import again."
    )
    form = f"|d|, which is taken for 1/2 d^2: the same at {_TYPICAL:g} grey levels" if pytorch else "1/2 d^2"
    job.converted.append(
        "Total variation: here a mean of squared differences of neighbouring pixels, those of colour five times as "
        f"heavy; there the sum of {form}. So this weight is only near."
    )


def _layer_sizes(contents: Mapping[str, float], size: tuple[int, int]) -> str:
    return ", ".join(f"{positions(layer, *size)} positions in {layer}" for layer in contents) or "no content layer"


def _layers(command: Command, key: str, weight: float, job: ImportedJob) -> dict[str, float]:
    """Read a list of layers as weights by name; a layer that is none here becomes the nearest."""
    layers = {}
    for name in filter(None, command[key].split(",")):
        layer = name.replace("conv", "relu")
        if layer not in LAYERS:
            job.lost.append(f"{command.said(key)}: {name} can be no layer here and is left out")
            continue
        if layer != name:
            job.lost.append(f"{command.said(key)}: {name} is measured behind its ReLU, as {layer}")
        layers[layer] = weight
    return layers


def _squared(weights: Mapping[str, float]) -> dict[str, float]:
    return {layer: weight**2 for layer, weight in weights.items()}


def _descent(command: Command, job: ImportedJob) -> None:
    job.set("optimizer", command["optimizer"], command.said("optimizer"))
    rate, rate_said = command["learning_rate"], command.said("learning_rate")
    past = command["lbfgs_num_correction"] or _HISTORY_OF_TORCH_7
    if command["optimizer"] == "adam":
        job.set("learning_rate", rounded(rate / 255), f"{rate_said}; there for pixels up to 255, here up to 1")
        command.said("lbfgs_num_correction")
    else:
        job.set("history", min(past, 200), command.said("lbfgs_num_correction"))
        if "learning_rate" in command.typed:
            job.lost.append(f"{rate_said}: it counts for adam alone, there too")
    job.set("iterations", [command["num_iterations"]], command.said("num_iterations"))


def _start(command: Command, job: ImportedJob) -> None:
    image, said = command["init_image"], command.said("init", "init_image")
    if command["init"] == "image":
        job.set("init", job.path(image) if image else "content", said)
    else:
        job.set("init", "noise", said)
        job.converted.append("-init random: there a grey picture with a trace of noise, here noise of full strength.")
    seed = command["seed"]
    job.set("seed", max(seed, 0), command.said("seed"))
    if seed < 0:
        job.converted.append("-seed -1: another picture each time there, the same each time here.")


def _snapshots(command: Command, job: ImportedJob) -> None:
    every, last = command["save_iter"], command["num_iterations"]
    if every > 0:
        job.set("snapshots", list(range(every, last, every)), command.said("save_iter"))


def _machine(command: Command, job: ImportedJob) -> None:
    """Say what becomes of the options that are no matter of a job file."""
    if "gpu" in command.typed:
        first = command["gpu"].partition(",")[0]
        device = "cpu" if first in ("c", "-1") else f"cuda:{first}"
        job.lost.append(f"{command.said('gpu')}: said when it runs, with stylepipe run --device {device}")
    if "print_iter" in command.typed:
        job.lost.append(f"{command.said('print_iter')}: the losses of every iteration are in the picture's record")
    for key in ("backend", "cudnn_autotune", "proto_file", "disable_check"):
        if key in command.typed:
            job.lost.append(f"{command.said(key)}: nothing to choose here")
    for key in ("multigpu_strategy", "multidevice_strategy"):
        if key in command.typed:
            job.lost.append(f"{command.said(key)}: a picture is painted on one device; several paint several pictures")
