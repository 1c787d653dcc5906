"""How long and how large: from what was painted here, from what this machine has painted, or nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe import load_spec, stylize
from stylepipe.batch.estimate import (
    MOST_PROBED,
    UNKNOWN,
    Cost,
    Extent,
    bytes_key,
    costs,
    estimate,
    extent_of,
    free_bytes,
    note_done,
    speed_key,
    work_of,
)
from stylepipe.batch.plan import Planned, plan
from stylepipe.spec.items import Item
from stylepipe.store.speeds import Speeds

from ..conftest import save_picture
from .conftest import Job, carry_out

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
CLIPS = "jobs:\n  - contents: photos/*.mp4\n    styles: art/night.png\n"


def planned(file: Path, overrides: dict[str, object] | None = None) -> list[Planned]:
    return plan(load_spec(file, overrides))


def item(file: Path, overrides: dict[str, object] | None = None) -> Item:
    return planned(file, overrides)[0].item


def known(item: Item, seconds: float = 2e-6, size: float = 3.0) -> Speeds:
    """Give a machine that takes so many seconds for a pixel and iteration, and so many bytes for a pixel."""
    speeds = Speeds()
    speeds.device = "cpu (1 thread)"
    speeds.note(speed_key(item, speeds.device), 1_000_000, seconds * 1e6)
    speeds.note_bytes(bytes_key(item), 1_000_000, round(size * 1e6))
    return speeds


def test_before_anything_was_painted_nothing_is_said(job: Job) -> None:
    entries = planned(job())
    assert costs(entries, Speeds()) == [UNKNOWN] * 4
    found = estimate(entries, speeds=Speeds())
    assert (found.seconds, found.bytes, found.at_least) == (None, None, True)
    assert found.free > 0


def test_the_first_plan_of_a_job_goes_by_what_this_machine_has_painted_and_by_the_headers(job: Job) -> None:
    file = job(ONE, defaults="size: 32, iterations: 10, pyramid: false")
    (cost,) = costs(planned(file), known(item(file)))
    assert cost.seconds == pytest.approx(2e-6 * 10 * 32 * 26)
    assert cost.bytes == pytest.approx(3 * 32 * 26)


def test_what_was_painted_here_with_the_same_settings_is_the_better_witness(job: Job) -> None:
    file = job()
    carry_out(file, only=["cat*"])
    entries = planned(file)
    past = [entry.past.seconds for entry in entries if entry.past is not None]
    sizes = [entry.past.size for entry in entries if entry.past is not None]
    done, due = costs(entries, known(item(file), seconds=1e3))[1:3]
    assert done == Cost(0, 0)
    assert due.seconds == pytest.approx(sum(past) / 2)
    assert due.bytes == pytest.approx(sum(sizes) / 2)


def test_other_settings_are_estimated_anew(job: Job) -> None:
    file = job(ONE)
    carry_out(file)
    change: dict[str, object] = {"iterations": 20}
    (cost,) = costs(planned(file, change), known(item(file)))
    assert cost.seconds == pytest.approx(2e-6 * 20 * 32 * 26)
    (cost,) = costs(planned(file, change), Speeds())
    assert cost.seconds is None
    assert cost.bytes is not None


def test_work_counts_what_the_engine_does_over_all_scales(job: Job) -> None:
    asked = item(job(ONE, defaults="size: 160, iterations: 5"))
    steps: list[int] = []
    photograph, artwork = np.random.default_rng(0).random((2, 128, 160, 3), dtype=np.float32)
    stylize(photograph, artwork, asked.settings, lambda step: steps.append(step.scale.height * step.scale.width))
    assert work_of(asked, 128, 160) == sum(steps)
    assert len(set(steps)) > 1


def test_snapshots_are_files_of_their_own(job: Job) -> None:
    file = job(ONE, defaults="size: 32, iterations: 10, pyramid: false, snapshots: [2, 5]")
    (cost,) = costs(planned(file), known(item(file)))
    assert cost.bytes == pytest.approx(3 * 3 * 32 * 26)


def test_a_content_that_cannot_be_read_counts_as_the_mean(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n")
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    save_picture(tmp_path / "photos" / "hen.png", 32, 32)
    cat, dog, hen = costs(planned(file), known(item(file)))
    assert dog.seconds is not None
    assert hen.seconds is not None
    assert cat.seconds == pytest.approx((dog.seconds + hen.seconds) / 2)
    found = estimate(planned(file), speeds=known(item(file)), workers=1)
    assert found.seconds == pytest.approx(1.5 * (dog.seconds + hen.seconds))
    assert not found.at_least


def test_a_picture_that_will_be_refused_takes_nothing(job: Job, tmp_path: Path) -> None:
    file = job(ONE, defaults="size: 16, iterations: 10")
    save_picture(tmp_path / "photos" / "cat.png", 400, 20)
    assert costs(planned(file), known(item(file))) == [Cost(0, 0)]


def test_several_workers_share_the_work_but_one_item_is_painted_by_one(job: Job) -> None:
    file = job()
    entries, speeds = planned(file), known(item(file))
    one = estimate(entries, speeds=speeds, workers=1).seconds
    assert one is not None
    assert estimate(entries, speeds=speeds, workers=2).seconds == pytest.approx(one / 2)
    assert estimate(entries, speeds=speeds, workers=100).seconds == pytest.approx(one / 4)
    speeds.workers = 2
    assert estimate(entries, speeds=speeds).seconds == pytest.approx(one / 2)


def test_where_only_some_is_known_it_takes_at_least_that(job: Job) -> None:
    vgg = "  - {name: b, contents: photos/dog.png, styles: art/night.png, set: {backbone: vgg19}}\n"
    file = job(f"{ONE}{vgg}")
    found = estimate(planned(file), speeds=known(item(file)))
    assert found.at_least
    assert found.seconds is not None


def test_every_content_is_read_once_for_all_its_styles(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    file = job()
    entries, speeds = planned(file), known(item(file))
    opened: list[Path] = []
    whole = Path.open

    def count(path: Path, *arguments: object, **options: object) -> object:
        opened.append(path)
        return whole(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", count)
    costs(entries, speeds)
    assert sorted(path.name for path in opened) == ["cat.png", "dog.png"]


def test_what_a_finished_item_took_is_noted_from_its_record(job: Job) -> None:
    file = job(ONE)
    speeds = Speeds()
    note_done(speeds, item(file))
    assert speeds.device is None
    carry_out(file)
    (entry,) = planned(file)
    assert entry.past is not None
    note_done(speeds, entry.item, workers=2)
    speeds.save()
    key = speed_key(entry.item, str(speeds.device))
    assert speeds.seconds(key, work_of(entry.item, 32, 40)) == pytest.approx(entry.past.seconds)
    assert speeds.bytes(bytes_key(entry.item), 32 * 26) == pytest.approx(entry.past.size)
    assert speeds.workers == 2


def test_a_clip_is_as_long_as_its_header_says_or_as_it_was_cut(
    job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    file = job(CLIPS)
    (tmp_path / "photos" / "walk.mp4").write_bytes(encode("walk.mp4", moving).read_bytes())
    walk = item(file)
    assert extent_of(walk) == Extent(64, 96, 12)
    assert extent_of(item(file, {"video.start": 0.2})) == Extent(64, 96, 7)
    (cost,) = costs(planned(file), known(walk))
    assert cost.seconds == pytest.approx(2e-6 * work_of(walk, 64, 96, 12))
    assert cost.bytes == pytest.approx(3 * 32 * 21 * 12)


def test_a_folder_of_frames_is_counted(job: Job, tmp_path: Path) -> None:
    for number in range(3):
        save_picture(tmp_path / "frames" / "walk" / f"f_{number}.png", seed=number)
    file = job("jobs:\n  - contents: frames/walk\n    frames: true\n    styles: art/night.png\n")
    assert extent_of(item(file)) == Extent(32, 40, 3)


def test_frames_behind_the_first_cost_what_following_ones_do(job: Job, tmp_path: Path) -> None:
    file = job(CLIPS, defaults="size: 32, iterations: 10, pyramid: false, video: {frame_iterations: 4}")
    (tmp_path / "photos" / "walk.mp4").write_bytes(b"a clip")
    pixels = 32 * 26
    assert work_of(item(file), 32, 40, 5) == pixels * (10 + 4 * 4)
    assert work_of(item(file, {"video.warm_start": "none"}), 32, 40, 5) == pixels * 5 * 10
    assert work_of(item(file, {"video.passes": 2}), 32, 40, 5) == pixels * (10 + 4 * 9)


def test_of_many_clips_some_are_looked_into_and_the_rest_are_like_them(
    job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    file = job(CLIPS)
    clip = encode("walk.mp4", moving).read_bytes()
    for number in range(MOST_PROBED + 2):
        (tmp_path / "photos" / f"walk{number:02d}.mp4").write_bytes(clip)
    found = {cost.seconds for cost in costs(planned(file), known(item(file)))}
    assert len({round(seconds, 9) for seconds in found if seconds is not None}) == 1
    assert None not in found


def test_the_disk_is_measured_where_the_folder_will_be(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "not" / "yet") > 0
