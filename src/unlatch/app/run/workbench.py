"""Where a project is built: an isolated environment that is filled from the same indexes, or the target's own Python.

What a build requires is resolved and installed as anything else is, with the same credentials, cache and choice of
indexes, and with the constraints for builds in place of the run's.
"""

import os
from collections.abc import Sequence

from unlatch.app.request.wanted import read_wanted, request_of
from unlatch.app.run.run import Run
from unlatch.app.wiring.parts import Parts
from unlatch.build.backend import Bench
from unlatch.build.isolation import make_environment
from unlatch.build.running import Crew
from unlatch.environment.installed import scan
from unlatch.environment.interpreter import query
from unlatch.model.errors import BuildFailed, UnlatchError
from unlatch.model.target import Target
from unlatch.model.text import printable
from unlatch.settings import Settings

# What a run inside of another is told, too: where packages come from, which may be chosen, and how they are placed.
_PASSED_ON = (
    "indexes",
    "find_links",
    "no_index",
    "index_strategy",
    "pinned_packages",
    "cache_dir",
    "no_cache",
    "refresh",
    "refresh_packages",
    "offline",
    "keyring_provider",
    "pre",
    "prerelease",
    "prerelease_packages",
    "all_releases",
    "only_final",
    "prefer_binary",
    "only_binary",
    "no_build",
    "no_build_packages",
    "no_binary",
    "exclude_newer",
    "exclude_newer_packages",
    "build_isolation",
    "no_build_isolation_packages",
    "config_settings_packages",
    "build_constraint_files",
    "insecure_hosts",
    "timeout",
    "retries",
    "concurrency",
    "link_mode",
    "archive_limits",
    "verbosity",
    "environ",
    "working_folder",
)


class Workbench:
    """Provides what one project needs to be built. It fulfils `build.backend.Provide`."""

    def __init__(self, parts: Parts, target: Target, crew: Crew, subject: str, *, is_isolated: bool) -> None:
        """Take the parts of the run; `subject` is the project that is built, as messages call it."""
        self._parts = parts
        self._target = target
        self._crew = crew
        self._subject = subject
        self._is_isolated = is_isolated
        self._own: Target | None = None

    def __call__(self, requires: Sequence[str]) -> Bench:
        """Return where the requirements are installed, with those that were asked for before. Raise UnlatchError.

        Without isolation nothing is installed: what a build needs has to be there.
        """
        if not self._is_isolated:
            return self._bench(self._target, is_virtual=False)
        if self._own is None:
            python = make_environment(self._target.python, self._crew)
            self._own = query(str(python), memory=_Forgetful(), environ=self._parts.settings.environ)
        if requires:
            try:
                self._install(requires, self._own)
            except UnlatchError as error:
                needed = ", ".join(printable(text) for text in requires)
                error.details = (*error.details, f"to build {self._subject}, these are needed: {needed}")
                raise
        return self._bench(self._own, is_virtual=True)

    def _install(self, requires: Sequence[str], own: Target) -> None:
        from packaging.requirements import Requirement  # noqa: PLC0415 - loaded only where something is built

        for text in requires:
            try:
                Requirement(text)
            except ValueError:
                raise BuildFailed(
                    f"{self._subject} says that {printable(text)!r} is needed to build it, which is no requirement"
                ) from None
        parts = self._parts.beside(_settings(self._parts.settings, requires), self._subject)
        wanted = read_wanted(parts)
        parts.settings = wanted.settings
        installed = scan(own, parts.listener)
        # Nobody else knows of this environment, so that its turn need not be waited for.
        Run(parts, request_of(wanted, own, installed), wanted, installed).carry_out(has_turn=True)

    def _bench(self, target: Target, *, is_virtual: bool) -> Bench:
        """Return a target as a place to build in: its own commands are found before all others."""
        path = self._parts.settings.environ.get("PATH", os.defpath)
        environ = {"PATH": os.pathsep.join((target.scheme.scripts, path))}
        if is_virtual:
            environ["VIRTUAL_ENV"] = target.prefix
        return Bench(target.python, environ)


class _Forgetful:
    """Remembers nothing of an interpreter that is gone when the run is over."""

    def read(self, key: str) -> None:
        """Return nothing."""

    def write(self, key: str, content: bytes) -> None:
        """Keep nothing."""


def _settings(settings: Settings, requires: Sequence[str]) -> Settings:
    """Return what a run is told that installs what a build requires."""
    passed_on = {name: getattr(settings, name) for name in _PASSED_ON}
    return Settings(**passed_on, requirements=tuple(requires), constraint_files=settings.build_constraint_files)
