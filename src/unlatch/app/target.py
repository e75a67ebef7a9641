"""Where a run installs to: the Python that is meant, asked for its facts, and varied by `--target` and the like."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from unlatch.app.parts import InterpreterMemory, Parts
from unlatch.environment.discovery import Place, discover
from unlatch.environment.interpreter import query
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import Noted
from unlatch.model.url import printable

if TYPE_CHECKING:
    from unlatch.model.target import Target


def find_target(parts: Parts) -> "Target":
    """Return the environment that the settings mean. Raise EnvironmentProblem."""
    settings = parts.settings
    place = Place(
        settings.environ, str(settings.working_folder), sys.executable, is_module=settings.is_started_as_module
    )
    has_own_place = settings.target_folder is not None or settings.prefix is not None
    found = discover(settings.python, place, any_python=has_own_place)
    parts.listener(Noted(f"Python is {printable(found.python)}: {found.reason}"))
    target = query(found.python, memory=InterpreterMemory(parts.cache), environ=settings.environ)
    found.check(target)
    if has_own_place or settings.python_version is not None:
        from unlatch.environment import variation  # noqa: PLC0415 - loaded only with --target and the like

        if settings.python_version is not None:
            target = variation.for_version(target, settings.python_version)
        if settings.target_folder is not None:
            target = variation.for_folder(target, str(settings.target_folder))
        elif settings.prefix is not None:
            target = variation.for_prefix(target, str(settings.prefix))
    is_whole_machine = Path(target.prefix) in {Path("/"), Path("/usr"), Path("/usr/local")}
    if not is_whole_machine:
        parts.trusting(besides=Path(target.prefix))
    return target


def refuse_managed(parts: Parts, target: "Target") -> None:
    """Raise EnvironmentProblem when the environment belongs to the system's package manager (PEP 668)."""
    if target.externally_managed is None or parts.settings.break_system_packages or parts.settings.dry_run:
        return
    raise EnvironmentProblem(
        f"{printable(target.prefix)} is managed by the system, and is not changed",
        details=[printable(line) for line in target.externally_managed.splitlines() if line.strip()],
        hint="python3 -m venv .venv, and install there",
    )
