"""Pages of both kinds: what registries write, what they write wrongly, and what is no page at all."""

import json

import pytest

from unlatch.index.page import parse
from unlatch.model.distribution import File, Statement
from unlatch.model.errors import IntegrityError

URL = "https://pkgs.example.com/feed/simple/demo/"
JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"
AA, BB = "aa" * 32, "bb" * 32


def json_page(*files, meta=None):
    return json.dumps({"meta": meta or {"api-version": "1.1"}, "name": "demo", "files": list(files)}).encode()


def json_file(filename="demo-1.0.zip", **fields):
    return {"filename": filename, "url": f"../../files/{filename}", "hashes": {}, **fields}


def one_of(content, content_type=JSON, url=URL):
    (file,) = parse(content, content_type, url).files
    return file


def html_file(attributes, content_type=HTML):
    return one_of(f"<!DOCTYPE html><body><a {attributes}>text</a></body>".encode(), content_type)


def test_a_json_line_is_read_whole():
    content = json_page(
        {
            "filename": "demo-1.0-py3-none-any.whl",
            "url": "https://files.example.com/demo-1.0-py3-none-any.whl",
            "hashes": {"sha256": AA, "md5": "cc"},
            "requires-python": ">=3.8",
            "yanked": "broken",
            "core-metadata": {"sha256": BB},
            "size": 1234,
            "upload-time": "2026-01-01T00:00:00Z",
            "provenance": None,
        }
    )
    assert one_of(content) == File(
        "demo-1.0-py3-none-any.whl",
        "https://files.example.com/demo-1.0-py3-none-any.whl",
        (("sha256", AA), ("md5", "cc")),
        ">=3.8",
        "broken",
        (("sha256", BB),),
        1234,
        "2026-01-01T00:00:00Z",
    )


def test_an_html_line_is_read_whole():
    file = html_file(
        f'href="../../files/demo-1.0-py3-none-any.whl#sha256={AA}" data-requires-python="&gt;=3.8" '
        f'data-yanked="broken" data-core-metadata="sha256={BB}"'
    )
    assert file == File(
        "demo-1.0-py3-none-any.whl",
        "https://pkgs.example.com/feed/files/demo-1.0-py3-none-any.whl",
        (("sha256", AA),),
        ">=3.8",
        "broken",
        (("sha256", BB),),
    )


@pytest.mark.parametrize(
    ("fields", "field", "expected"),
    [
        ({"yanked": True}, "yanked", ""),
        ({"yanked": False}, "yanked", None),
        ({"yanked": ""}, "yanked", None),
        ({"yanked": "why"}, "yanked", "why"),
        ({"yanked": 1}, "yanked", ""),
        ({}, "yanked", None),
        ({"core-metadata": True}, "metadata", ()),
        ({"core-metadata": False}, "metadata", None),
        ({"core-metadata": {}}, "metadata", ()),
        ({"core-metadata": {"sha256": BB}}, "metadata", (("sha256", BB),)),
        ({"dist-info-metadata": {"sha256": BB}}, "metadata", (("sha256", BB),)),
        ({"data-dist-info-metadata": True}, "metadata", None),
        ({"core-metadata": False, "dist-info-metadata": True}, "metadata", None),
        ({"core-metadata": None, "dist-info-metadata": True}, "metadata", ()),
        ({"requires-python": None}, "requires_python", None),
        ({"requires-python": ""}, "requires_python", None),
        ({"requires-python": 3}, "requires_python", None),
        ({"hashes": None}, "hashes", ()),
        ({"hashes": {"sha256": AA, "md5": 1}}, "hashes", (("sha256", AA),)),
        ({"url": f"demo-1.0.zip#sha256={AA}"}, "hashes", (("sha256", AA),)),
        ({"size": 0}, "size", 0),
        ({"size": -1}, "size", None),
        ({"size": True}, "size", None),
        ({"size": "12"}, "size", None),
        ({"upload-time": 1}, "upload_time", None),
        ({"upload-time": ""}, "upload_time", None),
        ({"upload-time": "2026-01-01T00:00:00Z"}, "upload_time", "2026-01-01T00:00:00Z"),
        ({"url": "https://user:secret@pkgs.example.com/demo-1.0.zip"}, "url", "https://pkgs.example.com/demo-1.0.zip"),
        ({"url": "/opaque/1234?token=x"}, "url", "https://pkgs.example.com/opaque/1234?token=x"),
    ],
)
def test_json_fields(fields, field, expected):
    file = one_of(json_page(json_file(**fields)))
    assert getattr(file, field) == expected
    assert file.filename == "demo-1.0.zip"


@pytest.mark.parametrize(
    ("attributes", "field", "expected"),
    [
        ('data-yanked=""', "yanked", ""),
        ("data-yanked", "yanked", ""),
        ('data-yanked="why &amp; when"', "yanked", "why & when"),
        ("", "yanked", None),
        ('data-core-metadata="true"', "metadata", ()),
        ('data-core-metadata="false"', "metadata", None),
        (f'data-core-metadata="sha256={BB}"', "metadata", (("sha256", BB),)),
        (f'data-dist-info-metadata="sha256={BB}"', "metadata", (("sha256", BB),)),
        ('data-core-metadata="true" data-dist-info-metadata="sha256=cc"', "metadata", ()),
        ('data-core-metadata="nonsense"', "metadata", ()),
        ("", "metadata", None),
        ('data-requires-python=""', "requires_python", None),
        ('data-requires-python=">=3.8"', "requires_python", ">=3.8"),
        ("data-requires-python='&gt;=3.8, &lt;4'", "requires_python", ">=3.8, <4"),
    ],
)
def test_html_fields(attributes, field, expected):
    assert getattr(html_file(f'href="demo-1.0.zip" {attributes}'), field) == expected


@pytest.mark.parametrize(
    ("href", "filename", "url"),
    [
        ("demo-1.0%2Bcu118.zip", "demo-1.0+cu118.zip", f"{URL}demo-1.0%2Bcu118.zip"),
        ("demo-1.0.zip?token=a&amp;b=c", "demo-1.0.zip", f"{URL}demo-1.0.zip?token=a&b=c"),
        (" demo-1.0.zip ", "demo-1.0.zip", f"{URL}demo-1.0.zip"),
        ("/demo-1.0.zip", "demo-1.0.zip", "https://pkgs.example.com/demo-1.0.zip"),
        ("https://u:p@cdn.example.com/demo-1.0.zip", "demo-1.0.zip", "https://cdn.example.com/demo-1.0.zip"),
    ],
)
def test_the_file_name_comes_from_the_link_not_from_its_text(href, filename, url):
    file = html_file(f'href="{href}"')
    assert (file.filename, file.url) == (filename, url)


NO_FILES = [
    {"filename": "demo-1.0.rpm", "url": "demo-1.0.rpm"},
    {"filename": "demo-1.0-py2.7.egg", "url": "demo-1.0-py2.7.egg"},
    {"filename": "../demo-1.0.zip", "url": "demo-1.0.zip"},
    {"filename": "demo-1.0\x00.zip", "url": "demo-1.0.zip"},
    {"filename": "demo-1.0\udc80.zip", "url": "demo-1.0.zip"},
    {"filename": "demo-1.0.zip", "url": "ftp://host/demo-1.0.zip"},
    {"filename": "demo-1.0.zip", "url": "file:///demo-1.0.zip"},
    {"filename": "demo-1.0.zip"},
    {"url": "demo-1.0.zip"},
    {"filename": 1, "url": "demo-1.0.zip"},
    {"filename": "demo-1.0.zip", "url": None},
    "demo-1.0.zip",
    None,
]


@pytest.mark.parametrize("entry", NO_FILES)
def test_json_lines_that_make_no_sense_are_left_out(entry):
    assert one_of(json_page(entry, json_file("demo-2.0.zip"))).filename == "demo-2.0.zip"


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="../">Parent Directory</a>',
        '<a href="?C=N;O=D">Name</a>',
        '<a name="top">demo-1.0.zip</a>',
        '<a href="">demo-1.0.zip</a>',
        '<a href="demo-1.0.exe">demo-1.0.exe</a>',
        '<a href="mailto:someone@example.com">x.zip</a>',
        '<a href="javascript:x/demo-1.0.zip">x</a>',
        '<a href="a%2Fdemo-1.0.zip">x</a>',
        '<a href="%5c..%5cdemo-1.0.zip">x</a>',
        '<a href="demo%0a-1.0.zip">x</a>',
        '<a href="file:///demo-1.0.zip">x</a>',
    ],
)
def test_anchors_that_are_no_files_are_left_out(anchor):
    content = f'{anchor}<a href="demo-2.0.zip">x</a>'.encode()
    assert one_of(content, HTML).filename == "demo-2.0.zip"


def test_a_folder_as_apache_lists_it():
    content = b"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html><head><title>Index of /files</title></head><body><h1>Index of /files</h1>
<table><tr><th valign="top"><img src="/icons/blank.gif" alt="[ICO]"></th><th><a href="?C=N;O=D">Name</a></th></tr>
<tr><th colspan="5"><hr></th></tr>
<tr><td valign="top"><img src="/icons/back.gif" alt="[PARENTDIR]"></td><td><a href="/">Parent Directory</a></td></tr>
<tr><td><img src="/icons/unknown.gif" alt="[   ]"></td><td><a href="demo-1.0-py3-none-any.whl">demo-1.0-py3-n..&gt;</a>
</td><td align="right">2026-01-01 10:00  </td><td align="right">1.2K</td><td>&nbsp;</td></tr>
</table></body></html>"""
    file = one_of(content, "text/html;charset=ISO-8859-1", "https://files.example.com/files/")
    assert file == File("demo-1.0-py3-none-any.whl", "https://files.example.com/files/demo-1.0-py3-none-any.whl")


def test_the_base_of_a_page_counts():
    content = b'<base href="https://files.example.com/all/"><a href="demo-1.0.zip">x</a>'
    assert one_of(content, HTML).url == "https://files.example.com/all/demo-1.0.zip"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/vnd.pypi.simple.v1+json",
        "application/vnd.pypi.simple.latest+json",
        "application/json",
        "Application/JSON; charset=utf-8",
        "",
    ],
)
def test_json_is_known_by_its_content_type_or_by_its_look(content_type):
    assert (
        one_of(b"\xef\xbb\xbf" * (not content_type) + json_page(json_file()), content_type).filename == "demo-1.0.zip"
    )


@pytest.mark.parametrize("content_type", ["text/html", "application/vnd.pypi.simple.v1+html", "TEXT/HTML;a=b", ""])
def test_html_is_known_by_its_content_type_or_by_its_look(content_type):
    assert one_of(b'\n<a href="demo-1.0.zip">x</a>', content_type).filename == "demo-1.0.zip"


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html", "\u00e9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html; charset=utf-8", "\u00e9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', 'text/html; charset="UTF-8"', "\u00e9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html; charset=latin-1", "\u00c3\u00a9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html; charset=nonsense", "\u00e9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html; charset=base64", "\u00e9"),
        ('<a href="d-1.zip" data-yanked="\u00e9">', "text/html; charset=\x00", "\u00e9"),
    ],
)
def test_the_charset_of_html_is_followed_where_there_is_one(content, content_type, reason):
    assert one_of(content.encode(), content_type).yanked == reason


def test_bytes_that_are_no_text_do_no_harm():
    assert one_of(b'\xff\xfe<a href="demo-1.0.zip">\xff</a>', HTML).filename == "demo-1.0.zip"


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99", "1"])
def test_newer_minor_versions_are_fine(version):
    assert one_of(json_page(json_file(), meta={"api-version": version})).filename == "demo-1.0.zip"
    html = f'<meta name="pypi:repository-version" content="{version}"><a href="demo-1.0.zip">x</a>'
    assert one_of(html.encode(), HTML).filename == "demo-1.0.zip"


@pytest.mark.parametrize("version", ["2.0", "2", "10.1", "nonsense\n"])
def test_newer_major_versions_are_refused_by_their_number(version):
    with pytest.raises(IntegrityError, match=version.strip()) as refusal:
        parse(json_page(json_file(), meta={"api-version": version}), JSON, URL)
    assert "\n" not in str(refusal.value)
    html = f'<meta name="pypi:repository-version" content="{version}"><a href="demo-1.0.zip">x</a>'
    with pytest.raises(IntegrityError, match=version.strip()):
        parse(html.encode(), HTML, URL)


@pytest.mark.parametrize("content", [b"", b"<html><body></body></html>", b"<p>nothing here"])
def test_a_page_may_be_empty(content):
    assert parse(content, HTML, URL).files == []
    assert parse(json_page(), JSON, URL).files == []


@pytest.mark.parametrize(
    ("content", "content_type", "complaint"),
    [
        (b"x", "application/octet-stream", "application/octet-stream came"),
        (b"x", "application/vnd.pypi.simple.v2+json", r"simple\.v2\+json came"),
        (b"plain", "", "without a content type"),
        (b"x", "text/\x1b[31m", r"text/\\x1b"),
        (b"{", JSON, "not the JSON"),
        (b"[" * 100_000, JSON, "not the JSON"),
        (b"[]", JSON, "no list of files"),
        (b'{"projects": []}', "application/json", "no list of files"),
        (b"<![undefined[x]]>", HTML, "not HTML that can be read"),
        (b"<title>Sign in to your account</title><a href='/help'>help</a>", HTML, "people to sign in"),
        (b"<form><input type=password></form>", HTML, "people to sign in"),
    ],
)
def test_what_is_no_page_is_refused_by_what_came(content, content_type, complaint):
    with pytest.raises(IntegrityError, match=complaint) as refusal:
        parse(content, content_type, URL)
    assert URL in str(refusal.value)


def test_a_secret_in_the_address_is_not_told():
    with pytest.raises(IntegrityError) as refusal:
        parse(b"x", "image/png", "https://files.example.com/x?X-Amz-Signature=secret")
    assert "secret" not in str(refusal.value)


def test_a_large_page_is_read_to_its_end():
    lines = "".join(
        f'<a href="../../f/{n:x}/demo-{n}.0.zip#sha256={n:064x}">demo-{n}.0.zip</a><br/>\n' for n in range(20_000)
    )
    files = parse(f"<html><body>{lines}</body></html>".encode(), HTML, URL).rows
    assert len(files) == 20_000
    assert files[-1][:3] == (
        "demo-19999.0.zip",
        "https://pkgs.example.com/feed/f/4e1f/demo-19999.0.zip",
        (("sha256", f"{19_999:064x}"),),
    )


@pytest.mark.parametrize(
    ("more", "statement"),
    [
        ({}, Statement()),
        ({"project-status": {"status": "active"}}, Statement()),
        ({"project-status": {"status": "Archived", "reason": "it is done"}}, Statement("archived", "it is done")),
        ({"project-status": {"status": "of tomorrow"}}, Statement("of tomorrow")),
        ({"project-status": {"status": 1, "reason": ["x"]}}, Statement()),
        ({"project-status": "quarantined"}, Statement()),
        ({"project-status": {"status": "deprecated", "reason": None}}, Statement("deprecated")),
        ({"alternate-locations": ["https://a/demo/", 1, ""]}, Statement(alternates=("https://a/demo/",))),
        ({"alternate-locations": "https://a/demo/"}, Statement()),
        ({"meta": {"api-version": "1.3", "tracks": ["https://a/demo/"]}}, Statement(tracks=("https://a/demo/",))),
        ({"meta": {"tracks": {}}}, Statement()),
    ],
)
def test_what_is_said_of_a_project_as_a_whole(more, statement):
    body = json.dumps({"meta": {"api-version": "1.0"}, "files": [], **more}).encode()
    assert parse(body, JSON, URL).statement == statement


def test_html_says_the_same_with_its_meta_elements():
    said = {
        "pypi:project-status": "quarantined",
        "pypi:project-status-reason": "it steals &lt;keys&gt;",
        "pypi:tracks": "https://a/demo/",
        "pypi:alternate-locations": "https://b/demo/",
    }
    metas = "".join(f'<meta name="{name}" content="{content}">' for name, content in said.items())
    page = parse(f'<head>{metas}</head><a href="demo-1.0.zip">x</a>'.encode(), HTML, URL)
    assert page.statement == Statement("quarantined", "it steals <keys>", ("https://a/demo/",), ("https://b/demo/",))
    assert [file.filename for file in page.files] == ["demo-1.0.zip"]
