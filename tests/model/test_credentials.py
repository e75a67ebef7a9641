"""Secrets have no printable form, and a token in a username's place is a secret."""

import copy
import pickle

import pytest

from unlatch.model.credentials import Credentials, Secret, Userinfo, looks_like_token, shown_username
from unlatch.model.index import Index

WORD = "s3cr3t-w0rd"


@pytest.mark.parametrize(
    "value",
    [
        Secret(WORD),
        [Secret(WORD)],
        {"x": Secret(WORD)},
        Userinfo(WORD, Secret(WORD)),
        Credentials(WORD, Secret(WORD), "URL"),
        Index("https://h/", userinfo=Userinfo(WORD, Secret(WORD))),
    ],
)
def test_a_secret_has_no_printable_form(value):
    for text in (repr(value), str(value), f"{value}", ascii(value)):
        assert WORD not in text


def test_a_secret_formats_as_nothing_whatever_the_format():
    assert f"{Secret(WORD):>40}" == "<secret>"
    assert f"{Secret(WORD)!r}" == "<secret>"


def test_a_secret_is_never_written_down():
    with pytest.raises(TypeError):
        pickle.dumps(Secret(WORD))
    with pytest.raises(TypeError):
        copy.copy(Secret(WORD))


def test_secrets_are_equal_by_their_text():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_an_unknown_password_is_not_an_empty_one():
    assert not Userinfo("alice").is_complete
    assert Userinfo("alice", Secret("")).is_complete
    assert not Secret("")


@pytest.mark.parametrize(
    "username",
    [
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        "glpat-abcdefghijklmnopqrst",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
        "pypi-AgEIcHlwaS5vcmcCJGFhYWFhYWFhLWFhYWE",
        "7q2m4kz6xw3hd5vj2nrp8ct4by6gf3sk5tz7qa2wm4ex6rc3vbn5",
        "d8f1c0b7a6e5948372615049382716f0",
        "1a2B3c4D5e6F7g8H9i0J",
    ],
)
def test_a_token_is_known_by_its_looks(username):
    assert looks_like_token(username)
    assert shown_username(username) == "<token>"


@pytest.mark.parametrize(
    "username",
    [
        None,
        "",
        "alice",
        "VssSessionToken",
        "oauth2accesstoken",
        "__token__",
        "gitlab-ci-token",
        "alice.liddell@wonderland.example.com",
        "svc-artifactory-reader-01",
        "AzureDevopsServiceAccount01",
        "firstname.middlename.lastname2",
        "build-agent-eu-west-1-production",
    ],
)
def test_a_name_is_not_a_token(username):
    assert not looks_like_token(username)
    assert shown_username(username) == username
