"""Whatever is put into a page is text there, and what was forgotten is an error and no gap."""

from __future__ import annotations

import jinja2
import pytest

from stylepipe.report.templating import asset, rendered


def test_what_is_put_in_stays_text() -> None:
    head = rendered("head.html", title="</title><b>&'\"", policy='"><script>', generator="stylepipe", styles=[])
    assert "<title>&lt;/title&gt;&lt;b&gt;&amp;&#39;&#34;</title>" in head
    assert 'content="&#34;&gt;&lt;script&gt;"' in head


def test_what_was_forgotten_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="'title' is undefined"):
        rendered("head.html", policy="", generator="", styles=[])


def test_a_script_comes_without_the_address_of_its_source() -> None:
    script = asset("vendor/img-comparison-slider/index.js")
    assert script
    assert "sourceMappingURL" not in script
