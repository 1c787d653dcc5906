"""Every experiment of the source documents can be run, here at the size of a stamp."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from recipes import SEEDS, read_recipe

from stylepipe import load_spec, run
from stylepipe.batch.run import Options
from stylepipe.engine.stylize import content_loss, gram_matrix, layer_style_loss
from stylepipe.spec.document import given
from stylepipe.spec.expand import expand
from stylepipe.spec.jobfile import Spec

QUICK = {"size": "32", "iterations": "2", "video.end": "0.8", "video.frame_iterations": "1"}


def load_small(path: Path, folder: Path) -> Spec:
    swept = {key for job in load_spec(path).document.jobs for key in given(job.sweep)}
    quick = {key: value for key, value in QUICK.items() if key not in swept}
    return load_spec(path, {**quick, "output.dir": str(folder)})


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_an_experiment_can_be_planned_and_its_first_and_last_picture_painted(path: Path, tmp_path: Path) -> None:
    spec = load_small(path, tmp_path)
    items = expand(spec)
    ends = {item.name: item for item in (items[0], items[-1])}
    summary = run(spec, Options(workers=0, only=[*ends]))
    assert (summary.done, summary.failed) == (len(ends), 0)
    assert all(item.output.exists() for item in ends.values())


@pytest.mark.slow
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_all_of_an_experiment_can_be_painted(path: Path, tmp_path: Path) -> None:
    spec = load_small(path, tmp_path)
    summary = run(spec, Options(workers=0))
    assert (summary.done, summary.failed) == (len(expand(spec)), 0)


def test_an_experiment_is_named_after_the_documents_whose_it_is() -> None:
    for path in SEEDS:
        assert read_recipe(path).title.startswith(path.stem.partition("_")[0].upper())


def test_automatic_differentiation_gives_the_closed_forms_of_equations_2_and_6() -> None:
    random = torch.Generator().manual_seed(1)
    before, photograph, artwork = torch.randn(3, 1, 5, 4, 6, generator=random, dtype=torch.float64)
    before.requires_grad_()
    features, target = before.relu(), gram_matrix(artwork.relu())
    active, maps, positions = before > 0, 5, 24
    content = content_loss(features, photograph, paper=True)
    style = layer_style_loss(gram_matrix(features), target, paper=True)
    (of_content,) = torch.autograd.grad(content, before, retain_graph=True)
    (of_style,) = torch.autograd.grad(style, before)
    apart = (gram_matrix(features) - target) * positions  # the paper's Gram matrices are sums
    closed = (apart @ features.flatten(2)).view_as(features) / (maps * positions) ** 2
    torch.testing.assert_close(of_content, (features - photograph) * active)
    torch.testing.assert_close(of_style, closed * active)
