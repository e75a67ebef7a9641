"""Through a real proxy that asks who we are: its password and the index's are two things."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.proxy_server import proxy_server
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment

pytest.importorskip("proxy", reason="proxy.py is not installed")


@pytest.fixture
def proxy(tmp_path: Path, desk: Desk) -> Iterator[str]:
    """The `host:port` of a proxy that lets `clerk` through."""
    folder = tmp_path / "proxy"
    folder.mkdir()
    desk.leaks.watch("the proxy's word", "clerk")
    with proxy_server(folder, credentials="clerk:the proxy's word") as authority:
        yield authority


@pytest.mark.parametrize("is_option", [True, False], ids=["--proxy", "HTTPS_PROXY"])
def test_who_is_known_to_both_installs(is_option: bool, proxy: str, corp: Corp, desk: Desk, venv: Environment) -> None:
    url = f"http://clerk:the%20proxy%27s%20word@{proxy}"
    options = ("--proxy", url) if is_option else ()
    environment = {} if is_option else {"HTTPS_PROXY": url}
    index = corp.index(PERSON, PASSWORD)
    desk.unlatch("install", *options, "-i", index, "corp-parcel", "-vv", env=environment).succeeded()
    assert corp.refusals() == []
    assert corp.users() == {PERSON}


@pytest.mark.parametrize("user", ["", "clerk:last%20year%27s@"], ids=["nobody", "a wrong password"])
def test_a_proxy_that_does_not_know_us_is_told_from_the_index(
    user: str, proxy: str, corp: Corp, desk: Desk, venv: Environment
) -> None:
    desk.leaks.watch("last year's", "clerk")
    options = ("--proxy", f"http://{user}{proxy}", "-i", corp.index(PERSON, PASSWORD))
    failed = desk.unlatch("install", *options, "corp-paper").failed(18)
    assert f"the proxy http://{proxy}" in failed.stderr
    assert "407" in failed.stderr
    assert corp.requests() == []
