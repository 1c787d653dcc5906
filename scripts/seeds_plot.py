"""A plot of content and style losses by iteration, one colour a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

LossRow = Sequence[float]


def plot_losses(curves: Mapping[str, Sequence[LossRow]], path: Path) -> None:
    """Draw content's losses solid and style's dotted. curves: by name, iteration, total, content, style, variation."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axis = pyplot.subplots(figsize=(6.4, 3.4), layout="constrained")
    for name, rows in curves.items():
        steps, _, content, style, _ = zip(*rows, strict=True)
        (line,) = axis.semilogy(steps, content, label=f"{name}, content")
        axis.semilogy(steps, style, ":", color=line.get_color(), label=f"{name}, style")
    # A picture that starts as the photograph has no content loss at first, which no logarithm shows.
    axis.set_ylim(bottom=min(row[3] for rows in curves.values() for row in rows) / 2)
    axis.set_xlabel("iteration", fontsize=8)
    axis.set_ylabel("loss", fontsize=8)
    axis.tick_params(labelsize=7)
    axis.grid(visible=True, alpha=0.2)
    figure.legend(fontsize=7, loc="outside right center")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
