"""`python -m benchmarks`: choose the cells, run them, show and keep the tables."""

import argparse
import json
import os
import platform
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from benchmarks import clients, compare, course, picture, race, table
from benchmarks.cells import CELLS, Cell

HERE = Path(__file__).parent
WORK = HERE / ".work"


def main() -> int:
    """Run the chosen cells. Exit status 1 when a client failed."""
    chosen = _arguments()
    if (sys.version_info[:2], sys.platform, platform.machine()) != ((3, 11), "linux", "x86_64"):
        raise SystemExit("benchmarks: the wheels are for CPython 3.11 on Linux x86_64; run this with that Python")
    os.umask(0o022)
    names = sorted({cell.packages for cell in chosen.cells})
    about = {"machine": _machine(), "rounds": chosen.rounds}
    with course.laid_out(WORK, names, chosen.ground, with_unlatch="unlatch" in chosen.clients) as ready:
        about["versions"] = {client: clients.version(client, ready.unlatch) for client in chosen.clients}
        lines, file_system = ready.lines(), _file_system(ready.ground)
        results = [race.run_cell(ready, cell, chosen.clients, chosen.rounds, _tell) for cell in chosen.cells]
    _tell("")
    about |= {"lines": lines, "files": file_system}
    changes = compare.worse(compare.read(HERE / "results.json", chosen.clients), results, chosen.clients)
    parts = [_heading(about), table.render(results, chosen.clients), *_said(changes)]
    text = "\n\n".join(parts) + "\n"
    print(text)
    _keep(chosen.folder, text, about, results)
    if len(chosen.clients) > 1:
        (chosen.folder / "results.svg").write_text(picture.draw(results, chosen.clients, _short(about)))
    return _say_failures(results)


class Chosen(argparse.Namespace):
    """The arguments, made ready by `_arguments`."""

    clients: list[str]
    cells: list[Cell]
    rounds: int
    folder: Path
    ground: Path | None


def _arguments() -> Chosen:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Race unlatch, uv and pip.")
    parser.add_argument("--quick", action="store_true", help="the small set only, two rounds")
    parser.add_argument("--cells", metavar="PATTERN", default="*", help="cells whose name matches, such as 'cold-*'")
    parser.add_argument("--rounds", type=int, metavar="N", help="how many rounds count (default 5)")
    parser.add_argument("--clients", default="unlatch,uv,pip", help="who takes part; the first is compared to the rest")
    parser.add_argument("--ground", type=Path, metavar="FOLDER", help="where clients write (default: in memory)")
    given = parser.parse_args()
    names = given.clients.split(",")
    if unknown := set(names) - set(clients.CLIENTS):
        parser.error(f"unknown clients: {', '.join(sorted(unknown))}")
    cells = [cell for cell in CELLS if fnmatchcase(cell.name, given.cells)]
    if given.quick:
        cells = [cell for cell in cells if cell.packages == "small"]
    if not cells:
        parser.error(f"no cell matches {given.cells}; there are {', '.join(cell.name for cell in CELLS)}")
    # A part of the race does not replace the kept results of the whole.
    folder = HERE if len(cells) == len(CELLS) else WORK
    return Chosen(
        clients=names, cells=cells, rounds=given.rounds or (2 if given.quick else 5), folder=folder, ground=given.ground
    )


def _tell(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)


def _file_system(folder: Path) -> str:
    """Return the type of the file system that `folder` is on, such as "ext4" or "tmpfs"."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    return max((len(place), kind) for place, kind in mounts if folder.is_relative_to(place))[1]


def _machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "kernel": platform.release().split("-")[0],
        "python": platform.python_version(),
    }


def _heading(about: dict[str, Any]) -> str:
    machine, near, far = about["machine"], about["lines"]["near"], about["lines"]["far"]
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return (
        f"{versions}; medians of {about['rounds']} rounds; {machine['processor']}, {machine['cores']} cores, "
        f"Python {machine['python']}, Linux {machine['kernel']}, files on {about['files']}, "
        f"load {machine['load']} before.\n"
        f"The way to the index: {far.round_trip:.1f} ms and {far.speed:.0f} MB/s; "
        f"in `loopback` cells {near.round_trip:.1f} ms and {near.speed:.0f} MB/s."
    )


def _short(about: dict[str, Any]) -> str:
    """Return the line under the picture's title."""
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    machine = about["machine"]
    return f"{versions}; {machine['processor']}, {machine['cores']} cores; line: least to greatest, blue: the aim"


def _said(changes: list[compare.Worse]) -> list[str]:
    """Return what is to be said of cells that have become worse than the kept results."""
    return ["Worse than the kept results:\n\n" + "\n".join(f"- {change}" for change in changes)] if changes else []


def _keep(folder: Path, text: str, about: dict[str, Any], results: list[race.CellResult]) -> None:
    (folder / "results.md").write_text(text)
    lines = {name: line._asdict() for name, line in about["lines"].items()}
    cells = [
        {
            "cell": result.cell._asdict() | {"state": result.cell.state.name},
            "runs": {client: [run._asdict() for run in runs] for client, runs in result.runs.items()},
            "failures": result.failures,
        }
        for result in results
    ]
    (folder / "results.json").write_text(json.dumps(about | {"lines": lines, "cells": cells}, indent=1) + "\n")


def _say_failures(results: list[race.CellResult]) -> int:
    failures = [(result.cell.name, *failure) for result in results for failure in result.failures.items()]
    for cell, client, why in failures:
        print(f"{cell}: {client} failed: {why}", file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
