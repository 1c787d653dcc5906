"""style-transfer-pytorch by K. Crowson."""

from __future__ import annotations

from stylepipe.errors import UsageError
from stylepipe.spec.peers.command import Command, Option, option
from stylepipe.spec.peers.job import Artwork, ImportedJob, SizeOf
from stylepipe.spec.peers.units import rounded
from stylepipe.spec.settings import STYLE_LAYERS, Settings

OPTIONS: tuple[Option, ...] = (
    option("content"),
    option("styles", nargs="+"),
    option("--output -o", "out.png"),
    option("--style-weights -sw", None, float, "+"),
    option("--devices", None, nargs="+"),
    option("--random-seed -r", 0, int),
    option("--content-weight -cw", 0.015, float),
    option("--tv-weight -tw", 2.0, float),
    option("--optimizer", "adam"),
    option("--min-scale -ms", 128, int),
    option("--end-scale -s", "512"),
    option("--iterations -i", 500, int),
    option("--initial-iterations -ii", 1000, int),
    option("--save-every", 0, int),
    option("--step-size -ss", 0.02, float),
    option("--avg-decay -ad", 0.99, float),
    option("--init", "content"),
    option("--style-scale-fac", 1.0, float),
    option("--style-size", None, int),
    option("--pooling", "max"),
    option("--proof"),
    option("--web", False),
    option("--host", "0.0.0.0"),
    option("--port", 8080, int),
    option("--browser", "", nargs="?"),
)
_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_DEFAULT_CONTENT, _DEFAULT_TV = 0.015, 2.0
_STARTS = {"content": "content", "uniform": "noise", "normal": "noise", "gray": "noise", "style_stats": "noise"}


def import_style_transfer_pytorch(command: Command, job: ImportedJob, _size_of: SizeOf) -> None:
    """Put a command line into a job. Raises UsageError for a size that is none."""
    job.content, job.content_why = job.path(command["content"]), command.said("content")
    job.write_to(command["output"], command.said("output"))
    _artworks(command, job)
    _scales(command, job)
    job.set("backbone", "vgg19", "once: stylepipe weights fetch vgg19")
    job.set("pooling", command["pooling"], command.said("pooling"))
    _weights(command, job)
    _descent(command, job)
    _start(command, job)
    for key, instead in (
        ("devices", "said when it runs, with stylepipe run --device NAME"),
        ("save_every", "what is painted is kept on the way, so that a run goes on where it was stopped"),
        ("avg_decay", "the last picture is taken, not an average of the last ones"),
        ("proof", "no printer's profile is applied"),
        ("web", "a terminal shows how far it is"),
        ("host", "there is no web server"),
        ("port", "there is no web server"),
        ("browser", "there is no web server"),
    ):
        if key in command.typed:
            job.lost.append(f"{command.said(key)}: {instead}")


def _artworks(command: Command, job: ImportedJob) -> None:
    images, weights = command["styles"], command["style_weights"]
    job.artworks_why = command.said("styles", "style_weights")
    if weights and len(weights) != len(images):
        job.lost.append(
            f"{command.said('style_weights')}: not one for each of {len(images)} artworks; all weigh the same"
        )
        weights = None
    for image, weight in zip(images, weights or [1.0] * len(images), strict=True):
        if weight < 0:
            job.lost.append(f"{command.said('style_weights')}: {image} weighs less than nothing, here nothing")
        job.artworks.append(Artwork(job.path(image), max(weight, 0.0)))


def _scales(command: Command, job: ImportedJob) -> None:
    end, said = command["end_scale"], command.said("end_scale")
    if not end.rstrip("+").isdecimal():
        raise UsageError(f"--from: {said} is no size; write a number such as 512")
    job.set("size", int(end.rstrip("+")), said)
    if end.endswith("+"):
        job.lost.append(
            f"{said}: the + asks for a larger picture where the photograph is long; here it is the longest side"
        )
    job.set("pyramid", command["min_scale"], command.said("min_scale"))
    first, others = command["initial_iterations"], command["iterations"]
    job.set("iterations", [first, others], command.said("initial_iterations", "iterations"))
    job.set("style_scale", command["style_scale_fac"], command.said("style_scale_fac"))
    if command["style_size"] is not None:
        job.lost.append(f"{command.said('style_size')}: an artwork's size follows from the output's; try style_scale")


def _weights(command: Command, job: ImportedJob) -> None:
    ours = Settings()
    content, tv = command["content_weight"], command["tv_weight"]
    job.set("style_loss", "moments", "means and covariances, as there")
    job.set("content_layers", ["relu4_2"], "as there")
    job.set("style_layers", {layer: STYLE_LAYERS[layer] for layer in _LAYERS}, "the layers that are there")  # type: ignore[index]
    job.set("content_weight", rounded(ours.content_weight * content / _DEFAULT_CONTENT), command.said("content_weight"))
    job.set("style_weight", ours.style_weight, "fixed there")
    job.set("tv_weight", rounded(ours.tv_weight * tv / _DEFAULT_TV), command.said("tv_weight"))
    job.converted.append(
        "Weights: its style loss is another distance (Wasserstein's) between the same means and covariances, so no "
        "number can be carried over exactly. Its defaults became ours, and what was twice its default is twice ours. "
        "The shares of the style layers are ours: its own belong to its distance."
    )


def _descent(command: Command, job: ImportedJob) -> None:
    job.set("optimizer", command["optimizer"], command.said("optimizer"))
    if command["optimizer"] == "adam":
        job.set("learning_rate", command["step_size"], command.said("step_size"))
    elif "step_size" in command.typed:
        job.lost.append(f"{command.said('step_size')}: it counts for adam alone, there too")


def _start(command: Command, job: ImportedJob) -> None:
    init, said = command["init"], command.said("init")
    if init not in _STARTS:
        raise UsageError(f"--from: {said}: that program starts from {', '.join(_STARTS)}")
    job.set("init", _STARTS[init], said)
    if init not in ("content", "uniform"):
        job.lost.append(f"{said}: there is no such start here; noise is the nearest")
    job.set("seed", command["random_seed"], command.said("random_seed"))
