"""Paths of both kinds of system, on either."""

import pytest

from unlatch.requirements.paths import Paths

POSIX, WINDOWS = Paths("/here/dir", is_windows=False), Paths("C:\\here\\dir", is_windows=True)


@pytest.mark.parametrize(
    ("paths", "text", "folder", "expected"),
    [
        (POSIX, "x.txt", None, "/here/dir/x.txt"),
        (POSIX, "./a/../x.txt", None, "/here/dir/x.txt"),
        (POSIX, "../x.txt", "/other/dir", "/other/x.txt"),
        (POSIX, "/x.txt", "/other", "/x.txt"),
        (POSIX, "../x.txt", "", "../x.txt"),
        (POSIX, "a\\b", None, "/here/dir/a\\b"),
        (WINDOWS, "x.txt", None, "C:\\here\\dir\\x.txt"),
        (WINDOWS, "..\\a/x.txt", None, "C:\\here\\a\\x.txt"),
        (WINDOWS, "D:\\x.txt", None, "D:\\x.txt"),
        (WINDOWS, "\\x.txt", None, "C:\\x.txt"),
        (WINDOWS, "\\\\host\\share\\x.txt", None, "\\\\host\\share\\x.txt"),
    ],
)
def test_an_absolute_path(paths: Paths, text: str, folder: str | None, expected: str) -> None:
    assert paths.absolute(text, folder) == expected


@pytest.mark.parametrize(
    ("paths", "path", "url"),
    [
        (POSIX, "/a b/x.whl", "file:///a%20b/x.whl"),
        (POSIX, "/a#b/x?.whl", "file:///a%23b/x%3F.whl"),
        (WINDOWS, "C:\\a b\\x.whl", "file:///C:/a%20b/x.whl"),
        (WINDOWS, "\\\\host\\share\\x.whl", "file://host/share/x.whl"),
    ],
)
def test_a_path_as_a_url_and_back(paths: Paths, path: str, url: str) -> None:
    assert paths.as_uri(path) == url
    assert paths.absolute(paths.of_uri(url)) == path


@pytest.mark.parametrize(
    ("paths", "url", "expected"),
    [
        (POSIX, "file:x.whl", "x.whl"),
        (POSIX, "file:../x.whl", "../x.whl"),
        (POSIX, "file://localhost/x.whl", "/x.whl"),
        (WINDOWS, "file:x.whl", "x.whl"),
        (WINDOWS, "file:///c:/x.whl", "c:/x.whl"),
        (WINDOWS, "file://localhost/c:/x.whl", "c:/x.whl"),
    ],
)
def test_the_path_of_a_url(paths: Paths, url: str, expected: str) -> None:
    assert paths.of_uri(url) == expected


def test_a_separator() -> None:
    assert POSIX.has_separator("a/b")
    assert not POSIX.has_separator("a\\b")
    assert WINDOWS.has_separator("a\\b")
    assert WINDOWS.has_separator("a/b")


def test_the_folder_above() -> None:
    assert POSIX.above("/a/b\\c") == "/a"
    assert WINDOWS.above("C:\\a\\b") == "C:\\a"
