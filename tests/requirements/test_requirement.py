"""One requirement: a table of what is taken and what is refused, with packaging as the truth for names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.requirements.asked import Asked
from unlatch.requirements.requirement import parse_argument

WHEEL = "idna-3.7-py3-none-any.whl"
DIGEST = "ab" * 32


def parse(text: str) -> Asked:
    return parse_argument(text, "/here/dir", is_windows=False)


@pytest.mark.parametrize(
    ("text", "expected", "url"),
    [
        (f"https://host/{WHEEL}", "idna @ https://host/idna-3.7-py3-none-any.whl", f"https://host/{WHEEL}"),
        (f"HTTPS://host/{WHEEL}", "idna @ https://host/idna-3.7-py3-none-any.whl", f"HTTPS://host/{WHEEL}"),
        (f"x @ https://host/{WHEEL}", f"x @ https://host/{WHEEL}", f"https://host/{WHEEL}"),
        (
            f"x[a]@https://host/{WHEEL} ; os_name=='nt'",
            f'x[a] @ https://host/{WHEEL} ; os_name == "nt"',
            f"https://host/{WHEEL}",
        ),
        (
            f"https://host/{WHEEL}; os_name=='nt'",
            f'idna @ https://host/{WHEEL} ; os_name == "nt"',
            f"https://host/{WHEEL}",
        ),
        (
            f"https://host/{WHEEL} ;os_name=='nt'",
            f'idna @ https://host/{WHEEL} ; os_name == "nt"',
            f"https://host/{WHEEL}",
        ),
        (f"https://host/;x/{WHEEL}", f"idna @ https://host/;x/{WHEEL}", f"https://host/;x/{WHEEL}"),
        (f"https://host/{WHEEL}[b,a]", f"idna[a,b] @ https://host/{WHEEL}", f"https://host/{WHEEL}"),
        (f"https://host/{WHEEL}?token=1", f"idna @ https://host/{WHEEL}?token=1", f"https://host/{WHEEL}?token=1"),
        (
            "https://host/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
            "torch @ https://host/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
            "https://host/torch-2.0%2Bcpu-cp311-cp311-linux_x86_64.whl",
        ),
        (f"./{WHEEL}", f"idna @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
        (f"../{WHEEL}", f"idna @ file:///here/{WHEEL}", f"file:///here/{WHEEL}"),
        (WHEEL, f"idna @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
        (f"/a b/{WHEEL}", f"idna @ file:///a%20b/{WHEEL}", f"file:///a%20b/{WHEEL}"),
        (
            f"{WHEEL}[x] ; os_name=='nt'",
            f'idna[x] @ file:///here/dir/{WHEEL} ; os_name == "nt"',
            f"file:///here/dir/{WHEEL}",
        ),
        (f"./{WHEEL};os_name=='nt'", f'idna @ file:///here/dir/{WHEEL} ; os_name == "nt"', f"file:///here/dir/{WHEEL}"),
        (f"file:///a%20b/{WHEEL}", f"idna @ file:///a%20b/{WHEEL}", f"file:///a%20b/{WHEEL}"),
        (f"file://localhost/a/{WHEEL}", f"idna @ file:///a/{WHEEL}", f"file:///a/{WHEEL}"),
        (f"file:{WHEEL}", f"idna @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
        (f"file:./{WHEEL}", f"idna @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
        (f"x @ ./{WHEEL}", f"x @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
        (f"x @ {WHEEL}", f"x @ file:///here/dir/{WHEEL}", f"file:///here/dir/{WHEEL}"),
    ],
)
def test_a_wheel_by_its_url_or_path(text: str, expected: str, url: str) -> None:
    asked = parse(text)
    assert str(asked) == expected
    assert asked.url == url
    assert (asked.userinfo, asked.origin) == (Userinfo(), "command line")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"C:\\a b\\{WHEEL}", f"file:///C:/a%20b/{WHEEL}"),
        (f"c:/a/{WHEEL}", f"file:///c:/a/{WHEEL}"),
        (f".\\{WHEEL}", f"file:///C:/here/{WHEEL}"),
        (f"sub\\{WHEEL}[x]", f"file:///C:/here/sub/{WHEEL}"),
        (f"\\\\host\\share\\{WHEEL}", f"file://host/share/{WHEEL}"),
        (f"file:///C:/a/{WHEEL}", f"file:///C:/a/{WHEEL}"),
        (f"file://host/share/{WHEEL}", f"file://host/share/{WHEEL}"),
        (f"idna @ D:\\{WHEEL}", f"file:///D:/{WHEEL}"),
    ],
)
def test_a_path_on_windows(text: str, url: str) -> None:
    assert parse_argument(text, "C:\\here", is_windows=True).url == url


@pytest.mark.parametrize("name", ["", "idna @ "])
@pytest.mark.parametrize(
    ("before", "userinfo"),
    [
        ("user:p%40ss", Userinfo("user", Secret("p@ss"))),
        ("token", Userinfo("token", None)),
        (":", Userinfo("", Secret(""))),
    ],
)
def test_userinfo_leaves_the_url(name: str, before: str, userinfo: Userinfo) -> None:
    asked = parse(f"{name}https://{before}@host/{WHEEL}")
    assert asked.url == f"https://host/{WHEEL}"
    assert asked.userinfo == userinfo
    assert "p@ss" not in f"{asked!r}{asked}{asked.requirement!r}"


@pytest.mark.parametrize("name", ["", "idna @ "])
def test_a_fragment_is_a_hash_or_nothing(name: str) -> None:
    asked = parse(f"{name}https://host/{WHEEL}#sha256={DIGEST.upper()}&egg=idna&md5=00")
    assert asked.url == f"https://host/{WHEEL}"
    assert asked.hashes.accepted == {"sha256": frozenset({DIGEST})}


def test_a_signature_does_not_show() -> None:
    asked = parse(f"https://s3/{WHEEL}?X-Amz-Signature=s3cret")
    assert asked.url is not None
    assert "s3cret" in asked.url
    assert "s3cret" not in f"{asked!r}{asked}"


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("", "this is not a requirement: expected package name at the start of dependency specifier", None),
        ("idna=3", "expected semicolon (after name with no version specifier) or end", "name==1.0"),
        ("idna = 3", "expected semicolon (after name with no version specifier) or end", "name==1.0"),
        ("idna>=3 foo", "or end", None),
        ("idna;" + "(" * 5000, "its version specifier is not valid", None),
        ("idna[", "matching RIGHT_BRACKET", None),
        ("idna;what", "expected a marker variable or quoted string", None),
        ("idna@3.7", "what stands behind the @ is no URL", "name==1.0"),
        (f"./{WHEEL}[a b]", "expected comma between extra names", None),
        (f"./{WHEEL};what", "expected a marker variable or quoted string", None),
        ("requirements.txt", "this is the name of a file", "unlatch install -r requirements.txt"),
        ("dev.in", "this is the name of a file", "unlatch install -r dev.in"),
        (".", "folders are not supported yet", ".whl"),
        ("./src", "folders are not supported yet", ".whl"),
        ("../src[dev]", "folders are not supported yet", ".whl"),
        ("/src", "folders are not supported yet", ".whl"),
        ("file:///src", "folders are not supported yet", ".whl"),
        ("idna-3.7.tar.gz", "source distributions are not supported yet", ".whl"),
        ("./idna-3.7.zip", "source distributions are not supported yet", ".whl"),
        ("https://host/idna-3.7.tar.gz#sha256=ab", "source distributions are not supported yet", ".whl"),
        ("idna @ https://host/idna-3.7.tgz", "source distributions are not supported yet", ".whl"),
        ("https://host/simple/", "it does not lead to a wheel", ".whl"),
        ("git+https://host/x", "version control is not supported yet", ".whl"),
        ("x @ git+ssh://git@host/x", "version control is not supported yet", ".whl"),
        ("hg+file:///x", "version control is not supported yet", ".whl"),
        (f"ftp://host/{WHEEL}", "it is not an http or https URL with a host", None),
        (f"https:///{WHEEL}", "it is not an http or https URL with a host", None),
        (f"https://host:x/{WHEEL}", "its host or port is not valid", None),
        ("https://host/x.whl", "its file name is not a wheel's", "name-version-"),
        ("./idna-last-py3-none-any.whl", "its file name is not a wheel's", "name-version-"),
    ],
)
def test_what_is_refused(text: str, reason: str, hint: str | None) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(reason)) as caught:
        parse(text)
    assert (hint or "") in (caught.value.hint or "")
    assert (caught.value.hint is None) == (hint is None)


@pytest.mark.parametrize(
    "text",
    [
        "git+https://user:s3cret@host/x",
        "x @ git+https://s3cret@host/x",
        "https://user:s3cret@host/x.zip",
        "https://user:s3cret@host:port/x.whl",
        "https://user:s3cret@host/x.whl",
        f"x @ https://user:s3cret@host/{WHEEL} nonsense",
        f"x @ https://user:s3cret@host/{WHEEL}; os_name == 'x'",
        f"https://user:s3cret@host/{WHEEL} ; nonsense",
        f"https://user:s3cret@host/{WHEEL}[a b]",
        "user:s3cret@host/simple",
        "x @ user:s3cret@host/simple",
        "ftp://user:s3cret@host/x",
        f"https://user:s3cret/word@host/{WHEEL}",
    ],
)
def test_no_error_shows_a_secret(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in f"{error} {error!r} {vars(error)}"
        error = error.__cause__


NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True).filter(
    lambda name: not re.search(r"\.(txt|in|zip|tar|whl|tgz|tbz2?|txz)$", name, re.IGNORECASE)
)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}((a|b|rc)[0-9])?(\.post[0-9])?", fullmatch=True)
SPECIFIERS = st.lists(
    st.tuples(st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~=1."]), VERSIONS).map("".join), max_size=3
)
MARKERS = st.sampled_from(
    [
        "",
        "; python_version<'3.9'",
        ' ; os_name=="nt" and extra == "a"',
        ";(sys_platform!='x' or 'a' in platform_release)",
    ]
)


@given(NAMES, st.lists(NAMES, max_size=2), SPECIFIERS, MARKERS, st.sampled_from(["", " "]))
def test_a_plain_requirement_is_what_packaging_makes_of_it(
    name: str, extras: list[str], specifiers: list[str], marker: str, space: str
) -> None:
    brackets = f"[{','.join(extras)}]" if extras else ""
    text = f"{name}{space}{brackets}{space}{f',{space}'.join(specifiers)}{marker}"
    asked = parse(text)
    assert asked.requirement == Requirement(text)
    assert Requirement(str(asked)) == Requirement(text)
    assert (asked.url, asked.userinfo) == (None, Userinfo())
    assert not asked.hashes
