from __future__ import annotations

import os
import time
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylepipe.spec.contents import Content
from stylepipe.spec.document import Job, Match
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


PATTERN = st.text("catdogwve2/.jp*?[]!-", min_size=1, max_size=5) | st.sampled_from(["cat", "*", "d*", "night", "wave"])
MATCH = st.fixed_dictionaries({"content": PATTERN}, optional={"style": PATTERN}) | st.fixed_dictionaries(
    {"style": PATTERN}
)


@given(st.lists(MATCH, max_size=4), st.lists(MATCH, max_size=4))
def test_many_matches_at_once_mean_what_each_pair_by_itself_does(
    exclude: list[dict[str, str]], override: list[dict[str, str]]
) -> None:
    def fits(match: Match, content: Content, style: str) -> bool:
        names = (content.path.name, content.name, os.path.relpath(content.path, HERE))
        return (match.content is None or any(fnmatchcase(name, match.content) for name in names)) and (
            match.style is None or fnmatchcase(style, match.style)
        )

    asked = job(exclude=exclude, overrides=[{"match": match, "set": {}} for match in override])
    expected = [
        (content, style, tuple(k for k, one in enumerate(asked.overrides) if fits(one.match, content, style[0])))
        for content in CONTENTS
        for style in STYLES
        if not any(fits(match, content, style[0]) for match in asked.exclude)
    ]
    assert [*map(tuple, pairs_of(asked, CONTENTS, STYLES, HERE)[0])] == expected


def test_twenty_thousand_excludes_take_no_minutes() -> None:
    contents = [Content(HERE / f"{number}.jpg", str(number), clip=False) for number in range(500)]
    exclude = [{"content": str(number % 500), "style": "night"} for number in range(20_000)]
    asked = job(exclude=exclude)
    begun = time.process_time()
    pairs, _ = pairs_of(asked, contents, STYLES, HERE)
    assert time.process_time() - begun < 5
    assert [pair.style[0] for pair in pairs] == ["wave"] * 500
