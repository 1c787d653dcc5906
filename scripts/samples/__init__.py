"""Five sample pictures, computed: a harbour and a mountain lake as scenes, three artworks to take a style from.

Each subject has a file of its name. A scene is a small 3-D renderer: land or town before a `camera`, a `sky`, `water`
that mirrors both, and the `darkroom` that makes a photograph of their light. The harbour is built of textured `planes`
(`facades`, `houses`, `boats`, `quayside`) in `evening_light`, the lake of `terrain`, `conifers` and a `foreshore`.
The artworks share their `brushwork`; all five share `fields`, `noise`, `compositing` and `splines`.
"""
