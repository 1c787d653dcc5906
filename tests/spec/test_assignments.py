from __future__ import annotations

import pytest

from stylepipe.spec.assignments import read_assignments
from stylepipe.spec.document import given
from stylepipe.spec.settings import Masks
from stylepipe.spec.video import VideoSettings


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("size", "256", 256),
        ("tolerance", "1e-3", 0.001),
        ("timeout", "1h30m", 5400.0),
        ("timeout", "none", None),
        ("memory", "8GiB", 2**33),
        ("memory", "1.5 GB", 1_500_000_000),
        ("memory", "auto", "auto"),
        ("style_layers", "[relu1_1, relu2_1]", {"relu1_1": 1.0, "relu2_1": 1.0}),
        ("style_layers", "{relu1_1: 0.5}", {"relu1_1": 0.5}),
        ("iterations", "[100, 50]", (100, 50)),
        ("init", "no", "no"),
        ("preset", "", None),
        ("content_blend", "null", None),
        ("seed", 7, 7),
        ("video.start", "1:30", VideoSettings(start=90)),
        ("video.audio", "none", VideoSettings(audio="none")),
        ("video.scene_cuts", "[48, 24]", VideoSettings(scene_cuts=(24, 48))),
        ("video.frame_rate", "30000/1001", VideoSettings(frame_rate="30000/1001")),
        ("video.pix_fmt", "yuv420p10le", VideoSettings(pix_fmt="yuv420p10le")),
    ],
)
def test_a_value_is_read_as_the_job_file_would_read_it(key: str, text: object, value: object):
    read = read_assignments({key: text})
    assert read.problems == []
    assert given(read.settings) == {key.partition(".")[0]: value}


def test_masks_can_be_set_one_by_one_or_together():
    one_by_one = read_assignments({"masks.content": "m/{content}.png", "masks.style": "alpha"})
    together = read_assignments({"masks": "{content: 'm/{content}.png', style: alpha}"})
    assert one_by_one.settings == together.settings
    assert given(one_by_one.settings) == {"masks": Masks(content="m/{content}.png", style="alpha")}


def test_text_needs_no_quotes_on_the_command_line():
    assert read_assignments({"output.name": "{job}/{content}", "output.dir": "no"}).output == {
        "name": "{job}/{content}",
        "dir": "no",
    }
    assert read_assignments({"masks.style": "{style}.png"}).settings.masks.style == "{style}.png"


@pytest.mark.parametrize(
    ("key", "text", "message", "hint"),
    [
        ("siez", "1", "unknown key `siez`", "did you mean `size`?"),
        ("defaults.size", "1", "unknown key `defaults.size`", "did you mean `size`?"),
        ("ouput.dir", "x", "unknown key `ouput.dir`", "did you mean `output.dir`?"),
        ("masks.all", "x", "unknown key `masks.all`", "there are masks.content, masks.style"),
        ("masks", "{contnt: x}", "unknown key `contnt`", "did you mean `content`?"),
        ("size", "big", "`size` needs a whole number or original, not `big`", None),
        ("size", "[1", "a comma or ] is missing before this", "the list was opened in line 1, column 1"),
        ("size", "", "`size` needs a whole number or original, not nothing", None),
        ("backbone", "vgg91", "`backbone` needs lite, vgg19 or vgg16, not `vgg91`", "did you mean `vgg19`?"),
        ("output.format", "mp5", "`format` needs png, jpg, webp, tiff, mp4, mkv, mov, webm, gif or frames, not `mp5`",
         "did you mean `mp4`?"),
        ("output.format", "[mp4, gif]", "`format` takes one kind of clip, not mp4 and gif", None),
        ("video.crf", "64", "`crf` needs at most 63, not `64`", None),
        ("video", "{codek: hevc}", "unknown key `codek`", "did you mean `codec`?"),
        ("video.codek", "hevc", "unknown key `video.codek`", "did you mean `video.codec`?"),
        ("init", "a\0b", "no text can hold the character \\x00", None),
    ],
)  # fmt: skip
def test_a_wrong_assignment_is_named_with_its_key(key: str, text: str, message: str, hint: str | None):
    (problem,) = read_assignments({key: text}).problems
    assert (problem.message, problem.hint, problem.origin, problem.line) == (message, hint, f"--set {key}", None)
