"""Nothing that is written among stylepipe's own files lands elsewhere; links anywhere else are nobody's matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import OutputError
from stylepipe.store.links import refuse_links


@pytest.mark.parametrize("place", [".stylepipe", ".stylepipe/records", ".stylepipe/a/b/c", ".stylepipe/lock"])
def test_a_link_at_any_depth_is_named_with_where_it_leads_and_the_way_out(tmp_path: Path, place: str) -> None:
    link = tmp_path / "out" / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to("nowhere")
    with pytest.raises(OutputError) as caught:
        refuse_links(tmp_path / "out")
    assert str(caught.value) == (
        f"{link} is a link to nowhere, and what is written in .stylepipe must not land elsewhere: remove it; to keep "
        "all results elsewhere, let output.dir lead there"
    )


def test_links_among_the_outputs_and_an_output_directory_that_is_one_are_fine(tmp_path: Path) -> None:
    (tmp_path / "real" / ".stylepipe" / "records").mkdir(parents=True)
    (tmp_path / "real" / ".stylepipe" / "records" / "cat.json").write_text("{}")
    (tmp_path / "real" / "cat.png").symlink_to(tmp_path)
    (tmp_path / "out").symlink_to("real")
    refuse_links(tmp_path / "out")


def test_where_nothing_was_written_yet_there_is_no_link(tmp_path: Path) -> None:
    refuse_links(tmp_path / "out")
    (tmp_path / ".stylepipe").write_text("no folder")
    refuse_links(tmp_path)
