"""Command lines of A. Athalye's neural-style, as its own page shows them and as people vary them."""

from __future__ import annotations

import pytest

from .conftest import Imported, comments_of, text_of

ONE = "python neural_style.py --content cat.jpg --styles starry_night.jpg --output painted.jpg"
TWO = "--content cat.jpg --styles starry_night.jpg the_scream.jpg --output painted.jpg"


def said_of(command: str, size: tuple[int, int] | None = (800, 600)) -> str:
    return comments_of(text_of("anishathalye", command, size))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("--checkpoint-iterations=100 --checkpoint-output='foo_{:05}.jpg' --overwrite",
         {"size": "original", "optimizer": "adam", "snapshots": tuple(range(100, 1000, 100)), "init": "noise"}),
        ("--initial cat.jpg --initial-noiseblend 0.3 --width 300 --pooling avg --preserve-colors",
         {"size": 300, "init": "blend:0.3", "pooling": "average", "preserve_color": "luminance"}),
        ("--initial cat.jpg --learning-rate 2.55 --iterations 7",
         {"init": "content", "learning_rate": 0.01, "iterations": (7, 7), "snapshots": ()}),
        ("--content-weight-blend 0", {"content_layers": {"relu5_2": 1.0}}),
        ("--style-weight 0", {"style_weight": 0.0}),
        ("--content-weight 0", {"content_weight": 0.0, "content_layers": {"relu4_2": 0.0}, "style_weight": 1.0}),
    ],
)  # fmt: skip
def test_a_command_line_becomes_an_item_with_its_settings(
    imported: Imported, more: str, said: dict[str, object]
) -> None:
    item = imported("anishathalye", f"{ONE} {more}")
    assert (item.content.name, item.output.name) == ("cat.jpg", "painted.jpg")
    assert [image.path.name for image in item.styles] == ["starry_night.jpg"]
    assert {key: getattr(item.settings, key) for key in said} == said


def test_another_picture_to_begin_with_blends_with_no_noise(imported: Imported) -> None:
    item = imported("anishathalye", f"{ONE} --initial init.png --initial-noiseblend 0.3")
    assert str(item.settings.init).endswith("init.png")
    assert "--initial-noiseblend 0.3: noise blends with the photograph alone" in said_of(
        f"{ONE} --initial init.png --initial-noiseblend 0.3"
    )
    assert "--initial-noiseblend 0.3: it needs --initial" in said_of(f"{ONE} --initial-noiseblend 0.3")


def test_several_artworks_keep_their_weights_and_scales(imported: Imported) -> None:
    item = imported("anishathalye", f"{TWO} --style-blend-weights 3 7 --style-scales 1 0.5")
    assert [(round(image.weight, 6), image.scale) for image in item.styles] == [(0.3, None), (0.7, 0.5)]
    assert item.settings.style_blend == "losses"


@pytest.mark.parametrize("name", ["--style-blend-weights", "--style-scales"])
def test_numbers_that_are_not_one_for_each_artwork_are_left_out(imported: Imported, name: str) -> None:
    item = imported("anishathalye", f"{TWO} {name} 3")
    assert [(image.weight, image.scale) for image in item.styles] == [(0.5, None)] * 2
    assert f"{name}: 1 numbers for 2 artworks; all are 1" in said_of(f"{TWO} {name} 3")


@pytest.mark.parametrize(("size", "longest"), [((800, 600), 400), ((600, 800), 533), (None, 400)])
def test_its_width_becomes_the_longest_side(size: tuple[int, int] | None, longest: int) -> None:
    text = text_of("anishathalye", f"{ONE} --width 400", size)
    assert f"  size: {longest} " in text
    assert f"It holds for 400x{longest if size == (600, 800) else 300} px" in comments_of(text)
    assert ("taken to be 1024x768 px" in comments_of(text)) == (size is None)


def test_style_layers_weigh_more_and_more_or_less_and_less(imported: Imported) -> None:
    layers = imported("anishathalye", f"{ONE} --style-layer-weight-exp 0.5").settings.style_layers
    # Halved from layer to layer, and in the paper's units divided by the squares of 64, 128, 256, 512 and 512 maps.
    expected = [0.5**k / (maps / 64) ** 2 for k, maps in enumerate((64, 128, 256, 512, 512))]
    assert [*layers.values()] == pytest.approx(expected, rel=1e-5)


def test_snapshots_need_both_of_their_options(imported: Imported) -> None:
    for half in ("--checkpoint-iterations 100", "--checkpoint-output x.jpg"):
        assert imported("anishathalye", f"{ONE} {half}").settings.snapshots == ()
        assert "only both together write pictures on the way" in said_of(f"{ONE} {half}")
