"""One requirement: a table of what is taken and what is refused, with packaging as the truth for names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.source import Archive, Folder, Git
from unlatch.requirements.asked import Asked, Unnamed
from unlatch.requirements.requirement import parse_argument, parse_editable

WHEEL = "idna-3.7-py3-none-any.whl"
DIGEST = "ab" * 32


def parse(text: str) -> Asked:
    asked = parse_argument(text, "/here/dir", is_windows=False)
    assert isinstance(asked, Asked)
    return asked


def unnamed(text: str) -> Unnamed:
    found = parse_argument(text, "/here/dir", is_windows=False)
    assert isinstance(found, Unnamed)
    return found


@pytest.mark.parametrize(
    ("text", "expected", "url"),
    [
        (f"https://host/{WHEEL}", "idna @ https://host/idna-3.7-py3-none-any.whl", f"https://host/{WHEEL}"),
        (f"HTTPS://host/{WHEEL}", "idna @ https://host/idna-3.7-py3-none-any.whl", f"https://host/{WHEEL}"),
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


@pytest.mark.parametrize(
    ("text", "source", "shown"),
    [
        (".", Folder("/here/dir"), "file:///here/dir"),
        ("./a b/", Folder("/here/dir/a b"), "file:///here/dir/a%20b"),
        ("../src[dev,all]", Folder("/here/src"), "file:///here/src[all,dev]"),
        ("/src ; os_name == 'nt'", Folder("/src"), 'file:///src ; os_name == "nt"'),
        ("file:///src#subdirectory=python", Folder("/src/python"), "file:///src/python"),
        ("idna-3.7.tar.gz", Archive("file:///here/dir/idna-3.7.tar.gz"), "file:///here/dir/idna-3.7.tar.gz"),
        ("./idna.zip[x]", Archive("file:///here/dir/idna.zip"), "file:///here/dir/idna.zip[x]"),
        (
            f"https://host/idna-3.7.tar.gz#subdirectory=a/b&sha256={DIGEST}",
            Archive("https://host/idna-3.7.tar.gz", "a/b", (("sha256", DIGEST),)),
            "https://host/idna-3.7.tar.gz",
        ),
        ("https://host/tarball?ref=main", Archive("https://host/tarball?ref=main"), "https://host/tarball?ref=main"),
        ("git+https://host/x", Git("https://host/x"), "git+https://host/x"),
        ("git+https://host/x.git@v1.0", Git("https://host/x.git", "v1.0"), "git+https://host/x.git@v1.0"),
        ("git+ssh://git@host/x@a/b", Git("ssh://git@host/x", "a/b"), "git+ssh://host/x@a/b"),
        ("git+file:///x#subdirectory=y", Git("file:///x", None, "y"), "git+file:///x"),
    ],
)
def test_a_source_without_a_name(text: str, source: object, shown: str) -> None:
    found = unnamed(text)
    assert found.source == source
    assert str(found) == shown
    named = found.named("idna")
    assert (named.requirement.name, named.source, named.url) == ("idna", source, found.source.address)


@pytest.mark.parametrize(
    ("text", "expected", "source"),
    [
        ("x @ ./src", "x @ file:///here/dir/src", Folder("/here/dir/src")),
        ("x[a] @ git+https://host/x@v1", "x[a] @ git+https://host/x@v1", Git("https://host/x", "v1")),
        ("git+https://host/y@v1#egg=x", "x @ git+https://host/y@v1", Git("https://host/y", "v1")),
        ("git+https://host/y#egg=x[a]&subdirectory=z", "x[a] @ git+https://host/y", Git("https://host/y", None, "z")),
        ("x @ https://host/x-1.tgz", "x @ https://host/x-1.tgz", Archive("https://host/x-1.tgz")),
    ],
)
def test_a_source_with_a_name(text: str, expected: str, source: object) -> None:
    asked = parse(text)
    assert (str(asked), asked.source) == (expected, source)


@pytest.mark.parametrize("text", [".", "./src", "src", "/src", "src[x]", "file:///src", "x @ ./src"])
def test_a_folder_as_it_stands(text: str) -> None:
    asked = parse_editable(text, "/here/dir", is_windows=False)
    source = asked.source
    assert isinstance(source, Folder)
    assert source.is_editable
    assert source.path in {"/here/dir", "/here/dir/src", "/src"}


@pytest.mark.parametrize("text", ["https://host/x.zip", "./x.tar.gz"])
def test_an_archive_is_not_editable(text: str) -> None:
    with pytest.raises(ConfigurationError, match="only a folder or a repository can be editable"):
        parse_editable(text, "/here/dir", is_windows=False)


def test_a_repository_may_be_asked_for_as_an_editable() -> None:
    asked = parse_editable("git+https://host/x@v1#egg=demo[more]", "/here/dir", is_windows=False)
    assert isinstance(asked, Asked)
    assert asked.source == Git("https://host/x", "v1", is_editable=True)
    assert (str(asked), asked.is_editable) == ("demo[more] @ git+https://host/x@v1", False)


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


def test_userinfo_leaves_the_url_of_a_repository() -> None:
    found = unnamed("git+https://user:p%40ss@host/x@v1")
    assert found.source == Git("https://host/x", "v1")
    assert found.asked.userinfo == Userinfo("user", Secret("p@ss"))
    assert "p@ss" not in f"{found!r}{found}"


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
        ("https://host/simple/", "it does not lead to a file", "name a wheel or an archive"),
        ("hg+file:///x", "hg is not supported, only git", None),
        ("git+git://host/x", "a repository is named as in git+https://host/path", None),
        ("git+https://host/x@", "a branch, a tag or a commit stands behind the @", None),
        ("x @ git+https://host/x@--upload-pack=x", "a branch, a tag or a commit stands behind the @", None),
        ("https://host/x.zip#subdirectory=../y", "its subdirectory is not a path inside the archive", None),
        ("git+https://host/x#subdirectory=a//b", "its subdirectory is not a path inside the archive", None),
        ("user:password@host/x", "this looks like a URL without its scheme", "https://"),
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
        "git+https://user:s3cret@host/x@",
        "x @ git+https://s3cret@host:port/x",
        "hg+https://user:s3cret@host/x",
        "https://user:s3cret@host/x.zip#subdirectory=..",
        "https://user:s3cret@host:port/x.whl",
        "https://user:s3cret@host/x.whl",
        "https://user:s3cret@host/",
        f"x @ https://user:s3cret@host/{WHEEL} nonsense",
        f"x @ https://user:s3cret@host/{WHEEL}; os_name == 'x'",
        f"https://user:s3cret@host/{WHEEL} ; nonsense",
        f"https://user:s3cret@host/{WHEEL}[a b]",
        "x @ user:s3cret@host/simple",
        "user:s3cret@host/simple",
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
    assert Requirement(str(asked.requirement)) == Requirement(text)
    assert Requirement(str(asked)) == Requirement(text)
    assert (asked.url, asked.userinfo) == (None, Userinfo())
    assert not asked.hashes
