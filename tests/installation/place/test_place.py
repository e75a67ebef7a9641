from pathlib import Path

import pytest

from tests.installation.environments import make_target
from unlatch.installation.place.place import Layout
from unlatch.model.errors import IntegrityError
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme, Target

WHEEL = "demo-1.0-py3-none-any.whl"
POSIX = Scheme("/env/lib/purelib", "/env/lib64/platlib", "/env/bin", "/env/include", "/env")
WINDOWS = Scheme("C:\\env\\Lib\\pure", "C:\\env\\Lib\\plat", "C:\\env\\Scripts", "C:\\env\\Include", "C:\\env")


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return replace(make_target(tmp_path, python="/env/bin/python"), scheme=POSIX, prefix="/env")


def layout(target: Target, *, root_is_purelib: bool = True) -> Layout:
    return Layout.of(WHEEL, "demo-1.0.dist-info", "demo", root_is_purelib, target)


@pytest.mark.parametrize(
    ("path", "destination", "recorded"),
    [
        ("demo/x.py", "/env/lib/purelib/demo/x.py", "demo/x.py"),
        ("demo-1.0.dist-info/WHEEL", "/env/lib/purelib/demo-1.0.dist-info/WHEEL", "demo-1.0.dist-info/WHEEL"),
        ("demo-1.0.data/purelib/x.py", "/env/lib/purelib/x.py", "x.py"),
        ("demo-1.0.data/platlib/x.so", "/env/lib64/platlib/x.so", "../../lib64/platlib/x.so"),
        ("demo-1.0.data/scripts/run", "/env/bin/run", "../../bin/run"),
        ("demo-1.0.data/headers/a/x.h", "/env/include/demo/a/x.h", "../../include/demo/a/x.h"),
        ("demo-1.0.data/data/share/x", "/env/share/x", "../../share/x"),
        ("demo-1.0.data", "/env/lib/purelib/demo-1.0.data", "demo-1.0.data"),
        ("demo/..x.py", "/env/lib/purelib/demo/..x.py", "demo/..x.py"),
    ],
)
def test_each_file_has_its_place(path: str, destination: str, recorded: str, target: Target) -> None:
    place = layout(target).place(path)
    assert (place.destination, place.recorded) == (destination, recorded)


@pytest.mark.parametrize(("root_is_purelib", "folder"), [(True, "/env/lib/purelib"), (False, "/env/lib64/platlib")])
def test_the_root_goes_where_the_wheel_says(root_is_purelib: bool, folder: str, target: Target) -> None:
    assert layout(target, root_is_purelib=root_is_purelib).place("demo.py").destination == f"{folder}/demo.py"


@pytest.mark.parametrize(
    ("path", "destination", "recorded"),
    [
        ("demo/x.py", "C:\\env\\Lib\\pure\\demo\\x.py", "demo/x.py"),
        ("demo-1.0.data/scripts/run", "C:\\env\\Scripts\\run", "../../Scripts/run"),
        ("demo-1.0.data/headers/x.h", "C:\\env\\Include\\demo\\x.h", "../../Include/demo/x.h"),
    ],
)
def test_windows_has_its_separators_and_record_has_its_own(
    path: str, destination: str, recorded: str, target: Target
) -> None:
    windows = replace(target, scheme=WINDOWS, prefix="C:\\env", python="C:\\env\\Scripts\\python.exe", is_windows=True)
    place = layout(windows).place(path)
    assert (place.destination, place.recorded) == (destination, recorded)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../evil.py", "leaves the folder"),
        (".unlatch-change/journal", "unlatch's own notes"),
        ("demo/.Unlatch-Change/done", "unlatch's own notes"),
        ("demo-1.0.data/data/lib/purelib/.unlatch.lock", "unlatch's own notes"),
        ("demo/../../evil.py", "leaves the folder"),
        ("demo-1.0.data/data/../evil", "leaves the folder"),
        ("demo-1.0.data/scripts", "no part of an environment"),
        ("demo-1.0.data/scripts/", "no part of an environment"),
        ("demo-1.0.data/etc/x", "no part of an environment"),
        ("other-1.0.data/scripts/x", "data folder of another project"),
        ("demo-1.0.data/purelib/other-1.0.dist-info/METADATA", "another distribution"),
        ("demo-1.0.data/platlib/other.egg-info/PKG-INFO", "another distribution"),
        ("demo-1.0.data/scripts/python3", "part of the environment"),
        ("demo-1.0.data/scripts/activate", "part of the environment"),
        ("demo-1.0.data/data/bin/python", "part of the environment"),
        ("demo-1.0.data/data/bin/python3.11", "part of the environment"),
        ("demo-1.0.data/data/pyvenv.cfg", "part of the environment"),
        ("demo-1.0.data/data/PyVEnv.cfg", "part of the environment"),
        ("demo-1.0.data/data/BIN/python3", "part of the environment"),
        ("demo-1.0.data/data/lib/purelib/other-1.0.dist-info/METADATA", "another distribution"),
        ("demo-1.0.data/data/lib64/other-1.0.Dist-Info/METADATA", "another distribution"),
        ("demo-1.0.data/data/lib/python3.11/os.py", "part of the environment"),
        ("demo-1.0.data/data/lib64/python3.11/lib-dynload/x.so", "part of the environment"),
        ("demo-1.0.data/data/lib/python3.13t/encodings/__init__.py", "part of the environment"),
        ("demo-1.0.data/data/lib/pypy3.11/os.py", "part of the environment"),
        ("demo-1.0.data/data/lib/python311.zip", "part of the environment"),
    ],
)
def test_a_file_that_has_no_business_there_is_refused(path: str, reason: str, target: Target) -> None:
    with pytest.raises(IntegrityError, match=reason) as caught:
        layout(target).place(path)
    assert WHEEL in str(caught.value)


@pytest.mark.parametrize(
    "path",
    [
        "demo-1.0.data/data/lib/python3.11/site-packages/demo.pth",
        "demo-1.0.data/data/lib/libdemo.so",
        "demo-1.0.data/data/lib/python-demo/x.py",
        "demo-1.0.data/data/share/python3.11/x",
        "demo-1.0.data/headers/python3.h",
        "demo/other-1.0.dist-info/METADATA",
    ],
)
def test_a_file_beside_what_belongs_to_python_is_allowed(path: str, target: Target) -> None:
    assert layout(target).place(path).destination.endswith(path.rpartition("/")[2])


@pytest.mark.parametrize(
    "path",
    ["pyvenv.cfg", "python.exe", "python311.dll", "PYTHON3.DLL", "Lib/os.py", "lib/encodings/x.py", "DLLs/_ssl.pyd"],
)
def test_on_windows_python_lies_elsewhere_and_is_not_replaced_either(path: str, target: Target) -> None:
    windows = replace(target, scheme=WINDOWS, prefix="C:\\env", python="C:\\env\\Scripts\\python.exe", is_windows=True)
    with pytest.raises(IntegrityError, match="part of the environment"):
        layout(windows).place(f"demo-1.0.data/data/{path}")
    assert layout(windows).place("demo-1.0.data/data/Lib/site-packages/x.py").key == "data"
