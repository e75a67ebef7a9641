"""The demonstration, which is the first thing that a newcomer runs."""

from tests.end_to_end.parts.command import Desk


def test_the_demonstration_comes_to_its_end_without_an_account_or_a_network(desk: Desk) -> None:
    told = desk.unlatch("demo").succeeded().stdout
    assert "unlatch install --keyring-provider subprocess --index-url http://VssSessionToken@127.0.0.1:" in told
    assert "keyring" in told
    assert "Hello from behind the login" in told
    assert list(desk.scratch.iterdir()) == [], "nothing is left behind"
    assert list(desk.work.iterdir()) == []
