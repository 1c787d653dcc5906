"""Command lines of K. Crowson's style-transfer-pytorch, as its own page shows them and as people vary them."""

from __future__ import annotations

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.settings import Settings

from .conftest import Imported, comments_of, text_of

ONE = "style_transfer cat.jpg starry_night.jpg"
TWO = "style_transfer cat.jpg starry_night.jpg the_scream.jpg"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("-s 1024", {"size": 1024, "pyramid": 128, "iterations": (1000, 500), "learning_rate": 0.02,
                     "normalization": "relative", "init": "content"}),
        ("-s 700+ -i 30 -ii 40 --init gray -r 3", {"size": 700, "iterations": (40, 30), "init": "noise", "seed": 3}),
        ("--optimizer lbfgs --step-size 0.5 --pooling average",
         {"optimizer": "lbfgs", "learning_rate": None, "pooling": "average"}),
    ],
)  # fmt: skip
def test_a_command_line_becomes_an_item_with_its_settings(
    imported: Imported, more: str, said: dict[str, object]
) -> None:
    item = imported("style-transfer-pytorch", f"{ONE} -o painted.tiff {more}")
    assert (item.content.name, item.output.name) == ("cat.jpg", "painted.tiff")
    assert [image.path.name for image in item.styles] == ["starry_night.jpg"]
    assert {key: getattr(item.settings, key) for key in said} == said


def test_several_artworks_keep_their_weights(imported: Imported) -> None:
    item = imported("crowsonkb", f"{TWO} --style-weights 3 7")
    assert [round(image.weight, 6) for image in item.styles] == [0.3, 0.7]
    assert item.settings.style_blend == "targets"


def test_weights_that_fit_no_artwork_are_said_and_left_out(imported: Imported) -> None:
    (only,) = imported("crowsonkb", f"{TWO} -sw 3 -2").styles
    assert only.path.name == "starry_night.jpg"
    said = comments_of(text_of("crowsonkb", f"{TWO} -sw 3 -2"))
    assert "--style-weights 3 -2: the_scream.jpg weighs less than nothing, here nothing" in said
    assert [image.weight for image in imported("crowsonkb", f"{TWO} -sw 3").styles] == [0.5, 0.5]
    assert "not one for each of 2 artworks; all weigh the same" in comments_of(text_of("crowsonkb", f"{TWO} -sw 3"))


def test_its_default_weights_are_ours_and_twice_those_are_twice_ours(imported: Imported) -> None:
    usual, ours = imported("crowsonkb", ONE).settings, Settings()
    assert (usual.content_weight, usual.tv_weight) == (ours.content_weight, ours.tv_weight)
    twice = imported("crowsonkb", f"{ONE} -cw 0.03 -tw 4").settings
    assert twice.content_weight == 2 * ours.content_weight
    assert twice.tv_weight == pytest.approx(2 * ours.tv_weight)


def test_a_start_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(UsageError, match="--init marble: that program starts from content, uniform"):
        text_of("crowsonkb", f"{ONE} --init marble")
