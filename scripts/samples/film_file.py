"""Film files: pictures and sound, encoded by the ffmpeg that imageio-ffmpeg brings."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from samples.fields import Canvas, Field

# Every player reads H.264 in 4:2:0; its colours are marked as what they are; nothing in it depends on the day.
VIDEO = "-c:v libx264 -preset slow -crf 16 -pix_fmt yuv420p -threads 1 -vf scale=out_color_matrix=bt709:out_range=tv"
COLOURS = "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv"
REST = "-c:a aac -b:a 128k -movflags +faststart -map_metadata -1 -fflags +bitexact -bitexact"


def write_sound(sound: Field, hertz: int, path: Path) -> None:
    """Write sound of -1 to 1 as 16 bits."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(hertz)
        file.writeframes(np.round(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def write_film(
    frames: Iterable[Canvas], size: tuple[int, int], rate: int, sound: Field, hertz: int, path: Path
) -> None:
    """Encode RGB frames of a size (width, height) with their sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        heard = Path(folder) / "sound.wav"
        write_sound(sound, hertz, heard)
        pictures = f"-f rawvideo -pix_fmt rgb24 -s {size[0]}x{size[1]} -r {rate} -i - -i".split()
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *pictures, str(heard)]
        command += [*f"{VIDEO} {COLOURS} {REST}".split(), str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
            assert encoder.stdin is not None
            for frame in frames:
                encoder.stdin.write(frame.tobytes())
            encoder.stdin.close()
            if encoder.wait():
                raise SystemExit(f"ffmpeg could not write {path}")
