"""What installed distributions need of each other: whether it fits, how it is drawn, and why something is there."""

from collections.abc import Mapping, Sequence

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from unlatch.model.metadata import Metadata
from unlatch.model.target import Scheme, Target
from unlatch.resolve.chains import chains, is_wanted, optional
from unlatch.resolve.graph import Distribution, Graph
from unlatch.resolve.health import problems
from unlatch.resolve.tree import Tree

MARKERS = {"python_full_version": "3.11.9", "python_version": "3.11", "sys_platform": "linux"}
TAGS = ("cp311-cp311-linux_x86_64", "py3-none-any")
HERE = Target("python", "/", "cpython", (3, 11), TAGS, MARKERS, Scheme("", "", "", "", ""))


def graph(installed: Mapping[str, Sequence[str]], requested: Sequence[str] = (), python: str | None = None) -> Graph:
    """Make a graph of "name version" and requirements; an extra is provided when a marker names it."""
    distributions = {}
    for subject, requires in installed.items():
        name, version = canonicalize_name(subject.split()[0]), Version(subject.split()[1])
        extras = frozenset(canonicalize_name(line.split('"')[1]) for line in requires if "extra ==" in line)
        metadata = Metadata(name, version, tuple(requires), python, extras)
        distributions[name] = Distribution(version, metadata, name in requested)
    return Graph(distributions, MARKERS)


def found(made: Graph, tags: Mapping[str, Sequence[str]] | None = None) -> list[tuple[str, str]]:
    given = {canonicalize_name(name): each for name, each in (tags or {}).items()}
    return [(problem.kind, problem.text) for problem in problems(made, HERE, given)]


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ({"a 1": ["b>=1"], "b 1": []}, []),
        ({"a 1": ["b>=1"]}, [("missing", "a 1 needs b>=1, which is not installed")]),
        ({"a 1": ["b>=2"], "b 1": []}, [("conflict", "a 1 needs b>=2, and b 1 is installed")]),
        ({"a 1": ["b>=1"], "b 2rc1": []}, []),
        ({"a 1": ["b"], "b 2rc1": []}, []),
        ({"a 1": ["b @ https://user:secret@h/b.whl"], "b 1": []}, []),
        ({"a 1": ["b @ https://u:s@h/b"]}, [("missing", "a 1 needs b @ https://h/b, which is not installed")]),
        ({"a 1": ["b; sys_platform == 'win32'"]}, []),
        ({"a 1": ['b; extra == "x"']}, []),
        (
            {"a 1": ['b; extra == "x"'], "c 1": ["a[x]"]},
            [("missing", "a 1 with its extra x needs b, which is not installed")],
        ),
        ({"a 1": ["a[x]", 'b; extra == "x"']}, [("missing", "a 1 with its extra x needs b, which is not installed")]),
        ({"a 1": ["b", "a \x1b b"], "b 1": []}, [("unreadable", r"a 1 has a requirement that cannot be read: a \x1b b")]),  # noqa: E501 - one row
        ({"a 1": ["b"], "b 1": ["a"]}, []),
    ],
)  # fmt: skip
def test_what_does_not_fit_together(installed: Mapping[str, Sequence[str]], expected: list[tuple[str, str]]) -> None:
    assert found(graph(installed)) == expected


@pytest.mark.parametrize(
    ("python", "expected"),
    [
        (">=3.11", []),
        (None, []),
        (">=3.12", [("python", "a 1 needs Python >=3.12, and this is Python 3.11.9")]),
        ("\x1b", [("unreadable", r"a 1 does not say which Python it needs: \x1b is not a version specifier")]),
    ],
)
def test_what_is_for_another_python(python: str | None, expected: list[tuple[str, str]]) -> None:
    assert found(graph({"a 1": []}, python=python)) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((), []),
        (("py2-none-any", "py3-none-any"), []),
        (("cp311-cp311-linux_x86_64",), []),
        (("cp312-cp312-win\x1b",), [(
            "platform", "a 1 was built for cp312-cp312-win\\x1b, which this Python cannot use"
        )]),
        (("a", "b", "c", "d"), [("platform", "a 1 was built for a, b, c and 1 more, which this Python cannot use")]),
    ],
)  # fmt: skip
def test_what_is_for_another_platform(tags: Sequence[str], expected: list[tuple[str, str]]) -> None:
    assert found(graph({"a 1": []}), {"a": tags}) == expected


def test_metadata_that_nobody_can_read_is_a_problem() -> None:
    broken = Graph({canonicalize_name("a"): Distribution(Version("1"), None)}, MARKERS)
    assert found(broken) == [("unreadable", "a 1 has metadata that cannot be read")]


def drawn(made: Graph, roots: Sequence[str] = (), hidden: Sequence[str] = (), **options: object) -> list[str]:
    tree = Tree(made, **options)  # type: ignore[arg-type]
    begin = [canonicalize_name(root) for root in roots] or (
        tree.leaves() if options.get("is_inverted") else made.tops()
    )
    lines = tree.lines(begin, [canonicalize_name(each) for each in hidden])
    return [
        f"{'.' * len(line.lasts)}{line.name}{list(line.extras) or ''} {line.version}"
        f"{'' if line.is_met else ' unmet'}{f' {line.mark}' if line.mark else ''}"
        for line in lines
    ]


DIAMOND = {"top 1": ["left", "right>=2"], "left 1": ["base"], "right 1": ["base"], "base 1": [], "alone 1": []}


def test_a_tree_draws_each_branch_once() -> None:
    made = graph({**DIAMOND, "base 1": ["root"], "root 1": []})
    assert drawn(made) == [
        "alone 1", "top 1", ".left 1", "..base 1", "...root 1", ".right 1 unmet", "..base 1 again",
    ]  # fmt: skip


def test_a_tree_has_a_depth_and_roots() -> None:
    assert drawn(graph(DIAMOND), depth=0) == ["alone 1", "top 1"]
    assert drawn(graph(DIAMOND), depth=1) == ["alone 1", "top 1", ".left 1", ".right 1 unmet"]
    assert drawn(graph(DIAMOND), ["right"]) == ["right 1", ".base 1"]
    assert drawn(graph(DIAMOND), hidden=["left", "alone"]) == ["top 1", ".right 1 unmet", "..base 1"]


def test_a_tree_can_be_turned_over() -> None:
    assert drawn(graph(DIAMOND), is_inverted=True) == [
        "alone 1", "base 1", ".left 1", "..top 1", ".right 1", "..top 1 unmet",
    ]  # fmt: skip
    assert drawn(graph(DIAMOND), ["left"], is_inverted=True) == ["left 1", ".top 1"]


def test_a_tree_shows_extras_and_what_is_missing() -> None:
    made = graph({"a 1": ["b[x]", "gone"], "b 1": ["c", 'd; extra == "x"', 'e; extra == "y"'], "c 1": [], "d 1": []})
    assert drawn(made) == ["a 1", ".b['x'] 1", "..c 1", "..d 1", ".gone None unmet"]


def test_a_circle_ends() -> None:
    made = graph({"a 1": ["b"], "b 1": ["a"], "c 1": ["c"]})
    assert drawn(made) == ["a 1", ".b 1", "..a 1 circle", "c 1"]
    assert drawn(made, is_inverted=True)[:3] == ["c 1", "c 1"][:1]


def test_a_long_way_down_is_no_problem() -> None:
    deep = {f"p{number} 1": [f"p{number + 1}"] for number in range(3000)}
    assert len(drawn(graph({**deep, "p3000 1": []}))) == 3001
    assert len(chains(graph({**deep, "p3000 1": []}), canonicalize_name("p3000"))[0].links) == 3000


def why(made: Graph, name: str) -> list[str]:
    return [
        ("asked " if chain.is_requested else "")
        + " ".join(f"{link.name}{f'[{link.extra}]' if link.extra else ''}->{link.wanted}" for link in chain.links)
        for chain in chains(made, canonicalize_name(name))
    ]


def test_why_something_is_there() -> None:
    assert why(graph(DIAMOND, ["top"]), "base") == ["asked top->left left->base", "asked top->right>=2 right->base"]
    assert why(graph(DIAMOND, ["top", "left"]), "base") == ["asked left->base", "asked top->right>=2 right->base"]
    assert why(graph(DIAMOND, ["right"]), "base") == ["asked right->base", "top->left left->base"]
    assert why(graph(DIAMOND), "alone") == []


def test_why_something_is_there_that_was_asked_for_itself() -> None:
    made = graph(DIAMOND, ["base"])
    assert why(made, "base") == ["top->left left->base", "top->right>=2 right->base"]
    assert is_wanted(made, canonicalize_name("base"), [])
    assert not is_wanted(made, canonicalize_name("left"), chains(made, canonicalize_name("left")))


def test_why_something_is_there_for_an_extra() -> None:
    made = graph({"a 1": ["b[x]"], "b 1": ['c; extra == "x"'], "c 1": []}, ["a"])
    assert why(made, "c") == ["asked a->b[x] b[x]->c"]
    unknown = graph({"b 1": ['c; extra == "x"'], "c 1": []}, ["b"])
    assert why(unknown, "c") == []
    assert [(link.name, link.extra) for link in optional(unknown, canonicalize_name("c"))] == [("b", "x")]


def test_why_something_in_a_circle_is_there() -> None:
    made = graph({"a 1": ["b"], "b 1": ["a"]})
    assert why(made, "b") == ["a->b"]
    assert why(made, "a") == []
