"""A twin of this process, which does half of what is next to nothing but system calls.

Two threads of Python would take turns at it; two processes do it in little more than half the time. The twin holds all
that this process does, the lock on the environment too: whoever comes after this one was killed waits for the twin to
end, and it ends once it is alone.
"""

import errno
import marshal
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


def is_possible() -> bool:
    """Whether there can be one: threads do not come along, so there must be none, and nobody else's program is split.

    That is so where nobody has loaded what threads are begun with.
    """
    return sys.platform == "linux" and "threading" not in sys.modules and len(os.sched_getaffinity(0)) > 1


def in_two(do: "Callable[[int], int]", half: int, count: int, check: "Callable[[], None]") -> list[int]:
    """Return what `do` returns for each number below `count`; those from `half` on are done by a twin.

    `check` is called before each. Whatever it or `do` raises is raised once the twin has ended; OSError where the twin
    has come to no end, or has met one.
    """
    reading, writing = os.pipe()
    ours = os.getpid()
    twin = os.fork()
    if twin == 0:
        _be_twin(do, half, count, ours, writing)
    os.close(writing)
    try:
        found = []
        for number in range(half):
            check()
            found.append(do(number))
        return found + _told(reading, count - half)
    except BaseException:
        os.kill(twin, 9)
        raise
    finally:
        os.close(reading)
        os.waitpid(twin, 0)


def _be_twin(do: "Callable[[int], int]", half: int, count: int, other: int, writing: int) -> "NoReturn":
    """Do the second half, and end. What is asked of both by a signal is left to the other one."""
    try:
        found = []
        for number in range(half, count):
            if os.getppid() != other:
                break
            found.append(do(number))
        os.write(writing, marshal.dumps(found))
    except OSError as error:
        os.write(writing, marshal.dumps(error.errno))
    finally:
        # Nothing that the process was going to do at its end is done twice.
        os._exit(0)


def _told(reading: int, count: int) -> list[int]:
    """Return what the twin has found. Raise OSError when it has not come to its end."""
    told = b""
    while piece := os.read(reading, 1 << 16):
        told += piece
    found: list[int] | int = marshal.loads(told) if told else errno.ECHILD  # noqa: S302 - we wrote it
    if isinstance(found, int):
        raise OSError(found, os.strerror(found))
    if len(found) != count:
        raise OSError(errno.ECHILD, os.strerror(errno.ECHILD))
    return found
