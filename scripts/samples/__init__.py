"""The samples, computed: three scenes, a clip, and artworks to take a style from.

Each subject has a file of its name. The harbour and the lake are a small 3-D renderer: land or town before a `camera`,
a `sky`, `water` that mirrors both, and the `darkroom` that makes a photograph of their light. The harbour is built of
textured `planes` (`facades` with `openings`, `houses`, `boats`, `quayside`) in `evening_light`, the lake of `terrain`,
`conifers` and a `foreshore`. The clip moves that camera, draws `wakes`, has a `soundtrack`, and notes the `motion` of
all it shows.

The still life is traced by a `path_tracer`: `light_paths` along `rays` through a `room` with a `window`, seen by a
`table_camera`. In it stand `turned` solids (`fruit`, `tableware`) and `beads` made of `materials`, on a `tabletop`
with its `linen`, within an `interior`.

The artworks in oil share their `brushwork`; `bristles` unroll the strokes of the newer ones, on the tooth of `paper`.
Each has a medium: `faceted_planes` (with a `cubist_player`), `divided_colour` (on an `afternoon_motif` with its
`afternoon_river` and `afternoon_figures`), `leaded_glass` (a `glass_palette`, a `glass_crane`), `sumi_ink`
(`ink_mountains`, an `ink_pine`) and `cut_paper`.

All share `fields`, `noise`, `compositing` and `splines`.
"""
