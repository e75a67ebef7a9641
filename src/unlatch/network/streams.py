"""Bytes to and from the other end: what a socket, TLS, and TLS inside TLS have in common."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

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
