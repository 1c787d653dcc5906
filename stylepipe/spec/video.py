"""The settings that only clips have."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class VideoSettings(BaseModel):
    """How the frames of a clip hang together."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    warm_start: Literal["flow", "previous", "none"] = "flow"
    """What a frame is painted from: the last painted frame moved along with the picture (flow), the last painted frame
    where it is (previous: for a camera and a scene that stand still), or nothing: each frame on its own (none)."""
    temporal_weight: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)] = 1.0
    """How strongly a frame is held to the last one moved along, with warm_start flow: at 1 about as strongly as style
    pulls, at 0 not at all. More is calmer and less sharp."""
    frame_iterations: Annotated[int, Field(strict=True, ge=1)] = 30
    """Steps of a frame that starts from the last one; the first of a shot takes `iterations`."""
