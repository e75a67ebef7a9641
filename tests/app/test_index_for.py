"""Which index is meant: by its name, by its URL, or by whatever lies below it."""

import pytest

from unlatch.app.credentials.credentials import index_for
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Authenticate, Index
from unlatch.settings import Settings

CORP = Index("https://pkgs.example.com/team/simple/", "corp", authenticate=Authenticate.ALWAYS)
SETTINGS = Settings(indexes=(CORP, Index("https://pypi.org/simple/")), insecure_hosts=("plain.example.com",))


@pytest.mark.parametrize(
    ("text", "url", "name"),
    [
        ("corp", CORP.url, "corp"),
        (CORP.url, CORP.url, "corp"),
        (f"{CORP.url}acme/", CORP.url, "corp"),
        ("https://pkgs.example.com/team/simple", CORP.url, "corp"),
        ("https://pkgs.example.com/other/simple/", "https://pkgs.example.com/other/simple/", None),
        ("mine=https://pkgs.example.com/team/simple/", CORP.url, "mine"),
        ("mine=https://elsewhere.example.com/", "https://elsewhere.example.com/", "mine"),
    ],
)
def test_an_index_is_meant_by_its_name_or_its_url(text, url, name):
    found = index_for(text, SETTINGS)
    assert (found.url, found.name) == (url, name)


def test_a_configured_index_keeps_its_policy_and_takes_the_urls_user():
    found = index_for("https://alice@pkgs.example.com/team/simple/acme/", SETTINGS)
    assert (found.url, found.authenticate, found.userinfo.username) == (CORP.url, Authenticate.ALWAYS, "alice")


def test_an_insecure_host_is_admitted():
    assert index_for("http://plain.example.com/simple/", SETTINGS).admits_credentials
    assert not index_for("http://other.example.com/simple/", SETTINGS).admits_credentials


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("corb", "no index has the name corb"),
        ("file:///srv/index", "file:///srv/index is a folder, which asks nobody for credentials"),
        ("ftp://host/", "ftp://host/ cannot be used: it is not an http or https URL with a host"),
        ("alice:s3cret@host", "<a URL that may hold a password> cannot be used"),
    ],
)
def test_what_is_no_index_is_a_mistake_that_repeats_no_password(text, message):
    with pytest.raises(ConfigurationError) as raised:
        index_for(text, SETTINGS)
    assert raised.value.message.startswith(message)
    assert "s3cret" not in raised.value.message


def test_the_names_that_there_are_are_told():
    with pytest.raises(ConfigurationError) as raised:
        index_for("corb", SETTINGS)
    assert raised.value.details == (f"corp is {CORP.url}",)
