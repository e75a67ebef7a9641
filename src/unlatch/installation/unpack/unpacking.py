"""The process beside ours that unpacks wheels (unpacker.py): it takes one after the other, until nobody asks any more.

It knows a folder, an archive and its limits; no index, no credentials and no variable. It ends with the process that
has started it, however that ends.
"""

import os
import socket
from _thread import start_new_thread
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from unlatch.installation.unpack.archive import Member
from unlatch.installation.unpack.wheel import unpack, write
from unlatch.installation.unpack.wire import Message, receive, send
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits

if TYPE_CHECKING:
    from mmap import mmap


def serve(descriptor: int) -> None:
    """Do what is asked for on a connection, whose descriptor this is. It is the whole of the process."""
    connection = socket.socket(fileno=descriptor)
    asked: SimpleQueue[Message] = SimpleQueue()
    start_new_thread(_listen, (connection, asked))
    try:
        while True:
            send(connection, _answer(asked.get()))
    finally:
        os._exit(1)


def _listen(connection: socket.socket, asked: "SimpleQueue[Message]") -> None:
    """Take in what is asked while something is unpacked, and end the process when nobody can ask any more."""
    try:
        while (message := receive(connection)) is not None:
            asked.put(message)
    finally:
        os._exit(0)


def _answer(message: Message) -> tuple[Any, ...]:
    """Do what is asked. Return how it went, as `unpacker` understands it.

    An error that is not about the wheel or the disk ends the process: whoever asks does it all, and comes upon it too.
    """
    number, what, content, *about = message.value
    body = content if message.descriptor is None else _mapped(message.descriptor)
    try:
        (_unpack if what == "unpack" else _write)(body, *about)
    except IntegrityError as error:
        return number, "unsound", error.message, error.details, error.hint
    except OSError as error:
        return number, "failed", error.errno, error.strerror, error.filename
    return number, "done"


def _unpack(body: "bytes | mmap", filename: str, folder: str, limits: tuple[int, ...]) -> None:
    unpack(body, filename, folder, limits=Limits(*limits))


def _write(body: "bytes | mmap", filename: str, root: str, orders: tuple[tuple[Any, ...], ...]) -> None:
    write(body, [(Member(*member), expected) for *member, expected in orders], root, filename)


def _mapped(descriptor: int) -> "mmap":
    from mmap import ACCESS_READ, mmap  # noqa: PLC0415 - loaded only for large files

    try:
        return mmap(descriptor, 0, access=ACCESS_READ)
    finally:
        os.close(descriptor)
