"""Command lines as those programs' own pages show them become job files that can be read; nothing typed gets lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.load import load_spec
from stylepipe.spec.peers.tools import TOOLS, imported_text

PHOTOGRAPH = (800, 600)


def text_of(tool: str, command: str, size: tuple[int, int] | None = PHOTOGRAPH) -> str:
    return imported_text(tool, command, Path(), size_of=lambda _: size)


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Import a command line whose files are here; give its only item."""

    def make(tool: str, command: str) -> Item:
        monkeypatch.chdir(tmp_path)
        for name in ("cat.jpg", "starry_night.jpg", "the_scream.jpg", "init.png"):
            (tmp_path / name).touch()
        (tmp_path / "job.yaml").write_text(text_of(tool, command), encoding="utf-8")
        (item,) = expand(load_spec("job.yaml"))
        return item

    return make


ONE = "-style_image starry_night.jpg -content_image cat.jpg"


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
        ("anishathalye", "python neural_style.py --content cat.jpg --styles starry_night.jpg --output painted.jpg "
         "--checkpoint-iterations=100 --checkpoint-output='foo_{:05}.jpg' --overwrite",
         {"size": "original", "optimizer": "adam", "snapshots": tuple(range(100, 1000, 100)), "init": "noise"}),
        ("anishathalye", "python neural_style.py --content cat.jpg --styles starry_night.jpg --output painted.jpg "
         "--initial cat.jpg --initial-noiseblend 0.3 --width 300 --pooling avg --preserve-colors",
         {"size": 300, "init": "blend:0.3", "pooling": "average", "preserve_color": "luminance"}),
        ("style-transfer-pytorch", "style_transfer cat.jpg starry_night.jpg -o painted.tiff -s 1024",
         {"size": 1024, "pyramid": 128, "iterations": (1000, 500), "learning_rate": 0.02, "normalization": "relative"}),
    ],
)  # fmt: skip
def test_a_command_line_becomes_an_item_with_its_settings(imported, tool: str, command: str, said) -> None:
    item = imported(tool, command)
    assert item.content.name == "cat.jpg"
    assert [image.path.name for image in item.styles] == ["starry_night.jpg"]
    assert {key: getattr(item.settings, key) for key in said} == said
    assert item.output.stem in ("out", "painted")


@pytest.mark.parametrize(
    ("tool", "command", "blend"),
    [
        ("jcjohnson", "-style_image starry_night.jpg,the_scream.jpg -style_blend_weights 3,7 -content_image cat.jpg",
         "targets"),
        ("anishathalye", "--content cat.jpg --styles starry_night.jpg the_scream.jpg --style-blend-weights 3 7 "
         "--output out.jpg", "losses"),
        ("crowsonkb", "style_transfer cat.jpg starry_night.jpg the_scream.jpg --style-weights 3 7", "targets"),
    ],
)  # fmt: skip
def test_several_artworks_keep_their_weights(imported, tool: str, command: str, blend: str) -> None:
    item = imported(tool, command)
    assert [round(image.weight, 6) for image in item.styles] == [0.3, 0.7]
    assert item.settings.style_blend == blend


@pytest.mark.parametrize("tool", TOOLS)
def test_whatever_is_typed_is_spoken_of(tool: str) -> None:
    known = TOOLS[tool]
    files = "" if known.options[0].names[0].startswith("-") else "a.jpg b.jpg "
    for names in (option.names for option in known.options if option.names[0].startswith("-")):
        name, flag = max(names, key=len), next(one for one in known.options if one.names == names).nargs == 0
        value = {"--init": " content", "-pooling": " avg"}.get(name, " 7") if not flag else ""
        text = text_of(tool, f"{files}{name}{value}")
        explained = text.replace(f"#     {files}{name}{value}\n", "")
        assert f"{name}{value}" in explained.replace("\n#   ", " "), name


def test_every_default_is_spoken_of_where_it_decides(imported) -> None:
    text = text_of("neural-style-pt", ONE)
    for said in ("-tv_weight, by default 0.001", "-init, by default random", "-save_iter, by default 100"):
        assert said in text


def test_what_has_no_equivalent_is_named_with_what_to_do_instead(imported) -> None:
    text = " ".join(
        text_of("neural-style-pt", f"{ONE} -gpu c -model_file nin.pth -content_layers conv4_2,pool1").split()
    )
    assert "-gpu c: said when it runs, with stylepipe run --device cpu" in text
    assert "-model_file nin.pth: that network is not here; vgg19 is the nearest" in text
    assert "conv4_2 is measured behind its ReLU" in text.replace(" # ", " ")
    assert "pool1 can be no layer here" in text.replace(" # ", " ")


def test_a_photograph_that_is_not_here_is_taken_for_one_of_usual_shape() -> None:
    assert "taken to be 4:3" in " ".join(text_of("neural-style-pt", ONE, size=None).split())


def test_a_command_on_several_lines_is_one() -> None:
    text = text_of("neural-style-pt", "python3 neural_style.py \\\n  -image_size 300 \\\n -content_image cat.jpg")
    assert "  size: 300" in text


def test_an_unknown_program_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="--from deepdream: there are neural-style-pt, jcjohnson"):
        text_of("deepdream", "")
