"""What an environment holds, as a person asks: list, freeze, show, check, tree and why, also of broken environments."""

import json
import sys
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.pythons import Environment

CONTROL = "\x1b[2J"


@pytest.fixture
def filled(desk: Desk, venv: Environment) -> Environment:
    """An environment with `app` (asked for), which needs `library`, which needs `base`; and `other`."""
    links = desk.work / "links"
    links.mkdir()
    wheels = [
        make_wheel("app", "1.0", requires=["library[fast]>=1", "base"]),
        make_wheel("library", "1.5", requires=["base>=1", 'quick; extra == "fast"'], extras=["fast"]),
        make_wheel("base", "1.0"),
        make_wheel("quick", "0.1"),
        make_wheel("other", "3.0"),
    ]
    for filename, body in wheels:
        (links / filename).write_bytes(body)
    desk.unlatch("install", "--no-index", "-f", "links", "app", "other").succeeded()
    return venv


def put(venv: Environment, name: str, **files: str) -> Path:
    """Put a `.dist-info` into the environment, as another tool might have."""
    folder = venv.site_packages / name
    folder.mkdir()
    for filename, text in files.items():
        (folder / filename.replace("__", ".")).write_text(text)
    return folder


def names(text: str) -> list[str]:
    return [line.split()[0].partition("==")[0] for line in text.splitlines()]


ALL = ["app", "base", "library", "other", "quick"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ALL),
        (["--exclude", "Other", "--exclude", "base"], ["app", "library", "quick"]),
        (["--not-required"], ["app", "other"]),
        (["--editable"], []),
        (["--exclude-editable"], ALL),
    ],
)
def test_a_list_has_what_is_asked_for(options: list[str], expected: list[str], filled: Environment, desk: Desk) -> None:
    assert names(desk.unlatch("list", "--format", "freeze", *options).succeeded().stdout) == expected


def test_editables_are_told_apart(filled: Environment, desk: Desk) -> None:
    origin = json.dumps({"url": "file:///home/me/my%20own", "dir_info": {"editable": True}})
    put(filled, "mine-0.1.dist-info", METADATA="Name: mine\nVersion: 0.1\n", direct_url__json=origin)
    assert names(desk.unlatch("list", "--editable", "--format", "freeze").succeeded().stdout) == ["mine"]
    assert "mine" not in desk.unlatch("list", "--exclude-editable").succeeded().stdout
    assert "/home/me/my own" in desk.unlatch("list").succeeded().stdout
    frozen = desk.unlatch("freeze").succeeded().stdout
    assert frozen.splitlines()[0] == "-e file:///home/me/my%20own"
    assert "mine" not in desk.unlatch("freeze", "--exclude-editable").succeeded().stdout
    assert "Editable project location: /home/me/my own" in desk.unlatch("show", "mine").succeeded().stdout


def test_what_is_frozen_can_be_installed_again(filled: Environment, desk: Desk) -> None:
    wheel = next((desk.work / "links").glob("other-*"))
    desk.unlatch("install", "--no-index", wheel).succeeded()
    frozen = desk.unlatch("freeze", "--exclude", "quick").succeeded().stdout
    assert [line.partition("#")[0] for line in frozen.splitlines()] == [
        "app==1.0", "base==1.0", "library==1.5", f"other @ {wheel.as_uri()}",
    ]  # fmt: skip
    (desk.work / "frozen.txt").write_text(frozen)
    desk.unlatch("install", "--no-index", "-f", "links", "--target", "again", "-r", "frozen.txt").succeeded()
    assert desk.unlatch("freeze", "--exclude", "quick", "--target", "again").succeeded().stdout == frozen


def test_tools_are_frozen_only_when_they_are_asked_for(filled: Environment, desk: Desk) -> None:
    for name in ("pip", "setuptools"):
        put(filled, f"{name}-80.dist-info", METADATA=f"Name: {name}\nVersion: 80\n")
    assert "pip" not in names(desk.unlatch("freeze").succeeded().stdout)
    assert {"pip", "setuptools"} < set(names(desk.unlatch("freeze", "--all").succeeded().stdout))


def test_a_folder_is_listed_in_place_of_an_environment(filled: Environment, desk: Desk) -> None:
    desk.unlatch("install", "--no-index", "-f", "links", "--target", "there", "base").succeeded()
    assert names(desk.unlatch("freeze", "--path", "there").succeeded().stdout) == ["base"]
    listed = desk.unlatch("list", "--path", "there", "--path", "nowhere", "--format", "json").succeeded()
    assert json.loads(listed.stdout) == [{"name": "base", "version": "1.0"}]


def test_show_tells_of_files_and_neighbours(filled: Environment, desk: Desk) -> None:
    shown = desk.unlatch("show", "-f", "library").succeeded().stdout.splitlines()
    assert "Requires: base" in shown
    assert "Required-by: app" in shown
    assert "  library.py" in shown[shown.index("Files:") :]
    told = json.loads(desk.unlatch("show", "--json", "app", "base").succeeded().stdout)
    assert [(each["name"], each["requested"], each["files"]) for each in told] == [
        ("app", True, None),
        ("base", False, None),
    ]
    assert told[1]["required_by"] == ["app", "library"]


def test_check_finds_nothing_where_all_is_well(filled: Environment, desk: Desk) -> None:
    done = desk.unlatch("check").succeeded()
    assert done.stdout == ""
    assert "5 packages looked at: everything fits" in done.stderr
    assert json.loads(desk.unlatch("check", "--format", "json").succeeded().stdout) == {"packages": 5, "problems": []}


def test_check_tells_what_is_wrong_in_sentences(filled: Environment, desk: Desk) -> None:
    desk.unlatch("uninstall", "base").succeeded()
    wheel = "Wheel-Version: 1.0\nTag: cp27-cp27mu-manylinux1_x86_64\n"
    put(filled, "old-1.0.dist-info", METADATA="Name: old\nVersion: 1.0\nRequires-Python: <3\n", WHEEL=wheel)
    put(filled, "strict-1.0.dist-info", METADATA="Name: strict\nVersion: 1.0\nRequires-Dist: other<3\n")
    nothing = put(filled, "nothing-1.0.dist-info")
    done = desk.unlatch("check")
    assert done.status == 1
    version = ".".join(map(str, sys.version_info[:3]))
    assert done.stdout.splitlines() == [
        "app 1.0 needs base, which is not installed",
        "library 1.5 needs base>=1, which is not installed",
        "old 1.0 was built for cp27-cp27mu-manylinux1_x86_64, which this Python cannot use",
        f"old 1.0 needs Python <3, and this is Python {version}",
        "strict 1.0 needs other<3, and other 3.0 is installed",
        f"{nothing} is ignored: {nothing}/METADATA cannot be read: No such file or directory",
    ]
    told = json.loads(desk.unlatch("check", "--json").stdout)
    assert [problem["kind"] for problem in told["problems"]] == [
        "missing", "missing", "platform", "python", "conflict", "broken",
    ]  # fmt: skip


def test_a_tree_is_drawn(filled: Environment, desk: Desk) -> None:
    assert desk.unlatch("tree").succeeded().stdout.splitlines() == [
        "app 1.0",
        "├── base 1.0 (base)",
        "└── library[fast] 1.5 (library[fast]>=1)",
        "    ├── base 1.0 (base>=1)",
        "    └── quick 0.1 (quick)",
        "other 3.0",
    ]
    plain = desk.unlatch("tree", "--package", "app", "--depth", "1", env={"PYTHONIOENCODING": "ascii"}).succeeded()
    assert plain.stdout.splitlines() == [
        "app 1.0",
        "|-- base 1.0 (base)",
        "`-- library[fast] 1.5 (library[fast]>=1)",
    ]
    inverted = desk.unlatch("tree", "--invert", "--package", "quick").succeeded().stdout
    assert inverted.splitlines() == ["quick 0.1", "└── library 1.5 (quick)", "    └── app 1.0 (library[fast]>=1)"]
    told = json.loads(desk.unlatch("tree", "--format", "json").succeeded().stdout)
    assert told["roots"] == ["app", "other"]
    library = next(each for each in told["packages"] if each["name"] == "library")
    assert [(need["name"], need["for_extra"], need["is_met"]) for need in library["needs"]] == [
        ("base", None, True), ("quick", "fast", True),
    ]  # fmt: skip
    desk.unlatch("tree", "--package", "nowhere").failed(20)


def test_why_tells_the_way(filled: Environment, desk: Desk) -> None:
    assert desk.unlatch("why", "quick", "other").succeeded().stdout.splitlines() == [
        "quick 0.1 is needed by",
        "  app 1.0, asked for by name, needs library[fast]>=1",
        "    library 1.5 with its extra fast, which needs quick",
        "other 3.0 was asked for by name",
    ]
    told = json.loads(desk.unlatch("why", "base", "--json").succeeded().stdout)
    assert [[link["name"] for link in chain["links"]] for chain in told[0]["chains"]] == [["app"], ["app", "library"]]
    assert (told[0]["requested"], told[0]["wanted"]) == (False, True)
    desk.unlatch("why", "nowhere").failed(20)


def test_a_broken_distribution_is_a_warning_and_nothing_else(filled: Environment, desk: Desk) -> None:
    put(filled, "empty-1.0.dist-info")
    put(filled, "odd.dist-info", METADATA="no headers at all")
    put(filled, "broken-1.0.dist-info", METADATA="Name: broken\nVersion: 1.0\n", direct_url__json="{", RECORD='"')
    put(filled, "~ase-1.0.dist-info", METADATA="Name: base\nVersion: 1.0\n")
    (filled.site_packages / "file-1.0.dist-info").write_text("x")
    put(filled, "binary-1.0.dist-info", METADATA="").joinpath("METADATA").write_bytes(b"\xff\xfe\x00")
    for command in (["list"], ["freeze"], ["show", "broken", "-f"], ["tree"], ["why", "base"], ["show", "binary"]):
        done = desk.unlatch(*command).succeeded()
        assert "empty-1.0.dist-info is ignored" in done.stderr
    assert "direct_url.json is not what PEP 610 describes" in desk.unlatch("freeze").stderr


def test_hostile_text_never_reaches_a_terminal(filled: Environment, desk: Desk) -> None:
    header = (
        f"Version: 1.0\nSummary: {CONTROL}\nAuthor: {CONTROL}\nRequires-Dist: {CONTROL}\nRequires-Python: {CONTROL}\n"
    )
    origin = json.dumps({"url": f"https://host/{CONTROL}", "archive_info": {}})
    put(filled, "evil-1.0.dist-info", METADATA=f"Name: evil\n{header}", RECORD=f"{CONTROL},,\n",
        WHEEL=f"Tag: {CONTROL}\n", INSTALLER=CONTROL, direct_url__json=origin)  # fmt: skip
    put(filled, f"{CONTROL}-1.0.dist-info", METADATA=f"Name: {CONTROL}\nVersion: 1.0\n")
    put(filled, f"odd{CONTROL}.dist-info", METADATA=f"Name: {CONTROL}\nVersion: 1.0\n")
    for command in ("list", "freeze", "check", "verify", "tree", "show -f evil", "why evil"):
        for form in ([], ["--json"]):
            if form and command in {"list", "freeze"}:
                continue
            done = desk.unlatch(*command.split(), *form)
            assert "\x1b" not in done.output
            assert done.status in {0, 1}


def test_verify_finds_what_was_changed(filled: Environment, desk: Desk) -> None:
    done = desk.unlatch("verify").succeeded()
    assert "of 5 packages looked at: all as they were installed" in done.stderr
    assert done.stdout == ""
    module = filled.site_packages / "base.py"
    module.unlink()
    module.write_text("edited = True\n")
    (filled.site_packages / "other.py").unlink()
    found = desk.unlatch("verify")
    assert found.status == 1
    assert found.stdout.splitlines() == [
        "base 1.0: base.py was changed after it was installed",
        "other 3.0: other.py is missing",
    ]
    assert "2 findings in 2 packages" in found.stderr
    told = json.loads(desk.unlatch("verify", "--json", "Other").stdout)
    assert [(finding["kind"], finding["path"]) for finding in told["findings"]] == [("missing", "other.py")]
    assert told["packages"] == 1
    desk.unlatch("verify", "app").succeeded()
    desk.unlatch("verify", "nowhere").failed(20)


def test_verify_tells_of_what_cannot_be_verified(filled: Environment, desk: Desk) -> None:
    put(filled, "foreign-1.0.dist-info", METADATA="Name: foreign\nVersion: 1.0\n")
    assert "foreign 1.0 does not say which files it has" in desk.unlatch("verify").succeeded().stderr
    put(filled, "broken-1.0.dist-info", METADATA="Name: broken\nVersion: 1.0\n", RECORD='"\x1b')
    found = desk.unlatch("verify")
    assert found.status == 1
    assert "broken 1.0" in found.stdout
    assert "RECORD that cannot be read" in found.stdout
