"""Bytes to and from the other end: what a socket, TLS, and TLS inside TLS have in common, and how HTTP uses them."""

import io
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from unlatch.network.pace import Pace

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# A TLS record holds up to 16 KiB (RFC 8446, section 5.1).
_RECORD_SIZE = 16 * 1024 + 512

_Result = TypeVar("_Result")


class Stream(Protocol):
    """What a plain socket and one with TLS offer."""

    def recv_into(self, buffer: memoryview, /) -> int:
        """Fill the buffer with what has come, waiting for the first byte; 0 at the end."""

    def sendall(self, content: bytes, /) -> None:
        """Send every byte."""

    def fileno(self) -> int:
        """Return the socket's number, -1 when it is closed."""

    def close(self) -> None:
        """Let go of it."""


class Lent:
    """A stream as `http.client` wants its socket. Whoever lent it closes it: closing this, or its files, does not.

    While `awaits_head` is set, the end of the stream is a broken connection: `http.client` would take a head that was
    cut for a whole one. A body that breaks off ends there, so that what has come before is not lost, and `failure`
    says why. What does not keep the `pace` is not waited for.
    """

    def __init__(self, stream: Stream, pace: Pace) -> None:
        self.awaits_head = True
        self.failure: OSError | None = None
        self.sendall = stream.sendall
        self._stream = stream
        self._pace = pace

    def expect(self, *, head: bool) -> None:
        """Take what comes from now on for the head of an answer, or for its body."""
        self.awaits_head = head
        self.failure = None
        self._pace.begin()

    def recv_into(self, buffer: memoryview) -> int:
        """Fill the buffer with what has come. In a head, raise OSError, also for an end that comes too early."""
        if self.failure is not None:
            return 0
        begun = time.monotonic()
        try:
            count = self._stream.recv_into(buffer)
            self._pace.note(time.monotonic() - begun, count)
        except OSError as error:
            if self.awaits_head:
                raise
            self.failure = error
            return 0
        if not count and self.awaits_head:
            raise ConnectionResetError("the connection ended before the head of an answer did")
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what an answer is read from."""
        assert mode == "rb"
        return io.BufferedReader(_Incoming(self))

    def close(self) -> None:
        """Leave the stream open."""

    def as_socket(self) -> socket.socket:
        """Return itself: this much of a socket is all that `http.client` uses."""
        return cast("socket.socket", self)


class _Incoming(io.RawIOBase):
    def __init__(self, lent: Lent) -> None:
        super().__init__()
        self._lent = lent

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        return self._lent.recv_into(memoryview(buffer))


class NestedTls:
    """TLS over a stream that has TLS already: the way to an https origin through an https proxy.

    `ssl` wraps only plain sockets, so the records pass through memory here.
    """

    def __init__(self, outer: Stream, context: ssl.SSLContext, host: str) -> None:
        self.outer = outer
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._room = memoryview(bytearray(_RECORD_SIZE))
        self._drive(self._tls.do_handshake)

    def recv_into(self, buffer: memoryview, /) -> int:
        """Fill the buffer; 0 when the other end has closed, politely or not, as `ssl` does for its sockets."""
        try:
            content = self._drive(partial(self._tls.read, len(buffer)))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return 0
        buffer[: len(content)] = content
        return len(content)

    def sendall(self, content: bytes, /) -> None:
        """Send every byte."""
        view = memoryview(content)
        while view:
            view = view[self._drive(partial(self._tls.write, view)) :]

    def fileno(self) -> int:
        """Return the number of the socket below."""
        return self.outer.fileno()

    def close(self) -> None:
        """Close the socket below."""
        self.outer.close()

    def _drive(self, step: Callable[[], _Result]) -> _Result:
        """Take a step of TLS, carrying records to and from the outer stream until it is done."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            else:
                self._flush()
                return result

    def _fill(self) -> None:
        count = self.outer.recv_into(self._room)
        if count:
            self._incoming.write(self._room[:count])
        else:
            self._incoming.write_eof()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self.outer.sendall(self._outgoing.read())


def interrupt(stream: Stream) -> None:
    """Wake whoever waits for the stream in another thread: nothing more comes or goes."""
    while isinstance(stream, NestedTls):
        stream = stream.outer
    if isinstance(stream, socket.socket):
        with suppress(OSError):
            # Not `SSLSocket.shutdown`: it takes TLS away from the other thread, which then reads what is encrypted.
            socket.socket.shutdown(stream, socket.SHUT_RDWR)
