"""Indexes on this machine."""

import pytest

from unlatch.index.local import opened, page_of, path_of
from unlatch.model.errors import ConfigurationError, InvalidUrl, NotFound, UnlatchError
from unlatch.model.index import Index, Kind

PAGE = '<a href="../../files/demo-1.0.zip#sha256=aa">demo</a>'


@pytest.mark.parametrize(
    ("url", "is_windows", "expected"),
    [
        ("file:///srv/simple/", False, "/srv/simple/"),
        ("file://localhost/srv/simple", False, "/srv/simple"),
        ("file:///srv/a%20b/%25", False, "/srv/a b/%"),
        ("file:///C:/Users/simple/", True, "C:\\Users\\simple\\"),
        ("file:///c|/Users", True, "c:\\Users"),
        ("file://server/share/simple", True, "\\\\server\\share\\simple"),
        ("file://localhost/C:/a%20b", True, "C:\\a b"),
        ("file:///srv", True, "\\srv"),
    ],
)
def test_a_url_means_a_path(url, is_windows, expected):
    assert path_of(url, is_windows=is_windows) == expected


@pytest.mark.parametrize("url", ["file://server/share", "file:///a%00b"])
def test_a_url_that_means_no_path_here_is_refused(url):
    with pytest.raises(InvalidUrl):
        path_of(url, is_windows=False)


def simple(folder):
    return Index(folder.as_uri() + "/")


def flat(path):
    return Index(path.as_uri(), kind=Kind.FLAT)


def test_a_page_in_a_folder_is_read(tmp_path):
    (tmp_path / "simple" / "demo").mkdir(parents=True)
    (tmp_path / "simple" / "demo" / "index.html").write_text(PAGE)
    (row,) = page_of(simple(tmp_path / "simple"), "demo").rows
    assert row[:3] == ("demo-1.0.zip", (tmp_path / "files" / "demo-1.0.zip").as_uri(), (("sha256", "aa"),))


def test_a_folder_of_files_is_listed(tmp_path):
    (tmp_path / "demo").mkdir()
    for name in ["demo-2.0+x.zip", "demo-1.0.zip", "README", "demo-3.0.egg"]:
        (tmp_path / "demo" / name).write_text("")
    (tmp_path / "demo" / "demo-4.0.zip").mkdir()
    rows = page_of(simple(tmp_path), "demo").rows
    assert [row[0] for row in rows] == ["demo-1.0.zip", "demo-2.0+x.zip"]
    assert [path_of(row[1]) for row in rows] == [str(tmp_path / "demo" / row[0]) for row in rows]


def test_a_project_without_a_folder_is_not_there(tmp_path):
    assert page_of(simple(tmp_path), "demo") is None


def test_a_flat_folder_holds_many_projects(tmp_path):
    (tmp_path / "demo-1.0.zip").write_text("")
    (tmp_path / "other-1.0-py3-none-any.whl").write_text("")
    (tmp_path / "index.html").write_text(PAGE)
    assert [row[0] for row in page_of(flat(tmp_path), "").rows] == ["demo-1.0.zip", "other-1.0-py3-none-any.whl"]


def test_a_flat_page_holds_many_links(tmp_path):
    (tmp_path / "links.html").write_text('<a href="demo-1.0.zip">x</a><a href="https://h/other-1.0.zip">x</a>')
    rows = page_of(flat(tmp_path / "links.html"), "").rows
    assert [row[1] for row in rows] == [(tmp_path / "demo-1.0.zip").as_uri(), "https://h/other-1.0.zip"]


@pytest.mark.parametrize("index", [simple, flat])
def test_an_index_that_is_not_there_is_told(tmp_path, index):
    with pytest.raises(ConfigurationError, match="missing"):
        page_of(index(tmp_path / "missing"), "demo")


def test_an_index_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "demo").write_text("a file where a folder should be")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        page_of(simple(tmp_path), "demo")


def test_files_are_opened_or_it_is_said_why_not(tmp_path):
    (tmp_path / "demo-1.0.zip").write_bytes(b"x")
    with opened((tmp_path / "demo-1.0.zip").as_uri()) as file:
        assert file.read() == b"x"
    with pytest.raises(NotFound, match=r"demo-2\.0\.zip is not there"):
        opened((tmp_path / "demo-2.0.zip").as_uri())
    with pytest.raises(UnlatchError, match="cannot be read"):
        opened(tmp_path.as_uri())
