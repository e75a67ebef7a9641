"""The ratios as a picture: a bar for each cell, from the line where both take the same time. An SVG of plain shapes."""

import math
from html import escape

from benchmarks.race import CellResult
from benchmarks.table import Ratio, ratio

_ROW, _LEFT, _RIGHT, _TOP, _WIDTH = 22, 170, 70, 56, 820
# The scale is logarithmic: half the time is as far from the line as twice the time.
_LEAST, _GREATEST = 1 / 16, 16.0
_FASTER, _SLOWER, _QUIET, _AIM = "#2f9e6e", "#d9822b", "#7a828c", "#3b6fd4"
_TICKS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0, 16.0)


def draw(results: list[CellResult], clients: list[str], about: str) -> str:
    """Return the picture of the first client's time as a part of the second's, in the order of the cells."""
    first, second, *_ = clients
    rows: list[tuple[CellResult, Ratio]] = []
    for result in results:
        seconds = {client: [run.seconds for run in runs] for client, runs in result.runs.items()}
        found = ratio(seconds.get(first, []), seconds.get(second, []))
        if found is not None:
            rows.append((result, found))
    height = _TOP + _ROW * len(rows) + 34
    body = [_text(16, 22, f"{first}: time as a part of {second}'s", size=15, weight="600")]
    body.append(_text(16, 40, about, color=_QUIET, size=11))
    for tick in _TICKS:
        body.append(_line(tick, len(rows)))
        label = f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}"
        body.append(_text(_x(tick), height - 12, label, anchor="middle", color=_QUIET, size=10))
    for number, (result, found) in enumerate(rows):
        body += _row(_TOP + number * _ROW, result, found)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="system-ui, sans-serif">'
    )
    title = f"<title>{escape(first)} and {escape(second)}, cell by cell</title>"
    paper = f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff" rx="6"/>'
    return "\n".join([head, title, paper, *body, "</svg>", ""])


def _row(top: int, result: CellResult, found: Ratio) -> list[str]:
    middle, one, end = top + _ROW / 2, _x(1.0), _x(found.median)
    color = _FASTER if found.median <= 1 else _SLOWER
    bar = (
        f'<rect x="{min(one, end):.1f}" y="{top + 4}" width="{abs(end - one):.1f}" height="{_ROW - 8}" fill="{color}"/>'
    )
    spread = _stroke(_x(found.least), middle, _x(found.greatest), middle, "#1d2733", 1)
    shapes = [_text(_LEFT - 10, middle + 4, result.cell.name, anchor="end"), bar, spread]
    if result.cell.aim:
        aim = _x(result.cell.aim)
        shapes.append(_stroke(aim, top + 2, aim, top + _ROW - 2, _AIM, 2))
    shapes.append(_text(_WIDTH - _RIGHT + 12, middle + 4, f"{found.median:.2f}", weight="600"))
    return shapes


def _line(tick: float, rows: int) -> str:
    is_even = tick == 1.0
    return _stroke(_x(tick), _TOP - 4, _x(tick), _TOP + rows * _ROW, "#1d2733" if is_even else "#dfe3e8", 1)


def _x(value: float) -> float:
    place = math.log(min(max(value, _LEAST), _GREATEST) / _LEAST) / math.log(_GREATEST / _LEAST)
    return _LEFT + place * (_WIDTH - _LEFT - _RIGHT)


def _stroke(x: float, y: float, to_x: float, to_y: float, color: str, width: int) -> str:
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"/>'


def _text(
    x: float,
    y: float,
    content: str,
    *,
    anchor: str = "start",
    color: str = "#1d2733",
    size: int = 12,
    weight: str = "400",
) -> str:
    look = f'fill="{color}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(content)}</text>'
