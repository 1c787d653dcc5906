"""Command lines of neural-style and neural-style-pt, as their own pages show them and as people vary them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import UsageError

from .conftest import Imported, comments_of, text_of

ONE = "-style_image starry_night.jpg -content_image cat.jpg"
TWO = "-style_image starry_night.jpg,the_scream.jpg -content_image cat.jpg"


@pytest.mark.parametrize(
    ("tool", "command", "said"),
    [
        ("jcjohnson", f"th neural_style.lua {ONE}", {"size": 512, "history": 100, "init": "noise", "weights": "caffe"}),
        ("neural-style", f"th neural_style.lua {ONE} -gpu -1 -image_size 256 -print_iter 1", {"size": 256}),
        ("jcjohnson", f"th neural_style.lua {ONE} -gpu 0 -backend cudnn -cudnn_autotune -optimizer adam -init image",
         {"optimizer": "adam", "learning_rate": 0.0392157, "init": "content"}),
        ("jcjohnson", f"th neural_style.lua {ONE} -original_colors 1 -style_scale 0.5 -pooling avg -seed 123",
         {"preserve_color": "luminance", "style_scale": 0.5, "pooling": "average", "seed": 123}),
        ("neural-style-pt", f"python3 neural_style.py {ONE} -num_iterations 500 -save_iter 0",
         {"iterations": (500, 500), "snapshots": (), "backbone": "vgg19"}),
        ("neural-style-pt", f"neural-style {ONE} -model_file vgg16-00b39a1b.pth -init image -init_image init.png",
         {"backbone": "vgg16"}),
        ("ProGamerGov", f"python neural_style.py {ONE} -gpu c -backend mkl -optimizer adam -learning_rate 2",
         {"learning_rate": 0.00784314}),
        ("neural-style-pt", f"{ONE} -num_iterations 300 -lbfgs_num_correction 500",
         {"snapshots": (100, 200), "history": 200, "seed": 0}),
        ("jcjohnson", f"{ONE} -lbfgs_num_correction 7 -content_weight 0", {"history": 7, "content_weight": 0.0}),
        ("neural-style-pt", f"{ONE} -style_weight 0", {"style_weight": 0.0, "content_weight": 1.0}),
    ],
)  # fmt: skip
def test_a_command_line_becomes_an_item_with_its_settings(
    imported: Imported, tool: str, command: str, said: dict[str, object]
) -> None:
    item = imported(tool, command)
    assert (item.content.name, item.output.name) == ("cat.jpg", "out.png")
    assert [image.path.name for image in item.styles] == ["starry_night.jpg"]
    assert {key: getattr(item.settings, key) for key in said} == said


def test_several_artworks_keep_their_weights(imported: Imported) -> None:
    item = imported("jcjohnson", f"{TWO} -style_blend_weights 3,7")
    assert [round(image.weight, 6) for image in item.styles] == [0.3, 0.7]
    assert item.settings.style_blend == "targets"


def test_all_pictures_of_a_folder_of_artworks_are_meant_in_its_place(
    imported: Imported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "art").mkdir()
    for name in ("d.png", "b.png", "a.JPG", "e.webp", "c.tif", "notes.txt"):
        (tmp_path / "art" / name).touch()
    item = imported("neural-style-pt", "-content_image cat.jpg -style_image the_scream.jpg,art,starry_night.jpg")
    names = ["the_scream.jpg", "a.JPG", "b.png", "c.tif", "d.png", "e.webp", "starry_night.jpg"]
    assert [image.path.name for image in item.styles] == names


def test_weights_that_are_not_one_for_each_artwork_are_left_out(imported: Imported) -> None:
    command = f"{TWO} -style_blend_weights 3,7,1"
    assert [image.weight for image in imported("neural-style-pt", command).styles] == [0.5, 0.5]
    said = comments_of(text_of("neural-style-pt", command))
    assert "-style_blend_weights 3,7,1: 3 weights for 2 artworks; all weigh the same" in said


@pytest.mark.parametrize("weights", ["3,7,", "a,b", "3;7"])
def test_weights_that_are_no_numbers_are_refused(weights: str) -> None:
    with pytest.raises(UsageError, match=f"-style_blend_weights {weights} are no numbers; write them as 3,7"):
        text_of("neural-style-pt", f"{TWO} -style_blend_weights '{weights}'")


def test_every_default_is_spoken_of_where_it_decides() -> None:
    text = text_of("neural-style-pt", ONE)
    for said in ("-tv_weight, by default 0.001", "-init, by default random", "-save_iter, by default 100"):
        assert said in text


def test_what_has_no_equivalent_is_named_with_what_to_do_instead() -> None:
    text = comments_of(text_of("neural-style-pt", f"{ONE} -gpu c -model_file nin.pth -content_layers conv4_2,pool1"))
    assert "-gpu c: said when it runs, with stylepipe run --device cpu" in text
    assert "-model_file nin.pth: that network is not here; vgg19 is the nearest" in text
    assert "conv4_2 is measured behind its ReLU" in text
    assert "pool1 can be no layer here" in text


@pytest.mark.parametrize(("gpu", "device"), [("-1", "cpu"), ("c", "cpu"), ("2,0", "cuda:2"), ("1", "cuda:1")])
def test_the_device_is_said_when_it_runs(gpu: str, device: str) -> None:
    said = comments_of(text_of("neural-style-pt", f"{ONE} -gpu {gpu}"))
    assert (
        f"-gpu {gpu}: said when it runs, with stylepipe run --device {device} *" in f"{said.partition('version')[0]}*"
    )


def test_gradients_that_are_normalized_mean_what_each_of_the_programs_makes_of_it(imported: Imported) -> None:
    plain, squared, left = (
        imported(tool, f"{ONE} -content_weight 2 -style_weight 6 {more}").settings.style_weight
        for tool, more in (
            ("neural-style-pt", ""),
            ("neural-style-pt", "-normalize_gradients"),
            ("jcjohnson", "-normalize_gradients"),
        )
    )
    assert squared == pytest.approx(3 * plain, rel=1e-5)
    assert left == plain
    assert "gradients are not scaled layer by layer" in comments_of(text_of("jcjohnson", f"{ONE} -normalize_gradients"))


def test_a_learning_rate_without_adam_is_said_to_count_for_nothing(imported: Imported) -> None:
    assert imported("neural-style-pt", f"{ONE} -learning_rate 3").settings.learning_rate is None
    said = comments_of(text_of("neural-style-pt", f"{ONE} -learning_rate 3"))
    assert "-learning_rate 3: it counts for adam alone, there too" in said


@pytest.mark.parametrize(
    ("size", "said"),
    [((600, 800), "for 384x512 px (3072 positions in relu4_2)"), ((1000, 100), "for 512x51 px (384 positions")],
)
def test_weights_hold_for_the_size_at_which_the_photograph_is_painted(size: tuple[int, int], said: str) -> None:
    assert said in comments_of(text_of("neural-style-pt", ONE, size))


def test_a_photograph_that_is_not_here_is_taken_for_one_of_usual_shape() -> None:
    said = comments_of(text_of("neural-style-pt", ONE, size=None))
    assert "taken to be 4:3" in said
    assert "It holds for 512x384 px" in said
