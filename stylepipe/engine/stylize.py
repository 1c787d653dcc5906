"""Image Style Transfer Using Convolutional Neural Networks, told in the order of the paper.

L. A. Gatys, A. S. Ecker, M. Bethge, CVPR 2016; the equation numbers below are theirs. The pixels of the picture are
the variables. A network that was trained to see measures two distances: that of the picture's activations to the
photograph's (content), and that of their correlations to the artwork's (style). Gradient descent on the pixels makes
both small; the gradients, equations 2 and 6, are autograd's. What differs from the paper, each switched off by the
preset `gatys`:

* losses are relative (`normalization: relative`): in each layer to the target's energy, so that weights tuned at one
  size and with one network hold at every other, and as a whole to how far photograph and artwork are apart (units.py),
  so that they hold for other pairs;
* the picture is painted coarse to fine (`pyramid`), so that the artwork's large forms come along, and its style is
  measured on smaller copies of it as well (`octaves`), so that they stay;
* it is painted on a canvas a little larger than itself (`margin`), so that its border shows no frame;
* style is described by mean and covariance at more layers (`style_loss`, `style_layers`), content at one more.

What differs even then: the network's weights are not rescaled to a mean activation of one, its first convolution
continues the picture's border instead of adding zeros, and L-BFGS searches no line.

A clip's frame is also held to the frame before it (temporal.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import partial
from itertools import islice

import torch
from torch import Tensor

from stylepipe.engine.artworks import content_statistics, style_statistics
from stylepipe.engine.color import keep_luminance_of, match_colors
from stylepipe.engine.footprint import way_to_paint
from stylepipe.engine.lockstep import descend
from stylepipe.engine.losses import Losses, LossValues
from stylepipe.engine.network import FeatureNetwork, Measure, mask_at
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.painting_state import PaintingState, stopped, taken_up
from stylepipe.engine.products import second_moment_and_mean
from stylepipe.engine.pyramid import Scale, deepest_stride, output_size, scales, stride
from stylepipe.engine.regions import Region, Style, regions
from stylepipe.engine.resize import Extended, crop, extend, halve, resize
from stylepipe.engine.stage import Stage
from stylepipe.engine.start import starting_picture
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.sums import Weighted, sum_of, weighted_mean
from stylepipe.engine.temporal import Hold
from stylepipe.engine.tiling import MaskedLayer, Tiling, moments_by_tiles
from stylepipe.engine.units import OF_ENERGY, Units, energy_and_mean, strangers_loss
from stylepipe.engine.variation import total_variation
from stylepipe.spec.settings import Settings


def stylize(
    content: Tensor,
    styles: Sequence[Style],
    settings: Settings,
    network: FeatureNetwork,
    *,
    init: Tensor | None = None,
    ground: Tensor | None = None,
    hold: Hold | None = None,
    on_step: Callable[[Step], None] | None = None,
    resume: PaintingState | None = None,
    memory: StyleMemory | None = None,
) -> Painting:
    """Paint a photograph in the style of one or several artworks.

    content: (1, 3, H, W) float, sRGB in [0, 1], of any size. init: the picture to start from, whatever the setting
    `init` says; needed when that is a path. ground: (1, 1, H, W) in [0, 1], where to paint; elsewhere the photograph
    stays. hold: what a clip's frame is held to. on_step may raise to stop; it is called after every iteration, or on a
    GPU, where looking means waiting, after every few of them and after each of the setting `snapshots`.
    resume: a step's state, to go on behind it; all that follows is then the same to the last bit, if all else is.
    memory: of artworks, for further pictures in the same styles; it changes no bit. A network that is given an
    allowance of memory keeps to it (footprint.py). Raises UnpaintableError when the settings and sizes do not allow a
    picture, or the allowance none, DivergedError when no finite one is found, ValueError when the state is that of
    another painting.
    """
    work = Work(
        content,
        styles,
        settings,
        network,
        init=init,
        ground=ground,
        hold=hold,
        on_step=on_step,
        resume=resume,
        memory=memory,
    )
    return painted(work)


def painted(work: Work) -> Painting:
    """Paint a picture in the making; raises as `stylize`."""
    for stage in work.stages():
        descend(stage)
    return work.painting()


@dataclass(eq=False)
class Work:
    """A picture in the making, which whoever has it paints stage by stage; the fields are `stylize`'s arguments."""

    content: Tensor
    styles: Sequence[Style]
    settings: Settings
    network: FeatureNetwork
    _: KW_ONLY
    init: Tensor | None = None
    ground: Tensor | None = None
    hold: Hold | None = None
    on_step: Callable[[Step], None] | None = None
    resume: PaintingState | None = None
    memory: StyleMemory | None = None
    _painting: Painting | None = field(default=None, init=False)

    @torch.no_grad()
    def stages(self) -> Iterator[Stage]:
        """Give one scale after the other, coarse to fine, each to be painted before the next; raises as `stylize`."""
        settings, network = self.settings, self.network.reading(self.settings)
        height, width = output_size(self.content.shape[2], self.content.shape[3], settings)
        content = resize(self.content.to(network.device), height, width)
        styles = recoloured([style.masked_on(network.device) for style in self.styles], content, settings)
        ground = None if self.ground is None else resize(self.ground.to(network.device), height, width)

        picture: Tensor | None = None
        margin = settings.margin
        pyramid = scales(height, width, settings, smallest=deepest_stride(settings))
        ways = [way_to_paint(settings, s.height, s.width, network.allowance, half=network.half) for s in pyramid]
        first, losses, begun = (1, list[LossValues](), None) if self.resume is None else taken_up(self.resume, pyramid)
        for number, scale in enumerate(pyramid[first - 1 :], start=first):
            photograph = resize(content, scale.height, scale.width)
            if picture is None:
                picture = starting_picture(photograph, styles, settings, self.init)
            # The convolutions see nothing beyond the canvas, and what they see at its edge is painted as a frame: so
            # the canvas is larger than the picture.
            canvas = extend(resize(picture, scale.height, scale.width), margin)
            picture = crop(canvas, margin)  # of the coarser one nothing is kept
            way = ways[number - 1]
            reading = network.recomputing() if way.recompute else network
            objective = measure_targets(
                extend(photograph, margin), styles, ground, settings, reading, self.memory, way.side
            )
            objective = objective.of(Extended(photograph, margin))
            if self.hold is not None:
                objective = replace(objective, hold=self.hold.at(scale.height, scale.width, network.device))
            look = partial(_finished, canvas, photograph, ground, settings)
            tell = partial(self._tell, pyramid, number, losses, look)
            shown = {iteration - len(losses) for iteration in settings.snapshots}
            stage = Stage(objective, canvas, way.settings, scale.iterations, tell, shown, way.sparing, begun)
            yield stage
            losses, begun = losses + stage.values, None

        self._painting = Painting(look(), tuple(losses), crop(canvas, margin))

    def painting(self) -> Painting:
        """Give the picture, once all of its stages are painted."""
        assert self._painting is not None
        return self._painting

    def _tell(
        self,
        pyramid: Sequence[Scale],
        number: int,
        before: Sequence[LossValues],
        look: Callable[[], Tensor],
        values: Sequence[LossValues],
        state: Callable[[], PaintingState],
    ) -> None:
        """Tell of the last of a scale's steps. before: the losses of the scales before."""
        if self.on_step is not None:
            k, scale, keep = len(values), pyramid[number - 1], partial(stopped, pyramid, number, before, state)
            self.on_step(Step(len(before) + k, k, scale, number, len(pyramid), values[-1], look, keep))


def recoloured(styles: Sequence[Style], content: Tensor, settings: Settings) -> list[Style]:
    """Give the artworks in the photograph's colours, where `preserve_color` asks for it."""
    if settings.preserve_color != "match":
        return [*styles]
    # Without their keys: what is remembered of an artwork is of its own colours.
    return [
        replace(style, image=match_colors(style.image.to(content.device), content, settings.color_strength), key=None)
        for style in styles
    ]


@torch.no_grad()
def _finished(canvas: Tensor, photograph: Tensor, ground: Tensor | None, settings: Settings) -> Tensor:
    """Give the picture on a canvas with the photograph's colours and unpainted parts, where they are asked for."""
    picture = crop(canvas.detach(), settings.margin).clamp(0, 1)
    if settings.preserve_color == "luminance":
        picture = keep_luminance_of(picture, photograph, settings.color_strength)
    if ground is not None:
        picture = photograph.lerp(picture, resize(ground, photograph.shape[2], photograph.shape[3]))
    return picture


# -- Content: equation 1 ---------------------------------------------------------------------------------------------


def content_loss(features: Tensor, target: Tensor, *, paper: bool = False) -> Tensor:
    """Equation 1: squared distance of each picture's activations F to its photograph's P, from (B, N, h, w) to (B,).

    The paper's L = 1/2 sum (F - P)^2, or relative to the target's energy: sum (F - P)^2 / sum P^2.
    """
    distance = _sum_of_squares(features.to(target.dtype) - target)
    return distance / 2 if paper else distance / _energy(target)


def _energy(target: Tensor, least: Tensor | None = None) -> Tensor:
    # A black picture can have a target of no energy at all; the smallest number keeps its loss finite.
    energy = _sum_of_squares(target).clamp_min(1e-12)
    return energy if least is None else torch.maximum(energy, least)


def _sum_of_squares(each: Tensor) -> Tensor:
    return each.square().sum([*range(1, each.dim())])


# -- Style: equations 3 to 5 -----------------------------------------------------------------------------------------

FLAT = 1e-4
"""Share of the second moment's energy below which a covariance counts as none: relative to the covariance of an artwork
in a single colour, any brushstroke would be infinitely wrong."""


def gram_matrix(features: Tensor, mask: Tensor | None = None) -> Tensor:
    """Equation 3: the correlations of N feature maps, from (B, N, h, w) to (B, N, N).

    The paper's G_ij = sum_k F_ik F_jk, but as the mean over the M = h w positions rather than their sum, so that
    artwork and picture may differ in size; equation 4 accounts for it. mask: (1, 1, h, w), how much each position
    counts.
    """
    return second_moment_and_mean(features, mask)[0]


def moments(features: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Style's other description (`style_loss: moments`): mean (B, N) and covariance (B, N, N) of N feature maps."""
    second, mean = second_moment_and_mean(features, mask)
    return mean, _covariance(second, mean)


def _covariance(second_moment: Tensor, mean: Tensor) -> Tensor:
    # Not the mean of products of differences, which would copy every map once more.
    return second_moment - mean[:, :, None] * mean[:, None, :]


def layer_style_loss(
    statistic: Tensor, target: Tensor, *, paper: bool = False, least_energy: Tensor | None = None
) -> Tensor:
    """Equation 4: squared distance of two statistics of one layer, such as its Gram matrices G and A, to (B,).

    The paper's E_l = 1 / (4 N^2 M^2) sum (G - A)^2, where our Gram matrices are divided by M already; or relative to
    the target's energy, or to the least energy if that is more: sum (G - A)^2 / sum A^2.
    """
    distance = _sum_of_squares(statistic - target)
    return distance / (4 * target.shape[1] ** 2) if paper else distance / _energy(target, least_energy)


@dataclass(frozen=True, eq=False)
class LayerTarget:
    """What one layer's features are pulled towards on one region: statistics, and where (1, 1, h, w) they are taken.

    least_energy: what the energy of a statistic is taken to be at the least, (B,).
    """

    statistics: tuple[Tensor, ...]
    least_energy: Tensor
    mask: Tensor | None
    weight: float

    def loss(self, features: Tensor, settings: Settings) -> Tensor:
        """Equation 4, for each statistic that `style_loss` names."""
        return self.loss_of(*second_moment_and_mean(features, self.mask), settings)

    def loss_of(self, second_moment: Tensor, mean: Tensor, settings: Settings) -> Tensor:
        """Equation 4, from the second moment about zero (B, N, N) and the mean (B, N) of the features."""
        paper = settings.normalization == "paper"
        found = style_of(second_moment, mean, settings)
        return sum_of(
            layer_style_loss(f, t, paper=paper, least_energy=self.least_energy)
            for f, t in zip(found, self.statistics, strict=True)
        )


@dataclass(frozen=True, eq=False)
class StyleTarget:
    """A region's target at each style layer, and its share of the picture."""

    layers: dict[str, LayerTarget]
    share: float

    def measures(self, settings: Settings) -> list[Measure[Tensor]]:
        """Say where and how the losses E_l of its layers are measured."""
        return [(name, partial(target.loss, settings=settings)) for name, target in self.layers.items()]

    def masked(self) -> list[MaskedLayer]:
        """Say where moments are taken, and how much each position counts there."""
        return [(name, target.mask) for name, target in self.layers.items()]

    def loss(self, losses: Iterable[Tensor]) -> Tensor:
        """Equation 5: L_style = sum_l w_l E_l, the layer weights w_l adding up to one."""
        return weighted_mean([(target.weight, e) for target, e in zip(self.layers.values(), losses, strict=True)])


def style_of(second_moment: Tensor, mean: Tensor, settings: Settings) -> tuple[Tensor, ...]:
    """Give the statistics that `style_loss` names."""
    return (second_moment,) if settings.style_loss == "gram" else (mean, _covariance(second_moment, mean))


# -- Both: equation 7 ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class ContentTarget:
    """The photograph's activations P at a layer, and the layer's weight.

    features: None where they are computed tile by tile. described: their mean energy and means.
    """

    layer: str
    features: Tensor | None
    described: tuple[Tensor, Tensor]
    positions: int
    weight: float

    def measure(self, settings: Settings) -> Measure[Tensor]:
        """Say where and how its loss is measured."""
        assert self.features is not None
        paper = settings.normalization == "paper"
        return self.layer, partial(content_loss, target=self.features, paper=paper)

    def loss_of(self, distance: Tensor, settings: Settings) -> Tensor:
        """Equation 1, from the sum (F - P)^2."""
        energy = (self.described[0] * self.positions).clamp_min(1e-12)
        return distance / 2 if settings.normalization == "paper" else distance / energy


@dataclass(frozen=True, eq=False)
class Objective:
    """Equation 7: L_total = alpha L_content + beta L_style, and a little total variation against noise.

    Mostly of one picture, but of as many as there are targets side by side.

    octaves: the style targets of the picture, of a copy half its size, and so on. units: what a content loss and a
    style loss of one are. hold: what a clip's frame is held to. tiling: how a large picture is looked at, None for as a
    whole; losses and gradient are the same to rounding.
    """

    network: FeatureNetwork
    settings: Settings
    content: tuple[ContentTarget, ...]
    octaves: tuple[tuple[StyleTarget, ...], ...]
    units: Units = OF_ENERGY
    hold: Hold | None = None
    tiling: Tiling | None = None

    def __call__(self, picture: Tensor) -> Losses:
        """Give the losses of a picture (1, 3, H, W), or of several."""
        s = self.settings
        nothing = picture.new_zeros(len(picture))
        contents, styles, variation = self._distances(picture) if self.tiling is None else self._by_tiles(picture)
        content = weighted_mean(contents, nothing) / self.units.content
        style = weighted_mean(styles, nothing) / self.units.style
        total = s.content_weight * content + s.style_weight * style + s.tv_weight * variation
        if self.hold is None:
            return Losses(total, content, style, variation)
        temporal = self.hold.loss(crop(picture, s.margin))
        return Losses(total + self.hold.weight * temporal, content, style, variation, temporal)

    def _distances(self, picture: Tensor) -> tuple[list[Weighted], list[Weighted], Tensor]:
        """Equation 1 for each content layer and equation 5 for each octave, with their weights; total variation."""
        contents, styles, whole = list[Weighted](), list[Weighted](), picture
        for octave, targets in enumerate(self.octaves or [()]):
            picture = halve(picture) if octave else picture
            content = () if octave else self.content
            # Measured as the network computes its layers, since maps that wait for it take most of the memory.
            measures = [target.measure(self.settings) for target in content]
            measures += [measure for target in targets for measure in target.measures(self.settings)]
            found = iter(self.network.measure(picture, measures))
            contents += [(target.weight, next(found)) for target in content]
            if targets:
                losses = (target.share * target.loss(islice(found, len(target.layers))) for target in targets)
                styles.append((1.0, sum_of(losses)))
        return contents, styles, total_variation(whole)

    def _by_tiles(self, picture: Tensor) -> tuple[list[Weighted], list[Weighted], Tensor]:
        """Give the same of a picture that is looked at tile by tile."""
        assert self.tiling is not None
        s, layers = (
            self.settings,
            [[layer for target in targets for layer in target.masked()] for targets in self.octaves],
        )
        measured = self.tiling.measure(picture, [target.layer for target in self.content], layers)
        contents = [(t.weight, t.loss_of(d, s)) for t, d in zip(self.content, measured.distances, strict=True)]
        styles = list[Weighted]()
        for targets, found in zip(self.octaves, measured.moments, strict=False):
            rest = iter(found)
            losses = (
                target.share * target.loss(layer.loss_of(*next(rest), s) for layer in target.layers.values())
                for target in targets
            )
            styles.append((1.0, sum_of(losses)))
        return contents, styles, measured.variation

    def of(self, photograph: Extended) -> Objective:
        """Give the same of a photograph that is looked at in pieces, and need not be kept as a whole."""
        return self if self.tiling is None else replace(self, tiling=replace(self.tiling, photograph=photograph))


# -- Their targets: the photograph's F and the artworks' G, once for each scale --------------------------------------


def measure_targets(
    photograph: Tensor,
    styles: Sequence[Style],
    ground: Tensor | None,
    settings: Settings,
    network: FeatureNetwork,
    memory: StyleMemory | None = None,
    side: int | None = None,
) -> Objective:
    """Measure what a canvas of the photograph's size is pulled towards; its margin is no part of the picture.

    side: of the tiles in which it is looked at, in pixels, None for as a whole.
    """
    memory = StyleMemory() if memory is None else memory
    height, width = photograph.shape[2:]
    content = tuple(_content_targets(photograph, settings, network, side)) if settings.content_weight else ()
    octaves: tuple[tuple[StyleTarget, ...], ...] = ()
    if settings.style_weight and settings.layer_weights()[1]:
        octaves = tuple(_style_octaves(height, width, styles, ground, settings, network, memory))
    tiling = None if side is None else Tiling(network, side, Extended(photograph, 0))
    objective = Objective(network, settings, content, octaves, tiling=tiling)
    if settings.normalization == "paper" or not (content and octaves):
        return objective  # of what there is nothing else to weigh against, the unit does not matter
    return replace(objective, units=_measure_units(objective, photograph, styles, memory))


def _content_targets(
    photograph: Tensor, settings: Settings, network: FeatureNetwork, side: int | None
) -> Iterator[ContentTarget]:
    layers, _ = settings.layer_weights()
    if side is None:
        for name, features in network(photograph, layers).items():
            positions = features.shape[2] * features.shape[3]
            yield ContentTarget(name, features, energy_and_mean(features), positions, layers[name])
        return
    found = moments_by_tiles(photograph, [(name, None) for name in layers], network, side)
    for (name, weight), (second, mean) in zip(layers.items(), found, strict=True):
        positions = (photograph.shape[2] // stride(name)) * (photograph.shape[3] // stride(name))
        yield ContentTarget(name, None, (second[0].trace(), mean[0]), positions, weight)


def _measure_units(objective: Objective, photograph: Tensor, styles: Sequence[Style], memory: StyleMemory) -> Units:
    """Measure how far the photograph on its canvas and the artworks are apart, as equations 1 and 5 see it."""
    settings = objective.settings
    longest = max(photograph.shape[2:]) - 2 * settings.margin
    distances = []
    for style in styles:
        artwork = content_statistics(style, longest, settings, objective.network, memory)
        strangeness = [(t.weight, strangers_loss(t.described, artwork[t.layer])) for t in objective.content]
        distances.append((style.weight, weighted_mean(strangeness)))
    return Units.between(float(weighted_mean(distances)), float(objective(photograph).style))


def _style_octaves(
    height: int,
    width: int,
    styles: Sequence[Style],
    ground: Tensor | None,
    settings: Settings,
    network: FeatureNetwork,
    memory: StyleMemory,
) -> Iterator[tuple[StyleTarget, ...]]:
    """Give the style targets of a canvas of that size and of its halvings, as far as the deepest layer sees in them."""
    margin, together = settings.margin, settings.style_blend == "targets"
    least = 2 * max(map(stride, settings.layer_weights()[1]))
    for octave in range(settings.octaves):
        if octave and min(height, width) - 2 * margin < least:
            return
        longest = max(height, width) - 2 * margin
        found = regions(styles, ground, height, width, margin=margin, blend_targets=together)
        yield tuple(_style_target(region, longest, settings, network, memory) for region in found)
        height, width, margin = height // 2, width // 2, margin // 2


def _style_target(
    region: Region, longest: int, settings: Settings, network: FeatureNetwork, memory: StyleMemory
) -> StyleTarget:
    """Blend the statistics of a region's artworks: a single target, whose cost does not grow with their number."""
    _, weights = settings.layer_weights()
    described = [style_statistics(style, longest, settings, network, memory) for style, _ in region.styles]
    shares = [share for _, share in region.styles]
    layers = {}
    for name, weight in weights.items():
        # Second moments and means blend linearly, as if the artworks hung side by side in one picture.
        second, mean = (
            sum_of(share * raw for share, raw in zip(shares, raws, strict=True))
            for raws in zip(*(raw[name] for raw in described), strict=True)
        )
        statistics = style_of(second, mean, settings)
        least_energy = FLAT * _energy(second)
        layers[name] = LayerTarget(statistics, least_energy, mask_at(region.mask, name), weight)
    return StyleTarget(layers, region.share)
