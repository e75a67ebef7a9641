"""The entries of the store, without a file: which one is chosen, and how the list is written and read."""

import base64
import json

import pytest

from unlatch.auth.source import Question
from unlatch.auth.store.entries import Entry, Place, UnreadableList, choose, expiry_of, parse, serialize
from unlatch.model.credentials import Scheme, Secret
from unlatch.model.errors import ConfigurationError
from unlatch.model.index import Index

PATH = "/home/me/credentials.json"


def entry(url: str, username: str = "alice", **more) -> Entry:
    return Entry(url, username, 1_700_000_000.0, **more)


@pytest.mark.parametrize(
    ("kept", "url", "username", "chosen"),
    [
        (["https://h/simple/"], "https://h/simple/", None, "https://h/simple/"),
        (["https://h/simple"], "https://h/simple/", None, "https://h/simple"),
        (["https://h/simple/"], "https://h/simple", None, "https://h/simple/"),
        (["https://h/"], "https://h/team/simple/", None, "https://h/"),
        (["https://h/", "https://h/team/"], "https://h/team/simple/", None, "https://h/team/"),
        (["https://h/team/", "https://h/"], "https://h/team/simple/", None, "https://h/team/"),
        (["https://h/team/simple/"], "https://h/team/", None, None),
        (["https://h/tea"], "https://h/team/simple/", None, None),
        (["https://h:8443/"], "https://h/simple/", None, None),
        (["http://h/"], "https://h/simple/", None, None),
        (["https://evilh/"], "https://h/simple/", None, None),
        (["https://h/simple/"], "https://h/simple/", "alice", "https://h/simple/"),
        (["https://h/simple/"], "https://h/simple/", "bob", None),
        ([], "https://h/simple/", None, None),
    ],
)
def test_the_longest_url_that_the_index_lies_below_is_chosen(kept, url, username, chosen):
    found = choose([entry(each) for each in kept], Question(Index(url), username))
    assert (found and found.url) == chosen


def test_the_known_users_entry_is_chosen_though_anothers_is_nearer():
    kept = [entry("https://h/team/", "bob"), entry("https://h/", "alice")]
    found = choose(kept, Question(Index("https://h/team/simple/"), "alice"))
    assert found is kept[1]


def test_two_that_match_equally_are_an_error_that_names_both():
    kept = [entry("https://h/simple/", "alice"), entry("https://h/simple/", "bob"), entry("https://h/", "carol")]
    with pytest.raises(ConfigurationError) as raised:
        choose(kept, Question(Index("https://h/simple/"), None))
    assert raised.value.message == "two credentials are kept for https://h/simple/: alice's and bob's"
    assert raised.value.hint == "name the user in the URL, as in https://alice@h/simple/"
    assert choose(kept, Question(Index("https://h/simple/"), "bob")) is kept[1]


def test_what_is_written_is_read_again():
    kept = [
        entry("https://h/simple/", secret=Secret("s3cret")),
        entry("https://h/", "bob", scheme=Scheme.BEARER, expires=1_800_000_000.5, place=Place.KEYRING),
        entry("https://h/empty/", "", secret=Secret("")),
    ]
    assert parse(serialize(kept), PATH) == kept


def test_a_secret_that_lies_in_keyring_is_not_written():
    assert "secret" not in json.loads(serialize([entry("https://h/", place=Place.KEYRING)]))["entries"][0]


def test_no_secret_shows():
    kept = entry("https://h/", secret=Secret("s3cret"))
    assert "s3cret" not in f"{kept!r} {kept}"
    assert kept.without_secret().secret is None


GOOD = json.loads(serialize([entry("https://h/", secret=Secret("s3cret"))]))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe",
        b"[]",
        b'{"entries": []}',
        b'{"version": 1}',
        b'{"version": 1, "entries": [{}]}',
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "url": "ftp://h/"}]}).encode(),
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "url": "https://u:s3cret@h/"}]}).encode(),
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "scheme": "Digest"}]}).encode(),
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "secret": None}]}).encode(),
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "kept": "today"}]}).encode(),
        json.dumps({**GOOD, "entries": [{**GOOD["entries"][0], "place": "the moon"}]}).encode(),
    ],
)
def test_a_broken_list_is_said_with_its_path_and_quoted_nowhere(content):
    with pytest.raises(UnreadableList, match=PATH) as raised:
        parse(content, PATH)
    assert "s3cret" not in f"{raised.value} {raised.value.hint}"


def test_a_list_of_a_newer_unlatch_is_left_alone():
    with pytest.raises(UnreadableList, match="another version of unlatch"):
        parse(b'{"version": 2, "things": {}}', PATH)


def jwt(claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{payload}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("secret", "end"),
    [
        (jwt({"exp": 1_800_000_000}), 1_800_000_000.0),
        (jwt({"exp": "1800000000"}), 1_800_000_000.0),
        (jwt({"sub": "alice"}), None),
        (jwt({"exp": None}), None),
        (jwt([1, 2]), None),
        ("eyJ.eyJ.eyJ", None),
        ("a.b", None),
        ("correct horse battery staple", None),
        ("ä.ö.ü", None),
        ("", None),
    ],
)
def test_a_token_that_says_when_it_ends_is_believed(secret, end):
    assert expiry_of(Secret(secret)) == end
