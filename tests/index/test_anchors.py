"""HTML: the quick reader gives up or says what html.parser says, and html.parser survives everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.index.anchors import read, read_any, read_plain

VALUES = st.one_of(
    st.sampled_from(
        ["demo-1.0.zip", "../a/demo.whl#sha256=aa", "&gt;=3.8,&lt;4", "a&amp;b", "x?a=1&sect=2", ">=3", ""]
    ),
    st.text(alphabet="ab&;#39<>'= \n", max_size=8),
)
ATTRIBUTES = st.lists(st.tuples(st.sampled_from(["href", "data-yanked", "data-requires-python"]), VALUES), max_size=3)
QUOTES = st.sampled_from(['"', '"', '"', "'", ""])
TEXTS = st.sampled_from(["demo-1.0.zip", "a &amp; b", "", "<b>bold</b>", "a < b", "\n"])
GAPS = st.sampled_from(
    ["", "<br/>\n", "</li><li>", "  01-Jan-2026 10:00   1K\r\n", '<td align="right">', "<!-- ", " -->", "<script>",
     "</script>", "<style>", "<title>", "</title>", "<base href='/x/'>", "<input type=password>", "<", "&", "<!x>",
     "<a ", '<img src="']
)  # fmt: skip
HEADS = st.sampled_from(
    ["", "<!DOCTYPE html><html><head><title>Links for demo</title></head><body>", "<html><body><pre>",
     '<meta name="pypi:repository-version" content="1.1">', "<h1>Index of /</h1><hr>", "<!-- open", '<p title="open']
)  # fmt: skip


@st.composite
def documents(draw):
    parts = [draw(HEADS)]
    for _ in range(draw(st.integers(0, 4))):
        written = []
        for name, value in draw(ATTRIBUTES):
            quote = draw(QUOTES)
            written.append(f" {name}={quote}{value}{quote}")
        parts.append(f"<a{''.join(written)}>{draw(TEXTS)}</a>{draw(GAPS)}")
    return "".join(parts)


@given(documents())
def test_the_quick_reader_says_what_the_true_one_says_or_nothing(document):
    found = read_plain(document)
    if found is not None:
        assert found == read_any(document)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(
            '<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.0"><title>Links for demo'
            '</title></head><body><h1>Links for demo</h1>\n<a href="../demo-1.0.zip#sha256=aa" '
            'data-requires-python="&gt;=3.8">demo-1.0.zip</a><br />\n<a href="b">b</a><br />\n</body></html>',
            id="as registries write it",
        ),
        pytest.param(
            "<html><head><title>Index of /files/</title></head>\r\n<body>\r\n<h1>Index of /files/</h1><hr><pre>"
            '<a href="../">../</a>\r\n<a href="demo-1.0-py3-none-any.whl">demo-1.0-py3-none-an..&gt;</a>'
            "          01-Jan-2026 10:00     1234\r\n</pre><hr></body>\r\n</html>\r\n",
            id="as nginx lists a folder",
        ),
    ],
)
def test_plain_pages_are_read_quickly(document):
    found = read_plain(document)
    assert found is not None
    assert found == read_any(document)
    assert len(found.anchors) == 2


@pytest.mark.parametrize(
    "document",
    [
        "",
        "no markup",
        "<a href='single.zip'>x</a>",
        "<a href=bare.zip>x</a>",
        '<A HREF="upper.zip">x</A>',
        '<a href="a.zip" data-yanked>x</a>',
        '<a href="a.zip"><code>x</code></a>',
        '<!-- <a href="a.zip">x</a> -->',
        '<script><a href="a.zip">x</a></script>',
        '<a href="a.zip">x</a><!-- <a href="b.zip">x</a> -->',
        '<a href="a.zip">x</a><base href="/files/">',
        '<a href="a.zip?x=1&copy=2">x</a>',
    ],
)
def test_unusual_pages_are_left_to_the_true_reader(document):
    assert read_plain(document) is None
    assert read(document) == read_any(document)


@pytest.mark.parametrize(
    ("document", "links"),
    [
        ("<a href='a.zip'>x<a href=b.zip>", ["a.zip", "b.zip"]),
        ('<p><a href="a.zip">x</p></a></a></td><a href="b.zip"', ["a.zip"]),
        ('<A HREF="a.zip">x</A>', ["a.zip"]),
        ('<!-- <a href="a.zip"> --><a href="b.zip">', ["b.zip"]),
        ('<a name="top"></a><a href="a.zip">', ["", "a.zip"]),
        ('<a\n\thref = "a.zip"\n>x</a>', ["a.zip"]),
        ('<a href="a.zip?x=1&amp;y=2">', ["a.zip?x=1&y=2"]),
    ],
)
def test_broken_pages_are_read_as_far_as_they_go(document, links):
    assert [anchor.get("href", "") for anchor in read(document).anchors] == links


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("<title>Sign in to your account</title>", True),
        ("<title>Login</title>", True),
        ("<form><input name=p type='Password'></form>", True),
        ("<title>Links for logging</title>", False),
        ("<p>sign in</p>", False),
        ("", False),
    ],
)
def test_pages_for_people_to_sign_in_are_known(document, expected):
    assert read(document).is_for_signing_in is expected


def test_the_first_base_and_the_version_are_read():
    document = "<base href='/a/'><base href='/b/'><meta name='PyPI:repository-version' content='2.0'>"
    assert read(document)[1:3] == ("/a/", "2.0")
