"""An animated GIF from a clip's pieces: one palette for all frames, so that colours do not flicker."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from stylepipe.errors import ClipError, FfmpegError
from stylepipe.media.clip_mux import Joined, concat_list, frames_input
from stylepipe.media.clip_writer import Clock, Segment
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import file_argument
from stylepipe.media.ffmpeg_words import write_refusal

_TICK = Fraction(1, 100)
_SHORTEST = Fraction(2, 100)  # seconds: browsers show what asks for less for a tenth of a second


def check_gif_clock(instants: Sequence[int], end: int, clock: Clock) -> None:
    """Refuse what a GIF cannot show, before anything is painted: it counts in hundredths of a second.

    Raises ClipError when frames follow each other faster than 50 a second.
    """
    ends = [*instants[1:], end]
    shortest = min(clock.seconds(after - before) for before, after in zip(instants, ends, strict=True))
    if len(instants) > 1 and shortest < _SHORTEST - _TICK / 1000:
        raise ClipError(
            f"a GIF shows at most 50 frames a second, and here one follows after {float(shortest) * 1000:.1f} ms: "
            "choose mp4"
        )


def join_gif(segments: Sequence[Segment], output: Path, *, clock: Clock) -> Joined:
    """Write pieces, which follow each other and lie in one folder, as a GIF that repeats for ever.

    output: a temporary file, which is overwritten; beside it lies the palette for a moment. Each frame begins at the
    nearest hundredth of a second.
    Raises OutputError when the disk is full, ClipError with ffmpeg's own words when it fails or for frames that follow
    each other too fast.
    """
    instants = [tick for segment in segments for tick in segment.instants]
    check_gif_clock(instants, segments[-1].end, clock)
    palette = output.with_name(f"{output.name}.palette.png")
    data, folder = concat_list(segments, clock).encode(), segments[0].path.parent
    last = round(clock.seconds(segments[-1].end - instants[0]) / _TICK) - round(
        clock.seconds(instants[-1] - instants[0]) / _TICK
    )
    try:
        # The palette is written at the end: until then a line for each frame shows that it is at work.
        colours = ["-vf", "showinfo=checksum=0,palettegen=stats_mode=full", "-update", "1", "-frames:v", "1"]
        arguments = ["-v", "level+info", *frames_input(), *colours, "-f", "image2", file_argument(palette)]
        run_ffmpeg(arguments, data=data, cwd=folder)
        arguments = [
            *("-v", "level+warning", *frames_input(), "-f", "png_pipe", "-i", file_argument(palette)),
            *("-lavfi", "[0:v]settb=1/100[f];[f][1:v]paletteuse=dither=sierra2_4a"),
            *("-fps_mode", "passthrough", "-enc_time_base", "1/100", "-c:v", "gif", "-loop", "0"),
            *("-final_delay", str(last), "-fflags", "+bitexact", "-f", "gif", file_argument(output)),
        ]
        run_ffmpeg(arguments, data=data, cwd=folder, writes=output)
    except FfmpegError as error:
        raise write_refusal(output, error) from error
    finally:
        palette.unlink(missing_ok=True)
    return Joined()
