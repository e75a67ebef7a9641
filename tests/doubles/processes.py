"""Whether a process is still there, asked without sleeping."""

import os
import select
from contextlib import suppress
from pathlib import Path


def lives(process: int) -> bool:
    """Whether a process still runs a moment after it was told to end; one that nobody has buried yet does not."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return False
    try:
        return not select.select([descriptor], [], [], 5)[0]
    finally:
        os.close(descriptor)


def running(word: str) -> list[int]:
    """Return the processes that were started with this word."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        # Others come and go meanwhile.
        with suppress(OSError):
            if word.encode() in file.read_bytes().split(b"\0"):
                found.append(int(file.parent.name))
    return found
