"""What is due is said with its reason, nothing is written, and torch is never loaded."""

from __future__ import annotations

import os
import shutil
import signal
from hashlib import sha256
from pathlib import Path
from types import FrameType

import pytest
from PIL import Image

from stylepipe import load_spec
from stylepipe.batch.plan import plan
from stylepipe.errors import ExitCode, StoppedError, UsageError
from stylepipe.spec.presets import load_preset
from stylepipe.spec.problems import SpecError
from stylepipe.store.failures import clear_failure
from stylepipe.store.fingerprint import Identity
from stylepipe.store.records import Input

from ..conftest import QUICK, save_picture
from .conftest import Job, Start, answer, carry_out, fail, files_in, reasons

ALL = ("cat--night", "cat--wave", "dog--night", "dog--wave")
ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
BLEND = """
styles:
  blend:
    - {image: art/night.png, weight: 3}
    - {image: art/wave.png, weight: 1}
jobs:
  - {contents: photos/cat.png, styles: blend}
"""
PLAN = """
import sys
from stylepipe import load_spec, plan
planned = plan(load_spec(sys.argv[1]))
print(len(planned), "torch" in sys.modules, "PIL" in sys.modules)
"""
UNREADABLE = Path("/proc/self/mem")
"""A regular file that even the superuser cannot read from its beginning."""


def test_before_the_first_run_every_item_is_new_in_the_order_of_the_job_file(job: Job) -> None:
    assert list(reasons(job()).items()) == [(name, "new") for name in ALL]


def test_after_a_run_everything_is_up_to_date(job: Job) -> None:
    file = job()
    carry_out(file)
    assert reasons(file) == dict.fromkeys(ALL)


def test_planning_writes_nothing(job: Job, tmp_path: Path) -> None:
    file = job()
    before = files_in(tmp_path)
    reasons(file)
    assert files_in(tmp_path) == before
    assert not (tmp_path / "out").exists()
    carry_out(file)
    before = files_in(tmp_path)
    reasons(file, force=True)
    assert files_in(tmp_path) == before


def test_planning_loads_neither_torch_nor_pillow(job: Job, python: Start) -> None:
    file = job("jobs:\n  - contents: photos/*.png\n    styles: art/*.png\n    set: {backbone: vgg19}\n")
    assert answer(python(PLAN, file)) == "4 False False"


def test_an_output_that_was_deleted_is_due(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    (tmp_path / "out" / "cat--wave.png").unlink()
    assert reasons(file) == {**dict.fromkeys(ALL), "cat--wave": "output missing"}


def test_an_output_that_was_cut_short_is_due(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    with (tmp_path / "out" / "cat--night.png").open("r+b") as output:
        output.truncate(100)
    assert reasons(file) == {"cat--night": "output changed size"}


def test_a_photograph_that_changed_makes_its_items_due(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    save_picture(tmp_path / "photos" / "dog.png", seed=9)
    assert reasons(file) == {
        "cat--night": None,
        "cat--wave": None,
        "dog--night": "content changed",
        "dog--wave": "content changed",
    }


def test_an_artwork_that_changed_makes_its_items_due(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    save_picture(tmp_path / "art" / "wave.png", seed=9)
    assert reasons(file) == {
        "cat--night": None,
        "cat--wave": "style changed",
        "dog--night": None,
        "dog--wave": "style changed",
    }


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iterations": 3}, "iterations 2 -> 3"),
        ({"size": 40, "style_weight": 10}, "size 32 -> 40, style_weight 50 -> 10"),
        ({"preserve_color": "luminance"}, "preserve_color none -> luminance, color_strength none -> 1"),
        ({"init": "noise"}, "init content -> noise, seed none -> 0"),
        ({"output.format": "jpg"}, "format png -> jpg, quality none -> 95, bits 8 -> none"),
        ({"output.bits": 16}, "bits 8 -> 16"),
    ],
)
def test_a_setting_that_changed_is_said_as_before_and_after(job: Job, change: dict[str, object], reason: str) -> None:
    file = job(ONE, defaults=f"{QUICK}, style_weight: 50, preserve_color: none, color_strength: 1, seed: 0")
    carry_out(file)
    assert reasons(file, change) == {"cat--night": reason}


@pytest.mark.parametrize("change", [{"seed": 5}, {"timeout": "1h"}, {"max_megapixels": 5}, {"history": 10}])
def test_a_setting_that_this_picture_does_not_use_changes_nothing(job: Job, change: dict[str, object]) -> None:
    file = job(ONE)
    carry_out(file)
    assert reasons(file, change) == {"cat--night": None}


def test_another_preset_is_due_for_what_it_sets_and_not_for_its_name(job: Job) -> None:
    file = job(ONE, defaults="size: 32, pyramid: false, timeout: 1m")
    carry_out(file, {"iterations": 2})
    assert reasons(file, {"preset": "balanced", "iterations": 2}) == {"cat--night": None}
    (iterations,) = load_preset("draft").iterations
    reason = reasons(file, {"preset": "draft"})["cat--night"]
    assert reason is not None
    assert f"iterations 2 -> {iterations}" in reason


def test_the_shares_of_a_blend_are_said_and_equal_proportions_are_equal(job: Job, tmp_path: Path) -> None:
    file = job(BLEND)
    carry_out(file)
    job(BLEND.replace("weight: 3", "weight: 6").replace("weight: 1", "weight: 2"))
    assert reasons(file) == {"cat--blend": None}
    job(BLEND.replace("weight: 3", "weight: 1"))
    reason = reasons(file)["cat--blend"]
    assert reason is not None
    assert set(reason.split(", ")) == {"style weight 0.75 -> 0.5", "style weight 0.25 -> 0.5"}


def test_a_mask_that_changed_makes_its_item_due(job: Job, tmp_path: Path) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    Image.new("L", (8, 8), 255).save(masks / "cat.png")
    Image.new("L", (8, 8), 255).save(masks / "dog.png")
    file = job(defaults=f"{QUICK}, masks: {{content: 'masks/{{content}}.png'}}")
    carry_out(file)
    assert reasons(file) == dict.fromkeys(ALL)
    Image.new("L", (8, 8), 200).save(masks / "dog.png")
    assert reasons(file) == {
        "cat--night": None,
        "cat--wave": None,
        "dog--night": "mask changed",
        "dog--wave": "mask changed",
    }


def test_a_mask_of_one_artwork_that_changed_makes_its_item_due(job: Job, tmp_path: Path) -> None:
    Image.new("L", (8, 8), 255).save(tmp_path / "sky.png")
    file = job(
        "styles:\n  sky: [{image: art/night.png, mask: sky.png}]\njobs:\n  - {contents: photos/cat.png, styles: sky}\n"
    )
    carry_out(file)
    assert reasons(file) == {"cat--sky": None}
    Image.new("L", (8, 8), 100).save(tmp_path / "sky.png")
    assert reasons(file) == {"cat--sky": "mask changed"}


def test_an_image_to_start_from_that_changed_makes_its_item_due(job: Job, tmp_path: Path) -> None:
    start = save_picture(tmp_path / "start.png", seed=5)
    file = job(ONE, defaults=f"{QUICK}, init: start.png")
    carry_out(file)
    assert reasons(file) == {"cat--night": None}
    save_picture(start, seed=6)
    assert reasons(file) == {"cat--night": "init changed"}


def test_a_clip_is_due_for_its_own_settings_and_a_picture_is_not(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: [photos/cat.png, photos/walk.mp4]\n    styles: art/night.png\n")
    (tmp_path / "photos" / "walk.mp4").write_bytes(b"a clip")

    def identities(change: dict[str, object]) -> tuple[Identity | None, ...]:
        return tuple(entry.identity for entry in plan(load_spec(file, change)))

    cat, walk = identities({})
    assert cat is not None
    assert walk is not None
    assert (cat["output"], walk["output"]) == ({"format": "png", "bits": 8}, {"format": "mp4"})
    assert walk["content"] == sha256(b"a clip").hexdigest()
    assert identities({"video.crf": 20})[0] == cat
    assert identities({"video.crf": 20})[1] != walk
    for change in ({"snapshots": [1]}, {"output.bits": 16}):
        assert identities(change)[0] != cat
        assert identities(change)[1] == walk


def test_a_folder_of_frames_is_an_input_by_the_frames_in_it(job: Job, tmp_path: Path) -> None:
    for number in (1, 2):
        save_picture(tmp_path / "frames" / "walk" / f"f_{number}.png", seed=number)
    file = job("jobs:\n  - contents: frames/*\n    frames: true\n    styles: art/night.png\n")

    def content() -> Input:
        (entry,) = plan(load_spec(file))
        assert (entry.item.name, entry.reason) == ("walk--night", "new")
        return entry.inputs[0]

    before = content()
    assert (before.role, before.path) == ("content", str(tmp_path / "frames" / "walk"))
    (tmp_path / "frames" / "walk" / "notes.txt").touch()
    assert content() == before
    save_picture(tmp_path / "frames" / "walk" / "f_2.png", seed=3)
    assert content().sha256 != before.sha256


def test_a_folder_whose_images_are_no_frames_is_due_and_says_why(job: Job, tmp_path: Path) -> None:
    save_picture(tmp_path / "frames" / "walk" / "cover.png", seed=1)
    file = job("jobs:\n  - contents: frames/walk\n    frames: true\n    styles: art/night.png\n")
    reason = reasons(file)["walk--night"]
    assert reason is not None
    assert reason.endswith("walk: cannot be read: it holds no images whose names end in a number")


def test_touching_the_inputs_makes_nothing_due(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    for path in [*tmp_path.glob("photos/*"), *tmp_path.glob("art/*"), *tmp_path.glob("out/*.png"), file]:
        os.utime(path)
    assert reasons(file) == dict.fromkeys(ALL)


def test_moving_the_whole_folder_makes_nothing_due(job: Job, tmp_path: Path) -> None:
    Image.new("L", (8, 8), 255).save(tmp_path / "mask.png")
    file = job(defaults=f"{QUICK}, init: art/wave.png, masks: {{content: mask.png}}")
    carry_out(file)
    elsewhere = tmp_path / "another disk" / "job"
    elsewhere.mkdir(parents=True)
    for name in ("photos", "art", "out", "mask.png", "job.yaml"):
        shutil.move(tmp_path / name, elsewhere / name)
    assert reasons(elsewhere / "job.yaml") == dict.fromkeys(ALL)


def test_a_record_that_is_broken_makes_its_item_due(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    (tmp_path / "out" / ".stylepipe" / "records" / "cat--night.json").write_text("{")
    assert reasons(file) == {"cat--night": "record unreadable"}


@pytest.mark.skipif(not UNREADABLE.exists(), reason="needs Linux's /proc")
def test_an_input_that_cannot_be_read_is_due_and_says_why(job: Job, tmp_path: Path) -> None:
    file = job()
    (tmp_path / "photos" / "cat.png").unlink()
    (tmp_path / "photos" / "cat.png").symlink_to(UNREADABLE)
    planned = plan(load_spec(file))
    assert planned[0].reason == f"{tmp_path}/photos/cat.png: cannot be read: Input/output error"
    assert planned[0].identity is None
    assert [entry.reason for entry in planned[2:]] == ["new", "new"]


def test_a_pipe_among_the_photographs_is_no_reason_to_wait_for_ever(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/pipe.png\n    styles: art/night.png\n")
    os.mkfifo(tmp_path / "photos" / "pipe.png")
    reason = reasons(file)["pipe--night"]
    assert reason is not None
    assert "is no regular file but a pipe" in reason


def test_only_the_items_that_fit_a_pattern_count(job: Job) -> None:
    file = job()
    assert list(reasons(file, only=["cat*"])) == ["cat--night", "cat--wave"]
    assert list(reasons(file, only=["*--wave", "dog--night"])) == ["cat--wave", "dog--night", "dog--wave"]


def test_a_pattern_that_fits_nothing_names_some_items(job: Job) -> None:
    file = job()
    with pytest.raises(UsageError) as caught:
        reasons(file, only=["cow*", "hen*"])
    assert str(caught.value) == (
        "--only cow* hen*: fits none of the 4 items, such as cat--night, cat--wave, dog--night"
    )


def test_force_makes_everything_due_and_keeps_better_reasons(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    (tmp_path / "out" / "dog--wave.png").unlink()
    assert reasons(file, force=True) == {**dict.fromkeys(ALL, "forced"), "dog--wave": "output missing"}


def test_a_job_file_that_went_wrong_since_it_was_loaded_is_an_error(job: Job, tmp_path: Path) -> None:
    spec = load_spec(job())
    shutil.rmtree(tmp_path / "art")
    with pytest.raises(SpecError, match=r"art/\*\.png matches nothing"):
        plan(spec)


def test_a_signal_while_inputs_are_hashed_ends_the_planning_and_not_one_item(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    with (tmp_path / "photos" / "cat.png").open("wb") as photograph:
        photograph.truncate(8 * 2**30)  # without a byte on the disk, and many seconds of hashing

    def terminate(_signal: int, _frame: FrameType | None) -> None:
        raise StoppedError(ExitCode.TERMINATED)

    before = signal.signal(signal.SIGALRM, terminate)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(StoppedError):
            reasons(file)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_item_that_failed_says_so_until_something_about_it_changes(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    fail(file, "cat--night")
    assert reasons(file) == {"cat--night": "failed: no luck"}
    assert reasons(file, {"iterations": 3}) == {"cat--night": "new"}
    carry_out(file)
    clear_failure(tmp_path / "out", "cat--night")
    assert reasons(file) == {"cat--night": None}
    fail(file, "cat--night")
    assert reasons(file) == {"cat--night": None}
    assert reasons(file, {"iterations": 3}) == {"cat--night": "iterations 2 -> 3"}


def test_an_item_whose_input_still_cannot_be_read_says_what_is_wrong_now(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/pipe.png\n    styles: art/night.png\n")
    os.mkfifo(tmp_path / "photos" / "pipe.png")
    fail(file, "pipe--night")
    (entry,) = plan(load_spec(file))
    assert entry.reason is not None
    assert "is no regular file but a pipe" in entry.reason
    assert entry.failure is not None


def test_an_output_that_was_edited_is_due_when_outputs_are_verified(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    output = tmp_path / "out" / "cat--night.png"
    assert reasons(file, verify=True) == {"cat--night": None}
    output.write_bytes(output.read_bytes()[:-1] + b"x")
    assert reasons(file) == {"cat--night": None}
    assert reasons(file, verify=True) == {"cat--night": "output is not what was painted"}


def test_plan_says_what_is_due_without_opening_a_clip(clip_job: Job) -> None:
    (entry,) = plan(load_spec(clip_job()))

    assert (entry.item.name, entry.item.clip, entry.item.output.name) == ("square--night", True, "square--night.mp4")
