"""The numbers, summed up and set as tables in Markdown. Here nothing is measured."""

import statistics
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.race import CellResult, Run


class Ratio(NamedTuple):
    """How the n-th run of one client compares to the n-th of another: the median, the least and the greatest."""

    median: float
    least: float
    greatest: float


def ratio(seconds: list[float], others: list[float]) -> Ratio | None:
    """Compare the seconds of runs, the n-th with the n-th; None where one of them has no runs."""
    pairs = [own / other for own, other in zip(seconds, others, strict=False)]
    return Ratio(statistics.median(pairs), min(pairs), max(pairs)) if pairs else None


def middle(runs: list[Run], number: Callable[[Run], float]) -> float | None:
    """Return the median of one number of the runs."""
    return statistics.median(map(number, runs)) if runs else None


def render(results: list[CellResult], clients: list[str]) -> str:
    """Return both tables: time, then memory and traffic. The first client is compared with each of the others."""
    return f"{times(results, clients)}\n\nEach of these is {' / '.join(clients)}:\n\n{costs(results, clients)}"


def times(results: list[CellResult], clients: list[str]) -> str:
    """Return the table of seconds and ratios: the median and, in brackets, the range. The aim is for unlatch/uv."""
    first, *others = clients
    has_aims = clients[:2] == ["unlatch", "uv"]
    heads = ["cell", *(f"{first}/{other}" for other in others), *["aim"] * has_aims, *(f"{name} s" for name in clients)]
    rows = []
    for result in results:
        seconds_of = {name: [run.seconds for run in runs] for name, runs in result.runs.items()}
        ratios = [ratio(seconds_of.get(first, []), seconds_of.get(other, [])) for other in others]
        aims = [f"{result.cell.aim:.2f}" if result.cell.aim else ""] * has_aims
        seconds = [_number(result, name, lambda run: run.seconds, 3) for name in clients]
        rows.append([result.cell.name, *map(_ratio, ratios), *aims, *seconds])
    return _table(heads, rows)


def costs(results: list[CellResult], clients: list[str]) -> str:
    """Return the table of processor time, peak memory, traffic and keyring's starts: a column has all the clients."""
    columns: dict[str, tuple[Callable[[Run], float], int]] = {
        "processor s": (lambda run: run.processor, 2),
        "peak MB": (lambda run: run.peak, 0),
        "requests": (lambda run: run.requests, 0),
        "of metadata": (lambda run: run.metadata, 0),
        "refused": (lambda run: run.refused, 0),
        "connections": (lambda run: run.connections, 0),
        "keyring starts": (lambda run: run.keyring_starts, 0),
    }
    rows = []
    for result in results:
        taking_part = [client for client in clients if client in result.runs]
        numbers = [[_number(result, client, *column) for client in taking_part] for column in columns.values()]
        rows.append([result.cell.name, *(" / ".join(row) for row in numbers)])
    return _table(["cell", *columns], rows)


def _number(result: CellResult, client: str, number: Callable[[Run], float], decimals: int) -> str:
    if client in result.failures:
        return "failed"
    value = middle(result.runs.get(client, []), number)
    return "" if value is None else f"{value:.{decimals}f}"


def _ratio(value: Ratio | None) -> str:
    return f"{value.median:.2f} ({value.least:.2f}-{value.greatest:.2f})" if value else ""


def _table(heads: list[str], rows: list[list[str]]) -> str:
    """Set a table in Markdown that also reads well as it is: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    rulers = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = []
    for row in (heads, rulers, *rows):
        numbers = [text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)]
        lines.append(f"| {' | '.join([row[0].ljust(widths[0]), *numbers])} |")
    return "\n".join(lines)
