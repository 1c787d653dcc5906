"""Where the sound of a file lies against its pictures, by what ffmpeg reads and by what is heard."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from stylepipe.media import open_clip
from stylepipe.media.ffmpeg import run_ffmpeg, start_ffmpeg

RATE = 48000


def rising_note(seconds: float) -> bytes:
    """Give a note that rises, so that any moment of it can be told from any other."""
    moments = np.arange(int(RATE * seconds)) / RATE
    return (np.sin(2 * np.pi * (300 + 1000 * moments) * moments) / 3).astype("<f4").tobytes()


def packets(path: Path, track: int = 0) -> list[Fraction]:
    """Give when each packet of a sound track begins, from the first frame of the pictures."""
    listing = path.with_name(f"{path.name}.packets")
    mapping = ["-map", "0:v:0", "-map", f"0:a:{track}", "-c", "copy", "-f", "framecrc"]
    run_ffmpeg(["-v", "error", "-copyts", "-i", f"file:{path.absolute()}", *mapping, f"file:{listing.absolute()}"])
    lines = listing.read_text().splitlines()
    listing.unlink()
    bases = [Fraction(line.split(": ")[1]) for line in lines if line.startswith("#tb ")]
    times: tuple[list[Fraction], list[Fraction]] = ([], [])
    for line in lines:
        if not line.startswith("#"):
            stream, _, begin = (int(value) for value in line.split(",")[:3])
            times[stream].append(begin * bases[stream])
    return [time - min(times[0]) for time in times[1]]


def heard(path: Path) -> np.ndarray:
    """Give the samples of a file's first sound track, from the first frame of its pictures on."""
    first = ["-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(RATE), "-f", "f32le"]
    with start_ffmpeg(["-v", "error", "-i", f"file:{path.absolute()}", *first, "pipe:1"], pipe_out=True) as process:
        samples = np.frombuffer(process.read(), "<f4")
        process.finish()
    return samples[round(_first_frame(path) * RATE) :]


def lag(later: np.ndarray, earlier: np.ndarray, second: float) -> float:
    """Give by how many seconds one hearing is behind another around a moment, which is sought for 20 ms each way."""
    begin, length, reach = round(second * RATE), RATE // 20, RATE // 50
    piece = earlier[begin : begin + length]
    at = range(begin - reach, begin + reach + 1)
    return float(max(at, key=lambda place: float(piece @ later[place : place + length])) - begin) / RATE


def _first_frame(path: Path) -> Fraction:
    info = open_clip(path).info
    return info.seconds(info.instants[0])
