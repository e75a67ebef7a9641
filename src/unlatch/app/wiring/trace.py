"""A trace of a run, for whoever wants to know where the time went: spans of everything that takes long.

The file has Chrome's trace format, which https://ui.perfetto.dev and chrome://tracing draw. A thread's spans lie below
each other; an exchange over HTTP has a line of its own, because threads hand it on. URLs are as `url.shown`, and no
detail holds a secret.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder, SourceFileLoader, SourcelessFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from unlatch.model.events import Event, HelperAsked, KeyringAsked, Listener, ProviderAsked, Warned
from unlatch.model.text import printable
from unlatch.model.timing import Exchanged
from unlatch.model.url import shown

# In seconds: modules that take less to run are left out, because there are hundreds, and none of them matters.
_LEAST = 0.0001
_LOADERS = (SourceFileLoader, SourcelessFileLoader, ExtensionFileLoader)


class _Span:
    """A block's time, from its start to its end, whatever ends it."""

    def __init__(self, trace: "Trace", name: str, details: dict[str, str]) -> None:
        self._trace = trace
        self._name = name
        self._details = details
        self._begun = 0.0

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        details = self._details if kind is None else {**self._details, "failed": kind.__name__}
        self._trace.add(self._name, self._begun, time.perf_counter(), details)


class Trace:
    """What a run has spent its time on, so far. Every method may be called from any thread."""

    def __init__(self) -> None:
        """Begin; what the process did before is one span, where the system tells when it was started."""
        self._events: list[dict[str, Any]] = []
        self._threads: dict[int, str] = {}
        self._imports = _Imports(self)
        now = time.perf_counter()
        age = _age_of_process()
        if age is not None:
            self.add("start Python and read the command line", now - age, now, {})
        sys.meta_path.insert(0, self._imports)

    def timed(self, name: str, **details: str) -> _Span:
        """Begin a span, as `model.timing.Timed` says."""
        return _Span(self, name, {key: printable(value) for key, value in details.items()})

    def add(self, name: str, begun: float, ended: float, details: dict[str, str]) -> None:
        """Keep a span of the calling thread."""
        thread = threading.current_thread()
        self._threads.setdefault(thread.ident or 0, thread.name)
        place = {"pid": 1, "tid": thread.ident or 0}
        span = {"name": name, "ph": "X", "ts": _micro(begun), "dur": _micro(ended - begun), "args": details}
        self._events.append({**span, **place})

    def exchanged(self, exchange: Exchanged) -> None:
        """Keep an exchange: from the wish to its last byte, and what it waited for."""
        url = shown(exchange.url)
        number = len(self._events)
        parts = [
            (f"GET {url}", exchange.begun, exchange.ended),
            ("wait for a connection", exchange.begun, exchange.connected),
            ("wait for the answer", exchange.connected, exchange.answered),
            ("receive the body", exchange.answered, exchange.ended),
        ]
        about = {"status": exchange.status, "bytes": exchange.received}
        for name, begun, ended in parts:
            span = {"name": name, "cat": "http", "id": number, "pid": 1, "tid": 0}
            self._events.append({**span, "ph": "b", "ts": _micro(begun), "args": about})
            self._events.append({**span, "ph": "e", "ts": _micro(ended)})

    def listening(self, listener: Listener) -> Listener:
        """Return a listener that keeps the events which tell how long they took, and passes all of them on."""

        def listen(event: Event) -> None:
            if isinstance(event, KeyringAsked | HelperAsked | ProviderAsked):
                self._keep_question(event)
            listener(event)

        return listen

    def write(self, path: Path, listener: Listener) -> None:
        """End, and write what was kept. Where that is not possible the user is warned: the run was none the worse."""
        if self._imports in sys.meta_path:
            sys.meta_path.remove(self._imports)
        named = [_named(number, name) for number, name in self._threads.items()]
        try:
            path.write_text(json.dumps({"traceEvents": [*named, *self._events], "displayTimeUnit": "ms"}))
        except OSError as error:
            listener(Warned(f"--trace {printable(str(path))} cannot be written: {error.strerror}"))

    def _keep_question(self, event: KeyringAsked | HelperAsked | ProviderAsked) -> None:
        now = time.perf_counter()
        if isinstance(event, ProviderAsked):
            name, details = "ask a provider", {"provider": event.provider, "index": event.index}
        elif isinstance(event, HelperAsked):
            name, details = "ask a credential helper", {"command": event.command, "url": event.url}
        else:
            name, details = "ask keyring", {"command": event.command, "service": event.service}
        self.add(name, now - event.seconds, now, {**details, "outcome": event.outcome})


class _Imports:
    """A finder of modules that finds what Python finds, and has the time kept that it takes to run them."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module as `sys.path` has it."""
        spec = PathFinder.find_spec(name, path, target)
        loader = spec.loader if spec is not None else None
        if isinstance(loader, _LOADERS):
            run = loader.exec_module

            def run_timed(module: ModuleType) -> None:
                begun = time.perf_counter()
                run(module)
                ended = time.perf_counter()
                if ended - begun >= _LEAST:
                    self._trace.add(f"import {name}", begun, ended, {})

            loader.exec_module = run_timed  # type: ignore[method-assign]  # of this one module's loader
        return spec


def _named(number: int, name: str) -> dict[str, Any]:
    return {"name": "thread_name", "ph": "M", "pid": 1, "tid": number, "args": {"name": name}}


def _micro(seconds: float) -> float:
    return round(seconds * 1e6, 1)


def _age_of_process() -> float | None:
    """Return for how many seconds this process has run, where Linux tells (to a hundredth)."""
    try:
        started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        running = float(Path("/proc/uptime").read_text().split()[0])
        return max(0.0, running - started / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError, AttributeError):
        return None
