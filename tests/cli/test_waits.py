"""docs/reference/waits.md: the ends of all waits are those of the code."""

import inspect
import re
from pathlib import Path

import pytest

from unlatch.auth.store import file as store
from unlatch.cache import lease
from unlatch.environment import interpreter
from unlatch.index import pages, resuming, wheel_metadata
from unlatch.installation.change import lock
from unlatch.installation.unpack.archive import Limits
from unlatch.network import judgement, pace, redirects, retry
from unlatch.network.options import TransportOptions
from unlatch.settings import Settings

TEXT = (Path(__file__).parents[2] / "docs/reference/waits.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (.+?) \| (.+?) \| .*\|$", TEXT, re.MULTILINE))
NOTHING = Settings()
WAITS = [retry.delay(attempt, status=503, retry_after="", random=1.0, now=0.0) for attempt in range(1, 9)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a connection", f"{NOTHING.timeout:g} s"),
        ("the TLS handshake", f"{NOTHING.timeout:g} s"),
        ("a server that says nothing", f"{TransportOptions().timeout:g} s"),
        (f"a transfer that brings less than {NOTHING.min_speed} bytes a second", f"{pace.WINDOW:g} s"),
        (f"a transfer that brings less than {TransportOptions().slowest} bytes a second", f"{pace.WINDOW:g} s"),
        ("another try after", f"{NOTHING.retries} tries more"),
        ("another try after", "up to {:g} s, {:g} s and {:g} s later".format(*filter(None, WAITS))),
        ("the same where the server says", f"above {retry.LONGEST_WAIT_SECONDS:g} s"),
        ("redirects", f"{redirects.MAX_REDIRECTS}"),
        ("requests made again", f"{judgement.MOST_RESENDS}"),
        ("a distribution", f"{Limits().size // 1024**3} GiB"),
        ("an index page", f"{pages._MOST // 1024**2} MiB"),
        ("the metadata beside", f"{wheel_metadata.MOST_METADATA // 1024**2} MiB"),
        ("another unlatch that is changing the same environment", f"{lock.LIMIT:g} s"),
        ("another unlatch that is changing the same environment", f"{NOTHING.lock_timeout:g} s"),
        ("other unlatches that use the cache", f"{NOTHING.lock_timeout:g} s"),
        ("another unlatch that takes something out of the cache", f"{lease.SHARE_LIMIT:g} s"),
        ("another unlatch that is changing the kept credentials", f"{store._PATIENCE:g} s"),
        ("keyring, a credential helper", f"{NOTHING.keyring_timeout:g} s"),
        ("a Python that is asked", f"{inspect.signature(interpreter.query).parameters['limit'].default:g} s"),
    ],
)
def test_a_wait_is_as_long_as_the_document_says(row: str, told: str) -> None:
    (found,) = (text for name, text in ROWS.items() if name.startswith(row))
    assert told in found


def test_what_else_the_document_says_is_so() -> None:
    assert f"every {resuming._WORTH_GOING_ON // 1024**2} MiB" in TEXT
    listed = re.search(r"a status of ([\d, ]+or \d+)", TEXT)
    assert listed is not None
    assert {int(status) for status in re.findall(r"\d+", listed[1])} == retry._WORTH_ANOTHER_TRY
