"""The sets of packages that are installed: their requirements, pinned as of a day, and their wheels, downloaded once.

This is the only module that reaches beyond the machine, with the environment and configuration it finds there.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks.clients import command

# Pins are resolved as of this day, so that two people's numbers are about the same wheels.
AS_OF = "2026-09-01"


class PackageSet(NamedTuple):
    """What a person would type, and the exact distributions that it comes to: normalized name to version."""

    name: str
    requirements: tuple[str, ...]
    pins: dict[str, str]


REQUIREMENTS = {
    "small": ("requests",),
    "medium": ("flask", "sqlalchemy", "celery[redis]", "boto3", "alembic", "httpx", "pydantic", "gunicorn"),
    "large": ("jupyterlab", "pandas", "scikit-learn", "matplotlib"),
}


def prepare(names: list[str], folder: Path) -> dict[str, PackageSet]:
    """Return the named sets; their wheels lie in `folder`/wheels afterwards. What is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _prepared(name, REQUIREMENTS[name], folder) for name in names}


def _prepared(name: str, requirements: tuple[str, ...], folder: Path) -> PackageSet:
    asked = folder / f"{name}.in"
    pinned = folder / f"{name}.txt"
    downloaded = folder / f"{name}.downloaded"
    question = "\n".join([*requirements, ""])
    if not downloaded.exists() or asked.read_text() != question:
        downloaded.unlink(missing_ok=True)
        asked.write_text(question)
        _pin(asked, pinned)
        _download(pinned, folder / "wheels")
        downloaded.touch()
    lines = [line for line in pinned.read_text().splitlines() if "==" in line]
    return PackageSet(name, requirements, dict(line.split("==", 1) for line in lines))


def _pin(asked: Path, pinned: Path) -> None:
    uv: list[str | Path] = [
        command("uv"),
        "pip",
        "compile",
        "--quiet",
        "--python",
        sys.executable,
        "--exclude-newer",
        AS_OF,
    ]
    shape: list[str | Path] = ["--only-binary", ":all:", "--no-header", "--no-annotate", "--output-file", pinned]
    subprocess.run([*uv, *shape, asked], check=True)


def _download(pinned: Path, wheels: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*pip, "--dest", wheels, "--requirement", pinned], check=True)
