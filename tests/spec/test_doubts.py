from __future__ import annotations

from stylepipe.spec.doubts import Doubts


def test_without_cuts_nothing_is_in_doubt():
    doubts = Doubts()
    assert not any([doubts.style("night"), doubts.settings, doubts.fields, doubts.names, doubts.matches])


def test_a_style_is_in_doubt_when_its_definition_was_cut():
    assert Doubts((("styles", "night"),)).style("night")
    assert Doubts((("styels",),)).style("night")
    assert not Doubts((("styles", "dusk"), ("outptu",))).style("night")


def test_names_are_in_doubt_when_they_may_have_been_told_apart_by_a_cut():
    assert Doubts((("output", "nmae"),)).names
    assert Doubts((("outptu",),)).names
    assert Doubts((("jobs", 0, "exclude", 1),)).names
    assert not Doubts((("defaults", "size"), ("jobs", 0, "set", "size"), ("jobs", 1), ("foo",))).names


def test_contents_are_in_doubt_when_the_word_that_they_are_frames_was_cut():
    assert Doubts((("jobs", 1, "frames"),)).contents(1)
    assert Doubts((("jobs", 1, "frmaes"),)).contents(1)
    assert not Doubts((("jobs", 1, "frames"), ("jobs", 0, "sweep"), ("defaults", "frames"))).contents(0)


def test_fields_and_matches_are_in_doubt_when_a_job_lost_a_part():
    assert Doubts((("jobs", 0, "sweeep"),)).fields
    assert Doubts((("jobs", 0, "contents", 1),)).matches
    assert not Doubts((("jobs", 0, "set", "sz"), ("defaults", "sz"))).fields
    assert not Doubts((("jobs", 0, "overrides", 0, "set", "sz"),)).matches
