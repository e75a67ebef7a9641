"""What a person reads when there is no answer: the whole of it, as it stands."""

import pytest

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import ask, request
from unlatch.model.errors import NotFound, ResolutionError
from unlatch.resolve import Asked, PreReleases, resolve


def told(universe, *requirements, **options):
    with pytest.raises((ResolutionError, NotFound)) as caught:
        ask(universe, *requirements, **options)
    error = caught.value
    return "\n".join([error.message, *(f"  {line}" for line in error.details), f"hint: {error.hint}"])


def versions(*numbers, **same):
    return dict.fromkeys(numbers, same)


CASES = {
    "two that need different things": (
        {
            "a": versions("1.0", "1.1", "1.2", "1.4", requires=["c<2"]),
            "b": {"2.0": {"requires": ["c>=2"]}, "1.0": {}},
            "c": versions("1.0", "2.0"),
        },
        ["a", "b==2.0"],
        {},
        """\
no versions fit together
  you asked for a and b==2.0
  every a from 1.0 to 1.4 needs c<2
  b 2.0 (the newest) needs c>=2
hint: None""",
    ),
    "requirements of one project that exclude each other": (
        {"a": versions("1.0", "2.0")},
        ["a<2", "a>=2"],
        {},
        """\
no versions fit together
  you asked for a<2 and a>=2
hint: None""",
    ),
    "versions that need different things": (
        {
            "a": {f"{n}.0": {"requires": [f"b=={n}.0"]} for n in range(1, 8)},
            "b": versions(*(f"{n}.0" for n in range(1, 8)), "9.0"),
        },
        ["a", "b>8"],
        {},
        """\
no versions fit together
  you asked for a and b>8
  a 7.0 (the newest) needs b==7.0
  a 6.0 needs b==6.0
  a 5.0 needs b==5.0
  4 more versions of a need other versions of b
hint: None""",
    ),
    "nothing in the range": (
        {"a": versions("1.0", "2.0", "3.0", "4.0", "5.0rc1")},
        ["a>=9"],
        {},
        """\
nothing fits a>=9
  the newest releases of a are 4.0, 3.0 and 2.0
hint: None""",
    ),
    "only pre-releases in the range": (
        {"a": versions("1.0", "2.0rc1", "2.0rc2")},
        ["a>1"],
        {},
        """\
nothing fits a>1
  a 2.0rc1 and 2.0rc2: a pre-release
hint: --pre allows pre-releases""",
    ),
    "only yanked": (
        {"a": {"1.0": {}, "2.0": {"yanked": "breaks\x1b everything"}}},
        ["a>=2"],
        {},
        """\
nothing fits a>=2
  a 2.0: yanked (breaks\\x1b everything)
hint: a yanked version counts when it is named exactly: a==2.0""",
    ),
    "wheels for other Pythons and platforms": (
        {
            "a": {
                "3.0": {"wheel_tags": ["cp312-cp312-linux_x86_64", "cp313-cp313-linux_x86_64"]},
                "2.0": {"wheel_tags": ["cp311-cp311-win_amd64", "cp311-cp311-macosx_11_0_arm64"]},
                "1.0": {"wheel_tags": ["cp311-cp311d-linux_x86_64"]},
            }
        },
        ["a"],
        {},
        """\
nothing fits a
  a 3.0: its wheels are for cp312 and cp313, and this is cp311
  a 2.0: its wheels are for macosx_11_0_arm64 and win_amd64, and this is linux x86_64
  a 1.0: its wheels are for cp311-cp311d, and this is cp311
hint: None""",
    ),
    "wheels with names that nobody can read": (
        {"a": {"1.0": {"wheel_tags": ["nonsense"]}}},
        ["a"],
        {},
        """\
nothing fits a
  a 1.0: its wheels have names that cannot be read
hint: None""",
    ),
    "versions here and there that need the same": (
        {
            "a": {
                **versions("1.0", "2.0", "4.0", "5.0", requires=["b<2"]),
                **versions("3.0", requires=["b<2", "c<2"]),
            },
            "b": versions("1.0", "2.0"),
            "c": versions("1.0"),
        },
        ["a!=3.0", "b>=2", "c"],
        {},
        """\
no versions fit together
  you asked for a!=3.0 and b>=2
  4 versions of a from 1.0 to 5.0 need b<2
hint: None""",
    ),
    "Pythons, sources and the rest of a long list": (
        {
            "a": {
                **versions("5.0", "5.1", requires_python=">=3.13"),
                **versions("4.0", requires_python=">=3.12"),
                **versions("2.0", "2.1", "2.2", wheel=False, sdist=True),
                **versions("1.0", "1.1", requires_python="<3"),
            }
        },
        ["a"],
        {"only_binary": frozenset({":all:"})},
        """\
nothing fits a
  a 5.0 and 5.1: needs Python >=3.13, and this is 3.11.4
  a 4.0: needs Python >=3.12, and this is 3.11.4
  every a from 2.0 to 2.2: only a source distribution, and --only-binary leaves those out
  nor can 2 older versions of a be used
hint: None""",
    ),
    "a constraint": (
        {"a": versions("1.0", "2.0"), "b": {"1.0": {"requires": ["a>=2"]}}},
        ["b"],
        {"constraints": ["a<2"]},
        """\
no versions fit together
  you asked for b
  b 1.0 needs a>=2
  the constraint a<2 (constraints.txt, line 1) rules out a 2.0 (the newest)
hint: None""",
    ),
    "a constraint on what was asked for": (
        {"a": versions("1.0", "2.0", "3.0")},
        ["a>=2"],
        {"constraints": ["a<2"]},
        """\
nothing fits a>=2
  the constraint a<2 (constraints.txt, line 1) rules out a 2.0 and 3.0
hint: None""",
    ),
    "a dependency that is nowhere": (
        {"a": versions("1.0", "2.0", "3.0", requires=["secret"])},
        ["a"],
        {},
        """\
no versions fit together
  you asked for a
  every a from 1.0 to 3.0 needs secret
  no index has secret
hint: None""",
    ),
    "what was asked for is nowhere": (
        {},
        ["requets"],
        {},
        """\
no index has requets
hint: compare the spelling, or name the index that has it with --index""",
    ),
    "a project without releases": (
        {"a": {}},
        ["a"],
        {},
        """\
nothing fits a
  the indexes list no release of a
hint: None""",
    ),
    "extras that exclude each other": (
        {"a": {"1.0": {"extras": {"x": ["b<2"], "y": ["b>=2"]}}}, "b": versions("1.0", "2.0")},
        ["a[x,y]"],
        {},
        """\
no versions fit together
  you asked for a[x,y]
  a[x] 1.0 needs b<2
  a[y] 1.0 needs b>=2
hint: None""",
    ),
    "a dependency without a hash": (
        {"a": {"1.0": {"requires": ["b"], "hashes": {"sha256": "aa"}}}, "b": versions("1.0", "2.0", "3.0")},
        ["a==1.0"],
        {"hashes": {"a==1.0": "aa"}, "require_hashes": True},
        """\
no versions fit together
  you asked for a==1.0
  a 1.0 needs b
  every b from 1.0 to 3.0: no hash was given for it, and --require-hashes wants one for everything
hint: None""",
    ),
    "metadata that cannot be read": (
        {"a": versions("1.0", "2.0", requires=["b (>dev)"])},
        ["a"],
        {},
        """\
nothing fits a
  a 1.0 and 2.0: has a requirement that cannot be read: b (>dev)
hint: None""",
    ),
    "a URL in a dependency": (
        {"a": {"1.0": {"requires": ["b @ https://u:secret@host/b-1.0-py3-none-any.whl"]}}, "b": versions("1.0")},
        ["a"],
        {},
        """\
nothing fits a
  a 1.0: needs b @ https://host/b-1.0-py3-none-any.whl, a URL that was not given directly
hint: None""",
    ),
    "an installed version in the way": (
        {"a": {"1.0": {"requires": ["c<2"]}}, "b": {"1.0": {"requires": ["c>=2"]}}, "c": versions("1.0", "2.0")},
        ["a", "b"],
        {"installed": {"a": "1.0"}},
        """\
no versions fit together
  you asked for a and b
  a 1.0 (installed) needs c<2
  b 1.0 needs c>=2
hint: None""",
    ),
    "a pre-release that a dependency would need": (
        {"a": {"1.0": {"requires": ["b>1"]}}, "b": versions("1.0", "2.0rc1")},
        ["a"],
        {},
        """\
no versions fit together
  you asked for a
  a 1.0 needs b>1
  b 2.0rc1: a pre-release
hint: --pre allows pre-releases""",
    ),
    "a pre-release that would not help": (
        {"a": {"1.0": {"requires": ["b>1"]}}, "b": {"1.0": {}, "2.0rc1": {"requires": ["nowhere"]}}},
        ["a"],
        {},
        """\
no versions fit together
  you asked for a
  a 1.0 needs b>1
  b 2.0rc1: a pre-release
hint: None""",
    ),
    "a yanked version that would not help": (
        {"a": {"1.0": {"yanked": True, "requires": ["nowhere"]}}},
        ["a"],
        {},
        """\
nothing fits a
  a 1.0: yanked
hint: None""",
    ),
    "pre-releases that are never taken": (
        {"a": versions("1.0", "2.0rc1")},
        ["a>=2.0rc1"],
        {"prereleases": PreReleases.DISALLOW},
        """\
nothing fits a>=2.0rc1
  a 2.0rc1: a pre-release
hint: --pre allows pre-releases""",
    ),
    "uploaded too late": (
        {
            "a": {
                "3.0": {"uploaded": "2025-02-03T04:05:06Z"},
                "2.0": {"uploaded": "2025-01-01T00:00:00Z"},
                "1.0": {},
            }
        },
        ["a"],
        {"uploaded_before": 1704067200.0},
        """\
nothing fits a
  a 3.0: uploaded 2025-02-03T04:05, and --exclude-newer ends at 2024-01-01T00:00
  a 2.0: uploaded 2025-01-01T00:00, and --exclude-newer ends at 2024-01-01T00:00
  a 1.0: the index does not tell when it was uploaded, and --exclude-newer wants to know
hint: --exclude-newer-package a=false lets any a count""",
    ),
    "a hash of no file": (
        {"a": {"1.0": {"hashes": {"sha256": "aa"}}, "2.0": {"hashes": {"sha256": "bb"}}}},
        ["a==1.0"],
        {"hashes": {"a==1.0": "cc"}},
        """\
nothing fits a==1.0
  a 1.0: none of its files has a hash that was given
hint: None""",
    ),
    "an override in the way": (
        {"a": {"1.0": {"requires": ["b<2"]}}, "b": versions("1.0", "2.0")},
        ["a", "c"],
        {"overrides": ["b>=3", "c==7"]},
        """\
no index has c
hint: compare the spelling, or name the index that has it with --index""",
    ),
    "a need that is said twice": (
        {"a": {"1.0": {"requires": ["b>=2", "b>=2"]}}, "b": versions("1.0")},
        ["a"],
        {},
        """\
no versions fit together
  you asked for a
  a 1.0 needs b>=2
  the only release of b is 1.0
hint: None""",
    ),
    "an override of what a dependency needs": (
        {"a": {"1.0": {"requires": ["b<2"]}}, "b": versions("1.0", "2.0")},
        ["a"],
        {"overrides": ["b>=3"]},
        """\
no versions fit together
  you asked for a
  a 1.0 needs b>=3 (by --override)
  the only releases of b are 2.0 and 1.0
hint: None""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_impossible_request_is_told_so_that_one_can_act(case):
    universe, requirements, options, expected = CASES[case]
    assert told(universe, *requirements, **options) == expected


def test_a_requirement_is_told_with_the_place_where_it_stands():
    first, second = request("a<2", "a>=2").requirements
    placed = request()
    asked = Asked(first.requirement, origin="requirements.txt, line 3")
    wanted = type(placed)((asked, second), placed.target)
    with pytest.raises(ResolutionError) as caught:
        resolve(wanted, InMemoryPackages({"a": versions("1.0", "2.0")}))
    assert caught.value.details == ("you asked for a<2 (requirements.txt, line 3) and a>=2",)


def test_a_long_proof_is_cut_short():
    names = [f"p{number:02}" for number in range(40)]
    chain = {name: {"1.0": {"requires": [after]}} for name, after in zip(names, [*names[1:], "end>1"], strict=True)}
    lines = told({**chain, "end": versions("1.0")}, "p00").splitlines()
    assert lines[0] == "no versions fit together"
    assert lines[-2] == "  and 22 more such facts"
    assert len(lines) == 23
