"""What goes between this process and the one that unpacks for it: a message at a time, with at most one open file.

A message is marshal's, as both ends are the same Python. Its length goes first, and the open file with that.
"""

import marshal
import socket
from typing import Any

from unlatch.model.tuples import NamedTuple

_LENGTH = 8
# In bytes. No message comes near it: large wheels go as open files.
_MOST = 256 * 1024**2


class Message(NamedTuple):
    """What came: a value of tuples, texts, numbers and bytes, and the open file that came with it."""

    value: Any
    descriptor: int | None


def send(connection: socket.socket, value: Any, descriptor: int | None = None) -> None:
    """Send a message. The open file stays the sender's too. Raise OSError."""
    content = marshal.dumps(value)
    length = len(content).to_bytes(_LENGTH, "big")
    if descriptor is None:
        connection.sendall(length + content)
        return
    socket.send_fds(connection, [length], [descriptor])
    connection.sendall(content)


def receive(connection: socket.socket) -> Message | None:
    """Wait for the next message; None when there is no other end any more.

    Raise OSError, and EOFError, ValueError or TypeError for what is no message.
    """
    head, descriptors, _, _ = socket.recv_fds(connection, _LENGTH, 1)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    if length > _MOST:
        raise ValueError(length)
    content = bytearray(length)
    with memoryview(content) as room:
        filled = 0
        while filled < length:
            count = connection.recv_into(room[filled:])
            if not count:
                return None
            filled += count
    value = marshal.loads(content)  # noqa: S302 - who is at the other end is ourselves
    return Message(value, descriptors[0] if descriptors else None)
