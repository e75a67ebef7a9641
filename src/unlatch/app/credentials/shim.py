"""A program named `keyring` that is unlatch: pip and uv look for one on PATH, and ask it for passwords."""

import re
from collections.abc import Sequence
from pathlib import Path

from unlatch.auth.sources.keyring_command import SHIM_MARK, is_shim
from unlatch.model.errors import ConfigurationError
from unlatch.model.text import printable

_SAYS = f"{SHIM_MARK}: made by `unlatch auth keyring --install-shim`."


def install_shim(folder: Path, start: Sequence[str], *, is_windows: bool) -> Path:
    """Write the program into a folder and return its path. `start` is how unlatch is started, absolute.

    Raise ConfigurationError when it cannot be written, or another `keyring` is there.
    """
    path = folder.resolve() / ("keyring.cmd" if is_windows else "keyring")
    if path.exists() and not is_shim(path):
        raise ConfigurationError(
            f"{printable(str(path))} is another program, which stays",
            hint="name a folder of its own, and let it stand first on PATH",
        )
    text = batch_file(start) if is_windows else shell_script(start)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        path.chmod(0o755)
    except OSError as error:
        raise ConfigurationError(f"{printable(str(path))} cannot be written: {error.strerror}") from error
    return path


def shell_script(start: Sequence[str]) -> str:
    """Return the program for a POSIX shell."""
    from shlex import quote  # noqa: PLC0415 - loaded only when a shim is made

    return f'#!/bin/sh\n# {_SAYS}\nexec {" ".join(map(quote, start))} auth keyring "$@"\n'


def batch_file(start: Sequence[str]) -> str:
    """Return the program for Windows."""
    # A percent sign in a path would be read as the beginning of a variable's name.
    words = " ".join(f'"{re.sub("%", "%%", word)}"' for word in start)
    return f"@echo off\r\nrem {_SAYS}\r\n{words} auth keyring %*\r\n"


def started_as(executable: str, argument: str) -> list[str]:
    """Return how unlatch can be started again: by this Python, as the one file that it was started from or a module.

    `executable` is sys.executable, and `argument` the first of sys.argv.
    """
    archive = Path(argument)
    # -P: what lies in the working folder must not be taken for unlatch.
    return [executable, str(archive.absolute())] if archive.suffix == ".pyz" else [executable, "-P", "-m", "unlatch"]
