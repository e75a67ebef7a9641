"""What is said of a folder's files is what was said of each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.installation.keep.parts import Row, are_simple, parts_of

names = st.text('aB.,"é \n', min_size=1, max_size=4)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
rows = st.lists(
    st.tuples(paths, st.sampled_from(["sha256=abc", "sha384=d-_"]), st.integers(0, 2**40), st.booleans()),
    unique_by=lambda row: row[0],
)


@given(rows)
def test_parts_have_the_rows_that_they_were_made_of(rows: list[Row]) -> None:
    parts = parts_of(rows)
    assert sorted(row for part in parts for row in part.rows()) == sorted(rows)
    assert len({part.folder for part in parts}) == len(parts)
    for part in parts:
        assert [path.rpartition("/")[::2] for path, *_ in part.rows()] == [(part.folder, name) for name in part.names]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], True),
        (["demo/a.py", "demo/b.py", "demo-1.0.data/scripts/run"], True),
        (["../demo.py"], False),
        (["demo/a..b.py"], False),
        ([".unlatch-change/journal"], False),
        (["demo/.UNLATCH.lock"], False),
        (["demo/a.py", "demo/A.py"], False),
        (["demo/a.py", "Demo/b.py"], False),
        (["demo/\u00e9.py"], False),
    ],
)
def test_what_nothing_has_to_be_decided_about(paths: list[str], expected: bool) -> None:
    assert are_simple(paths) is expected
