"""stylepipe paints photographs in the style of artworks, in bulk."""

__version__ = "0.1.0"
