"""How long an answer may be used: a table, because RFC 9111 is one."""

import pytest

from unlatch.cache.freshness import fresh_for
from unlatch.network.transport import Headers

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
MINUTE_AGO = "Sun, 06 Nov 1994 08:48:37 GMT"
IN_AN_HOUR = "Sun, 06 Nov 1994 09:49:37 GMT"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], 0.0),
        ([("Cache-Control", "max-age=600")], 600.0),
        ([("cache-control", "MAX-AGE=600, public")], 600.0),
        ([("Cache-Control", 'max-age="600"')], 600.0),
        ([("Cache-Control", "private, max-age=60")], 60.0),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=60")], 60.0),
        ([("Cache-Control", "s-maxage=900")], 0.0),
        ([("Cache-Control", "max-age=10, max-age=900")], 10.0),
        ([("Cache-Control", "max-age=soon")], 0.0),
        ([("Cache-Control", "max-age=-5")], 0.0),
        ([("Cache-Control", "no-store")], None),
        ([("Cache-Control", "max-age=600, no-store")], None),
        ([("Cache-Control", "no-cache, max-age=600")], 0.0),
        ([("Cache-Control", "max-age=600"), ("Vary", "*")], 0.0),
        ([("Cache-Control", "max-age=600"), ("Vary", "Accept")], 600.0),
        ([("Cache-Control", "max-age=600"), ("Age", "100")], 500.0),
        ([("Cache-Control", "max-age=600"), ("Age", "900")], 0.0),
        ([("Cache-Control", "max-age=600"), ("Age", "old")], 600.0),
        ([("Cache-Control", "max-age=600"), ("Date", MINUTE_AGO)], 540.0),
        ([("Cache-Control", "max-age=600"), ("Date", MINUTE_AGO), ("Age", "90")], 510.0),
        ([("Cache-Control", "max-age=600"), ("Date", IN_AN_HOUR)], 600.0),
        ([("Expires", IN_AN_HOUR), ("Date", DATE)], 3600.0),
        ([("Expires", IN_AN_HOUR)], 3600.0),
        ([("Expires", IN_AN_HOUR), ("Date", MINUTE_AGO)], 3600.0),
        ([("Expires", MINUTE_AGO), ("Date", DATE)], 0.0),
        ([("Expires", "0"), ("Date", DATE)], 0.0),
        ([("Expires", "Sun, 06 Nov 99999999999 08:49:37 GMT")], 0.0),
        ([("Expires", IN_AN_HOUR), ("Cache-Control", "max-age=5")], 5.0),
        ([("Cache-Control", "max-age=600"), ("Date", "yesterday")], 600.0),
    ],
)
def test_an_answer_holds_as_long_as_it_says(fields, expected):
    assert fresh_for(Headers(fields), NOW) == expected
