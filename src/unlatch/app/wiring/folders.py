"""The folders that are unlatch's own in a user's home, from the environment that a run was given. It does no I/O.

It loads nothing: a command that was given before is answered from the cache before anything else is imported.
"""

# ruff: noqa: PTH117, PTH118 - paths are text here, for that reason

import os.path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def data_folder(platform: str, environ: "Mapping[str, str]") -> str | None:
    """Return where what must last is kept; None when the environment does not tell where the user's home is.

    It is platformdirs' user_data_path, which takes as long to import as to do all of this, and would look at the
    process's own environment.
    """
    chosen = environ.get("XDG_DATA_HOME", "").strip()
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or _below(environ.get("USERPROFILE"), "AppData", "Local")
        return os.path.join(local, "unlatch") if local else None
    if chosen and os.path.isabs(chosen):
        return os.path.join(chosen, "unlatch")
    place = ("Library", "Application Support") if platform == "darwin" else (".local", "share")
    home = _below(environ.get("HOME"), *place)
    return os.path.join(home, "unlatch") if home else None


def cache_folder(platform: str, environ: "Mapping[str, str]") -> str | None:
    """Return where earlier runs keep what they learned, as platformdirs' user_cache_path; None as for `data_folder`."""
    chosen = environ.get("XDG_CACHE_HOME", "").strip()
    if platform == "win32":
        local = environ.get("LOCALAPPDATA") or _below(environ.get("USERPROFILE"), "AppData", "Local")
        return os.path.join(local, "unlatch", "Cache") if local else None
    if chosen and os.path.isabs(chosen):
        return os.path.join(chosen, "unlatch")
    home = _below(environ.get("HOME"), *(("Library", "Caches") if platform == "darwin" else (".cache",)))
    return os.path.join(home, "unlatch") if home else None


def _below(home: str | None, *parts: str) -> str | None:
    return os.path.join(home, *parts) if home else None
