"""Dates in headers are read as `email.utils` reads them, whose reading is the standard library's."""

from email.utils import formatdate, mktime_tz, parsedate_tz

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlatch.model import http_date


@given(st.integers(0, 253_402_300_799))
def test_what_is_prescribed_is_read_without_help(moment):
    text = formatdate(moment, usegmt=True)
    assert http_date._prescribed(text) == moment == mktime_tz(parsedate_tz(text))


@pytest.mark.parametrize(
    "text", ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 07:49:37 -0100"]
)
def test_obsolete_forms_are_read_too(text):
    assert http_date.seconds_of(text) == 784_111_777


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "tomorrow",
        "Sun, 06 Nov 1994",
        "Sun, 06 Nov 1994 GMT 08:49:37",
        "Sun, xx Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:3\N{SUPERSCRIPT TWO} GMT",
    ],
)
def test_what_is_no_date_is_none(text):
    assert http_date.seconds_of(text) is None
