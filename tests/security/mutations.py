"""Files that were good once: cut short, with bits turned over, with parts doubled, moved, or of great numbers."""

from __future__ import annotations

import random

_GREAT = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\0\0\0", b"\0\0\0\0", b"\0\0\0\x80")


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """Damage a file in one to three ways; its beginning, where sizes and kinds stand, more often than the rest."""
    content = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        chance.choice(_WAYS)(content, chance)
    return bytes(content)


def _place(content: bytearray, chance: random.Random) -> int:
    end = min(len(content), 200) if chance.random() < 0.6 else len(content)
    return chance.randrange(max(1, end))


def _turn_bits(content: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        if content:
            content[_place(content, chance)] ^= 1 << chance.randrange(8)


def _cut_short(content: bytearray, chance: random.Random) -> None:
    del content[chance.randrange(len(content) + 1) :]


def _make_great(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    content[at : at + 4] = chance.choice(_GREAT)


def _double(content: bytearray, chance: random.Random) -> None:
    at, length = _place(content, chance), chance.randint(1, 64)
    content[at:at] = content[at : at + length] * chance.randint(1, 50)


def _leave_out(content: bytearray, chance: random.Random) -> None:
    at = _place(content, chance)
    del content[at : at + chance.randint(1, 64)]


_WAYS = (_turn_bits, _turn_bits, _cut_short, _make_great, _make_great, _double, _leave_out)
