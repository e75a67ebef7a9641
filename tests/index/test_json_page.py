"""The reader that takes a page as it comes agrees with `json.loads`, however the bytes are cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from unlatch.index.json_page import read


def taken(content: bytes, size: int) -> tuple[dict | None, list]:
    files: list = []
    pieces = (content[start : start + size] for start in range(0, len(content), size))
    return read(pieces, files.extend), files


values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=20),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
pages = some.dictionaries(some.sampled_from(["meta", "name", "versions", "größe", ""]), values)


@given(pages, some.lists(values, max_size=6), some.integers(1, 40), some.sampled_from([None, 2]), some.booleans())
def test_a_page_is_what_json_says_it_is(page, files, size, indent, is_last):
    whole = {**page, "files": files} if is_last else {"files": files, **page}
    content = json.dumps(whole, ensure_ascii=False, indent=indent).encode("utf-8", "surrogatepass")
    try:
        content.decode()
    except UnicodeDecodeError:
        with pytest.raises(ValueError):
            taken(content, size)
        return
    assert taken(content, size) == ({**page, "files": None}, files)


braces = some.text(alphabet='{}[],: "\\n', max_size=12)
objects = some.dictionaries(braces, braces | some.lists(some.dictionaries(braces, braces), max_size=3), max_size=3)


@given(some.lists(objects, max_size=20), some.integers(1, 300), some.sampled_from([None, 2]))
def test_objects_that_come_together_are_those_that_came(files, size, indent):
    content = json.dumps({"files": files, "more": files}, indent=indent).encode()
    assert taken(content, size) == ({"files": None, "more": files}, files)


@given(some.lists(objects, min_size=1, max_size=20), some.integers(1, 300), some.data())
def test_a_list_of_objects_that_is_damaged_is_what_json_says_it_is(files, size, data):
    content = json.dumps({"files": files}).encode()
    at = data.draw(some.integers(0, len(content) - 1))
    damaged = content[:at] + data.draw(some.sampled_from([b"", b"{", b"}", b"]", b'"', b","])) + content[at + 1 :]
    try:
        wanted = json.loads(damaged)
    except ValueError:
        with pytest.raises(ValueError):
            taken(damaged, size)
        return
    page, read_files = taken(damaged, size)
    assert {**page, "files": read_files} == wanted if "files" in wanted else page == wanted


@given(pages, some.lists(values, max_size=3), some.integers(1, 40), some.data())
def test_a_page_that_is_cut_or_goes_on_is_not_json(page, files, size, data):
    content = json.dumps({"files": files, **page}).encode()
    cut = content[: data.draw(some.integers(0, len(content) - 1))]
    for wrong in (cut, content + b",", content + content):
        with pytest.raises(ValueError):
            taken(wrong, size)


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    ("content", "page"),
    [
        (b"[]", None),
        (b'"files"', None),
        (b"12", None),
        (b"{}", {}),
        (b'{"files": 1}', {"files": 1}),
        (b'{"files": {"a": []}}', {"files": {"a": []}}),
        (b'\xef\xbb\xbf {"files" : [ ] } \n', {"files": None}),
    ],
)
def test_what_is_not_a_list_of_files_is_given_as_it_is(content, page, size):
    assert taken(content, size) == (page, [])


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"files": [1,]}',
        b'{"files": [1 2]}',
        b'{"files": [,1]}',
        b'{"files": [1],}',
        b'{"files" [1]}',
        b"{1: 2}",
        b'{"files": []} {}',
        b'{"files": [], "files": []}',
        b'{"meta": 1, "meta": 2}',
        b'{"files": ["\xff"]}',
        b'{"files": [' + b"9" * 5000 + b"]}",
        "{}".encode("utf-16"),
    ],
)
def test_what_is_not_json_or_says_a_thing_twice_is_refused(content, size):
    with pytest.raises(ValueError):
        taken(content, size)


def test_files_are_taken_while_the_page_comes():
    taken_at: list[int] = []

    def pieces():
        yield b'{"files": ['
        for number in range(100):
            assert len(taken_at) >= number - 1
            yield b"1," if number < 99 else b"1]}"

    assert read(pieces(), taken_at.extend) == {"files": None}
    assert len(taken_at) == 100


def test_a_maze_is_left():
    with pytest.raises(RecursionError):
        taken(b'{"files": [' + b"[" * 100_000, 50_000)
