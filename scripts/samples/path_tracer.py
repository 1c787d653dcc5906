"""A path tracer for a room with one window: light through lacquer, glass and skin, bounced from thing to thing.

Window light is sampled at every matte surface (Kajiya 1986, next event estimation); paths that leave through glass
may find the window by themselves, which is where caustics come from.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from samples import window
from samples.fields import Field, Rng
from samples.light_paths import MATTE, MIRROR, SHEEN, Film, Paths, fresnel, gather, lobe, spread
from samples.materials import Surface
from samples.rays import OFF_SURFACE, dot, frame_of, mirrored, unit, vector
from samples.room import Room

LONGEST, MATTE_BOUNCES, FAINT, DIM = 14, 2, 0.004, 0.2
# A path through glass that carries less lives on by chance, carrying this much.
ROULETTE = 0.05
# Coats rougher than this show no images: what they reflect is smoothed like matte light.
SATIN = 0.12


def coat_share(paths: Paths, skin: Surface) -> Field:
    """What the coats of things reflect, of paths that have met nothing matte (Schlick 1994, duller where rough)."""
    cosine = np.clip(-dot(skin.normal, paths.way), 0, 1)
    share = skin.gloss + (1 - skin.gloss) * (1 - cosine) ** 5 * (1 - skin.rough) ** 2
    return share * (paths.bounces == 0)


class Tracer:
    """Follows paths through a room; `choose(pixels, turns, pair)` gives evenly spread numbers for first bounces."""

    def __init__(self, room: Room, rng: Rng, choose: Callable[[Field, Field, int], tuple[Field, Field]]) -> None:
        self.room, self.rng, self.choose = room, rng, choose
        self.indices = [material.index for _, material in room.clear]
        self.first_clear = len(room.around) + len(room.standing)

    def index_of(self, within: Field) -> Field:
        """The index of refraction where a path is: that of the first clear thing around it."""
        index = np.ones(len(within), np.float32)
        for number in reversed(range(len(self.indices))):
            index = np.where(within >> number & 1, np.float32(self.indices[number]), index)
        return index

    def follow(self, paths: Paths, film: Film) -> None:
        """Follow paths to their end."""
        for bounce in range(LONGEST):
            if not paths.pixel.size:
                return
            far, which = self.room.nearest(paths.origin, paths.way, np.full(paths.pixel.shape, 1e4, np.float32))
            out = which < 0
            free = paths.take(np.flatnonzero(out))
            beyond = window.light_along(free.origin, free.way, free.odds)
            film.expose(free, np.where(free.lit, beyond, window.room_light(free.way)))
            at = np.flatnonzero(~out)
            paths, which, far = paths.take(at), which[at], far[at]
            self.stain(paths, far)
            points = paths.origin + paths.way * far
            skin = self.room.surface(points, which)
            if bounce == 0:
                gather(film.normal, paths.pixel, skin.normal)
                gather(film.depth, paths.pixel, far[None])
                gather(film.clear, paths.pixel, skin.clear[None])
                paths.by = np.where(skin.clear, MIRROR, MATTE)
            through = self.refract(paths, points, skin, which)
            off, on = self.reflect(paths, points, skin), self.scatter(paths, points, skin, film, bounce == 0)
            paths = on.and_also([off, *through])

    def stain(self, paths: Paths, far: Field) -> None:
        """Take from the light what clear things hold back on the way through them."""
        for number, (_, material) in enumerate(self.room.clear):
            at = np.flatnonzero((paths.within & ((2 << number) - 1)) == 1 << number)
            paths.weight[:, at] *= np.exp(-vector(*material.stain) * far[at])

    def refract(self, paths: Paths, points: Field, skin: Surface, which: Field) -> list[Paths]:
        """Send paths both through and off the clear surfaces they struck; faint ones live on by chance (roulette)."""
        at = np.flatnonzero(skin.clear)
        paths, points, normal, number = paths.take(at), points[:, at], skin.normal[:, at], which[at] - self.first_clear
        cosine = -dot(normal, paths.way)
        entering = cosine > 0
        bit = (1 << number.astype(np.int64)).astype(paths.within.dtype)
        after = np.where(entering, paths.within | bit, paths.within & ~bit)
        ratio = self.index_of(after) / self.index_of(paths.within)
        normal, cosine = normal * np.where(entering, 1, -1).astype(np.float32), np.abs(cosine)
        same = np.abs(ratio - 1) < 1e-4
        share = np.where(same, 0, fresnel(cosine, ratio))
        inner = np.sqrt(np.maximum(1 - (1 - cosine * cosine) / (ratio * ratio), 0))
        bent = np.where(same, paths.way, unit(paths.way / ratio + normal * (cosine / ratio - inner)))
        sides = ((mirrored(paths.way, normal), share, paths.within, 1), (bent, 1 - share, after, -1))
        going = []
        for way, part, within, side in sides:
            carried = (paths.weight * part).max(0)
            chance = np.minimum(carried / ROULETTE, 1)
            at = np.flatnonzero(self.rng.random(len(chance), dtype=np.float32) < chance)
            some = paths.take(at)
            some.way, some.weight, some.within = way[:, at], some.weight * (part[at] / chance[at]), within[at]
            some.origin, some.lit = points[:, at] + normal[:, at] * (side * OFF_SURFACE), np.ones(len(at), bool)
            some.odds = np.full(len(at), np.inf, np.float32)
            going.append(some)
        return going

    def reflect(self, paths: Paths, points: Field, skin: Surface) -> Paths:
        """Send paths off the coats of things, so long as they have met nothing matte."""
        weight = paths.weight * coat_share(paths, skin)
        at = np.flatnonzero(~skin.clear & (weight.max(0) > FAINT))
        facet = spread(skin.normal[:, at], skin.rough[at], self.rng)
        going = paths.take(at)
        going.by = np.where(going.by == MATTE, np.where(skin.rough[at] > SATIN, SHEEN, MIRROR), going.by)
        going.way, going.weight = unit(mirrored(going.way, facet)), weight[:, at]
        # What a coat shows faintly is lit once, and no further.
        going.bounces = np.maximum(going.bounces, (going.weight.max(0) < DIM).astype(np.int8))
        going.origin = points[:, at] + skin.normal[:, at] * OFF_SURFACE
        going.lit = np.ones(len(at), bool)
        odds = lobe(skin.normal[:, at], paths.way[:, at], going.way, skin.rough[at])
        going.odds = np.where(skin.rough[at] > SATIN, odds, np.inf).astype(np.float32)
        return going.take(np.flatnonzero(dot(going.way, skin.normal[:, at]) > 0))

    def scatter(self, paths: Paths, points: Field, skin: Surface, film: Film, first: bool) -> Paths:
        """Light matte surfaces from the window, and send paths on from them in any direction."""
        at = np.flatnonzero(~skin.clear)
        paths, points, skin = paths.take(at), points[:, at], skin.take(at)
        coat = coat_share(paths, skin)
        shine, paths.weight = paths.weight * coat * (skin.rough > SATIN), paths.weight * skin.albedo * (1 - coat)
        if first:
            gather(film.albedo, paths.pixel, paths.weight)
        self.light_from_window(paths, shine, points, skin, film)
        last = paths.bounces >= MATTE_BOUNCES - 1
        ends = paths.take(np.flatnonzero(last))
        film.expose(ends, window.room_light(skin.normal[:, last]))
        at = np.flatnonzero(~last & (paths.weight.max(0) > FAINT))
        return self.wander(paths.take(at), points[:, at], skin.take(at))

    def wander(self, paths: Paths, points: Field, skin: Surface) -> Paths:
        """Send paths on in a direction chosen by its cosine."""
        first, second = self.choose(paths.pixel, paths.turn, 1)
        across, along = frame_of(skin.normal)
        radius, angle = np.sqrt(first), 2 * np.pi * second
        up = np.sqrt(np.maximum(1 - first, 0))
        paths.way = across * (radius * np.cos(angle)) + along * (radius * np.sin(angle)) + skin.normal * up
        paths.origin = points + skin.normal * OFF_SURFACE
        paths.bounces, paths.lit = paths.bounces + 1, np.zeros(len(first), bool)
        return paths

    def light_from_window(self, paths: Paths, shine: Field, points: Field, skin: Surface, film: Film) -> None:
        """Add what one place on the panes sends to each surface, through its skin where soft, off its coat if satin."""
        pane = self.rng.integers(window.ACROSS * window.DOWN, size=len(paths.pixel))
        panes = window.sample_window(*self.choose(paths.pixel, paths.turn, 0), pane)
        toward = panes - points
        away = np.sqrt(dot(toward, toward))
        toward = toward / away
        cosine = dot(toward, skin.normal)
        soft = np.maximum((cosine + skin.soft) / (1 + skin.soft) ** 2, 0) + skin.glow * np.maximum(-cosine, 0) ** 2
        rate = window.odds_of(away, toward)
        satin = np.where(cosine > 0, lobe(skin.normal, paths.way, toward, skin.rough), 0)
        bright = np.maximum(soft.max(0) / np.pi, (satin * shine).max(0)) / rate
        at = np.flatnonzero((bright > 3e-5) & (toward[0] < 0))
        skip = np.maximum(-cosine[at], 0) * 2.1 * skin.girth[at]
        start = points[:, at] + skin.normal[:, at] * OFF_SURFACE * 2 + toward[:, at] * skip
        at = at[self.room.open_way(start, toward[:, at], away[at] - skip)]
        light, lit = window.sky_through(panes[1, at], panes[2, at]), paths.take(at)
        film.expose(lit, light * soft[:, at] / (np.pi * rate[at]))
        glint = paths.take(at)
        glint.weight, glint.by = shine[:, at], np.where(glint.by == MATTE, SHEEN, glint.by)
        film.expose(glint, light * satin[at] / (satin[at] + rate[at]))
