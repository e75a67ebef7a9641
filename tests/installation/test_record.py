import csv
import io
import json
import ntpath
import posixpath
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.direct_url import ArchiveInfo, DirectUrl

from unlatch.installation.record import direct_url_content, read_rows, recorded_path, row_of, write_rows

PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(PATHS, st.just("sha256=abc"), st.just("3"))))
def test_what_is_written_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    assert read_rows(write_rows(rows)) == rows


@given(st.lists(st.tuples(PATHS, st.just("sha256=abc"), st.just("3"))))
def test_what_is_written_is_csv(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(write_rows(rows).decode(), newline="")
    assert [tuple(fields) for fields in csv.reader(text, strict=True)] == rows


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"", []),
        (b"a.py,sha256=x,1\r\nb.py,,\r\n", [("a.py", "sha256=x", "1"), ("b.py", "", "")]),
        (b"a.py,sha256=x,1\n\nb.py\n", [("a.py", "sha256=x", "1"), ("b.py", "", "")]),
        (b"a.py,sha256=x\n", [("a.py", "sha256=x", "")]),
        (b'"a,b.py",sha256=x,1\n', [("a,b.py", "sha256=x", "1")]),
        (b'"a ""b"".py",,\n', [('a "b".py', "", "")]),
        ("a\u2028b.py,,\n".encode(), [("a\u2028b.py", "", "")]),
    ],
)
def test_record_is_read_in_the_forms_that_it_comes_in(content: bytes, rows: list[tuple[str, str, str]]) -> None:
    assert read_rows(content) == rows


@pytest.mark.parametrize("content", [b"\xff", b"a,b,c,d\n", b",sha256=x,1\n", b'"a.py,,\n', b'"a"b,,\n'])
def test_record_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_rows(content)


def test_a_row_tells_hash_and_size() -> None:
    assert row_of("a.py", b"x = 1\n") == ("a.py", "sha256=nia_NpkRxFwkPGhBR7I_yeHc_PJX0pmhxjIBam_NM_Q", "6")


@pytest.mark.parametrize(
    ("path", "folder", "system", "recorded"),
    [
        ("/env/lib/site-packages/demo/x.py", "/env/lib/site-packages", posixpath, "demo/x.py"),
        ("/env/bin/demo", "/env/lib/python3.11/site-packages", posixpath, "../../../bin/demo"),
        ("/env/lib/site-packages2/x", "/env/lib/site-packages", posixpath, "../site-packages2/x"),
        ("C:\\env\\Lib\\site-packages\\demo\\x.py", "C:\\env\\Lib\\site-packages", ntpath, "demo/x.py"),
        ("C:\\env\\Scripts\\demo.exe", "C:\\env\\Lib\\site-packages", ntpath, "../../Scripts/demo.exe"),
        ("D:\\data\\x", "C:\\env\\Lib\\site-packages", ntpath, "D:/data/x"),
    ],
)
def test_a_path_is_recorded_as_it_is_seen_from_site_packages(
    path: str, folder: str, system: ModuleType, recorded: str
) -> None:
    assert recorded_path(path, folder, system) == recorded


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://host.example/demo.whl", "https://host.example/demo.whl"),
        ("https://user:pa55@host.example/demo.whl", "https://host.example/demo.whl"),
        ("https://t0ken@host.example/demo.whl", "https://host.example/demo.whl"),
        ("https://host.example/demo.whl?se=1&sig=s1gned", "https://host.example/demo.whl"),
        ("https://host.example/demo.whl?X-Amz-Signature=s1gned", "https://host.example/demo.whl"),
        ("https://host.example/demo.whl?ref=main", "https://host.example/demo.whl?ref=main"),
    ],
)
def test_direct_url_has_no_secret(url: str, written: str) -> None:
    content = json.loads(direct_url_content(DirectUrl(url=url, archive_info=ArchiveInfo(hashes={"sha256": "ab"}))))
    assert content["url"] == written
    assert content["archive_info"]["hashes"] == {"sha256": "ab"}
    assert DirectUrl.from_dict(content).url == written
