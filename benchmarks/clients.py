"""The installers in the race: where their commands are, and how each is told to do the same job."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Job(NamedTuple):
    """One thing to do: put `requirements` into `python`'s environment from the index at `url`.

    `unlatch` is the command of the snapshot (snapshot.py), None when unlatch does not take part. Without a `url` it is
    the index of the person's own configuration; then the client tells of every request.
    """

    unlatch: Path | None
    requirements: tuple[str, ...]
    python: Path
    url: str | None
    cache: Path
    asks_keyring: bool = False
    is_dry_run: bool = False
    compiles: bool = False


@cache
def command(name: str) -> str:
    """Return the path of a command: beside the running interpreter first, then on PATH."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise SystemExit(f"benchmarks: the command {name} is missing (see benchmarks/README.md)")
    return found


def _shared(job: Job) -> list[str]:
    """Return the options that the three have in common."""
    options = ["--cache-dir", str(job.cache)]
    # Who built source distributions on the way would be measured by the builds.
    options += ["--verbose", "--only-binary", ":all:"] if job.url is None else ["--index-url", job.url]
    if job.asks_keyring:
        options += ["--keyring-provider", "subprocess"]
    if job.is_dry_run:
        options += ["--dry-run"]
    return [*options, *job.requirements]


def _unlatch(job: Job) -> list[str]:
    compiling = ["--compile-bytecode"] if job.compiles else []
    return [str(job.unlatch), "install", "--python", str(job.python), *compiling, *_shared(job)]


def _uv(job: Job) -> list[str]:
    compiling = ["--compile-bytecode"] if job.compiles else []
    private = [] if job.url is None else ["--no-config"]
    return [command("uv"), "pip", "install", *private, "--python", str(job.python), *compiling, *_shared(job)]


def _pip(job: Job) -> list[str]:
    """Run pip by the environment's own interpreter, as `pip --python` does, without the time of a second start."""
    compiling = [] if job.compiles else ["--no-compile"]
    quiet = ["--disable-pip-version-check", "--no-input"]
    return [str(job.python), _pip_runner(), "install", *quiet, *compiling, *_shared(job)]


@cache
def _pip_runner() -> str:
    import pip  # noqa: PLC0415 - the package only tells where it lies, and only when pip takes part

    return str(Path(pip.__file__).parent / "__pip-runner__.py")


# How a client tells, when it is to tell everything, that it makes a request.
TOLD = {"unlatch": "DEBUG request ", "uv": "No cache entry for", "pip": "Link requires"}

CLIENTS: dict[str, Callable[[Job], list[str]]] = {"unlatch": _unlatch, "uv": _uv, "pip": _pip}


def version(client: str, unlatch: Path | None) -> str:
    """Return the client's version; leave the program when it cannot even tell that."""
    commands = {"unlatch": [str(unlatch)], "uv": [command("uv")], "pip": [sys.executable, "-m", "pip"]}
    answer = subprocess.run([*commands[client], "--version"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SystemExit(f"benchmarks: {client} does not run here, leave it out with --clients\n{answer.stderr}")
    return next(word for word in answer.stdout.split() if word[0].isdigit())
