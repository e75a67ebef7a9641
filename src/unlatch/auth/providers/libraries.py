"""The clouds' own libraries: extras, imported when their host is met, and called with a limit.

A library may wait for a metadata server that is not there, and cannot be interrupted: at the limit its thread is
left behind.
"""

import importlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from unlatch.auth.providers.broken import Broken
from unlatch.auth.source import Absent
from unlatch.model.text import printable

T = TypeVar("T")

_LONGEST = 300
_TALKERS = ("azure", "boto3", "botocore", "google", "msal", "urllib3")


class InstalledLibraries:
    """The libraries that unlatch's own interpreter can import. It fulfils `world.Libraries`."""

    def __init__(self, *, limit: float, find: Callable[[str], Any] = importlib.import_module) -> None:
        """Take how long a call may take, in seconds, and how a module is found by its name."""
        self._limit = limit
        self._find = find

    def load(self, name: str) -> Any | None:
        """Return the module of this name, None when it, or something that it needs, is not installed."""
        try:
            module = self._find(name)
        except ImportError:
            return None
        import logging  # noqa: PLC0415 - every one of these libraries has loaded it

        for talker in _TALKERS:
            # Without a handler of their own what they log would go to standard error.
            logging.getLogger(talker).addHandler(logging.NullHandler())
        return module

    def call(self, label: str, function: Callable[[], T], *, unset: frozenset[str] = frozenset()) -> T | Absent:
        """Return what the function does. Raise Broken when it fails or takes too long."""
        results: list[T | Absent | Broken] = []
        worker = threading.Thread(target=lambda: results.append(_call(label, function, unset)), daemon=True)
        worker.start()
        worker.join(self._limit)
        if not results:
            raise Broken(f"{label} gave no answer in {self._limit:g} s")
        if isinstance(results[0], Broken):
            raise results[0]
        return results[0]


def _call(label: str, function: Callable[[], T], unset: frozenset[str]) -> T | Absent | Broken:
    try:
        return function()
    except Exception as error:  # noqa: BLE001 - libraries raise whatever they like, and it must not end the run
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = printable(lines[0] if lines else type(error).__name__)[:_LONGEST]
        if unset & {kind.__name__ for kind in type(error).__mro__}:
            return Absent(f"{label} is not set up: {said}")
        return Broken(f"{label} failed: {said}")
