"""What keyring is asked, and what its answers mean."""

import pytest

from unlatch.auth.sources.keyring_dialogue import Form, Reply, question, services_for, understand
from unlatch.model.index import Index

SERVICE = "https://pkgs.example.com/simple/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://h/simple/", ("https://h/simple/", "h")),
        ("https://h:8443/simple", ("https://h:8443/simple", "h:8443")),
        ("https://h:443/simple", ("https://h:443/simple", "h")),
        ("http://127.0.0.1:80/simple/", ("http://127.0.0.1:80/simple/", "127.0.0.1", "http://127.0.0.1")),
        ("http://h:8080/s/", ("http://h:8080/s/", "h:8080", "http://h:8080")),
    ],
)
def test_the_url_as_configured_is_asked_before_the_host(url, expected):
    assert services_for(Index(url)) == expected


@pytest.mark.parametrize(
    ("form", "username", "expected"),
    [
        (Form.CREDENTIALS, "alice", ["--mode=creds", "--output=json", "get", SERVICE, "alice"]),
        (Form.CREDENTIALS, None, ["--mode=creds", "--output=json", "get", SERVICE]),
        (Form.PASSWORD, "alice", ["get", SERVICE, "alice"]),
        (Form.PASSWORD, None, None),
    ],
)
def test_keyring_is_asked_in_the_form_that_it_understands(form, username, expected):
    assert question(form, SERVICE, username) == expected


@pytest.mark.parametrize(
    ("form", "status", "stdout", "stderr", "expected"),
    [
        (Form.CREDENTIALS, 0, '{"username": "a", "password": "b"}\n', "", Reply("a", "b")),
        (Form.CREDENTIALS, 0, '{"username": "a", "password": "b"}\n', "chatter\n", Reply("a", "b")),
        (Form.CREDENTIALS, 0, '{"password": "b"}\n', "", Reply(None, "b")),
        (Form.CREDENTIALS, 0, '{"username": "a\\"\\u00fc", "password": "b\\\\n"}', "", Reply('a"ü', "b\\n")),
        (Form.CREDENTIALS, 0, "hello", "", Reply(problem="its answer is not JSON")),
        (Form.CREDENTIALS, 0, "[]", "", Reply(problem="its answer has no password")),
        (Form.CREDENTIALS, 0, '{"username": "a", "password": null}', "", Reply(problem="its answer has no password")),
        (Form.CREDENTIALS, 1, "", "", Reply()),
        (Form.CREDENTIALS, 1, "", "Traceback\n  x\nKeyringLocked: no\n", Reply(problem="KeyringLocked: no")),
        (Form.CREDENTIALS, 2, "", "keyring: error: unrecognized arguments: --mode=creds", Reply(is_too_old=True)),
        (Form.CREDENTIALS, 2, "", "keyring: error: other", Reply(problem="keyring: error: other")),
        (Form.CREDENTIALS, -9, "", "", Reply(problem="it ended with status -9")),
        (Form.PASSWORD, 0, "b\n", "", Reply(None, "b")),
        (Form.PASSWORD, 0, " b \r\n", "", Reply(None, " b ")),
        (Form.PASSWORD, 0, "\n", "", Reply(None, "")),
        (Form.PASSWORD, 1, "", "", Reply()),
        (Form.PASSWORD, 2, "", "unrecognized arguments", Reply(problem="unrecognized arguments")),
    ],
)
def test_an_answer_is_understood(form, status, stdout, stderr, expected):
    assert understand(form, status, stdout, stderr) == expected
