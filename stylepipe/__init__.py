"""stylepipe paints photographs in the style of artworks, in bulk.

from stylepipe import load_spec, plan, run
summary = run(load_spec("job.yaml"))

from stylepipe import Settings, stylize
painted = stylize(photograph, [(night, 0.7), (wave, 0.3)], Settings(size=640))

from stylepipe import stylize_clip
for painted in stylize_clip(frames, night): ...
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Settings", "load_spec", "plan", "run", "stylize", "stylize_clip"]

if TYPE_CHECKING:
    from stylepipe.batch.arrays import stylize, stylize_clip
    from stylepipe.batch.plan import plan
    from stylepipe.batch.run import run
    from stylepipe.spec.load import load_spec
    from stylepipe.spec.settings import Settings

_HOMES = {
    "Settings": "stylepipe.spec.settings",
    "load_spec": "stylepipe.spec.load",
    "plan": "stylepipe.batch.plan",
    "run": "stylepipe.batch.run",
    "stylize": "stylepipe.batch.arrays",
    "stylize_clip": "stylepipe.batch.arrays",
}


def __getattr__(name: str) -> object:
    """Load what is asked for on first use: importing stylepipe itself costs nothing, and never torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
