"""Challenges as servers write them, and what an answer's status says."""

import pytest

from unlatch.auth.challenge import Challenge, Verdict, judge, parse_challenges, shows_sign_in

URL = "https://pkgs.example.com/simple/x/"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], []),
        (['Basic realm="pypi"'], [Challenge("Basic", "pypi")]),
        (["Basic realm=pypi"], [Challenge("Basic", "pypi")]),
        (['Basic realm="Corp \\"PyPI\\", team=ops"'], [Challenge("Basic", 'Corp "PyPI", team=ops')]),
        (['Basic realm="a", charset="UTF-8"'], [Challenge("Basic", "a")]),
        (['Bearer authorization_uri=https://x, Basic realm="b"'], [Challenge("Bearer"), Challenge("Basic", "b")]),
        (['Basic realm="b", Bearer realm="c"'], [Challenge("Basic", "b"), Challenge("Bearer", "c")]),
        (['Bearer realm="c"', 'Basic realm="b"'], [Challenge("Bearer", "c"), Challenge("Basic", "b")]),
        (["Negotiate"], [Challenge("Negotiate")]),
        (["Negotiate, NTLM"], [Challenge("Negotiate"), Challenge("NTLM")]),
        (["Negotiate YII="], [Challenge("Negotiate")]),
        (["NTLM TlRMTVNTUAAC==, Basic realm=x"], [Challenge("NTLM"), Challenge("Basic", "x")]),
        (["TFS-Federated"], [Challenge("TFS-Federated")]),
        ([""], []),
        (["===,,,"], []),
        (['Basic realm="unclosed'], [Challenge("Basic")]),
    ],
)
def test_challenges_are_read_as_servers_write_them(fields, expected):
    assert parse_challenges(fields)[: len(expected)] == expected
    if not expected:
        assert parse_challenges(fields) == []


@pytest.mark.parametrize(
    ("status", "has_credentials", "offered", "expected"),
    [
        (200, True, [], Verdict.ACCEPTED),
        (206, False, [], Verdict.ACCEPTED),
        (304, True, [], Verdict.ACCEPTED),
        (401, False, ["Basic realm=x"], Verdict.REFUSED),
        (401, True, ["Basic realm=x"], Verdict.REFUSED),
        (401, True, [], Verdict.REFUSED),
        (401, False, ["Negotiate"], Verdict.SCHEME),
        (401, False, ["Negotiate, Basic realm=x"], Verdict.REFUSED),
        (403, False, [], Verdict.REFUSED),
        (403, True, [], Verdict.FORBIDDEN),
        (404, True, [], Verdict.UNRELATED),
        (407, True, [], Verdict.UNRELATED),
        (429, True, [], Verdict.UNRELATED),
        (503, False, [], Verdict.UNRELATED),
        (203, False, [], Verdict.SIGN_IN),
    ],
)
def test_a_status_is_judged(status, has_credentials, offered, expected):
    challenges = parse_challenges(offered)
    assert judge(status, URL, challenges=challenges, has_credentials=has_credentials) is expected


def test_html_is_a_sign_in_page_only_where_it_was_not_asked_for():
    html = "text/html; charset=utf-8"
    asked = "application/vnd.pypi.simple.v1+json, text/html;q=0.01"
    assert judge(200, URL, content_type=html, accept=asked, has_credentials=True) is Verdict.ACCEPTED
    for only in ("application/octet-stream", "*/*"):
        assert judge(200, URL, content_type=html, accept=only, has_credentials=True) is Verdict.SIGN_IN


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b'<form><input type="password" name="p">', True),
        (b"<INPUT NAME=p\n TYPE=password>", True),
        (b"<input type='password'/>", True),
        (b'<body onload="go()"><form><input type="hidden" name="SAMLRequest" value="x">', True),
        (b"<title>Sign in to your account</title>", True),
        (b"<title>\n Acme - Log in</title>", True),
        (b"<title>Links for login</title>", False),
        (b"<title>links for sign-in</title>", False),
        (b'<title>Log in</title><a href="../../login-1.0.tar.gz#sha256=0">login-1.0.tar.gz</a>', False),
        (b'<form action="refresh"><input name="refresh" type="submit"></form><a href="x-1-py3-none-any.whl">', False),
        (b"<title>Simple index</title>", False),
        (b"", False),
    ],
)
def test_a_page_for_people_is_known_by_its_beginning(start, expected):
    assert shows_sign_in(start) is expected


def test_a_known_sign_in_host_is_a_refusal():
    url = "https://login.microsoftonline.com/common/oauth2/authorize"
    assert judge(302, url, has_credentials=False) is Verdict.SIGN_IN
