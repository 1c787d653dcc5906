from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from stylepipe.batch.feature_maps import write_feature_sheets
from stylepipe.errors import EnvironmentLacksError, PictureError, UsageError
from stylepipe.spec.settings import Settings

from ..conftest import save_picture

SMALL = Settings(size=64)


def test_each_layer_has_a_sheet_named_after_it(tmp_path: Path) -> None:
    image = save_picture(tmp_path / "cat.png", 80, 60)
    layers = ["relu1_1", "relu5_1"]
    sheets = write_feature_sheets(image, layers, tmp_path / "sheets" / "maps.jpg", SMALL, most=4)
    assert [sheet.name for sheet in sheets] == ["maps--relu1_1.jpg", "maps--relu5_1.jpg"]
    for sheet in sheets:
        with Image.open(sheet) as picture:
            assert picture.format == "JPEG"


def test_a_single_sheet_has_the_name_that_was_given(tmp_path: Path) -> None:
    image = save_picture(tmp_path / "cat.png", 80, 60)
    assert write_feature_sheets(image, ["relu2_1"], tmp_path / "a.png", SMALL, most=1) == [tmp_path / "a.png"]


def test_without_a_name_a_sheet_lies_here_named_after_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    image = save_picture(tmp_path / "in" / "cat.png", 80, 60)
    assert write_feature_sheets(image, ["relu2_1"], None, SMALL, most=1, grey=True) == [Path("cat--relu2_1.png")]
    assert Path("cat--relu2_1.png").is_file()


@pytest.mark.parametrize(
    ("layer", "output", "backbone", "said"),
    [
        ("relu3_7", "a.png", "lite", "lite has no such layer; did you mean `relu3_"),
        ("conv9", "a.png", "lite", "there are relu1_1 to relu5_4"),
        ("relu3_4", "a.png", "vgg16", "vgg16 has no such layer"),
        ("relu3_1", "a.bmp", "lite", "a sheet is a picture, whose name ends in one of .png"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_read(
    tmp_path: Path, layer: str, output: str, backbone: str, said: str
) -> None:
    settings = SMALL.model_copy(update={"backbone": backbone})
    with pytest.raises(UsageError, match=said):
        write_feature_sheets(tmp_path / "nothing.png", [layer], tmp_path / output, settings, most=1)


def test_a_file_that_is_no_picture_and_weights_that_are_not_here_are_said_as_ever(
    tmp_path: Path, weights_dir: Path
) -> None:
    with pytest.raises(PictureError):
        write_feature_sheets(tmp_path / "nothing.png", ["relu1_1"], None, SMALL, most=1)
    image = save_picture(tmp_path / "cat.png", 80, 60)
    with pytest.raises(EnvironmentLacksError, match="stylepipe weights fetch vgg19"):
        write_feature_sheets(image, ["relu1_1"], None, Settings(size=64, backbone="vgg19"), most=1)
