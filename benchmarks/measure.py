"""Run one command and write down what it took. A script of its own: `python -I -S measure.py RESULT COMMAND ...`.

The kernel counts the memory of whoever starts a process into that process's peak, so the starter has to be small:
this module loads nothing but `os`, `sys` and `time`. RESULT receives one line: seconds from start to end, seconds of
processor, the greatest peak memory of one process in KiB, and the exit status.
"""

import os
import sys
import time


def measure(argv: list[str]) -> tuple[float, float, int, int]:
    """Run `argv` (an absolute path first), wait for its end, and return the four numbers."""
    started = time.perf_counter()
    child = os.posix_spawn(argv[0], argv, os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    with open(sys.argv[1], "w") as result:  # noqa: PTH123 - pathlib would double this process
        print(*measure(sys.argv[2:]), file=result)
