"""What a person may see of text from outside."""

import pytest

from unlatch.model.text import printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\nb", r"a\nb"),
        ("\x1b]0;x\x07", r"\x1b]0;x\x07"),
        ("\u202e", r"\u202e"),
        ("ü", "ü"),
    ],
)
def test_text_from_outside_is_printable(text, expected):
    assert printable(text) == expected
