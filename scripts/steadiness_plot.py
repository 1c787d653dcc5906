"""A plot of how much a painted clip changes from frame to frame, for each way of painting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path


def plot(curves: Mapping[str, Mapping[str, Sequence[float]]], path: Path) -> None:
    """Draw E_warp by frame: a panel for each clip and artwork, a line for each way, on a common logarithmic axis."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    columns = min(3, len(curves))
    rows = -(-len(curves) // columns)
    figure, panels = pyplot.subplots(
        rows, columns, figsize=(3.6 * columns, 2.7 * rows + 0.4), sharey=True, squeeze=False, layout="constrained"
    )
    for panel, (title, ways) in zip(panels.flat, curves.items(), strict=False):
        for way, errors in ways.items():
            panel.semilogy(range(2, len(errors) + 2), errors, marker="o", markersize=3, label=way)
        panel.set_title(title, fontsize=9)
        panel.set_xlabel("frame", fontsize=8)
        panel.tick_params(labelsize=7)
        panel.grid(visible=True, which="both", alpha=0.2)
    for panel in list(panels.flat)[len(curves) :]:
        panel.remove()
    for row in panels:
        row[0].set_ylabel("E_warp", fontsize=8)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4, fontsize=8)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
