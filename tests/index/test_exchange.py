"""Bodies: read as they come, and not without end."""

import pytest

from tests.doubles.transport import FakeAnswer, FakeResponse
from unlatch.index.exchange import pieces
from unlatch.model.errors import IntegrityError, NetworkError
from unlatch.network.transport import Request


def response(body, **more):
    return FakeResponse(
        Request("GET", "https://user:secret@pkgs.example.com/simple/demo/", {}), FakeAnswer(body=body, **more)
    )


def test_a_body_comes_in_pieces():
    body = bytes(range(256)) * 4096
    came = list(pieces(response(body), len(body)))
    assert b"".join(came) == body
    assert len(came) > 1


def test_a_body_that_is_larger_than_anything_of_its_kind_is_left():
    with pytest.raises(IntegrityError, match=r"^https://pkgs\.example\.com/simple/demo/ is larger than 999 bytes"):
        list(pieces(response(bytes(1000)), 999))


def test_a_body_that_is_cut_is_told_as_that():
    with pytest.raises(NetworkError, match="ended early"):
        list(pieces(response(bytes(1000), cut_after=10), 10_000))
