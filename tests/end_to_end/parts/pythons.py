"""Real Pythons and real virtual environments."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13")


class Environment:
    """A virtual environment without pip, as it is made by `python -m venv --without-pip`."""

    def __init__(self, folder: Path, python: Path = Path(sys.executable)) -> None:
        subprocess.run([python, "-m", "venv", "--without-pip", folder], env={}, check=True)
        self.folder = folder
        self.scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = self.scripts / ("python.exe" if sys.platform == "win32" else "python")
        self.site_packages = next(folder.glob("lib/python3.*/site-packages"), folder / "Lib" / "site-packages")

    def run(self, code: str) -> str:
        """Run Python code in the environment and return what it printed."""
        command = [self.python, "-I", "-c", code]
        return subprocess.run(command, env={}, check=True, capture_output=True, text=True).stdout

    def installed(self) -> dict[str, str]:
        """Return the versions of what the environment itself says is installed, by name."""
        return json.loads(self.run(_INSTALLED))


def interpreters() -> dict[str, Path]:
    """Return one interpreter for each supported version that this machine has, by version: at least the running one."""
    found = {f"{sys.version_info.major}.{sys.version_info.minor}": Path(sys.executable)}
    for version in VERSIONS:
        working = (path for path in _places(version) if _is_version(path, version))
        if version not in found and (path := next(working, None)):
            found[version] = path
    return dict(sorted(found.items()))


def _places(version: str) -> Iterator[Path]:
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)]
    yield from (folder / f"python{version}" for folder in folders if folder.is_absolute())
    yield from sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))


def _is_version(path: Path, version: str) -> bool:
    """Whether this is a Python of that version that can make environments: a shim may be there and not work."""
    if not path.exists():
        return False
    code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([path, "-I", "-c", code], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == version


_INSTALLED = """
import json, importlib.metadata as metadata
print(json.dumps({found.metadata["Name"]: found.version for found in metadata.distributions()}))
"""
