"""The clip's sound: water against a quay and a church bell, then, after the cut, a still lake in a light wind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from samples.fields import Field, Rng

HERTZ = 48000
# Strokes of the bell in seconds; its partials as multiples of the strike note, their loudness and seconds to fade.
STROKES, STRIKE_NOTE = (0.55, 1.95), 392.0
PARTIALS = (
    (0.5, 0.55, 3.2),
    (1.0, 0.7, 1.9),
    (1.19, 0.8, 1.5),
    (1.5, 0.3, 1.0),
    (2.0, 0.9, 1.1),
    (2.51, 0.35, 0.6),
    (3.01, 0.3, 0.45),
    (4.17, 0.2, 0.3),
)


def hiss(count: int, low: float, high: float, rng: Rng) -> Field:
    """Noise between two frequencies, fading out beyond them, of unit deviation."""
    frequency = np.fft.rfftfreq(count, 1 / HERTZ)
    gain = 1 / np.sqrt(1 + (frequency / high) ** 6) / np.sqrt(1 + (low / np.maximum(frequency, 1e-3)) ** 4)
    sound = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) * gain, count)
    return sound / sound.std()


def laps(count: int, often: float, rng: Rng) -> Field:
    """Small waves that slap against something, so many a second."""
    seconds, sound = np.arange(count) / HERTZ, np.zeros(count)
    for start in np.cumsum(rng.exponential(1 / often, int(2 * often * count / HERTZ) + 2)) - 0.4:
        since = np.maximum(seconds - start, 0)
        swell = (since / 0.05) * np.exp(1 - since / 0.05) * (seconds > start)
        pitch = rng.uniform(300, 1500)
        sound += rng.uniform(0.2, 1) * swell * hiss(count, pitch * 0.7, pitch * 1.5, rng)
    return sound


def bell(count: int) -> Field:
    """A church bell, some streets away."""
    seconds, sound = np.arange(count) / HERTZ, np.zeros(count)
    for stroke in STROKES:
        since = np.maximum(seconds - stroke, 0)
        struck = (1 - np.exp(-since / 0.004)) * (seconds > stroke)
        for ratio, loud, fade in PARTIALS:
            # Two tones hardly apart: a bell is never quite round, and beats.
            for beat in (1, 1.0013):
                tone = np.sin(2 * np.pi * STRIKE_NOTE * ratio * beat * since)
                sound += 0.5 * loud * struck * np.exp(-since / fade) * tone
    return sound


def channels(count: int, of_lake: bool) -> Iterator[Field]:
    """The left and the right channel of one shot."""
    seconds, strokes = np.arange(count) / HERTZ, bell(count)
    for side in (0, 1):
        rng = np.random.default_rng((7, side, of_lake))
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * seconds / 3.1 + 1.2 * side)
        if of_lake:
            yield 0.022 * swell * hiss(count, 150, 500, rng) + 0.048 * laps(count, 2, rng)
        else:
            water = 0.055 * swell * hiss(count, 120, 900, rng) + 0.090 * laps(count, 5, rng)
            yield water + (0.110 - 0.018 * side) * strokes


def soundtrack(shots: tuple[float, float]) -> Field:
    """The sound of both shots of so many seconds, one upon the other: (samples, 2), -1 to 1."""
    parts = []
    for seconds, of_lake in zip(shots, (False, True), strict=True):
        count = round(seconds * HERTZ)
        edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.008 * HERTZ))
        parts.append(np.stack(list(channels(count, of_lake)), -1) * edge[:, None])
    return np.concatenate(parts)
