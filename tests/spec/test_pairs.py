from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.contents import Content
from stylepipe.spec.document import Job
from stylepipe.spec.pairs import pairs_of

HERE = Path("/here")
PATHS = [HERE / "photos/cat.jpg", HERE / "photos/dog.jpg", Path("/there/cat2.png")]
CONTENTS = [Content(path, path.stem, clip=False) for path in PATHS]
STYLES = [("night", ()), ("wave", ())]


def job(**keys: object) -> Job:
    return Job.model_validate({"contents": "x", "styles": "y", **keys})


def kept(*exclude: dict[str, str]) -> list[tuple[str, str]]:
    pairs, _ = pairs_of(job(exclude=list(exclude)), CONTENTS, STYLES, HERE)
    return [(pair.content.name, pair.style[0]) for pair in pairs]


def test_every_content_meets_every_style_in_order():
    assert kept() == [(content, style) for content in ("cat", "dog", "cat2") for style in ("night", "wave")]


@pytest.mark.parametrize("pattern", ["dog", "dog.jpg", "d*", "photos/dog.jpg", "*/dog.*"])
def test_a_content_is_matched_by_stem_file_name_or_path(pattern: str):
    assert ("dog", "night") not in kept({"content": pattern})
    assert len(kept({"content": pattern})) == 4


def test_content_and_style_of_a_match_must_both_fit():
    assert len(kept({"content": "cat*", "style": "wave"})) == 4
    assert len(kept({"content": "cat*"}, {"style": "wave"})) == 1


def test_a_folder_of_frames_is_matched_by_its_whole_name():
    walk = Content(HERE / "frames/walk.v2", "walk.v2", clip=True)
    for pattern, count in (("walk.v2", 0), ("frames/*", 0), ("walk", 1)):
        pairs, _ = pairs_of(job(exclude=[{"content": pattern}]), [walk], STYLES[:1], HERE)
        assert len(pairs) == count


def test_case_counts_everywhere_alike():
    assert len(kept({"content": "CAT*"})) == 6


def test_overrides_know_their_pairs_and_whether_they_ever_apply():
    matches = [{"content": "cat*"}, {"style": "wave"}, {"content": "bird"}, {"content": "dog"}]
    overrides = [{"match": match, "set": {}} for match in matches]
    pairs, idle = pairs_of(job(overrides=overrides, exclude=[{"content": "dog"}]), CONTENTS, STYLES, HERE)
    assert [pair.overrides for pair in pairs] == [(0,), (0, 1), (0,), (0, 1)]
    assert idle == {2}
