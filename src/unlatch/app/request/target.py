"""Where a run installs to: the Python that is meant, asked for its facts, and varied by `--target` and the like."""

import sys
import threading
from pathlib import Path

from unlatch.app.wiring.basis import WatchedDisk
from unlatch.app.wiring.notes import Notes
from unlatch.app.wiring.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.environment.discovery import Found, Place, discover
from unlatch.environment.interpreter import query
from unlatch.model.errors import ConfigurationError, EnvironmentProblem
from unlatch.model.events import Noted
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.settings import Settings

# Where packages of the operating system live: their commands are as good as the machine's.
_WHOLE_MACHINES = {Path("/"), Path("/usr"), Path("/usr/local"), Path("/opt/homebrew")}


def find_python(parts: Parts, *, any_python: bool = False) -> Found:
    """Return the Python that the settings mean, without starting it. Raise EnvironmentProblem.

    With `any_python` nothing is installed into its environment, so that any will do where none is active.

    From here on no keyring is run from inside its environment.
    """
    settings = parts.settings
    place = Place(
        settings.environ, str(settings.working_folder), sys.executable, is_module=settings.is_started_as_module
    )
    found = discover(
        settings.python,
        place,
        any_python=any_python or _has_own_place(settings) or settings.in_user_site,
        is_system=settings.on_system_python,
        disk=WatchedDisk(parts.looking.paths),
    )
    parts.listener(Noted(f"Python is {printable(found.python)}: {found.reason}"))
    folder = settings.target_folder or settings.prefix or Path(found.python).parent.parent
    if folder not in _WHOLE_MACHINES:
        parts.distrust(folder)
    return found


def find_target(parts: Parts, found: Found | None = None) -> Target:
    """Return the environment that the settings mean; `found` is its Python, when that is known already.

    Raise EnvironmentProblem.
    """
    settings = parts.settings
    found = found or find_python(parts)
    with parts.timed("ask the interpreter", python=found.python):
        target = query(found.python, memory=Notes(parts.cache, Bucket.INTERPRETERS), environ=settings.environ)
    found.check(target)
    _check_place(settings, target)
    is_elsewhere = _has_own_place(settings) or settings.in_user_site or settings.root
    if settings.python_version is None and not (is_elsewhere or settings.is_for_other_platform):
        return target
    from unlatch.environment import variation  # noqa: PLC0415 - loaded only with --target and the like

    if settings.python_version is not None:
        target = variation.for_version(target, settings.python_version)
    if settings.is_for_other_platform:
        target = _on_platform(settings, target)
    if settings.target_folder is not None:
        target = variation.for_folder(target, str(settings.target_folder))
    elif settings.prefix is not None:
        target = variation.for_prefix(target, str(settings.prefix))
    if settings.in_user_site or settings.root is not None:
        from unlatch.environment import places  # noqa: PLC0415 - as above

        target = places.for_user(target, settings.environ) if settings.in_user_site else target
        target = places.for_root(target, str(settings.root)) if settings.root is not None else target
    return target


def _on_platform(settings: Settings, target: Target) -> Target:
    """Return the target on the platform that the settings name. Raise ConfigurationError."""
    from unlatch.environment import platforms, variation  # noqa: PLC0415 - loaded only for another platform

    if settings.python_platform is not None:
        target = variation.for_platform(target, platforms.named(settings.python_platform, settings.environ))
    if settings.platforms or settings.abis or settings.implementation is not None:
        platform = platforms.tagged(settings.platforms) if settings.platforms else None
        target = variation.for_tags(target, platform, settings.abis, settings.implementation)
    return target


def refuse_misplaced(settings: Settings) -> None:
    """Raise ConfigurationError where what is for another platform would go into this one's environment."""
    has_place = _has_own_place(settings) or settings.root is not None
    if settings.is_for_other_platform and not (has_place or settings.dry_run):
        raise ConfigurationError(
            "what is for another platform does not belong into the environment of this one",
            hint="--target FOLDER, or --dry-run to see what would be chosen",
        )


def _check_place(settings: Settings, target: Target) -> None:
    """Raise EnvironmentProblem when only a virtual environment may be changed, and this is none."""
    if settings.require_virtualenv and not target.is_virtual:
        raise EnvironmentProblem(
            f"{printable(target.prefix)} is not a virtual environment, and only one may be changed",
            details=[f"--require-virtualenv was said by {settings.origins.get('require_virtualenv', 'the caller')}"],
            hint="python3 -m venv .venv, and install there",
        )


class Asking:
    """A target that is being found in a thread of its own, while the caller does something else."""

    def __init__(self, parts: Parts, found: Found) -> None:
        self._parts = parts
        self._found = found
        self._target: Target | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def result(self) -> Target:
        """Wait for the target. Raise what finding it has raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._target is not None
        return self._target

    def _ask(self) -> None:
        try:
            self._target = find_target(self._parts, self._found)
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            self._error = error


def _has_own_place(settings: Settings) -> bool:
    """Whether packages go to a folder of their own, so that any Python will do."""
    return settings.target_folder is not None or settings.prefix is not None


def refuse_managed(parts: Parts, target: Target) -> None:
    """Raise EnvironmentProblem when the environment belongs to the system's package manager (PEP 668)."""
    if target.externally_managed is None or parts.settings.break_system_packages or parts.settings.dry_run:
        return
    raise EnvironmentProblem(
        f"{printable(target.prefix)} is managed by the system, and is not changed",
        details=[
            *(printable(line) for line in target.externally_managed.splitlines() if line.strip()),
            "--break-system-packages changes it all the same",
        ],
        hint="python3 -m venv .venv, and install there",
    )
