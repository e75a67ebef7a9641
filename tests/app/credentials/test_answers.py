"""Answers in other programs' languages, where it matters what credentials they are: bearer tokens, ends, odd ones."""

import json
import sys
from pathlib import Path

import pytest

from unlatch.app.credentials.answers import for_git, for_helper, for_keyring
from unlatch.model.events import Event, Noted
from unlatch.model.index import Index
from unlatch.settings import CredentialHelper, KeyringProvider, Settings

URL = "https://pkgs.example.com/simple/"
ASKED = "protocol=https\nhost=pkgs.example.com\npath=simple/\n"


class Desk:
    """Settings of a run that knows what is given, and what it told."""

    def __init__(self, **told) -> None:
        self.told: list[Event] = []
        self.settings = Settings(keyring_provider=KeyringProvider.DISABLED, no_cache=True, **told)

    def git(self, asked: str) -> list[str]:
        return for_git(asked, self.settings, self.told.append).splitlines()

    def keyring(self, service: str, username: str | None = None) -> object:
        answer = for_keyring(service, username, "creds", "json", self.settings, self.told.append)
        return None if answer is None else json.loads(answer)

    def helper(self, uri: str) -> dict:
        return json.loads(for_helper(json.dumps({"uri": uri}), self.settings, self.told.append))


def knowing(folder: Path, answer: object) -> Desk:
    """A desk whose helper answers so for every index."""
    script = folder / "helper"
    script.write_text(f"#!{sys.executable}\nprint({json.dumps(answer)!r})\n")
    script.chmod(0o755)
    return Desk(credential_helpers=(CredentialHelper(None, (str(script),)),))


def configured(*urls: str) -> Desk:
    return Desk(indexes=tuple(map(Index.parse, urls)))


BEARER = {"headers": {"Authorization": ["Bearer t0ken"]}, "expires": "2999-01-02T03:04:05Z"}
BASIC = {"headers": {"Authorization": ["Basic YWxpY2U6c2VjcmV0"]}, "expires": "2999-01-02T03:04:05Z"}
END = "password_expiry_utc=32472241445"


def test_git_gets_a_bearer_token_where_it_says_that_it_can_use_one(tmp_path):
    desk = knowing(tmp_path, BEARER)
    said = desk.git(f"capability[]=authtype\ncapability[]=state\n{ASKED}")
    assert said == ["capability[]=authtype", "authtype=Bearer", "credential=t0ken", END]
    assert desk.git(ASKED) == []
    assert [event.message for event in desk.told if isinstance(event, Noted)][-1].startswith("what helper knows is")


def test_git_is_told_when_a_password_ends(tmp_path):
    assert knowing(tmp_path, BASIC).git(ASKED) == ["username=alice", "password=secret", END]


def test_keyring_has_no_way_to_say_a_bearer_token(tmp_path):
    desk = knowing(tmp_path, BEARER)
    assert desk.keyring(URL) is None
    assert desk.helper(URL) == BEARER


def test_what_has_ended_is_nothing(tmp_path):
    desk = knowing(tmp_path, {**BASIC, "expires": "2001-01-02T03:04:05Z"})
    assert desk.helper(URL) == {"headers": {}}


def test_a_password_with_a_lines_end_in_it_says_nothing_else_to_git():
    desk = configured("https://alice:a%0Aquit=1@pkgs.example.com/simple/")
    assert desk.git(ASKED) == []
    assert desk.keyring(URL) == {"username": "alice", "password": "a\nquit=1"}


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "protocol=ssh\nhost=pkgs.example.com\n",
        "protocol=https\n",
        "host=pkgs.example.com\n",
        "protocol=https\nhost=[\n",
        "nonsense\n",
        "\nprotocol=https\nhost=pkgs.example.com\n",
    ],
)
def test_git_asks_for_something_else(asked):
    assert configured("https://alice:pw@pkgs.example.com/simple/").git(asked) == []


def test_a_host_stands_for_the_only_index_that_is_there():
    one = "https://alice:one@pkgs.example.com/one/simple/"
    two = "https://alice:two@pkgs.example.com/two/simple/"
    host = "protocol=https\nhost=pkgs.example.com\n"
    assert configured(one).keyring("pkgs.example.com") == {"username": "alice", "password": "one"}
    assert configured(one).git(host) == ["username=alice", "password=one"]
    assert configured(one, two).keyring("pkgs.example.com") is None
    assert configured(one, two).git(host) == []
    assert configured(one, two).git(host + "path=two/simple/\n") == ["username=alice", "password=two"]


def test_the_user_who_is_asked_for_is_the_indexs_own_or_another():
    desk = configured("https://alice:pw@pkgs.example.com/simple/")
    assert desk.keyring(URL, "alice") == {"username": "alice", "password": "pw"}
    assert desk.keyring(URL, "al ice@corp") is None
    assert desk.keyring("https://bob:other@pkgs.example.com/simple/", "alice") == {
        "username": "bob",
        "password": "other",
    }


def test_nothing_is_said_for_plain_http_to_another_machine():
    desk = configured("http://alice:pw@pkgs.example.com/simple/")
    assert desk.helper("http://pkgs.example.com/simple/x/") == {"headers": {}}


def test_files_of_another_path_are_another_indexs():
    desk = configured("https://alice:pw@pkgs.example.com/simple/")
    assert desk.helper("https://pkgs.example.com/simple/x/y.whl") != {"headers": {}}
    assert desk.helper("https://pkgs.example.com/other/") == {"headers": {}}
