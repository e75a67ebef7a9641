"""What needs what, and what does not fit, as text and as JSON. It prints nothing."""

from collections.abc import Callable, Sequence
from typing import Any

from unlatch.app.looking.dependencies import Checked, Drawn, Reasons
from unlatch.model.text import printable
from unlatch.resolve.chains import Chain, Link
from unlatch.resolve.graph import Edge
from unlatch.resolve.requirement import split_package
from unlatch.resolve.tree import AGAIN, CIRCLE, Line

# How a tree is drawn: below a last branch, below another one, before a last one, before another one.
_DRAWN = ("    ", "│   ", "└── ", "├── ")
_PLAIN = ("    ", "|   ", "`-- ", "|-- ")
_MARKS = {AGAIN: " (as above)", CIRCLE: " (a circle)", "": ""}


def problems_data(checked: Checked) -> dict[str, Any]:
    """Return what a check has found, for JSON."""
    return {"packages": checked.packages, "problems": [problem._asdict() for problem in checked.problems]}


def tree(drawn: Drawn, can_show: Callable[[str], bool]) -> str:
    """Return a tree's lines; `can_show` tells whether the terminal has the signs that it is drawn with."""
    signs = _DRAWN if can_show("".join(_DRAWN)) else _PLAIN
    return "".join(f"{_stem(line.lasts, signs)}{_told(line)}\n" for line in drawn.lines)


def _stem(lasts: Sequence[bool], signs: Sequence[str]) -> str:
    if not lasts:
        return ""
    return "".join(signs[0 if last else 1] for last in lasts[:-1]) + signs[2 if lasts[-1] else 3]


def _told(line: Line) -> str:
    extras = f"[{','.join(line.extras)}]" if line.extras else ""
    wanted = f" ({line.wanted})" if line.wanted else ""
    if line.version is None:
        return f"{printable(line.name)}{extras} is not installed{wanted}"
    is_met = "" if line.is_met else " does not fit"
    return f"{printable(line.name)}{extras} {line.version}{is_met}{wanted}{_MARKS[line.mark]}"


def tree_data(drawn: Drawn) -> dict[str, Any]:
    """Return a tree for JSON, laid out flat: every package of it once, with what it needs and what needs it."""
    names = sorted({line.name for line in drawn.lines})
    return {
        "roots": [line.name for line in drawn.lines if not line.lasts],
        "packages": [
            {
                "name": name,
                "version": str(drawn.graph.version(name)),
                "requested": drawn.graph.distributions[name].is_requested,
                "needs": [
                    _need(edge, drawn) for package in _packages(name, drawn) for edge in drawn.graph.edges(package)
                ],
                "needed_by": sorted({split_package(edge.by)[0] for edge in drawn.graph.needed_by(name)}),
            }
            for name in names
            if name in drawn.graph.distributions
        ],
    }


def _packages(name: str, drawn: Drawn) -> list[str]:
    """Return the packages of a project that the tree shows: itself, and its extras."""
    extras = {extra for line in drawn.lines if line.name == name for extra in line.extras}
    return [name, *(f"{name}[{extra}]" for extra in sorted(extras))]


def _need(edge: Edge, drawn: Drawn) -> dict[str, Any]:
    version = drawn.graph.version(edge.need.name)
    return {
        "name": edge.need.name,
        "requirement": edge.need.text,
        "for_extra": split_package(edge.by)[1],
        "version": None if version is None else str(version),
        "is_met": drawn.graph.is_met(edge.need),
    }


def reasons(found: Reasons) -> str:
    """Return in sentences why a package is there."""
    subject = f"{printable(found.name)} {found.version}"
    lines = [f"{subject} was asked for by name"] if found.is_requested else []
    if found.chains:
        lines.append(f"{subject} is needed by" if not lines else "and it is needed by")
    for chain in found.chains:
        lines += [f"{'  ' * (depth + 1)}{_linked(link, chain, depth)}" for depth, link in enumerate(chain.links)]
    if not lines:
        lines.append(f"{subject} was not asked for by name, and nothing that is installed needs it")
    elif not found.is_wanted:
        lines.append("nobody has asked for any of these by name")
    if found.optional:
        lines.append("it may be there for an extra, which nobody writes down")
        lines += [f"  {_linked(link, None, 0)}" for link in found.optional]
    return "".join(f"{line}\n" for line in lines)


def _linked(link: Link, chain: Chain | None, depth: int) -> str:
    extra = f" with its extra {link.extra}" if link.extra else ""
    asked = ", asked for by name," if depth == 0 and chain is not None and chain.is_requested else ""
    verb = " needs" if depth == 0 else ", which needs"
    return f"{printable(link.name)} {link.version}{extra}{asked}{verb} {link.wanted}"


def reasons_data(found: Reasons) -> dict[str, Any]:
    """Return why a package is there, for JSON."""
    return {
        "name": found.name,
        "version": found.version,
        "requested": found.is_requested,
        "wanted": found.is_wanted,
        "chains": [
            {"requested": chain.is_requested, "links": [link._asdict() for link in chain.links]}
            for chain in found.chains
        ],
        "optional": [link._asdict() for link in found.optional],
    }
