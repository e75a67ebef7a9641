"""The interpreters of this machine that tests run against: all that can be found, and at least the one running."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Python(NamedTuple):
    version: tuple[int, int]
    path: str


@cache
def found() -> tuple[Python, ...]:
    """Return one interpreter per version that unlatch installs for, oldest first."""
    folders = [Path(folder) for folder in os.get_exec_path() if Path(folder).is_absolute()]
    root = Path(os.environ.get("PYENV_ROOT", "/nowhere"))
    candidates = [sys.executable, *(folder / f"python3.{minor}" for minor in range(8, 20) for folder in folders)]
    candidates += sorted(root.glob("versions/*/bin/python"))
    pythons: dict[tuple[int, int], Python] = {}
    for candidate in candidates:
        python = _ask(str(candidate)) if Path(candidate).is_file() else None
        if python is not None and python.version >= (3, 8):
            pythons.setdefault(python.version, python)
    return tuple(pythons[version] for version in sorted(pythons))


def _ask(path: str) -> Python | None:
    code = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)"
    done = subprocess.run([path, "-I", "-c", code], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        return None
    major, minor, executable = done.stdout.strip().split(" ", 2)
    return Python((int(major), int(minor)), executable)
