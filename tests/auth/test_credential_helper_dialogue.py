"""Bazel's credential-helper JSON: what is said to a helper, what its answers mean, and what we answer as one."""

import json

import pytest

from unlatch.auth.authorization import Authorization, field_of, read
from unlatch.auth.sources.credential_helper_dialogue import Reply, answer, asked, question, understand
from unlatch.model.credentials import Credentials, Scheme, Secret

ALICE = "Basic YWxpY2U6cMOkc3M6d8O2cmQ="  # alice:päss:wörd
CREDENTIALS = Credentials("alice", Secret("päss:wörd"), "keyring")


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        (ALICE, Authorization(Scheme.BASIC, "alice", Secret("päss:wörd"))),
        ("basic  YTo= ", Authorization(Scheme.BASIC, "a", Secret(""))),
        ("Bearer t0ken", Authorization(Scheme.BEARER, "", Secret("t0ken"))),
        ("BEARER t0ken", Authorization(Scheme.BEARER, "", Secret("t0ken"))),
        ("Bearer", None),
        ("Basic", None),
        ("Basic YWxpY2U=", None),
        ("Basic not base64!", None),
        ("Basic /zo=", None),
        ("Digest username=alice", None),
        ("", None),
    ],
)
def test_an_authorization_field_is_basic_or_bearer_or_none_of_ours(field, meant):
    assert read(field) == meant


def test_what_is_read_is_what_is_sent():
    assert field_of(CREDENTIALS) == ALICE
    assert field_of(Credentials("", Secret("t0ken"), "helper", scheme=Scheme.BEARER)) == "Bearer t0ken"


def test_a_helper_is_asked_for_a_uri():
    assert json.loads(question('https://pkgs.example.com/"simple"/')) == {"uri": 'https://pkgs.example.com/"simple"/'}
    assert asked(question("https://pkgs.example.com/")) == "https://pkgs.example.com/"


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"uri": 1}', '{"url": "https://h/"}'])
def test_what_is_no_question_asks_for_nothing(text):
    assert asked(text) is None


def said(headers: object, **more: object) -> str:
    return json.dumps({"headers": headers, **more})


@pytest.mark.parametrize(
    ("stdout", "reply"),
    [
        (said({"Authorization": [ALICE]}), Reply(read(ALICE))),
        (said({"authorization": ALICE}), Reply(read(ALICE))),
        (said({"Authorization": ["Negotiate x", "Bearer t"]}), Reply(read("Bearer t"))),
        (said({"X-Other": ["a"], "Authorization": [ALICE]}), Reply(read(ALICE), left_out=("X-Other",))),
        (said({"X-Other": ["a"]}), Reply(left_out=("X-Other",))),
        (said({}), Reply()),
        (said({"Authorization": []}), Reply()),
        ("{}", Reply()),
        (said({"Authorization": [ALICE]}, expires="2030-01-02T03:04:05Z"), Reply(read(ALICE), 1893553445.0)),
        (said({"Authorization": [ALICE]}, expires="2030-01-02t04:04:05.5+01:00"), Reply(read(ALICE), 1893553445.5)),
        (
            said({"Authorization": [ALICE]}, expires="2030-01-02T03:04:05.123456789Z"),
            Reply(read(ALICE), 1893553445.123456),
        ),
        (said({"Authorization": [ALICE]}, expires="2030-01-02T03:04:05"), Reply(read(ALICE), 1893553445.0)),
        (said({"Authorization": [ALICE]}, expires="0001-01-01T00:00:00Z"), Reply(read(ALICE))),
        (said({"Authorization": [ALICE]}, expires=None), Reply(read(ALICE))),
    ],
)
def test_an_answer_is_understood(stdout, reply):
    assert understand(0, stdout, "chatter") == reply


@pytest.mark.parametrize(
    ("status", "stdout", "stderr", "problem"),
    [
        (1, said({"Authorization": [ALICE]}), "first\nthe vault is locked\n\n", "the vault is locked"),
        (3, "", "", "it ended with status 3"),
        (0, "", "", "its answer is not JSON"),
        (0, "hunter2", "", "its answer is not JSON"),
        (0, "[]", "", "its answer has no headers"),
        (0, said([]), "", "its answer has no headers"),
        (0, said({"Authorization": ["Negotiate YII"]}), "", "its Authorization is neither Basic nor Bearer"),
        (0, said({"Authorization": ["hunter2"]}), "", "its Authorization is neither Basic nor Bearer"),
        (
            0,
            said({"Authorization": [ALICE]}, expires="tomorrow"),
            "",
            "it names a time until which its answer holds that is none",
        ),
        (
            0,
            said({"Authorization": [ALICE]}, expires=[1]),
            "",
            "it names a time until which its answer holds that is none",
        ),
    ],
)
def test_an_answer_that_is_none_is_a_problem_that_quotes_no_secret(status, stdout, stderr, problem):
    assert understand(status, stdout, stderr) == Reply(problem=problem)


def test_our_own_answer_is_understood():
    assert understand(0, answer(CREDENTIALS), "") == Reply(read(ALICE))
    ending = Credentials("", Secret("t"), "google", scheme=Scheme.BEARER, expires=1893553445.9)
    assert json.loads(answer(ending)) == {"headers": {"Authorization": ["Bearer t"]}, "expires": "2030-01-02T03:04:05Z"}
    assert understand(0, answer(ending), "") == Reply(read("Bearer t"), 1893553445.0)


def test_nothing_is_answered_with_no_headers():
    assert json.loads(answer(None)) == {"headers": {}}
