"""Bytes to text, text to lines that count, lines to words."""

import codecs
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.model.errors import ConfigurationError
from unlatch.requirements.lines import Line, Unclosed, decode, lines, words

ENVIRON = {"TOKEN": "s3cret", "EMPTY": "", "HASH": "a # b", "NESTED": "${TOKEN}", "lower": "x", "A_1": "one"}


def texts(content: str) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in lines(content, ENVIRON)]


def only(content: str) -> Line:
    (line,) = lines(content, ENVIRON)
    return line


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("\n \n\t\n", []),
        ("idna\n", [(1, "idna")]),
        ("  idna  ", [(1, "idna")]),
        ("a\r\nb\rc", [(1, "a"), (2, "b"), (3, "c")]),
        # comments
        ("# all\nidna # the rest\n", [(2, "idna")]),
        ("idna#no-comment", [(1, "idna#no-comment")]),
        ("https://host/x.whl#sha256=ab # c", [(1, "https://host/x.whl#sha256=ab")]),
        ("idna\t# c", [(1, "idna")]),
        ("idna # a # b", [(1, "idna")]),
        # continuation
        ("idna \\\n  >=3\n", [(1, "idna   >=3")]),
        ("id\\\nna", [(1, "idna")]),
        ("idna\\", [(1, "idna")]),
        ("idna\\\\\n>=3", [(1, "idna>=3")]),
        ("idna \\ \n>=3", [(1, "idna \\"), (2, ">=3")]),
        ("a \\\n  --hash=1 \\\n  # via b\nc", [(1, "a   --hash=1"), (4, "c")]),
        ("# a \\\nb", [(2, "b")]),
        ("a # \\\nb", [(1, "a")]),
        ("a \\\n\nb", [(1, "a"), (3, "b")]),
        ("\\\nidna", [(2, "idna")]),
        # variables
        ("a==${A_1}", [(1, "a==one")]),
        ("${TOKEN}${TOKEN}", [(1, "s3crets3cret")]),
        ("${EMPTY} ${UNSET} ${lower} $TOKEN {TOKEN} ${}", [(1, "${EMPTY} ${UNSET} ${lower} $TOKEN {TOKEN} ${}")]),
        ("${HASH}", [(1, "a # b")]),
        ("${NESTED}", [(1, "${TOKEN}")]),
        ("${TO\\\nKEN}", [(1, "s3cret")]),
        ("# ${TOKEN}", []),
    ],
)
def test_lines_that_count(content: str, expected: list[tuple[int, str]]) -> None:
    assert texts(content) == expected


def test_every_character_knows_its_place() -> None:
    line = only("\n  ab ${TOKEN}c \\\n  de # comment")
    assert line.text == "ab s3cretc   de"
    places = {character: line.position(line.text.index(character)) for character in "abd"}
    assert places == {"a": (2, 3), "b": (2, 4), "d": (3, 3)}
    # A value has the place of its variable, and what follows it has its own.
    assert {line.position(offset) for offset in range(3, 9)} == {(2, 6)}
    assert line.position(9) == (2, 14)
    assert line.position(len(line.text)) == (3, 5)


def test_a_line_shows_how_it_was_written() -> None:
    line = only("a==${TOKEN} # comment")
    assert line.written == "a==${TOKEN}"
    assert "s3cret" not in repr(line)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"idna\xc3\xa9", "idnaé"),
        (codecs.BOM_UTF8 + b"idna", "idna"),
        ("idna é".encode("utf-16"), "idna é"),
        (codecs.BOM_UTF16_LE + "idna".encode("utf-16-le"), "idna"),
        (codecs.BOM_UTF16_BE + "idna".encode("utf-16-be"), "idna"),
        (codecs.BOM_UTF32_LE + "idna".encode("utf-32-le"), "idna"),
        (codecs.BOM_UTF32_BE + "idna".encode("utf-32-be"), "idna"),
        (b"# -*- coding: latin-1 -*-\n\xe9", "# -*- coding: latin-1 -*-\né"),
        (b"\n# vim: set fileencoding=cp1252 :\n\x80", "\n# vim: set fileencoding=cp1252 :\n€"),
        (b"a\nb\n# coding: latin-1\n", "a\nb\n# coding: latin-1\n"),
        (b"", ""),
    ],
)
def test_encodings(content: bytes, expected: str) -> None:
    assert decode(content, "requirements.txt") == expected


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"\xe9", "utf-8"),
        (b"# coding: no-such\nidna", "no-such"),
        (codecs.BOM_UTF16_LE + b"x", "utf-16-le"),
        (b"a\nb\n# coding: latin-1\n\xe9", "utf-8"),
    ],
)
def test_what_is_not_text(content: bytes, encoding: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"^more\.txt is not text in {encoding}$"):
        decode(content, "more.txt")


def test_words_know_where_they_begin() -> None:
    line = only("""a -i "b c" --x='d'e\\ f""")
    assert [tuple(word) for word in words(line, 2)] == [("-i", 2), ("b c", 5), ("--x=de f", 11)]


@pytest.mark.parametrize(("text", "offset"), [("a 'b", 2), ('a "b', 2), ("a b\\\\\\", 5), ("a 'b'\"c", 5)])
def test_what_is_not_closed(text: str, offset: int) -> None:
    with pytest.raises(Unclosed) as caught:
        words(_raw(text), 0)
    assert caught.value.offset == offset


def _raw(text: str) -> Line:
    """Return a line with a text that a file cannot give it, such as one that ends in a backslash."""
    (line,) = lines("${RAW}", {"RAW": text})
    return line


@given(st.text(alphabet="ab'\"\\ \té$", min_size=1, max_size=12))
def test_words_are_those_of_a_posix_shell(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        with pytest.raises(Unclosed):
            words(_raw(text), 0)
    else:
        assert [word.text for word in words(_raw(text), 0)] == expected
