"""Signals put off while files are changed, so that no step is cut in two and no undoing is broken off.

A person who presses Ctrl-C is answered between two steps; whoever presses it again does not get in the way of the
undoing that follows.
"""

TYPE_CHECKING = False
if not TYPE_CHECKING:
    # What `signal` makes enumerations of, which takes 3 ms.
    import _signal as signal
else:
    import signal
    from collections.abc import Callable
    from types import FrameType, TracebackType
    from typing import Any, Self


# What ends a process in order: SIGBREAK is Windows' Ctrl-Break. SIGINT is the last to be given back.
_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK", "SIGINT")


class Interrupts:
    """Takes the place of the handlers that the process has for these signals, and calls them when it suits.

    A signal that nobody handles still ends the process at once. In a thread that is not the main one nothing is put
    off, because no handler ever interrupts it.
    """

    def __init__(self) -> None:
        self._handlers: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._pending: list[int] = []

    def __enter__(self) -> "Self":
        try:
            for number in (getattr(signal, name) for name in _NAMES if hasattr(signal, name)):
                handler = signal.getsignal(number)
                if callable(handler):
                    self._handlers[number] = handler
                    signal.signal(number, self._remember)
        except ValueError:
            self._handlers.clear()  # This is not the main thread.
        except BaseException:
            self._give_back()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self._give_back()
        if error is None:
            self.check()

    def check(self) -> None:
        """Do what a signal that has come asks for. Raise what its handler raises, such as KeyboardInterrupt."""
        while self._pending:
            number = self._pending.pop(0)
            self._handlers[number](number, None)

    def _remember(self, number: int, frame: "FrameType | None") -> None:
        del frame
        self._pending.append(number)

    def _give_back(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
