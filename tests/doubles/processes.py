"""Whether a process is still there, asked without sleeping."""

import os
import select


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
