"""Profiles lead to sRGB as LittleCMS has it, and broken ones lead nowhere."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from stylepipe.media import read_picture
from stylepipe.media.color import srgb_profile

COLORS = np.random.default_rng(3).integers(0, 256, (16, 16, 3), dtype=np.uint8)


def by_littlecms(image: Image.Image, profile: bytes) -> np.ndarray:
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        image.mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return np.asarray(ImageCms.applyTransform(image, transform)).astype(float)


def read_back(path: Path, image: Image.Image, profile: bytes) -> np.ndarray:
    image.save(path, icc_profile=profile)
    return read_picture(path).pixels * 255


def test_a_wide_gamut_picture_is_converted_as_littlecms_does(tmp_path: Path, rgb_profile) -> None:
    image = Image.fromarray(COLORS)
    for name in ("a.png", "a.tif"):
        pixels = read_back(tmp_path / name, image, rgb_profile())
        np.testing.assert_allclose(pixels, by_littlecms(image, rgb_profile()), atol=1)
        assert np.abs(pixels - COLORS).max() > 20


def test_adobe_rgb_green_is_more_than_srgb_holds(tmp_path: Path, rgb_profile) -> None:
    pixels = read_back(tmp_path / "a.png", Image.new("RGB", (2, 2), (128, 200, 128)), rgb_profile())
    assert pixels[0, 0, 0] < 95  # redder than this, and the profile was not used
    np.testing.assert_allclose(pixels[0, 0, 1], 201, atol=2)


def test_alpha_is_not_converted(tmp_path: Path, rgb_profile) -> None:
    image = Image.fromarray(COLORS).convert("RGBA")
    image.putalpha(Image.fromarray(COLORS[..., 0]))
    read_back(tmp_path / "a.png", image, rgb_profile())
    alpha = read_picture(tmp_path / "a.png").alpha
    np.testing.assert_array_equal(alpha * 255, COLORS[..., 0])


def test_a_palette_is_converted_too(tmp_path: Path, rgb_profile) -> None:
    image = Image.fromarray(COLORS).quantize(16)
    expected = by_littlecms(image.convert("RGB"), rgb_profile())
    np.testing.assert_allclose(read_back(tmp_path / "a.png", image, rgb_profile()), expected, atol=1)


def test_a_grey_profile_lightens_linear_greys(tmp_path: Path, grey_profile: bytes) -> None:
    image = Image.fromarray(COLORS[..., 0])
    pixels = read_back(tmp_path / "a.png", image, grey_profile)
    np.testing.assert_allclose(pixels, by_littlecms(image, grey_profile), atol=1)
    assert pixels.mean() > COLORS[..., 0].mean() + 20


def test_a_grey_picture_may_carry_an_rgb_profile(tmp_path: Path, rgb_profile) -> None:
    image = Image.fromarray(COLORS[..., 0])
    expected = by_littlecms(image.convert("RGB"), rgb_profile())
    np.testing.assert_allclose(read_back(tmp_path / "a.png", image, rgb_profile()), expected, atol=1)


@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_a_cmyk_picture_goes_through_its_own_profile(tmp_path: Path, cmyk_profile: bytes, name: str) -> None:
    inks = Image.fromarray(COLORS).convert("CMYK").resize((64, 64), Image.Resampling.NEAREST)
    pixels = read_back(tmp_path / name, inks, cmyk_profile)
    with Image.open(tmp_path / name) as image:
        np.testing.assert_allclose(pixels, by_littlecms(image, cmyk_profile), atol=1)
        assert np.abs(pixels - np.asarray(image.convert("RGB"))).mean() > 5


def test_profiles_for_other_channels_are_ignored(
    tmp_path: Path, rgb_profile, grey_profile: bytes, cmyk_profile: bytes
) -> None:
    rgb, inks = Image.fromarray(COLORS), Image.fromarray(COLORS).convert("CMYK")
    for image, profile in ((rgb, grey_profile), (rgb, cmyk_profile), (inks, grey_profile), (inks, rgb_profile())):
        pixels = read_back(tmp_path / "a.tif", image, profile)
        np.testing.assert_allclose(pixels, np.asarray(image.convert("RGB")), atol=1e-4)


def test_broken_profiles_are_ignored(tmp_path: Path, rgb_profile) -> None:
    whole = rgb_profile()
    random = np.random.default_rng(5)
    broken = [b"x", b"not a profile" * 20, whole[:100], whole[:200], whole[:-30], b"\0" * 500]
    for _ in range(50):
        scratched = bytearray(whole)
        for place in random.integers(0, len(whole), 10):
            scratched[place] = random.integers(256)
        broken.append(bytes(scratched))
    deep = Image.fromarray(COLORS[..., 0].astype(np.uint16) * 257)
    for profile in broken:
        for image in (Image.fromarray(COLORS), deep):
            pixels = read_back(tmp_path / "a.png", image, profile)
            assert np.isfinite(pixels).all()
    np.testing.assert_allclose(read_back(tmp_path / "a.png", Image.fromarray(COLORS), b"x"), COLORS, atol=1e-4)


def test_any_srgb_profile_leaves_the_numbers_alone(tmp_path: Path, rgb_profile) -> None:
    # The primaries and the curve of the profile that HP and Microsoft published, which most cameras embed.
    primaries = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
    numbers = [round(n * 65536) for n in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)]
    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(n.to_bytes(4, "big") for n in numbers)
    for profile in (rgb_profile(curve, primaries), srgb_profile()):
        np.testing.assert_allclose(read_back(tmp_path / "a.png", Image.fromarray(COLORS), profile), COLORS, atol=1e-4)


def test_the_profile_of_outputs_is_small_and_always_the_same() -> None:
    profile = srgb_profile()
    assert len(profile) < 1000
    assert profile[24:36] == bytes.fromhex("07e600010001000000000000")
    opened = ImageCms.ImageCmsProfile(BytesIO(profile))
    assert "sRGB" in ImageCms.getProfileDescription(opened)
