"""A head and a body by themselves, from a stream that gives as little at a time as it likes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.network.answers import Answer, EndedEarly, Incoming, NotHttp
from unlatch.network.pace import Pace


class Trickle:
    """A stream of given bytes, `step` at a time."""

    def __init__(self, content: bytes, step: int = 1) -> None:
        self._content = content
        self._step = step

    def recv_into(self, buffer: memoryview) -> int:
        piece, self._content = self._content[: self._step][: len(buffer)], self._content
        self._content = self._content[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def sendall(self, content: bytes) -> None:
        raise AssertionError(content)

    def fileno(self) -> int:
        return -1

    def close(self) -> None: ...


def answer(content: bytes, method: str = "GET", step: int = 1) -> Answer:
    return Answer(Incoming(Trickle(content, step), Pace()), method)


def body(found: Answer, size: int = 7) -> bytes:
    room, content = memoryview(bytearray(size)), b""
    while count := found.read_into(room):
        content += room[:count]
    return content


def test_fields_are_split_at_the_first_colon_and_may_be_folded():
    found = answer(b'HTTP/1.1 200 OK\r\nETag:"a:b"\r\nX-Long: one\r\n  two\r\n\tthree\r\nnothing\r\n\r\n')
    assert found.fields[:2] == [("etag", '"a:b"'), ("x-long", "one two three")]


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_lines_may_end_with_a_line_feed_alone(end):
    found = answer(end.join([b"HTTP/1.1 404 Not Here At All", b"Content-Length: 2", b"", b"\n\n"]))
    assert (found.status, found.reason, body(found)) == (404, "Not Here At All", b"\n\n")


@pytest.mark.parametrize(
    ("head", "method", "length", "is_reusable"),
    [
        (b"HTTP/1.1 200 OK\nContent-Length: 3", "GET", 3, True),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\nContent-Length: 3", "GET", 3, True),
        (b"HTTP/1.1 200 OK\nContent-Length: 3\nConnection: x, Close", "GET", 3, False),
        (b"HTTP/1.0 200 OK\nContent-Length: 3", "GET", 3, False),
        (b"HTTP/1.0 200 OK\nContent-Length: 3\nConnection: Keep-Alive", "GET", 3, True),
        (b"HTTP/1.1 200 OK\nContent-Length: 3", "HEAD", 0, True),
        (b"HTTP/1.1 304 Not Modified\nContent-Length: 3", "GET", 0, True),
        (b"HTTP/1.1 204 No Content\nTransfer-Encoding: chunked", "GET", 0, True),
        (b"HTTP/1.1 200 OK", "GET", None, False),
        (b"HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\nContent-Length: 3", "GET", None, True),
        (b"HTTP/1.1 200 OK\nTransfer-Encoding: gzip\nContent-Length: 3", "GET", None, False),
    ],
)
def test_the_head_says_how_the_body_is_framed(head, method, length, is_reusable):
    found = answer(head + b"\n\n", method)
    assert (found.length, found.is_reusable) == (length, is_reusable)


@pytest.mark.parametrize(
    "content",
    [
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 30,
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    ],
)
def test_what_is_no_head_is_refused(content):
    with pytest.raises(NotHttp):
        answer(content, step=1000)


@pytest.mark.parametrize("content", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_head_that_does_not_come_is_a_broken_connection(content):
    with pytest.raises(ConnectionResetError):
        answer(content)


def test_early_hints_are_passed_over():
    assert answer(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n").status == 204


def test_a_chunk_longer_than_it_says_is_refused():
    found = answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n")
    assert body(found) == b"he"
    assert isinstance(found.failure, NotHttp)


def test_a_body_that_is_cut_is_not_taken_for_a_whole_one():
    found = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
    assert body(found) == b"hello"
    assert isinstance(found.failure, EndedEarly)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.integers(1, 50), st.integers(1, 50))
def test_chunks_however_they_come_are_the_body(chunks, step, size):
    framed = b"".join(b"%x;note\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n"
    found = answer(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + framed, step=step)
    assert body(found, size) == b"".join(chunks)
    assert found.is_finished
    assert found.is_reusable
