"""A plot of how time and memory grow with the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Curves = Mapping[str, Sequence[tuple[int, float]]]
"""By name: longest sides in pixels, and what was measured there."""


def plot(panels: Mapping[str, Curves], path: Path) -> bool:
    """Draw a panel for each quantity on logarithmic axes; say whether it could be drawn, which takes matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    figure, axes = pyplot.subplots(
        1, len(panels), figsize=(4.4 * len(panels), 3.6), squeeze=False, layout="constrained"
    )
    for axis, (quantity, curves) in zip(axes.flat, panels.items(), strict=True):
        for name, points in curves.items():
            axis.loglog(*zip(*points, strict=True), marker="o", markersize=3, label=name)
        sizes = sorted({size for points in curves.values() for size, _ in points})
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.xaxis.set_minor_locator(NullLocator())
        axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axis.yaxis.set_minor_locator(NullLocator())
        axis.set_xlabel("longest side, px", fontsize=8)
        axis.set_ylabel(quantity, fontsize=8)
        axis.tick_params(labelsize=7)
        axis.grid(visible=True, alpha=0.2)
        axis.legend(fontsize=7)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return True
