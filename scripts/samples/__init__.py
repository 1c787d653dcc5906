"""The samples, computed: three scenes, a clip, and artworks to take a style from.

Each subject has a file of its name. The harbour and the lake are a small 3-D renderer: land or town before a `camera`,
a `sky`, `water` that mirrors both, and the `darkroom` that makes a photograph of their light. The harbour is built of
textured `planes` (`facades`, `houses`, `boats`, `quayside`) in `evening_light`, the lake of `terrain`, `conifers` and
a `foreshore`. The clip moves that camera, with a `soundtrack`, and notes the `motion` of all it shows for benchmarks.

The still life is traced by a `path_tracer`: `light_paths` along `rays` through a `room` with a `window`, seen by a
`table_camera`. In it stand `turned` solids (`fruit`, `tableware`) and `beads` made of `materials`, on a `tabletop`
with its `linen`, within an `interior`.

The artworks share their `brushwork`; all share `fields`, `noise`, `compositing` and `splines`.
"""
