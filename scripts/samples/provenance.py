"""Where the pictures come from: the note that goes beside them."""

SOURCES = """# Where the sample pictures come from

All five are our own work, computed from fixed seeds with NumPy and OpenCV by `scripts/make_samples.py`, each in a file
of its name in `scripts/samples/`. No photograph and no painting was used. They are released under CC0 1.0: do with
them what you like.

- `scenes/harbour.jpg`: houses, quay and boats as textured planes before a perspective camera; evening light,
  haze, fBm clouds; the rippled reflection is a second render from below the water.
- `scenes/mountain_lake.jpg`: ridged fBm terrain marched column by column; cast shadows, snow by height and
  slope, thousands of single conifers, mist, reflection, stones and sedge.
- `artworks/night_swirls.jpg`: some 24,000 bristle strokes along the contours of a twisted potential, lit by
  the thickness of their paint.
- `artworks/woodcut_wave.jpg`: a colour block and a key block cut with splines (striped waves, foam),
  printed with wood grain, misregistration and paper fibres.
- `artworks/geometric.jpg`: discs, wedges, grids and beams that exchange colours where they cross, each cut
  from a sheet of brush strokes.

To make them again: `python scripts/make_samples.py`; to make only some, add their names.
"""
