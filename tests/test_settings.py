"""Settings: defaults, what follows from the environment, and which index may be used insecurely."""

import pytest

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.index import PYPI, Index
from unlatch.network.options import MAX_CONNECTIONS, TIMEOUT_SECONDS
from unlatch.network.retry import RETRIES
from unlatch.settings import CredentialHelper, Settings


def test_a_run_that_was_told_nothing_has_the_defaults():
    settings = Settings()
    assert settings.indexes == (Index(PYPI),)
    assert settings.default_index == Index(PYPI)
    assert (settings.index_strategy, settings.link_mode, settings.color) == ("first-index", "auto", "auto")
    assert (settings.keyring_provider, settings.keyring_timeout) == (None, 30.0)
    assert settings.origins == {}


def test_the_defaults_are_those_of_the_network():
    settings = Settings()
    assert (settings.timeout, settings.concurrency, settings.retries) == (TIMEOUT_SECONDS, MAX_CONNECTIONS, RETRIES)


def test_settings_do_not_change():
    with pytest.raises(AttributeError):
        Settings().timeout = 1.0  # type: ignore[misc]


def test_without_an_index_there_is_no_default():
    assert Settings(indexes=()).default_index is None


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"CI": "true"}, True),
        ({"CI": "1"}, True),
        ({"CI": "false"}, False),
        ({"CI": ""}, False),
        ({"CI": "0", "GITLAB_CI": "true"}, True),
        ({"GITHUB_ACTIONS": "true"}, True),
        ({"TF_BUILD": "True"}, True),
        ({"BUILD_BUILDID": "77"}, True),
        ({"JENKINS_URL": "https://host/"}, True),
    ],
)
def test_a_machine_that_runs_us_is_known_by_its_variables(environ, expected):
    assert Settings(environ=environ).is_ci is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, True),
        ({"stdin_is_terminal": False}, False),
        ({"stderr_is_terminal": False}, False),
        ({"no_input": True}, False),
        ({"environ": {"CI": "1"}}, False),
    ],
)
def test_only_a_person_at_a_terminal_may_be_asked(more, expected):
    assert Settings(**{"stdin_is_terminal": True, "stderr_is_terminal": True, **more}).may_prompt is expected


def test_an_index_is_admitted_when_its_host_was_named():
    settings = Settings(insecure_hosts=("host", "[::1]:8080"))
    assert settings.admitted(Index("http://host:81/simple/")).allow_insecure
    assert settings.admitted(Index("http://[::1]:8080/simple/")).allow_insecure
    assert not settings.admitted(Index("http://[::1]/simple/")).allow_insecure
    assert not settings.admitted(Index("http://other.host/simple/")).allow_insecure


def test_an_index_that_is_a_folder_or_admitted_already_stays_as_it_is():
    settings = Settings(insecure_hosts=("host",))
    for index in (Index("file:///srv/simple"), Index("http://other/", allow_insecure=True)):
        assert settings.admitted(index) is index


def test_no_secret_shows_in_a_repr():
    text = "https://me:hunter2@host/"
    settings = Settings(
        indexes=(Index("https://host/", userinfo=Userinfo("me", Secret("hunter2"))),),
        requirements=(f"x@{text}x.whl",),
        requirement_files=(text,),
        constraint_files=(text,),
        proxy=text,
        environ={"UNLATCH_INDEX_CORP_PASSWORD": "hunter2"},
    )
    assert "hunter2" not in repr(settings)
    assert "https://host/" in repr(settings)


HELPERS = (
    CredentialHelper(None, ("all",)),
    CredentialHelper("*.example.com", ("below",)),
    CredentialHelper("*.pkgs.example.com", ("far-below",)),
    CredentialHelper("pkgs.example.com", ("host",)),
    CredentialHelper("[::1]:8080", ("six",)),
    CredentialHelper("pkgs.example.com", ("later",)),
)


@pytest.mark.parametrize(
    ("url", "command"),
    [
        ("https://pkgs.example.com/simple/", "host"),
        ("https://PKGS.example.com:444/simple/", "host"),
        ("https://files.example.com/simple/", "below"),
        ("https://eu.pkgs.example.com/simple/", "far-below"),
        ("https://example.com/simple/", "all"),
        ("https://evilexample.com/simple/", "all"),
        ("http://[::1]:8080/simple/", "six"),
    ],
)
def test_the_helper_that_is_meant_most_closely_is_asked(url, command):
    assert Settings(credential_helpers=HELPERS).helper_for(Index(url)) == (command,)
    assert Settings(credential_helpers=HELPERS).helper_for(Index(url, credential_helper=("own", "x"))) == ("own", "x")
    assert Settings().helper_for(Index(url)) == ()


def test_a_helper_for_another_host_is_none():
    assert Settings(credential_helpers=HELPERS[1:2]).helper_for(Index("https://pypi.org/simple/")) == ()
