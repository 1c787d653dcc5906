import hashlib
import json
from typing import Any

import pytest

from stylepipe.spec.settings import Settings
from stylepipe.store import fingerprint as fingerprints
from stylepipe.store.fingerprint import Identity, StyleInput, fingerprint, identify
from stylepipe.store.reasons import damage, output_size, why_due
from stylepipe.store.records import UnreadableRecord

ONE, TWO = StyleInput("1" * 64, 0.7), StyleInput("2" * 64, 0.3)


def identity(
    *styles: StyleInput, content: str = "c", weights: str = "w", files: Any = None, output: Any = None, **settings: Any
) -> Identity:
    return identify(
        content, styles or [ONE], Settings(**settings), weights_sha256=weights, files=files, output=output or {}
    )


@pytest.fixture
def reason(changed, tmp_path):
    """Say why an item painted as `before` is due when `now` is asked for."""

    def say(before: Identity, now: Identity) -> str | None:
        stored = json.loads(json.dumps(before))
        return why_due(changed(identity=stored, fingerprint=fingerprint(before)), now, tmp_path / "cat--starry.png")

    return say


def test_the_same_again_is_up_to_date(reason):
    assert reason(identity(ONE, TWO), identity(ONE, TWO)) is None


def test_an_item_without_a_record_is_new(identity, tmp_path):
    assert why_due(None, identity, tmp_path / "a.png") == "new"


def test_a_record_that_makes_no_sense_is_said(identity, tmp_path):
    assert why_due(UnreadableRecord(tmp_path, "torn"), identity, tmp_path / "a.png") == "record unreadable"


def test_an_output_that_is_gone_is_said(record, identity, tmp_path):
    assert why_due(record, identity, tmp_path / "gone.png") == "output missing"
    assert why_due(record, identity, tmp_path) == "output missing"


def test_an_output_of_another_size_is_said(record, identity, tmp_path):
    (tmp_path / "cat--starry.png").write_bytes(b"pain")
    assert why_due(record, identity, tmp_path / "cat--starry.png") == "output changed size"


def test_a_folder_of_frames_is_up_to_date_when_its_files_have_the_recorded_size(changed, tmp_path):
    asked = identify("c", [ONE], Settings(), weights_sha256="w", clip=True, output={"format": "frames"})
    folder = tmp_path / "walk"
    record = changed(identity=asked, fingerprint=fingerprint(asked), output_size=7)
    assert why_due(record, asked, folder) == "output missing"
    folder.write_bytes(b"a file!")
    assert why_due(record, asked, folder) == "output missing"
    folder.unlink()
    folder.mkdir()
    (folder / "frame_00000.png").write_bytes(b"1234")
    assert why_due(record, asked, folder) == "output changed size"
    (folder / "frame_00001.png").write_bytes(b"123")
    assert why_due(record, asked, folder) is None
    assert output_size(folder, frames=True) == 7
    assert output_size(folder) is None


def test_what_changed_about_a_clip_is_said_by_its_key(reason):
    before, now = (
        identify("c", [ONE], Settings(video=video), weights_sha256="w", clip=True, output={"format": kind})
        for video, kind in (({}, "mp4"), ({"warm_start": "previous", "scene_cuts": [24, 48]}, "mkv"))
    )
    assert reason(before, now) == (
        "video.warm_start flow -> previous, video.scene_cuts auto -> [24, 48], video.temporal_weight 1 -> none, "
        "format mp4 -> mkv"
    )


def test_a_fingerprint_that_does_not_fit_its_record_is_said(changed, identity, tmp_path):
    edited = changed(fingerprint="f" * 64)
    assert why_due(edited, identity, tmp_path / "cat--starry.png") == "record does not match its fingerprint"


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ({}, {"content": "d"}, "content changed"),
        ({}, {"weights": "v"}, "weights changed"),
        ({}, {"weights": "v", "backbone": "vgg19"}, "backbone lite -> vgg19"),
        ({"iterations": 300}, {"iterations": 500}, "iterations 300 -> 500"),
        ({"iterations": 300}, {"iterations": [500, 200]}, "iterations 300 -> [500, 200]"),
        ({"style_weight": 50}, {"style_weight": 0.125}, "style_weight 50 -> 0.125"),
        ({"pyramid": True}, {"pyramid": 256}, "pyramid true -> 256"),
        ({"learning_rate": None}, {"learning_rate": 1}, "learning_rate none -> 1"),
        ({"style_scale": 1}, {"style_scale": 0.5}, "style_scale 1 -> 0.5"),
        ({"style_layers": ["relu1_1", "relu2_1"]}, {"style_layers": {"relu1_1": 2}},
            "style_layers.relu1_1 1 -> 2, style_layers.relu2_1 1 -> none"),
        ({"output": {"format": "png"}}, {"output": {"format": "jpg"}}, "format png -> jpg"),
        ({}, {"init": "a.png", "files": {"init": "a"}}, "init content -> file"),
        ({"init": "a.png", "files": {"init": "a"}}, {"init": "a.png", "files": {"init": "b"}}, "init changed"),
        ({}, {"masks": {"content": "m.png"}, "files": {"masks.content": "a"}}, "mask changed"),
        ({"masks": {"content": "m.png"}, "files": {"masks.content": "b"}}, {"masks": {"content": "m.png"},
            "files": {"masks.content": "a"}}, "mask changed"),
        ({"size": 512, "tv_weight": 0}, {"size": 640, "tv_weight": 1}, "size 512 -> 640, tv_weight 0 -> 1"),
    ],
)  # fmt: skip
def test_what_changed_is_said_in_the_words_of_the_job_file(reason, before, now, said):
    assert reason(identity(**before), identity(**now)) == said


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ([ONE], [TWO], "style changed"),
        ([ONE], [ONE, TWO], "style changed"),
        ([ONE, TWO], [StyleInput("1" * 64, 0.5), StyleInput("2" * 64, 0.5)],
            "style weight 0.7 -> 0.5, style weight 0.3 -> 0.5"),
        ([ONE], [StyleInput("1" * 64, scale=0.5)], "style_scale 1 -> 0.5"),
        ([StyleInput("1" * 64), StyleInput("2" * 64)], [StyleInput("1" * 64, scale=2), StyleInput("2" * 64, scale=2)],
            "style_scale 1 -> 2"),
        ([ONE], [StyleInput("1" * 64, mask="m")], "mask changed"),
    ],
)  # fmt: skip
def test_what_changed_about_styles_is_said(reason, before, now, said):
    assert reason(identity(*before), identity(*now)) == said


def test_another_algorithm_is_said_first(reason, monkeypatch):
    before = identity()
    monkeypatch.setattr(fingerprints, "ALGORITHM", fingerprints.ALGORITHM + 1)
    step = f"algorithm {before['algorithm']} -> {before['algorithm'] + 1}"
    assert reason(before, identity(size=640)) == f"{step}, size 512 -> 640"


def test_many_changes_are_counted_after_the_fourth(reason):
    now = identity(content="d", size=640, style_weight=1, tv_weight=1, tolerance=0.1, pooling="l2")
    assert reason(identity(style_weight=25), now) == (
        "content changed, size 512 -> 640, pooling max -> l2, style_weight 25 -> 1, and 2 more"
    )


@pytest.mark.parametrize("stored", [{}, {"styles": 3, "settings": [], "files": None}, {"styles": [1]}])
def test_an_identity_of_another_form_is_compared_without_an_error(changed, identity, tmp_path, stored):
    assert "style changed" in why_due(changed(identity=stored, fingerprint="f"), identity, tmp_path / "a.png")


def test_an_output_that_was_edited_to_the_same_size_is_found_only_by_its_hash(changed, tmp_path):
    output = tmp_path / "cat--starry.png"
    painted = changed(output_sha256=hashlib.sha256(b"paint").hexdigest())
    assert damage(painted, output, verify=True) is None
    output.write_bytes(b"Paint")
    assert damage(painted, output) is None
    assert damage(painted, output, verify=True) == "output is not what was painted"


def test_a_folder_of_frames_is_verified_frame_by_frame_in_their_order(changed, identity, tmp_path):
    output = tmp_path / "walk"
    output.mkdir()
    for number, content in enumerate((b"one", b"two")):
        (output / f"frame_{number:05d}.png").write_bytes(content)
    frames = b"".join(hashlib.sha256(content).digest() for content in (b"one", b"two"))
    painted = changed(
        identity={**identity, "output": {"format": "frames"}},
        output_sha256=hashlib.sha256(frames).hexdigest(),
        output_size=6,
    )
    assert damage(painted, output, verify=True) is None
    (output / "frame_00001.png").write_bytes(b"owt")
    assert damage(painted, output, verify=True) == "output is not what was painted"
