import gzip
import zlib

import pytest

from unlatch.model.errors import NetworkError
from unlatch.network.responses import Inflater

TEXT = b"".join(b"line %d\n" % number for number in range(5000))


def raw_deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(content) + compressor.flush()


def inflater(encoding: str, *pieces: bytes) -> Inflater:
    waiting = iter(pieces)
    return Inflater(encoding, lambda _: next(waiting, b""), "https://pkgs.example.com/simple/")


def read(body: Inflater, size: int) -> bytes:
    pieces = []
    while piece := body.read(size):
        assert size < 0 or len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)


@pytest.mark.parametrize("size", [1, 100, 1_000_000, -1])
@pytest.mark.parametrize(
    ("encoding", "compressed"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
    ids=["gzip", "x-gzip", "two members", "deflate", "deflate without its envelope"],
)
def test_what_was_compressed_is_read_in_any_pieces(encoding, compressed, size):
    for step in (1 if size != 1 else 97, 1000, len(compressed)):
        pieces = [compressed[start : start + step] for start in range(0, len(compressed), step)]
        assert read(inflater(encoding, *pieces), size) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_nothing_at_all_is_empty(encoding):
    assert inflater(encoding).read() == b""


def test_a_bomb_goes_off_in_small_pieces():
    body = inflater("gzip", gzip.compress(bytes(50_000_000)))
    assert len(body.read(1000)) <= 1000
    assert len(body.read(1000)) <= 1000


@pytest.mark.parametrize("cut", [5, 12, 1000, -1])
@pytest.mark.parametrize("size", [100, -1])
def test_an_end_that_comes_early_is_an_error(cut, size):
    with pytest.raises(NetworkError, match="ended early, in the middle of what was compressed") as caught:
        read(inflater("gzip", gzip.compress(TEXT)[:cut]), size)
    assert caught.value.is_transient


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_compressed_is_an_error(encoding):
    with pytest.raises(NetworkError, match=r"https://pkgs\.example\.com/simple/ is not encoded as it says"):
        inflater(encoding, b"<html>" * 10).read()
