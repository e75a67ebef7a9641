"""A second process that unpacks wheels as `wheel.unpack` does, because one process of Python runs one thread at a time.

It is the same Python with the same modules, without a single variable, and ends when this process does. Whatever goes
wrong with it costs time and nothing else: who asks is told, and unpacks the wheel himself.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unlatch.installation.keep import manifest
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from unlatch.installation.unpack.wheel import Orders

    Body = Buffer | int
    """What a wheel lies in: its bytes, or the descriptor of an open file that has them."""

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from unlatch.installation.unpack.unpacking import serve; serve(0)"


def is_possible(
    platform: str = sys.platform,
    executable: str | None = sys.executable,
    encoding: str = sys.getfilesystemencoding(),
) -> bool:
    """Whether another process can be started that is what this one is, and be handed open files.

    A program that unlatch is a part of may not be a Python that can be started. Both are to write file names alike.
    """
    is_python = os.path.basename(executable or "").startswith(("python", "pypy"))  # noqa: PTH119 - text
    return platform != "win32" and is_python and encoding == "utf-8"


class Unpacker:
    """The process. Every method may be called from any thread."""

    def __init__(self, code: str = _CHILD) -> None:
        """Start it, where `is_possible`; `code` is what it runs. Raise OSError."""
        import socket  # noqa: PLC0415 - loaded only when there is much to unpack

        self._connection, theirs = socket.socketpair()
        with theirs:
            try:
                self._number = _spawn(code, theirs.fileno())
            except BaseException:
                self._connection.close()
                raise
        self._asked = 0
        self._answers: dict[int, tuple[Any, ...]] = {}
        self._asking, self._answering, self._ending = threading.Lock(), threading.Lock(), threading.Lock()
        self.has_ended = False

    def unpack(
        self,
        body: "Body",
        filename: str,
        folder: Path,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
    ) -> bool:
        """Have a wheel unpacked, as `wheel.unpack` does it.

        Return False when the process does not do it; the folder is empty then. Raise what `wheel.unpack` raises.
        """
        if self._is_done(self._ask("unpack", body, filename, str(folder), tuple(limits))):
            return True
        from shutil import rmtree  # noqa: PLC0415 - loaded only when something is wrong

        rmtree(manifest.files(folder), ignore_errors=True)
        return False

    def write(self, body: "Body", filename: str, orders: "Orders", root: str) -> Callable[[], bool]:
        """Have members of a wheel written, as `wheel.write` does it. Return what waits until that is done.

        It returns False when the process does not do it; some may have been written then. It raises what `wheel.write`
        raises.
        """
        flat = tuple((*member, expected) for member, expected in orders)
        return partial(self._is_done, self._ask("write", body, filename, root, flat))

    def end(self) -> None:
        """End the process, whatever it does; any number of times."""
        with self._ending:
            if self.has_ended:
                return
            self.has_ended = True
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._number, signal.SIGKILL)
                os.waitpid(self._number, 0)
        # Whoever still waits for it finds out that it is gone.
        with self._asking, self._answering:
            self._connection.close()

    def _ask(self, what: str, body: "Body", *about: Any) -> int | None:
        """Ask, and return the question's number; None when nobody hears it."""
        from unlatch.installation.unpack.wire import send  # noqa: PLC0415 - loaded only when there is much to unpack

        content, descriptor = (b"", body) if isinstance(body, int) else (body, None)
        with self._asking, suppress(OSError):
            self._asked += 1
            send(self._connection, (self._asked, what, content, *about), descriptor)
            return self._asked
        return None

    def _is_done(self, number: int | None) -> bool:
        """Wait for an answer. Whether the process has done what it was asked; it has ended where it has not."""
        answer: tuple[Any, ...] = ()
        with suppress(OSError, EOFError, ValueError, TypeError):
            answer = () if number is None else self._answer(number)
        match answer:
            case ("done",):
                return True
            case ("unsound", message, details, hint):
                raise IntegrityError(message, details=details, hint=hint)
            case ("failed", code, reason, path):
                raise OSError(code, reason, path)
        # Nobody else writes what the caller is going to write now.
        self.end()
        return False

    def _answer(self, number: int) -> tuple[Any, ...]:
        """Wait for the answer with that number, and keep those that others wait for."""
        from unlatch.installation.unpack.wire import receive  # noqa: PLC0415 - as above

        with self._answering:
            while number not in self._answers:
                message = receive(self._connection)
                if message is None:
                    raise EOFError
                about, *answer = message.value
                self._answers[about] = tuple(answer)
            return self._answers.pop(number)


def _spawn(code: str, descriptor: int) -> int:
    """Start the process with that connection as its standard input, and return its number.

    Ctrl-C is for us to hear. There is nobody whom it could tell anything but us.
    """
    assert sys.platform != "win32"
    options = ["-I", "-S", "-X", "utf8", *(["-B"] if sys.dont_write_bytecode else [])]
    return os.posix_spawn(
        sys.executable,
        [sys.executable, *options, "-c", code, *sys.path],
        {},
        file_actions=[
            (os.POSIX_SPAWN_DUP2, descriptor, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ],
        setsigmask=[signal.SIGINT],
    )
