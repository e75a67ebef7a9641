"""The sets of packages that are installed: their requirements, pinned as of a day, and their wheels, downloaded once.

This is the only module that reaches beyond the machine, with the environment and configuration it finds there.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from benchmarks import grown
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


# What leaves a resolver no easy way, on the index of the person's own configuration: nothing of it is installed.
HARD = {
    "pyrax": ("pyrax",),
    "boto3-s3fs": ("boto3", "s3fs"),
    "airflow": (
        "apache-airflow[amazon,google,microsoft-azure,postgres,mysql,redis,celery,cncf-kubernetes,http,ssh,docker]",
    ),
}


def prepare(names: list[str], folder: Path) -> dict[str, PackageSet]:
    """Return the named sets; their wheels lie in `folder`/wheels, or `folder`/grown/wheels, afterwards.

    What is there already is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = _grown(folder / "grown") if any(name not in {*REQUIREMENTS, *HARD} for name in names) else {}
    if "large-wheel" in names:
        grown.make(folder / "grown", with_large=True)
    hard = {name: PackageSet(name, requirements, {}) for name, requirements in HARD.items()}
    known = {**made, **hard}
    return {name: known.get(name) or _prepared(name, REQUIREMENTS[name], folder) for name in names}


def _grown(folder: Path) -> dict[str, PackageSet]:
    grown.make(folder, with_large=False)
    found = {}
    for count in grown.COUNTS:
        pins = {grown.project(number): "1.0" for number in range(count)}
        found[f"pins-{count}"] = PackageSet(f"pins-{count}", ("-r", str(folder / f"pins-{count}.txt")), pins)
    found["page"] = PackageSet("page", ("many",), {"many": "1.0"})
    found["large-wheel"] = PackageSet("large-wheel", ("large",), {"large": "1.0"})
    return found


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
