"""Install Python packages from indexes that ask who you are.

    import unlatch

    changes = unlatch.install(["requests"], indexes=["https://user@host/simple/"], target="/path/to/venv")
    print([package.name for package in changes.added])

Nothing here prints, and nothing reads the environment unasked. Whatever goes wrong is an `UnlatchError`; what happens
meanwhile is told to a `listener`, as values of `unlatch.model.events`.
"""

# What `typing` calls so: every command begins here, and most of what typing loads is never used (6 ms).
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from unlatch.app.results import Changes, Package, Update
    from unlatch.model.errors import UnlatchError
    from unlatch.model.events import Event, Listener
    from unlatch.model.index import Authenticate, Index
    from unlatch.settings import KeyringProvider, Settings

__all__ = [
    "Authenticate",
    "Changes",
    "Event",
    "Index",
    "KeyringProvider",
    "Listener",
    "Package",
    "Settings",
    "UnlatchError",
    "Update",
    "install",
    "uninstall",
]

__version__ = "0.1.0"

# Where each public name lives: `import unlatch` is the first thing that every command does, so it loads little.
_PLACES = {
    "Authenticate": "unlatch.model.index",
    "Changes": "unlatch.app.results",
    "Event": "unlatch.model.events",
    "Index": "unlatch.model.index",
    "KeyringProvider": "unlatch.settings",
    "Listener": "unlatch.model.events",
    "Package": "unlatch.app.results",
    "Settings": "unlatch.settings",
    "UnlatchError": "unlatch.model.errors",
    "Update": "unlatch.app.results",
}


def __getattr__(name: str) -> "Any":
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - loaded only by programs that use the library

    return getattr(import_module(_PLACES[name]), name)


def install(
    requirements: "Iterable[str]",
    *,
    indexes: "Iterable[Index | str] | None" = None,
    target: "str | Path | None" = None,
    settings: "Settings | None" = None,
    environ: "Mapping[str, str] | None" = None,
    listener: "Listener | None" = None,
) -> "Changes":
    """Install requirements and return what was changed.

    `indexes` are asked in their order, the last one as the default; a text may be `NAME=URL` and may have userinfo.
    `target` is an environment's folder or its Python; without it the environment is the one that the calling program
    runs in. `settings` has everything else, and `environ` the variables that may be read (credentials of a named index,
    the proxy): none unless they are given. Raise UnlatchError; the environment is then as it was before.
    """
    from unlatch.app.install.installing import install as carry_out  # noqa: PLC0415 - as in `__getattr__`
    from unlatch.model.events import ignore  # noqa: PLC0415 - as above

    return carry_out(_settings(requirements, indexes, target, settings, environ), listener or ignore)


def uninstall(
    names: "Iterable[str]",
    *,
    target: "str | Path | None" = None,
    settings: "Settings | None" = None,
    listener: "Listener | None" = None,
) -> "Changes":
    """Remove distributions and return what was changed; see `install`."""
    from unlatch.app.install.uninstall import uninstall as carry_out  # noqa: PLC0415 - as above
    from unlatch.model.events import ignore  # noqa: PLC0415 - as above

    return carry_out(_settings(names, None, target, settings, None), listener or ignore)


def _settings(
    requirements: "Iterable[str]",
    indexes: "Iterable[Index | str] | None",
    target: "str | Path | None",
    settings: "Settings | None",
    environ: "Mapping[str, str] | None",
) -> "Settings":
    import sys  # noqa: PLC0415 - as above

    from unlatch.model.frozen import replace  # noqa: PLC0415 - as above
    from unlatch.model.index import Index  # noqa: PLC0415 - as above
    from unlatch.settings import Settings  # noqa: PLC0415 - as above

    told = settings or Settings()
    given = {index if isinstance(index, Index) else Index.parse(index): None for index in indexes or ()}
    return replace(
        told,
        requirements=tuple(requirements),
        indexes=tuple(given) or told.indexes,
        python=str(target) if target is not None else told.python or sys.executable,
        environ=told.environ if environ is None else environ,
        working_folder=told.working_folder.absolute(),
    )
