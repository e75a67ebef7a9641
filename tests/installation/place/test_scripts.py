import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation.environments import make_target, make_venv
from unlatch.installation.entry_points import EntryPoint, parse
from unlatch.installation.place.scripts import adapted, check_name, covers, scripts
from unlatch.model.errors import IntegrityError
from unlatch.model.frozen import replace
from unlatch.model.target import Target

WHEEL = "demo-1.0-py3-none-any.whl"


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return make_target(tmp_path, python="/env/bin/python")


def windows(target: Target, tag: str = "cp311-cp311-win_amd64") -> Target:
    return replace(target, python="C:\\env dir\\Scripts\\python.exe", tags=(tag,), is_windows=True)


def console(name: str = "demo", value: str = "demo:main") -> EntryPoint:
    return EntryPoint("console_scripts", name, value)


@pytest.mark.parametrize(
    ("content", "points"),
    [
        (b"", ()),
        (b"[console_scripts]\ndemo = demo:main\n", (console(),)),
        (b"[console_scripts]\r\n demo=demo:main \r\n", (console(),)),
        (b"# first\n[ console_scripts ]\n; no\ndemo = demo:main\n\n[other]\nx = y\n", (console(),)),
        (
            b"[gui_scripts]\nDemo = demo.gui:Main.run [extra]\n",
            (EntryPoint("gui_scripts", "Demo", "demo.gui:Main.run [extra]"),),
        ),
        (b"[console_scripts]\na = x:y\na = demo:main\n", (console("a"),)),
        (b"[console_scripts]\nnothing\n", (console("nothing", ""),)),
        (b"demo = demo:main\n", ()),
    ],
)
def test_entry_points_that_become_scripts_are_read(content: bytes, points: tuple[EntryPoint, ...]) -> None:
    assert parse(content) == points


@pytest.mark.parametrize("value", ["demo:main", "demo.sub : Class.method", "demo:main [extra,more]", "dämo:mäin"])
def test_a_script_runs_the_function_that_is_named(value: str, tmp_path: Path) -> None:
    target = make_venv(tmp_path / "env")
    package = Path(target.scheme.purelib, value.partition(".")[0].partition(":")[0].strip())
    package.mkdir()
    source = "import sys\ndef main(): print(*sys.argv[1:]); return 7\nmäin = main\nclass Class: method = main\n"
    package.joinpath("__init__.py").write_text(source, encoding="utf-8")
    package.joinpath("sub.py").write_text(source, encoding="utf-8")
    assert _run(scripts([console(value=value)], target, WHEEL)[0].content, tmp_path) == (7, "one two\n")


@pytest.mark.parametrize("folder", ["with a space", "it's", "x" * 130])
def test_a_script_runs_where_a_first_line_cannot_name_the_interpreter(folder: str, tmp_path: Path) -> None:
    target = make_venv(tmp_path / folder)
    Path(target.scheme.purelib, "demo.py").write_text(
        "import sys\ndef main(): print(*sys.argv[1:])\n", encoding="utf-8"
    )
    assert _run(scripts([console()], target, WHEEL)[0].content, tmp_path) == (0, "one two\n")
    shipped = b"#!python -s\nimport sys\nprint(sys.flags.no_user_site, *sys.argv[1:])\n"
    content = adapted(shipped, target)
    assert content is not None
    assert _run(content, tmp_path) == (0, "1 one two\n")


def _run(content: bytes, folder: Path) -> tuple[int, str]:
    path = folder / "script"
    path.write_bytes(content)
    path.chmod(0o755)
    done = subprocess.run([path, "one", "two"], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "demo",
        "Demo.Tool",
        "demo-3.11",
        "pip",
        "pip3",
        "pip3.11",
        "python-config",
        "pythonx",
        "activate-global-completion",
    ],
)
def test_a_script_may_have_any_ordinary_name(name: str, target: Target) -> None:
    assert scripts([console(name)], target, WHEEL)[0].name == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("..", "leaves"),
        ("../evil", "leaves"),
        ("/bin/sh", "absolute"),
        ("sub/demo", "not a file's name"),
        ("sub\\demo", "backslash"),
        ("demo:stream", "not a file's name"),
        ("demo\x1b", "control character"),
        ("nul", "device"),
        ("python", "part of the environment"),
        ("Python.exe", "part of the environment"),
        ("python3", "part of the environment"),
        ("python3.11", "part of the environment"),
        ("python3.13t", "part of the environment"),
        ("pythonw", "part of the environment"),
        ("pypy3", "part of the environment"),
        ("activate", "part of the environment"),
        ("activate.fish", "part of the environment"),
        ("Activate.ps1", "part of the environment"),
        ("activate_this.py", "part of the environment"),
        ("deactivate.bat", "part of the environment"),
        ("pyvenv.cfg", "part of the environment"),
        ("python311._pth", "part of the environment"),
    ],
)
def test_a_script_that_leaves_its_folder_or_stands_in_for_python_is_refused(
    name: str, reason: str, target: Target
) -> None:
    with pytest.raises(IntegrityError, match=reason) as caught:
        scripts([console(name)], target, WHEEL)
    assert WHEEL in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "demo",
        "demo:",
        ":main",
        "demo:main()",
        "demo:main; import os",
        "demo\nimport os:x",
        "os.system('x'):y",
        "1:2",
        "demo:a..b",
        "demo:main extra",
    ],
)
def test_an_entry_point_that_is_not_a_function_is_refused(value: str, target: Target) -> None:
    with pytest.raises(IntegrityError, match="not a function"):
        scripts([console(value=value)], target, WHEEL)


@pytest.mark.parametrize(
    ("group", "tag", "size", "python"),
    [
        ("console_scripts", "cp311-cp311-win_amd64", 108032, b"#!C:\\env dir\\Scripts\\python.exe\n"),
        ("console_scripts", "cp311-cp311-win32", 97792, b"#!C:\\env dir\\Scripts\\python.exe\n"),
        ("console_scripts", "cp311-cp311-win_arm64", 182784, b"#!C:\\env dir\\Scripts\\python.exe\n"),
        ("gui_scripts", "cp311-cp311-win_amd64", 101888, b"pythonw.exe\n"),
    ],
)
def test_windows_gets_a_launcher(group: str, tag: str, size: int, python: bytes, target: Target) -> None:
    (script,) = scripts([EntryPoint(group, "demo", "demo:main")], windows(target, tag), WHEEL)
    assert script.name == "demo.exe"
    assert script.content.startswith(b"MZ")
    assert script.content[size:].partition(b"PK\3\4")[0].endswith(python)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"#!python\nx", b"#!/env/bin/python\nx"),
        (b"#!python", b"#!/env/bin/python\n"),
        (b"#!pythonw\nx", b"#!/env/bin/python\nx"),
        (b"#!python3\nx", b"#!/env/bin/python\nx"),
        (b"#!python -E -s \nx", b"#!/env/bin/python -E -s\nx"),
        (b"#!python\r\nx\r\n", b"#!/env/bin/python\r\nx\r\n"),
        (b"#!pythonista\n", None),
        (b"#!/usr/bin/python\n", None),
        (b"#!/bin/sh\n#!python\n", None),
        (b"\x7fELF", None),
        (b"", None),
    ],
)
def test_a_shipped_script_that_asks_for_python_gets_the_targets(
    content: bytes, expected: bytes | None, target: Target
) -> None:
    assert adapted(content, target) == expected


def test_a_shipped_windowed_script_gets_the_windowed_interpreter_on_windows(target: Target) -> None:
    assert adapted(b"#!pythonw\nx", windows(target)) == b"#!C:\\env dir\\Scripts\\pythonw.exe\nx"
    assert adapted(b"#!python\nx", windows(target)) == b"#!C:\\env dir\\Scripts\\python.exe\nx"


@pytest.mark.parametrize(
    ("name", "is_covered"),
    [("demo", True), ("Demo.exe", True), ("demo-script.py", True), ("demo-script.pyw", True), ("demo.py", False)],
)
def test_a_shipped_wrapper_of_an_entry_point_is_known(name: str, is_covered: bool) -> None:
    assert covers(name, [console()]) is is_covered


def test_the_interpreter_of_these_tests_may_not_be_replaced() -> None:
    with pytest.raises(IntegrityError):
        check_name(Path(sys.executable).name, WHEEL)
