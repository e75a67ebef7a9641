"""Whom a feed may name, and which feed a token is for."""

import json

import pytest

from unlatch.auth.providers.azure_rules import (
    AUTHORITY,
    Discovery,
    covers,
    discover,
    endpoint_credentials,
    entra_problem,
    is_tenant,
    organisation,
    trusted_authority,
)
from unlatch.auth.providers.broken import Broken

TENANT = "11111111-2222-3333-4444-555555555555"
PLACE = "https://vssps.dev.azure.com/corp/"


@pytest.mark.parametrize(
    ("challenges", "endpoint", "discovery"),
    [
        (
            [f"Bearer authorization_uri=https://login.microsoftonline.com/{TENANT}", 'Basic realm="x"'],
            PLACE,
            Discovery(AUTHORITY, TENANT, "https://vssps.dev.azure.com/corp"),
        ),
        (
            [f'Bearer authorization_uri="https://login.windows.net/{TENANT}/", Basic realm="x", TFS-Federated'],
            "https://app.vssps.visualstudio.com",
            Discovery("https://login.windows.net", TENANT, "https://app.vssps.visualstudio.com"),
        ),
        (
            [f"Bearer authorization_uri=https://login.microsoftonline.us/{TENANT}"],
            "",
            Discovery("https://login.microsoftonline.us", TENANT, None),
        ),
        (
            ["Bearer authorization_uri=https://login.windows.net/00000000-0000-0000-0000-000000000000"],
            "",
            Discovery("https://login.windows.net", None, None),
        ),
        (["Basic realm=x"], "", Discovery(AUTHORITY, None, None)),
        ([], "", Discovery(AUTHORITY, None, None)),
    ],
)
def test_a_feed_says_who_may_get_in(challenges, endpoint, discovery):
    assert discover(challenges, endpoint) == discovery


@pytest.mark.parametrize(
    "url",
    [
        "https://login.evil.example/x",
        "https://login.microsoftonline.com.evil.example/x",
        "https://evillogin.microsoftonline.com/x",
        "http://login.microsoftonline.com/x",
        "https://login.microsoftonline.com:444/x",
        "https://me@login.microsoftonline.com/x",
        "https://login.microsoftonline.com@evil.example/x",
        "https://login.microsoftonline.com:port/x",
    ],
)
def test_an_authority_that_is_not_microsofts_is_an_error(url):
    with pytest.raises(Broken, match="not a place of Microsoft's"):
        discover([f"Bearer authorization_uri={url}"], "")


@pytest.mark.parametrize(
    "url",
    [
        "https://vssps.evil.example/",
        "https://evilvssps.dev.azure.com/",
        "https://vssps.dev.azure.com.evil.example/",
        "http://vssps.dev.azure.com/",
        "https://vssps.dev.azure.com:8443/",
        "https://dev.azure.com/corp/",
        "//vssps.dev.azure.com/",
        "not a URL\x1b[31m",
    ],
)
def test_a_place_for_session_tokens_that_is_not_microsofts_is_an_error(url):
    with pytest.raises(Broken, match="not a place of Microsoft's") as caught:
        discover([], url)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("host", ["vssps.dev.azure.com", "x.vssps.dev.azure.com", "x.vssps.visualstudio.com"])
def test_every_place_of_azure_devops_is_known(host):
    assert discover([], f"https://{host}/corp/?x=y").exchange == f"https://{host}/corp"


def test_an_authority_may_be_given_as_a_host():
    assert trusted_authority("login.microsoftonline.us/") == "https://login.microsoftonline.us"


@pytest.mark.parametrize("text", ["", "a/b", "--output", "x y", "../common", "a%2F"])
def test_a_tenant_is_one_word(text):
    assert not is_tenant(text)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://pkgs.dev.azure.com/Corp/_packaging/team/pypi/simple/", "corp"),
        ("https://corp.pkgs.visualstudio.com/_packaging/team/pypi/simple/", "corp"),
        ("https://dev.azure.com/corp/", "corp"),
        ("https://corp.visualstudio.com/", "corp"),
        ("https://pkgs.dev.azure.com/", None),
        ("https://tfs.example.com/corp/", None),
        ("https://a.b.visualstudio.com/", None),
    ],
)
def test_an_organisation_is_known_by_both_its_names(url, name):
    assert organisation(url) == name


@pytest.mark.parametrize(
    ("endpoint", "is_covered"),
    [
        ("https://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/", True),
        ("https://pkgs.dev.azure.com/Corp/_packaging/Team/pypi/simple", True),
        (" https://pkgs.dev.azure.com/corp/ ", True),
        ("https://pkgs.dev.azure.com/cor", False),
        ("https://pkgs.dev.azure.com/corp/_packaging/team/nuget/v3/index.json", False),
        ("https://evil.example/corp/", False),
        ("", False),
        ("\\\\share\\feed", False),
    ],
)
def test_an_endpoint_covers_whole_segments_whatever_their_case(endpoint, is_covered):
    assert covers(endpoint, "https://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/") is is_covered


def test_the_most_specific_endpoint_wins():
    rows = [
        {"endpoint": "https://pkgs.dev.azure.com/corp/", "password": "wide"},
        {"endpoint": "https://pkgs.dev.azure.com/corp/_packaging/team/", "username": "me", "password": "narrow"},
        {"endpoint": "https://pkgs.dev.azure.com/corp/_packaging/other/", "password": "other"},
    ]
    text = json.dumps({"endpointCredentials": rows})
    assert endpoint_credentials(text, "https://pkgs.dev.azure.com/corp/_packaging/team/pypi/simple/") == (
        "me",
        "narrow",
    )
    assert endpoint_credentials(text, "https://pkgs.dev.azure.com/corp/x/") == ("VssSessionToken", "wide")
    assert endpoint_credentials(text, "https://pkgs.dev.azure.com/others/x/") is None


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"endpointCredentials": 1}', '{"endpointCredentials": [{"endpoint": "https://x/"}]}']
)
def test_what_is_no_list_of_endpoints_is_an_error_that_quotes_nothing(text):
    with pytest.raises(Broken, match=r"^it does not hold a JSON list of endpointCredentials$"):
        endpoint_credentials(text, "https://pkgs.dev.azure.com/corp/")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"error": "x", "error_description": "AADSTS1: no.\r\nTrace ID: 1"}, "AADSTS1: no."),
        ({"message": "TF400813: no\x1b"}, "TF400813: no\\x1b"),
        ({"error": "invalid_client"}, "invalid_client"),
        ({}, ""),
    ],
)
def test_of_a_refusal_the_first_line_is_told(answer, said):
    assert entra_problem(answer) == said
