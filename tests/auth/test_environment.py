"""Credentials from a named index's variables."""

import pytest

from unlatch.auth.source import Absent, Question
from unlatch.auth.sources.environment import EnvironmentSource
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.events import Event, Warned
from unlatch.model.index import Index


def find(environ: dict[str, str], index: str, told: list[Event] | None = None):
    parsed = Index.parse(index)
    source = EnvironmentSource(environ, (told if told is not None else []).append)
    return source.find(Question(parsed, parsed.userinfo.username or source.username(parsed)))


@pytest.mark.parametrize(
    ("environ", "index", "username", "secret", "key"),
    [
        (
            {"UNLATCH_INDEX_CORP_USERNAME": "a", "UNLATCH_INDEX_CORP_PASSWORD": "b"},
            "corp=https://h/simple/",
            "a",
            "b",
            "UNLATCH_INDEX_CORP_PASSWORD",
        ),
        (
            {"UV_INDEX_CORP_USERNAME": "a", "UV_INDEX_CORP_PASSWORD": "b"},
            "corp=https://h/",
            "a",
            "b",
            "UV_INDEX_CORP_PASSWORD",
        ),
        (
            {"UNLATCH_INDEX_MY_CORP_2_PASSWORD": "b"},
            "my-corp.2=https://a@h/",
            "a",
            "b",
            "UNLATCH_INDEX_MY_CORP_2_PASSWORD",
        ),
        ({"UNLATCH_INDEX_CORP_TOKEN": "t"}, "corp=https://h/", "__token__", "t", "UNLATCH_INDEX_CORP_TOKEN"),
        (
            {"UNLATCH_INDEX_CORP_TOKEN": "t"},
            "corp=https://pkgs.dev.azure.com/o/_packaging/f/pypi/simple/",
            "VssSessionToken",
            "t",
            "UNLATCH_INDEX_CORP_TOKEN",
        ),
        (
            {"UV_INDEX_CORP_PASSWORD": "uv", "UNLATCH_INDEX_CORP_PASSWORD": "ours", "UNLATCH_INDEX_CORP_USERNAME": "a"},
            "corp=https://h/",
            "a",
            "ours",
            "UNLATCH_INDEX_CORP_PASSWORD",
        ),
        (
            {"UNLATCH_INDEX_CORP_PASSWORD": "", "UNLATCH_INDEX_CORP_USERNAME": "a"},
            "corp=https://h/",
            "a",
            "",
            "UNLATCH_INDEX_CORP_PASSWORD",
        ),
    ],
)
def test_a_named_index_has_variables(environ, index, username, secret, key):
    found = find(environ, index)
    assert isinstance(found, Credentials)
    assert (found.username, found.secret, found.detail) == (username, Secret(secret), key)


@pytest.mark.parametrize(
    ("environ", "index"),
    [
        ({"UNLATCH_INDEX_CORP_PASSWORD": "b"}, "https://h/"),
        ({"UNLATCH_INDEX_OTHER_PASSWORD": "b"}, "corp=https://h/"),
        ({"UNLATCH_INDEX_CORP_USERNAME": "a"}, "corp=https://h/"),
        ({}, "corp=https://h/"),
    ],
)
def test_without_a_secret_for_this_index_there_is_nothing(environ, index):
    assert isinstance(find(environ, index), Absent)


def test_a_conflicting_username_warns_and_the_urls_wins():
    told: list[Event] = []
    environ = {"UNLATCH_INDEX_CORP_USERNAME": "bob", "UNLATCH_INDEX_CORP_PASSWORD": "pw-bob"}
    found = find(environ, "corp=https://alice@h/", told)
    assert isinstance(found, Credentials)
    assert found.username == "alice"
    assert [type(event) for event in told] == [Warned]
    assert "pw-bob" not in str(told)
