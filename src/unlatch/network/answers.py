"""An HTTP/1.1 answer as it comes over a stream: its head, and the body as its head frames it (RFC 9112).

`http.client` would do the same for 40 ms of imports and half a millisecond for every head, which it reads as mail. Here
a head is split at its lines, and a body goes straight from the stream to where it is wanted. Whatever should be short
has an end.
"""

import time
from collections.abc import Iterator

from unlatch.network.pace import Pace
from unlatch.network.streams import Stream

# In bytes: a head with cookies and signed URLs has a few thousand; common servers send no more than this.
_LONGEST_HEAD = 128 * 1024
_LONGEST_LINE = 64 * 1024
# RFC 9110, section 15.2: a few may come before the answer itself.
_MOST_HEADS = 20
_MOST_TRAILERS = 100
_ROOM = 64 * 1024
_START = b"HTTP/1."


class NotHttp(Exception):
    """What came is not HTTP, or has no end where it should be short."""


class EndedEarly(Exception):
    """The stream ended in the middle of a body."""


class Incoming:
    """What comes over a stream, and is read a line at a time or into a buffer.

    Reading raises OSError, also for what does not keep the pace.
    """

    __slots__ = ("_pace", "_room", "_stream", "_waiting")

    def __init__(self, stream: Stream, pace: Pace) -> None:
        self._stream = stream
        self._pace = pace
        self._waiting = b""
        self._room: memoryview | None = None

    @property
    def is_empty(self) -> bool:
        """Whether all that has come was read."""
        return not self._waiting

    def head(self) -> list[bytes]:
        """Read a head, and return its lines. Raise ConnectionResetError when it does not come whole, and NotHttp."""
        self._pace.begin()
        while True:
            start = self._waiting[: len(_START)]
            if start != _START[: len(start)] or len(self._waiting) > _LONGEST_HEAD:
                raise NotHttp("no head of an answer")
            end, after = _end_of_head(self._waiting)
            if end:
                lines = self._waiting[:end].replace(b"\r\n", b"\n").split(b"\n")
                self._waiting = self._waiting[after:]
                self._pace.begin()
                return lines
            if not self._more():
                raise ConnectionResetError("the connection ended before the head of an answer did")

    def line(self) -> bytes:
        """Read a line, and return it without its end. Raise EndedEarly and NotHttp."""
        while b"\n" not in self._waiting:
            if len(self._waiting) > _LONGEST_LINE:
                raise NotHttp("a line without end")
            if not self._more():
                raise EndedEarly
        line, _, self._waiting = self._waiting.partition(b"\n")
        return line.removesuffix(b"\r")

    def read_into(self, view: memoryview) -> int:
        """Fill the view with what has come, waiting for the first byte; 0 at the end."""
        if not self._waiting:
            return self._receive(view)
        count = min(len(view), len(self._waiting))
        view[:count] = self._waiting[:count]
        self._waiting = self._waiting[count:]
        return count

    def _more(self) -> bool:
        if self._room is None:
            self._room = memoryview(bytearray(_ROOM))
        count = self._receive(self._room)
        self._waiting += self._room[:count]
        return count > 0

    def _receive(self, view: memoryview) -> int:
        begun = time.monotonic()
        count = self._stream.recv_into(view)
        self._pace.note(time.monotonic() - begun, count)
        return count


class Answer:
    """An answer whose head has come. `left` are the bytes of the body, or of its chunk, that are still to come.

    `length` is the body's size where the head tells it. `is_finished` says that the body was read to its end, and
    `is_reusable` that another request may follow on the stream then. `failure` is what has broken the body off:
    EndedEarly, NotHttp or OSError; what has come before is not lost.
    """

    __slots__ = (
        "_incoming",
        "_is_chunked",
        "_is_within",
        "failure",
        "fields",
        "is_finished",
        "is_reusable",
        "left",
        "length",
        "reason",
        "status",
    )

    def __init__(self, incoming: Incoming, method: str) -> None:
        """Read the head of the answer to a request of that method. Raise ConnectionResetError, OSError, NotHttp."""
        self._incoming = incoming
        self.failure: Exception | None = None
        for _ in range(_MOST_HEADS):
            first, *lines = incoming.head()
            self.status, self.reason = _status(first)
            if self.status == 101 or not 100 <= self.status < 200:
                break
        else:
            raise NotHttp("heads without end")
        self.fields = list(_fields(lines))
        self._is_chunked = self._words("transfer-encoding")[-1:] == ["chunked"]
        self.length = self._length(method)
        self.left = self.length
        self.is_finished = self.length == 0
        says = self._words("connection")
        is_kept = "keep-alive" in says if first.startswith(b"HTTP/1.0") else "close" not in says
        self.is_reusable = is_kept and (self._is_chunked or self.length is not None)
        self._is_within = False
        if self._is_chunked:
            self.left = 0

    def read_into(self, view: memoryview) -> int:
        """Fill the view, which is not empty, with what comes next; fewer bytes than fit come only at the end."""
        filled = 0
        try:
            while filled < len(view) and not self.is_finished and self.failure is None:
                if self._is_chunked and not self.left:
                    self._begin_chunk()
                    continue
                wanted = len(view) - filled if self.left is None else min(len(view) - filled, self.left)
                filled += self._take(view[filled : filled + wanted])
        except (EndedEarly, NotHttp, OSError) as error:
            self.failure = error
        return filled

    def _take(self, view: memoryview) -> int:
        count = self._incoming.read_into(view)
        if not count:
            if self.left is not None:
                raise EndedEarly
            self.is_finished = True
        elif self.left is not None:
            self.left -= count
            self.is_finished = not self.left and not self._is_chunked
        return count

    def _begin_chunk(self) -> None:
        """Read the line before a chunk (RFC 9112, section 7.1); the last one is empty, and trailers follow it."""
        if self._is_within and self._incoming.line():
            raise NotHttp("a chunk that is longer than it says")
        self._is_within = True
        size = self._incoming.line().partition(b";")[0].strip()
        if not size or not set(size) <= set(b"0123456789abcdefABCDEF"):
            raise NotHttp("no chunk")
        self.left = int(size, 16)
        if not self.left:
            for _ in range(_MOST_TRAILERS):
                if not self._incoming.line():
                    self.is_finished = True
                    return
            raise NotHttp("trailers without end")

    def _length(self, method: str) -> int | None:
        """Return the size of the body, None where it ends as chunks do or with the stream (RFC 9112, section 6.3)."""
        if method == "HEAD" or self.status in {204, 304} or self.status < 200:
            self._is_chunked = False
            return 0
        if any(name == "transfer-encoding" for name, _ in self.fields):
            return None
        said = {value.strip() for name, value in self.fields if name == "content-length"}
        if not said:
            return None
        length = said.pop()
        if said or not (length.isascii() and length.isdigit()):
            raise NotHttp("no length")
        return int(length)

    def _words(self, name: str) -> list[str]:
        """Return the words of a field that is a list."""
        values = [value for field, value in self.fields if field == name]
        return [word.strip().lower() for value in values for word in value.split(",")]


def _end_of_head(content: bytes) -> tuple[int, int]:
    """Return where a head's last line ends and where what follows begins; 0 and 0 while it is not whole."""
    end = content.find(b"\r\n\r\n")
    # RFC 9112, section 2.2: a line may end with a line feed alone.
    bare = content.find(b"\n\n", 0, end if end >= 0 else len(content))
    if bare >= 0:
        return bare, bare + 2
    return (end, end + 4) if end >= 0 else (0, 0)


def _status(line: bytes) -> tuple[int, str]:
    status, _, reason = line.partition(b" ")[2].strip().partition(b" ")
    if len(status) != 3 or not status.isdigit() or status < b"100":
        raise NotHttp("no status")
    return int(status), reason.decode("latin-1")


def _fields(lines: list[bytes]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a head, their names in lower case. A line that begins with a blank goes on with the last."""
    name, value = "", ""
    for line in lines:
        text = line.decode("latin-1")
        if text[:1] in {" ", "\t"}:
            value = f"{value} {text.strip()}"
            continue
        if name:
            yield name, value
        name, _, value = text.partition(":")
        name, value = name.strip().lower(), value.strip()
    if name:
        yield name, value
