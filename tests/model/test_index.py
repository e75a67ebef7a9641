"""Which index a file belongs to that nobody says the index of."""

import pytest

from unlatch.model.index import Index, neighbour_of

FIRST = Index("https://host/first/simple/")
SECOND = Index("https://host/second/simple/")
ROOT = Index("https://host/")
OTHER = Index("https://other/first/simple/")


@pytest.mark.parametrize(
    ("url", "indexes", "expected"),
    [
        ("https://host/files/x.whl", [FIRST, OTHER], FIRST),
        ("https://host/first/files/x.whl", [FIRST, SECOND], FIRST),
        ("https://host/second/files/x.whl", [FIRST, SECOND], SECOND),
        ("https://host/files/x.whl", [FIRST, SECOND], None),
        ("https://host/first/simple/x/x.whl", [FIRST, ROOT], FIRST),
        (
            "https://host/a/b/c/x.whl",
            [Index("https://host/a"), Index("https://host/a/b/simple/")],
            Index("https://host/a/b/simple/"),
        ),
        ("https://host:444/files/x.whl", [FIRST], None),
        ("http://host/files/x.whl", [FIRST], None),
        ("https://host/x.whl", [], None),
        ("https://host/x.whl", [Index("file:///host/")], None),
    ],
)
def test_the_index_that_most_likely_lists_a_file(url, indexes, expected):
    assert neighbour_of(url, indexes) == expected
