from __future__ import annotations

import pickle
import time
from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.problems import SpecError

from .conftest import Load

JOB = "jobs:\n  - contents: photos/*.jpg\n    styles: art/*\n"


def test_the_smallest_file_paints_every_pair_in_the_order_of_the_file(load: Load, folder: Path):
    items = expand(load(JOB))
    assert [item.name for item in items] == [
        f"{content}--{style}" for content in ("cat", "dog", "draft-1") for style in ("night", "wave")
    ]
    first = items[0]
    assert (first.job, first.style, first.content) == ("job", "night", folder / "photos/cat.jpg")
    assert first.output == folder / "out/cat--night.png"
    assert (first.output_dir, first.format, first.bits, first.quality) == (folder / "out", "png", 8, 95)


def test_a_content_found_twice_is_painted_once(load: Load):
    assert len(expand(load("jobs: [{contents: [photos/cat.jpg, photos/*.jpg, photos], styles: art/wave.png}]\n"))) == 3


def test_results_of_the_last_run_are_no_contents_of_the_next(load: Load, folder: Path):
    text = "jobs: [{contents: '**/cat*.*', styles: art/wave.png, exclude: [{content: 'masks/*'}]}]\n"
    for item in expand(load(text)):
        item.output.parent.mkdir(exist_ok=True)
        item.output.touch()
    assert [item.name for item in expand(load(text))] == ["cat--wave"]


def test_jobs_without_a_name_are_numbered(load: Load):
    text = 'output: {name: "{job}-{content}"}\njobs:\n'
    text += "  - {contents: photos/cat.jpg, styles: art/wave.png}\n" * 2
    text += "  - {name: last, contents: photos/cat.jpg, styles: art/wave.png}\n"
    assert [item.name for item in expand(load(text))] == ["job-cat", "job2-cat", "last-cat"]


def test_a_key_of_one_jobs_sweep_stands_for_the_setting_in_the_others(load: Load):
    text = 'output: {name: "{content}-{size}"}\ndefaults: {size: 99}\njobs:\n'
    text += "  - {contents: photos/cat.jpg, styles: art/wave.png, sweep: {size: [32, original]}}\n"
    text += "  - {contents: photos/dog.jpg, styles: art/wave.png}\n"
    assert [item.name for item in expand(load(text))] == ["cat-32", "cat-original", "dog-99"]


def test_more_pictures_than_anyone_wants_are_refused_before_they_are_counted_out(load: Load):
    values = ", ".join(map(str, range(1, 1001)))
    with pytest.raises(SpecError, match="more than the 250000 pictures and clips allowed"):
        expand(load(JOB + f"    sweep: {{seed: [{values}], history: [{values[:400]}], style_weight: [{values}]}}\n"))


def test_the_same_file_gives_the_same_items_and_they_travel_to_other_processes(load: Load):
    text = JOB + "    sweep: {style_layers: [relu1_1, {relu2_1: 0.5}]}\n"
    items = expand(load(text))
    assert expand(load(text)) == items
    assert pickle.loads(pickle.dumps(items)) == items


def test_odd_file_names_become_plain_ones(load: Load, folder: Path):
    for path in (folder / "photos").glob("*"):
        path.unlink()
    for name in ("-rf.jpg", "a:b?.jpg", "{x}.jpg", "con.jpg"):
        (folder / "photos" / name).touch()
    names = [item.name for item in expand(load("jobs: [{contents: photos, styles: art/wave.png}]\n"))]
    assert names == ["rf--wave", "a_b_--wave", "_con--wave", "{x}--wave"]


def test_a_folder_of_frames_is_one_clip_of_its_name_in_masks_too(load: Load, folder: Path):
    (folder / "frames/walk.v2").mkdir(parents=True)
    (folder / "frames/walk.v2/f1.png").touch()
    (folder / "masks/walk.v2.png").touch()
    text = "jobs:\n  - contents: frames/*\n    frames: true\n    styles: art/wave.png\n"
    (item,) = expand(load(text + "    set: {masks: {content: 'masks/{content}.png'}}\n"))
    assert (item.name, item.content, item.clip) == ("walk.v2--wave", folder / "frames/walk.v2", True)
    assert item.settings.masks.content == str(folder / "masks/walk.v2.png")


def test_clips_can_be_left_out_or_set_apart(load: Load, folder: Path):
    (folder / "photos/walk.mp4").touch()
    text = "jobs:\n  - contents: photos\n    styles: art/wave.png\n"
    text += "    exclude: [{content: '*.jpg'}]\n    overrides: [{match: {content: walk}, set: {video: {crf: 9}}}]\n"
    (item,) = expand(load(text))
    assert (item.name, item.settings.video.crf) == ("walk--wave", 9)


def test_what_only_follows_from_a_mistake_in_frames_is_not_said(load: Load, folder: Path):
    (folder / "frames/walk").mkdir(parents=True)
    for key in ("frames: yes", "frmaes: true"):
        with pytest.raises(SpecError) as caught:
            load(f"jobs: [{{contents: frames/*, styles: art/wave.png, {key}}}]\n")
        assert len(caught.value.problems) == 1


def test_twelve_thousand_pictures_take_two_seconds_at_most(load: Load, folder: Path):
    for number in range(300):
        (folder / f"photos/p{number}.jpg").touch()
    for number in range(38):
        (folder / f"art/a{number}.jpg").touch()
    text = JOB + "    set: {snapshots: [50, 100, 150]}\n"
    text += "    overrides: [{match: {content: 'p1*'}, set: {size: 300}}]\n"
    start = time.process_time()
    assert len(expand(load(text))) == 303 * 40
    assert time.process_time() - start < 2
