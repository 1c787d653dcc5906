"""Names are legible on pictures, whatever fonts a machine has."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from stylepipe.media import lettering
from stylepipe.media.lettering import font_of, legible


def test_letters_that_a_font_lacks_lose_their_accents_instead_of_being_boxes() -> None:
    plain = ImageFont.load_default(13)

    assert legible("Gardasee früh, Öma", plain) == "Gardasee fruh, Oma"
    assert legible("Lo\u0308we", plain) == "Lowe"
    assert legible("猫.jpg", plain) == "?.jpg"


def test_a_font_that_has_them_draws_them() -> None:
    if font_of(13).getname()[0] == "Aileron":  # type: ignore[union-attr]
        pytest.skip("this machine has no font with accents")
    assert legible("Löwe", font_of(13)) == "Löwe"
    assert legible("Lo\u0308we", font_of(13)) == "Löwe"


def test_a_machine_without_fonts_writes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_FONTS", ("no-such-font.ttf",))
    font_of.cache_clear()
    try:
        assert font_of(13).getname()[0] == "Aileron"  # type: ignore[union-attr]
    finally:
        font_of.cache_clear()
