"""All pictures' losses in one plot, as an SVG by itself."""

from __future__ import annotations

from pathlib import Path

from stylepipe.errors import UsageError
from stylepipe.report.curves import HEIGHT, WIDTH, path, scale_of
from stylepipe.report.results import Results
from stylepipe.report.templating import rendered
from stylepipe.store import atomic

MOST_NAMED = 40
"""Pictures in the legend; more would be taller than the plot is useful."""
_LONGEST_NAME = 44
_LEFT, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT, _LEGEND_WIDTH = 64, 24, 800, 480, 360
_HUE = 137.508
"""Degrees between neighbours' hues, the golden angle: however many there are, no two that follow look alike."""


def write_curves(results: Results, file: Path) -> Path:
    """Write every picture's content loss (solid) and style loss (dotted), a colour for each picture; give the path.

    All lines begin at the left and end at the right, however many iterations they are.
    Raises UsageError when nothing was painted yet, OutputError when the disk refuses.
    """
    found = [(item.name, item.painting.losses) for item in results.items if item.painting and item.painting.losses]
    if not found:
        raise UsageError(f"{results.output_dir}: there are no losses to draw yet; paint something first")
    scale = scale_of([curve for _, curve in found])
    curves = [
        {
            "name": name,
            "short": name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…",
            "color": f"hsl({_HUE * k % 360:.0f} 58% 50%)",
            "content": path(curve.lines[0], scale),
            "style": path(curve.lines[1], scale),
        }
        for k, (name, curve) in enumerate(found)
    ]
    named = min(len(curves), MOST_NAMED)
    text = rendered(
        "curves.svg",
        title=results.output_dir.name,
        width=_LEFT + _PLOT_WIDTH + _LEGEND_WIDTH,
        height=_TOP + max(_PLOT_HEIGHT + 36, 18 * named + 30),
        left=_LEFT,
        top=_TOP,
        plot_width=_PLOT_WIDTH,
        plot_height=_PLOT_HEIGHT,
        stretch_x=_PLOT_WIDTH / WIDTH,
        stretch_y=round(_PLOT_HEIGHT / HEIGHT, 4),
        marks=[(f"{mark:g}", round(_TOP + _PLOT_HEIGHT * (1 - scale.share(mark)))) for mark in scale.marks()],
        curves=curves,
        legend=curves[:named],
        legend_left=_LEFT + _PLOT_WIDTH + 24,
        more=len(curves) - named,
    )
    atomic.write_text(file, text)
    return file
