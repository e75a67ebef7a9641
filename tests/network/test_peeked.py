"""Looking at the beginning of an answer takes nothing from who reads it."""

import pytest

from tests.doubles.transport import FakeAnswer, FakeResponse
from unlatch.model.errors import NetworkError
from unlatch.network.peeked import Peeked
from unlatch.network.transport import Request

BODY = b"0123456789"


def answer(**more: object) -> FakeResponse:
    return FakeResponse(Request("GET", "https://h/", {}), FakeAnswer(body=BODY, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 4, 10, 99])
def test_the_whole_is_read_in_one_piece(size):
    with Peeked(answer(), size) as peeked:
        assert peeked.start == BODY[:size]
        assert peeked.read() == BODY
        assert peeked.read() == b""


@pytest.mark.parametrize("size", [1, 4, 10, 99])
def test_the_whole_is_read_piece_by_piece(size):
    peeked = Peeked(answer(), size)
    pieces = list(iter(lambda: peeked.read(3), b""))
    assert b"".join(pieces) == BODY
    assert all(len(piece) <= 3 for piece in pieces)


def test_the_head_is_the_answer_s():
    peeked = Peeked(answer(status=203, headers={"ETag": "x"}), 4)
    assert (peeked.url, peeked.status, peeked.headers.get("etag")) == ("https://h/", 203, "x")


@pytest.mark.parametrize("size", [3, 99])
def test_an_answer_that_is_cut_is_told_to_who_reads_it(size):
    peeked = Peeked(answer(cut_after=5), size)
    assert peeked.start == BODY[: min(size, 5)]
    with pytest.raises(NetworkError) as caught:
        peeked.read()
    assert caught.value.is_transient


def test_an_answer_that_is_cut_gives_what_came_piece_by_piece_first():
    peeked = Peeked(answer(cut_after=5), 99)
    assert peeked.read(9) == BODY[:5]
    with pytest.raises(NetworkError):
        peeked.read(9)


def test_closing_lets_go_and_nothing_is_read_after_it():
    response = answer()
    peeked = Peeked(response, 4)
    peeked.close()
    peeked.close()
    assert response.is_finished
    with pytest.raises(ValueError, match="closed"):
        peeked.read()


@pytest.mark.parametrize("size", [0, 1, 5, len(BODY), 1000])
def test_the_whole_is_read_into_a_buffer(size):
    peeked = Peeked(answer(), size)
    buffer = bytearray(3)
    pieces = iter(lambda: bytes(buffer[: peeked.readinto(memoryview(buffer))]), b"")
    assert b"".join(pieces) == BODY


def test_what_has_broken_is_told_to_whoever_reads_into_a_buffer():
    peeked = Peeked(answer(cut_after=2), 10)
    buffer = bytearray(len(BODY))
    assert bytes(buffer[: peeked.readinto(memoryview(buffer))]) == BODY[:2]
    with pytest.raises(NetworkError):
        peeked.readinto(memoryview(buffer))
