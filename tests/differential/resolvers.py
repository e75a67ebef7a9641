"""unlatch, uv and pip, each asked what it would install into an empty environment: (name, version) by name."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

Pins = dict[str, str]
_BIN = Path(sys.executable).parent
_LIMIT = 600  # seconds


class Failed(Exception):
    """A resolver gave no answer; the text tells why."""


class Room:
    """A folder with an empty environment and caches of its own, where all of them are asked."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        caches = {"UNLATCH_CACHE_DIR": "unlatch", "UV_CACHE_DIR": "uv", "PIP_CACHE_DIR": "pip"}
        # uv does not heed what pip was told on this machine.
        self._environ = {
            **environ,
            "UNLATCH_FOREIGN_CONFIG": "none",
            **{name: str(folder / "cache" / below) for name, below in caches.items()},
        }
        self._python = folder / "venv" / "bin" / "python"
        self._run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
        self._wanted = folder / "wanted.txt"

    def ask(self, resolver: str, requirements: Sequence[str]) -> Pins:
        """Return what "unlatch", "uv" or "pip" would install. Raise Failed."""
        self._wanted.write_text("\n".join(requirements))
        return {"unlatch": self._unlatch, "uv": self._uv, "pip": self._pip}[resolver]()

    def _unlatch(self) -> Pins:
        words = ["install", "--python", str(self._python), "--dry-run", "--report", "-", "-r", str(self._wanted)]
        return _reported(self._run([str(_BIN / "unlatch"), *words]))

    def _uv(self) -> Pins:
        words = ["pip", "compile", "--no-config", "--no-header", "--no-annotate", "--python", str(self._python)]
        lines = self._run([str(_BIN / "uv"), *words, str(self._wanted)]).splitlines()
        pins = (line.split("==") for line in lines if "==" in line)
        return {_normalized(name): version.split()[0] for name, version in pins}

    def _pip(self) -> Pins:
        words = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-", "-r", str(self._wanted)]
        return _reported(self._run([sys.executable, "-m", "pip", "--python", str(self._python), *words]))

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self._environ, cwd=self.folder, capture_output=True, text=True, timeout=_LIMIT, check=False
        )
        if done.returncode:
            raise Failed(f"{Path(command[0]).name} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout


def _reported(text: str) -> Pins:
    """Return the pins of an installation report, whose form pip and unlatch share."""
    told = (item["metadata"] for item in json.loads(text)["install"])
    return {_normalized(metadata["name"]): metadata["version"] for metadata in told}


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.split("[", maxsplit=1)[0].strip()).lower()
