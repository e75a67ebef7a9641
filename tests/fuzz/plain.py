"""Seeds, changed at random: what is left to do without an engine that sees what it covers."""

import random
import time
from collections.abc import Callable, Sequence

# What means something to one of the targets, or is at an end of a range.
_TOKENS = (
    *(
        b"\0",
        b"\n",
        b"\r\n",
        b"\\",
        b'"',
        b",",
        b"=",
        b":",
        b"/",
        b"../",
        b"//",
        b"@",
        b"#",
        b"%00",
        b"${TOKEN}",
        b"-r ",
    ),
    *(b"\x1b[31m", b"\xc2\x9b", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7"),
    *(
        b"\xff\xff\xff\xff",
        b"\0\0\0\0",
        b"\x01\0\x08\0",
        b"9" * 30,
        b"git+",
        b"http://",
        b"<a href=",
        b"{",
        b"[",
        b"null",
    ),
)


def changed(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds with a few changes."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        until = min(len(data), at + chance.choice((0, 1, 1, 2, 4, 16, 100)))
        piece = chance.choice(
            (
                b"",
                chance.choice(_TOKENS),
                chance.randbytes(until - at),
                bytes(data[at:until]) * chance.choice((2, 50)),
                chance.choice(seeds)[at:][: chance.choice((10, 1000))],
            )
        )
        data[at:until] = piece
    return bytes(data)


def search(run: Callable[[bytes], None], seeds: Sequence[bytes], seconds: float, seed: int) -> bytes | None:
    """Look for so long for what a target does not stand. Return it, or None."""
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = changed(seeds, chance)
        try:
            run(data)
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            return data
    return None
