"""neural-style by A. Athalye (TensorFlow)."""

from __future__ import annotations

from pathlib import Path

from stylepipe.spec.peers.command import Command, Option, option
from stylepipe.spec.peers.job import Artwork, ImportedJob, SizeOf
from stylepipe.spec.peers.units import paper_weights, rounded

OPTIONS: tuple[Option, ...] = (
    option("--content"),
    option("--styles", nargs="+"),
    option("--output"),
    option("--iterations", 1000, int),
    option("--print-iterations", None, int),
    option("--checkpoint-output"),
    option("--checkpoint-iterations", None, int),
    option("--progress-write", False),
    option("--progress-plot", False),
    option("--width", None, int),
    option("--style-scales", None, float, "+"),
    option("--network", "imagenet-vgg-verydeep-19.mat"),
    option("--content-weight-blend", 1.0, float),
    option("--content-weight", 5.0, float),
    option("--style-weight", 500.0, float),
    option("--style-layer-weight-exp", 1.0, float),
    option("--style-blend-weights", None, float, "+"),
    option("--tv-weight", 100.0, float),
    option("--learning-rate", 10.0, float),
    option("--beta1", 0.9, float),
    option("--beta2", 0.999, float),
    option("--epsilon", 1e-8, float),
    option("--initial"),
    option("--initial-noiseblend", None, float),
    option("--preserve-colors", False),
    option("--pooling", "max"),
    option("--overwrite", False),
)
_STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_NO_PHOTOGRAPH = (1024, 768)


def import_anishathalye(command: Command, job: ImportedJob, size_of: SizeOf) -> None:
    """Put a command line into a job."""
    content = command["content"] or "content.jpg"
    job.content, job.content_why = job.path(content), command.said("content")
    job.write_to(command["output"] or "output.jpg", command.said("output"))
    _artworks(command, job)
    size = _size(command, job, size_of(Path(content)))
    job.set("backbone", "vgg19", command.said("network"))
    job.set("weights", "caffe", "once: stylepipe weights fetch vgg19-caffe")
    job.set("pooling", "average" if command["pooling"] == "avg" else "max", command.said("pooling"))
    _weights(command, job, size)
    _descent(command, job)
    _start(command, job, content)
    if command["preserve_colors"]:
        job.set("preserve_color", "luminance", command.said("preserve_colors"))
    _snapshots(command, job)
    for key, instead in (
        ("print_iterations", "the losses of every iteration are in the picture's record"),
        ("progress_write", "the losses of every iteration are in the picture's record"),
        ("progress_plot", "the losses of every iteration are in the picture's record"),
        ("overwrite", "what is up to date is kept, and what has changed is painted again and replaced"),
    ):
        if key in command.typed:
            job.lost.append(f"{command.said(key)}: {instead}")


def _artworks(command: Command, job: ImportedJob) -> None:
    images = command["styles"] or ["style.jpg"]
    said = command.said("styles", "style_blend_weights", "style_scales")
    job.artworks_why = said
    scales = _one_each(command["style_scales"], images, "--style-scales", job)
    weights = _one_each(command["style_blend_weights"], images, "--style-blend-weights", job)
    job.artworks += [
        Artwork(job.path(image), weight, scale) for image, weight, scale in zip(images, weights, scales, strict=True)
    ]
    job.set("style_blend", "losses", "there, each artwork has a loss of its own")
    job.converted.append(
        "Artworks are measured at the output's longest side times their scale, there at its width; none is enlarged."
    )


def _one_each(given: list[float] | None, images: list[str], name: str, job: ImportedJob) -> list[float]:
    if given and len(given) != len(images):
        job.lost.append(f"{name}: {len(given)} numbers for {len(images)} artworks; all are 1")
        given = None
    return given or [1.0] * len(images)


def _size(command: Command, job: ImportedJob, size: tuple[int, int] | None) -> tuple[int, int]:
    """Set the output's longest side; give its width and height."""
    wide, said = command["width"], command.said("width")
    width, height = size or _NO_PHOTOGRAPH
    if size is None:
        job.converted.append(f"The photograph is not here; it is taken to be {width}x{height} px.")
    if wide is None:
        job.set("size", "original", said)
        return width, height
    high = round(height * wide / width)
    job.set("size", max(wide, high), f"{said}; here it is the longest side")
    return wide, high


def _weights(command: Command, job: ImportedJob, size: tuple[int, int]) -> None:
    share, weight = command["content_weight_blend"], command["content_weight"]
    contents = {layer: weight * part for layer, part in (("relu4_2", share), ("relu5_2", 1 - share)) if part > 0}
    shares = [command["style_layer_weight_exp"] ** k for k in range(len(_STYLE_LAYERS))]
    styles = {
        layer: command["style_weight"] * share / sum(shares) for layer, share in zip(_STYLE_LAYERS, shares, strict=True)
    }
    found = paper_weights(contents, styles, tv=command["tv_weight"], width=size[0], height=size[1])
    job.set("normalization", "paper", "the units that can express that program's losses exactly")
    job.set("style_loss", "gram", "as there")
    job.set("content_layers", found.content_layers, command.said("content_weight_blend"))
    layers_said = command.said("style_layer_weight_exp")
    job.set("style_layers", found.style_layers, f"{layers_said}; divided by their maps squared")
    job.set("content_weight", found.content_weight, command.said("content_weight"))
    job.set("style_weight", found.style_weight, command.said("style_weight"))
    job.set("tv_weight", found.tv_weight, command.said("tv_weight"))
    for key, value in (("pyramid", False), ("octaves", 1), ("margin", 0)):
        job.set(key, value, "not done there")
    job.converted.append(
        "Weights: there, a content loss is a mean over all activations and a style loss one over a Gram matrix divided "
        "by its maps, shared out among five layers; in the paper's units, of which only ratios count, that is the "
        f"style_weight below for a content_weight of 1. It holds for {size[0]}x{size[1]} px: for another size, import "
        "again."
    )
    job.converted.append(
        "Total variation: a mean of squares there and here; here a difference of colour counts five times more."
    )


def _descent(command: Command, job: ImportedJob) -> None:
    job.set("optimizer", "adam", "the one that is there")
    said = command.said("learning_rate")
    job.set(
        "learning_rate", rounded(command["learning_rate"] / 255), f"{said}; there for pixels up to 255, here up to 1"
    )
    job.set("iterations", [command["iterations"]], command.said("iterations"))
    for key in ("beta1", "beta2", "epsilon"):
        if key in command.typed:
            job.lost.append(f"{command.said(key)}: not to be chosen here")


def _start(command: Command, job: ImportedJob, content: str) -> None:
    image, noise = command["initial"], command["initial_noiseblend"]
    said = command.said("initial", "initial_noiseblend")
    if image is None:
        job.set("init", "noise", said)
        job.converted.append("No --initial: there a grey picture with a trace of noise, here noise of full strength.")
        if noise not in (None, 1.0):
            job.lost.append(f"{command.said('initial_noiseblend')}: it needs --initial")
    elif image == content:
        job.set("init", f"blend:{noise:g}" if noise else "content", said)
    else:
        job.set("init", job.path(image), said)
        if noise:
            job.lost.append(f"{command.said('initial_noiseblend')}: noise blends with the photograph alone")


def _snapshots(command: Command, job: ImportedJob) -> None:
    every, said = command["checkpoint_iterations"], command.said("checkpoint_output", "checkpoint_iterations")
    if every and command["checkpoint_output"]:
        job.set("snapshots", list(range(every, command["iterations"], every)), said)
        job.converted.append("Snapshots lie beside the output, as NAME.00100.jpg after 100 iterations.")
    elif every or command["checkpoint_output"]:
        job.lost.append(f"{said}: only both together write pictures on the way")
