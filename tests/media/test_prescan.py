"""One pass of decoding finds the true frames, their times, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.errors import ClipError
from stylepipe.media.clip import Prescan
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.prescan import prescan
from stylepipe.media.probe import probe_clip

GOP = ("-g", "4", "-bf", "0")


def scan(path: Path, start: str | None = None, end: str | None = None) -> Prescan:
    first, behind = (None if at is None else Fraction(at) for at in (start, end))
    return prescan(probe_clip(path), start=first, end=behind)


def noisy(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001"])
def test_every_frame_has_its_exact_instant(encode: Callable[..., Path], moving: np.ndarray, rate: str) -> None:
    path = encode("a.mp4", moving, rate=rate)
    seen = scan(path)
    assert seen.instants == tuple(range(0, 12 * 1001, 1001))
    assert seen.end == 12 * 1001
    assert probe_clip(path).time_base == 1 / Fraction(rate) / 1001


@pytest.mark.parametrize(("ending", "ticks"), [("mp4", 600), ("mkv", 1000)])
def test_a_varying_rate_keeps_every_frames_time(
    encode: Callable[..., Path], moving: np.ndarray, ending: str, ticks: int
) -> None:
    halves = "settb=1/600,setpts='if(lt(N,6),N*20,120+(N-6)*60)'"
    options = ["-vf", halves, "-fps_mode", "passthrough", "-enc_time_base", "1/600", "-video_track_timescale", "600"]
    path = encode(f"a.{ending}", moving, *(options if ending == "mp4" else options[:-2]))
    due = [number / 30 for number in range(6)] + [0.2 + number / 10 for number in range(6)]
    assert [tick / ticks for tick in scan(path).instants] == pytest.approx(due, abs=0.0006 if ticks == 1000 else 1e-9)


def test_the_count_is_that_of_the_frames_not_the_containers(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray
) -> None:
    whole = encode("a.mp4", np.concatenate([moving, moving]))
    path = remux(whole, "trim.mp4", before=["-ss", "0.4"])
    seen = scan(path)
    assert len(seen.instants) == 14
    assert seen.instants[0] == 0


def test_a_transport_streams_clock_is_kept(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray
) -> None:
    seen = scan(remux(encode("a.mp4", moving), "a.ts"))
    assert seen.instants[:2] == (126000, 129600)
    assert seen.file_begins == 126000


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_pictures_that_begin_after_the_sound_keep_their_distance(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path, ending: str
) -> None:
    tone = ["-f", "lavfi", "-i", "sine=d=1:r=48000"]
    picture = ["-itsoffset", "0.5", "-i", str(encode("a.mp4", moving, "-bf", "0"))]
    codecs = ["-c:v", "copy", "-c:a", "flac", "-strict", "-2"]
    run_ffmpeg(["-v", "error", *picture, *tone, *codecs, str(tmp_path / f"b.{ending}")])
    header = probe_clip(tmp_path / f"b.{ending}")
    assert float(header.seconds(prescan(header).instants[0])) == pytest.approx(0.5, abs=0.001)


def test_a_range_is_counted_from_the_clips_beginning(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray
) -> None:
    for path in (encode("a.mp4", moving), remux(encode("a.mp4", moving), "a.ts")):
        whole, part = scan(path), scan(path, "0.12", "0.4")
        assert part.instants == whole.instants[3:10]
        assert part.hashes == whole.hashes[3:10]
        assert (part.skipped, part.end) == (3, whole.instants[10])
        assert scan(path, None, "0.001").instants == whole.instants[:1]
        assert scan(path, "0.44").instants == whole.instants[11:]
        with pytest.raises(ClipError, match=r"has no frame from 0.5 s to its end"):
            scan(path, "0.5")


def test_a_range_from_the_beginning_has_the_first_frame_though_clocks_are_rounded(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray
) -> None:
    path = remux(
        encode("a.mp4", moving), "a.ts", "-muxdelay", "0", "-muxpreload", "0", "-output_ts_offset", "0.0666667"
    )
    assert probe_clip(path).start == Fraction("0.066667")
    whole = scan(path)
    assert whole.instants[0] == 6000
    assert scan(path, "0", "0.48") == whole


def test_equal_frames_are_duplicates_and_others_are_not(encode: Callable[..., Path], moving: np.ndarray) -> None:
    barely = moving[3].copy()
    barely[0, 0] += 2
    path = encode("a.mp4", np.stack([moving[0], moving[0], moving[1], barely, moving[3], moving[3]]))
    seen = scan(path)
    assert seen.duplicates == (1, 5)
    assert seen.hashes[4] == seen.hashes[5] != seen.hashes[3]
    assert all(0 <= number < 2**64 for number in seen.hashes)


def test_cuts_and_flashes_are_found_in_a_real_file(encode: Callable[..., Path], moving: np.ndarray) -> None:
    other = moving[..., ::-1] // 2
    frames = np.concatenate([moving, other, moving])
    frames[5] = 255
    seen = scan(encode("a.mp4", frames, codec=("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")))
    assert (seen.cuts, seen.flashes) == ((12, 24), (5,))


def test_interlaced_frames_are_counted(encode: Callable[..., Path], moving: np.ndarray) -> None:
    codec = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
    path = encode("a.mp4", moving, "-vf", "setfield=tff", "-x264opts", "tff=1", "-flags", "+ildct", codec=codec)
    assert scan(path).interlaced == 12


def test_a_good_clip_has_no_fault(encode: Callable[..., Path], moving: np.ndarray) -> None:
    seen = scan(encode("a.mp4", moving, "-bf", "2", "-metadata", "title=[error] partial file: corrupt decoded frame"))
    assert (seen.faults, seen.cut_short, seen.notes, seen.retimed) == ((), None, (), 0)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "avi", "flv", "wmv"])
def test_a_clip_cut_short_is_told_from_a_whole_one(
    encode: Callable[..., Path], remux: Callable[..., Path], tmp_path: Path, ending: str
) -> None:
    whole = encode("a.mp4", noisy(12), *GOP, codec=("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"))
    path = remux(whole, f"b.{ending}", *(("-movflags", "+faststart") if ending == "mp4" else ()))
    assert scan(path).cut_short is None
    data = path.read_bytes()
    (tmp_path / path.name).write_bytes(data[: len(data) // 2])
    seen = scan(tmp_path / path.name)
    assert 3 < len(seen.instants) < 9
    assert seen.cut_short or seen.faults
    if seen.faults:
        assert seen.faults[0].frame in (len(seen.instants) - 1, len(seen.instants))


def flipped(path: Path, target: Path, share: float) -> Path:
    data = bytearray(path.read_bytes())
    at = int(len(data) * share)
    data[at : at + 40] = bytes(byte ^ 0xA5 for byte in data[at : at + 40])
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("threads", ["many", "few"])
def test_flipped_bits_are_placed_at_the_frame_that_they_spoil(
    encode: Callable[..., Path], tmp_path: Path, threads: str
) -> None:
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    frames = noisy(12)
    path = encode("a.mkv", frames, "-g", "1" if threads == "many" else "12", "-bf", "0", codec=codec)
    seen = scan(flipped(path, tmp_path / "b.mkv", 0.55))
    good = scan(path)
    first = seen.faults[0].frame
    assert seen.hashes[:first] == good.hashes[:first]
    assert seen.hashes[first : first + 1] != good.hashes[first : first + 1]
    assert 5 <= first <= 7
    assert seen.faults[0].what


def test_damage_outside_of_the_range_does_not_matter(encode: Callable[..., Path], tmp_path: Path) -> None:
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    path = flipped(encode("a.mkv", noisy(12), "-g", "1", "-bf", "0", codec=codec), tmp_path / "b.mkv", 0.55)
    assert scan(path).faults
    assert scan(path, None, "0.16").faults == ()
    assert scan(path, "0.36", None).faults == ()


def test_a_recording_that_was_joined_on_the_way_begins_at_its_first_whole_frame(
    encode: Callable[..., Path], tmp_path: Path
) -> None:
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    path = encode("a.ts", noisy(12), "-g", "4", "-bf", "0", codec=codec)
    whole = scan(path)
    data = path.read_bytes()
    (tmp_path / "b.ts").write_bytes(data[len(data) // 5 // 188 * 188 :])
    seen = scan(tmp_path / "b.ts")
    assert seen.faults == ()
    assert seen.hashes == whole.hashes[-len(seen.hashes) :]
    assert len(seen.hashes) == 8


def test_a_size_that_changes_on_the_way_is_said_with_its_frame(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    parts = [encode("a.ts", moving), encode("b.ts", moving[:, :48, :64])]
    (tmp_path / "c.ts").write_bytes(b"".join(part.read_bytes() for part in parts))
    with pytest.raises(ClipError, match=r"changes its size from 96 x 64 to 64 x 48 at frame 12: convert it to one"):
        scan(tmp_path / "c.ts")


def test_a_raw_stream_is_counted_in_frames(encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path) -> None:
    path = encode("a.h264", moving)
    assert scan(path).instants == tuple(range(12))
    data = path.read_bytes()
    (tmp_path / "a.h264").write_bytes(data[: len(data) - 200])
    assert scan(tmp_path / "a.h264").faults[0].frame == 11


def test_times_that_do_not_rise_are_repaired_and_said(encode: Callable[..., Path], moving: np.ndarray) -> None:
    path = encode(
        "a.nut", moving, "-vf", "setpts='if(eq(N,6),5,N)/25/TB'", "-fps_mode", "passthrough", codec=("-c:v", "ffv1")
    )
    seen = scan(path)
    assert all(later > earlier for earlier, later in zip(seen.instants, seen.instants[1:], strict=False))
    assert len(seen.instants) == 12 or seen.retimed


def test_a_folder_of_frames_is_looked_through_as_well(tmp_path: Path, moving: np.ndarray) -> None:
    for number, frame in enumerate([*moving[:3], moving[2], *(moving[:3, :, :, ::-1] // 2)]):
        Image.fromarray(frame).save(tmp_path / f"{number:03d}.png")
    seen = scan(tmp_path)
    assert (seen.instants, seen.end) == (tuple(range(7)), 7)
    assert (seen.duplicates, seen.cuts) == ((3,), (4,))
    assert scan(tmp_path, "0.08", "0.16").instants == (2, 3)


def test_a_gif_cut_short_keeps_its_whole_frames(tmp_path: Path) -> None:
    frames = [Image.fromarray(frame) for frame in noisy(6)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=[30, 40, 50, 60, 70, 80])
    seen = scan(tmp_path / "a.gif")
    assert (seen.instants, seen.end, seen.cut_short) == ((0, 30, 70, 120, 180, 250), 330, None)
    data = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "b.gif").write_bytes(data[: len(data) // 2])
    seen = scan(tmp_path / "b.gif")
    assert 1 <= len(seen.instants) <= 3
    assert seen.faults[0].frame == len(seen.instants)
    assert "cut short or damaged" in str(seen.cut_short)
