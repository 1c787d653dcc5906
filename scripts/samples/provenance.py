"""Where the samples come from: the note that goes beside them."""

SOURCES = """# Where the samples come from

All of them are our own work, computed from fixed seeds with NumPy and OpenCV by `scripts/make_samples.py`, each in a
file of its name in `scripts/samples/`. No photograph, film, recording or painting was used. They are released under
CC0 1.0: do with them what you like.

- `scenes/harbour.jpg`: houses, quay and boats as textured planes before a perspective camera; evening light,
  lamplit rooms, haze, fBm clouds; the rippled reflection is a second render from below the water.
- `scenes/mountain_lake.jpg`: ridged fBm terrain marched column by column; cast shadows, snow by height and
  slope, thousands of single conifers, mist, reflection, a stony shore and sedge.
- `scenes/still_life.jpg`: path-traced by the light of one window: fruit, jug, plate and glass as solids turned
  about an axis, with painted skins; a linen cloth that was let fall on the table as a mesh of threads.
- `clips/harbour.mp4`: the harbour and the lake again, before a camera that pans and moves in, with two boats
  under way; waves, wind and bell are filtered noise and fading tones. `clips/harbour_flow.npz` is its true
  motion, known from the geometry (`scripts/samples/motion.py`); `scripts/clip_flow.py` reads it.
- `artworks/night_swirls.jpg`: some 24,000 bristle strokes along the contours of a twisted potential, lit by
  the thickness of their paint.
- `artworks/woodcut_wave.jpg`: a colour block and a key block cut with splines (striped waves, foam),
  printed with wood grain, misregistration and paper fibres.
- `artworks/geometric.jpg`: discs, wedges, grids and beams that exchange colours where they cross, each cut
  from a sheet of brush strokes.
- `artworks/cubist_planes.jpg`: facets cut along a scaffold of lines, dark along one edge and dry along the
  other, each rubbed in and then dabbed; outlines, strings, staves and a stencilled word over them.
- `artworks/pointillist_afternoon.jpg`: some 140,000 dabs of 47 pigments on a modelled motif; every dot is
  chosen by what the eye still lacks around it, thrown apart in hue.
- `artworks/stained_glass.jpg`: pieces laid over one another, cames from the distance to their joints, glass
  streaked, bubbled and traced, and light that spills over the lead.
- `artworks/ink_wash.jpg`: washes and bristle strokes as densities of ink, bled, pooled at the rim and torn by
  the tooth of the paper.
- `artworks/gouache_cutouts.jpg`: sheets brushed stroke by stroke, their shapes cut in short snips and pasted
  with shadows as loose as their edges.

To make them again: `python scripts/make_samples.py`; to make only some, add their names.
"""
