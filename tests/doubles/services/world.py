"""A world for a provider, made of the real parts wherever they do no harm: real commands, a fake internet."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.doubles.transport import FakeTransport, Handler
from unlatch.app.wiring.web import TransportWeb
from unlatch.auth.patience import Patience
from unlatch.auth.program import Search
from unlatch.auth.providers.commands import CloudCommands
from unlatch.auth.providers.libraries import InstalledLibraries
from unlatch.auth.providers.world import World
from unlatch.model.events import Listener, ignore


def make_world(
    internet: Handler | FakeTransport,
    environ: Mapping[str, str] | None = None,
    *,
    programs: Path | None = None,
    libraries: Mapping[str, Any] | None = None,
    clock: Callable[[], float] = time.time,
    listener: Listener = ignore,
    limit: float = 20.0,
) -> World:
    """Return a world where the internet is a handler, PATH is one folder, and these libraries are installed."""
    transport = internet if isinstance(internet, FakeTransport) else FakeTransport(internet)
    folders = [] if programs is None else [str(programs)]
    installed = libraries or {}

    def find(name: str) -> Any:
        if name not in installed:
            raise ImportError(name)
        return installed[name]

    return World(
        environ or {},
        TransportWeb(transport, retries=0),
        CloudCommands(lambda: Search(folders), {"PATH": os.defpath}, listener, patience=Patience(1.0, limit)),
        InstalledLibraries(limit=limit, find=find),
        clock,
        lambda path: Path(path).read_text(encoding="utf-8"),
    )


def module(**members: Any) -> SimpleNamespace:
    """Return what stands for a library: a few names."""
    return SimpleNamespace(**members)
