import pytest

from unlatch.installation.unpack.paths import objection


@pytest.mark.parametrize(
    "path",
    [
        "demo.py",
        "demo/__init__.py",
        "demo-1.0.dist-info/METADATA",
        ".hidden/file",
        "demo/with space.txt",
        "demo/größe.py",
        "demo/a..b",
        "demo/console.py",
        "demo/auxiliary/nullable.py",
        "demo/com/lpt.py",
        "demo/com10",
        "demo/12:00.txt",
        "demo/file.",
        "x" * 255,
        "/".join(["x" * 200] * 4),
    ],
)
def test_an_ordinary_path_is_allowed(path: str) -> None:
    assert objection(path) is None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "empty"),
        ("/etc/passwd", "absolute"),
        ("C:/windows", "absolute"),
        ("c:evil", "absolute"),
        ("../evil", "leaves the archive"),
        ("demo/../../evil", "leaves the archive"),
        ("demo/..", "leaves the archive"),
        ("demo//x", "empty"),
        ("demo/./x", "empty"),
        ("demo/.. /x", "empty"),
        ("demo/.../x", "empty"),
        ("demo\\x", "backslash"),
        ("..\\evil", "backslash"),
        ("demo\0.py", "control character"),
        ("demo\n.py", "control character"),
        ("demo\x9b.py", "control character"),
        ("demo/\ud800.py", "not text"),
        ("nul", "device"),
        ("demo/NUL.txt", "device"),
        ("demo/aux.py", "device"),
        ("con/x.py", "device"),
        ("demo/Com1", "device"),
        ("demo/lpt9.tar.gz", "device"),
        ("demo/prn .txt", "device"),
        ("demo/CONIN$", "device"),
        ("x" * 256, "longer than 255"),
        ("ä" * 128, "longer than 255"),
        ("/".join(["x" * 200] * 5), "longer than 1000"),
    ],
)
def test_a_path_that_is_a_trap_somewhere_is_refused(path: str, reason: str) -> None:
    found = objection(path)
    assert found is not None
    assert reason in found


@pytest.mark.parametrize(
    "path", ["demo:stream", "demo.py::$DATA", "pyvenv.cfg.", "demo /x", "demo./x", "a*b", "what?", "a|b", 'a"b', "<a>"]
)
def test_what_windows_reads_as_another_name_is_refused_there_and_only_there(path: str) -> None:
    assert objection(path) is None
    assert "Windows reads" in (objection(path, is_windows=True) or "")


def test_the_longest_path_may_be_set() -> None:
    path = "/".join(["x" * 200] * 5)
    assert objection(path, 1004) is None
    assert objection(path, 1003) == "has a path longer than 1003 bytes"
    assert objection("demo.py", 6) == "has a path longer than 6 bytes"
