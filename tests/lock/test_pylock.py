"""pylock.toml: read with an error for whatever is wrong, written the same each time, and read back."""

import tomllib

import pytest
from packaging.markers import Marker
from packaging.pylock import Pylock
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.doubles.packages import linux_target
from unlatch.lock import pylock
from unlatch.lock.package import Pinned, package_of
from unlatch.lock.places import Places
from unlatch.lock.selection import Chosen, Locked, select
from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.distribution import File
from unlatch.model.errors import ConfigurationError, ResolutionError
from unlatch.model.name import normalize
from unlatch.model.source import Folder, Git

A, B = "a" * 64, "b" * 64
HERE = Places("file:///home/me/project")
WHEEL = "corp_paper-1.1-py3-none-any.whl"
HEAD = 'lock-version = "1.0"\ncreated-by = "someone"\n'


def entry(more: str = "", *, name: str = "corp-paper", wheel: str | None = None) -> str:
    where = wheel or f'url = "https://files.example.com/{WHEEL}", hashes = {{sha256 = "{A}"}}'
    return f'[[packages]]\nname = "{name}"\nversion = "1.1"\n{more}\nwheels = [{{{where}}}]\n'


def taken(text: str, *, extras=(), groups=(), places=HERE, python="3.11.4") -> list[Locked]:
    lock = pylock.parse(text.encode(), "pylock.toml")
    return select(lock, linux_target(python), Chosen(extras, groups), places, "pylock.toml")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pylock.toml", True),
        ("pylock.dev.toml", True),
        ("pylock.a.b.toml", False),
        ("pylock..toml", False),
        ("pylock", False),
        ("mypylock.toml", False),
        ("pylock.toml.txt", False),
        ("requirements.txt", False),
    ],
)
def test_which_names_are_a_locks(name, expected):
    assert pylock.is_pylock(name) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lock-version = ", "pylock.toml is not TOML that can be read"),
        ("\udcff", "it is no text in UTF-8"),
        ("a = " + "[" * 3000, "is not TOML that can be read"),
        ('created-by = "x"\npackages = []', "Missing required value .at lock-version."),
        ('lock-version = "2.0"\ncreated-by = "x"\npackages = 3', "version 2.0 of the format, and unlatch knows"),
        ('lock-version = "x\\u001b[31m"\n', r"version x\\x1b\[31m of the format"),
        ("lock-version = 1\n", "Unexpected type int"),
        (HEAD, "Missing required value .at packages."),
        (HEAD + entry(wheel='url = "https://h/corp_paper-1.1-py3-none-any.whl"'), "Missing required value .*hashes"),
        (HEAD + entry(wheel='url = "https://h/corp_paper-1.1-py3-none-any.whl", hashes = {}'), "At least one hash"),
        (
            HEAD + entry(wheel=f'url = "https://h/{WHEEL}", hashes = {{md5 = "d41d8cd98f00b204e9800998ecf8427e"}}'),
            "a file of corp-paper has no hash that proves anything",
        ),
        (HEAD + entry(wheel=f'url = "https://h/x-1-py3-none-any.whl", hashes = {{sha256 = "{A}"}}'), "not consistent"),
        (HEAD + entry(wheel=f'name = "../{WHEEL}", url = "https://h/x", hashes = {{sha256 = "{A}"}}'), "Invalid wheel"),
        (HEAD + entry(wheel=f'hashes = {{sha256 = "{A}"}}'), "path or url must be provided"),
        (HEAD + entry(name="Corp_Paper"), "is not normalized"),
        (HEAD + entry("marker = \"sky == 'blue'\""), r"at packages\[0\].marker"),
        (HEAD + entry(f'sdist = {{url = "https://h/y-1.1.tar.gz", hashes = {{sha256 = "{A}"}}}}'), "not consistent"),
        (HEAD + '[[packages]]\nname = "x"\nversion = "1"\n', "Exactly one of vcs, directory, archive"),
    ],
)
def test_what_is_wrong_with_a_lock_is_said(text, message):
    with pytest.raises(ConfigurationError, match=message) as raised:
        pylock.parse(text.encode("utf-8", "surrogateescape"), "pylock.toml")
    assert raised.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (HEAD + entry() + entry(), ResolutionError, "Multiple packages with the name 'corp-paper'"),
        (HEAD + 'requires-python = ">=3.12"\n' + entry(), ResolutionError, "does not satisfy the Python version"),
        (HEAD + entry('requires-python = "<3"'), ResolutionError, "does not satisfy the Python version"),
        (HEAD + "environments = [\"sys_platform == 'win32'\"]\n" + entry(), ResolutionError, "does not satisfy any"),
        (
            HEAD + entry(wheel=f'url = "https://h/corp_paper-1.1-cp27-cp27m-win32.whl", hashes = {{sha256 = "{A}"}}'),
            ResolutionError,
            "No wheel found matching",
        ),
        (HEAD + entry(wheel=f'path = "../{WHEEL}", hashes = {{sha256 = "{A}"}}'), ConfigurationError, "outside"),
        (
            HEAD + entry(wheel=f'url = "file:///etc/{WHEEL}", hashes = {{sha256 = "{A}"}}'),
            ConfigurationError,
            "outside",
        ),
        (
            HEAD + entry(wheel=f'url = "ftp://h/{WHEEL}", hashes = {{sha256 = "{A}"}}'),
            ConfigurationError,
            "not an http",
        ),
    ],
)
def test_a_lock_that_does_not_suit_is_refused(text, error, message):
    with pytest.raises(error) as raised:
        taken(text)
    assert message in " ".join([raised.value.message, *raised.value.details])


ARCHIVE = (
    HEAD
    + """[[packages]]
name = "a"
[packages.archive]
url = "https://h/a-1.tar.gz"
subdirectory = "b"
"""
)
COMMIT = "0123456789" * 4
GIT = '[[packages]]\nname = "a"\nvcs = {{type = "{type}", commit-id = "{commit}", {more}}}\n'


def git(more: str, *, kind: str = "git", commit: str = COMMIT) -> str:
    return HEAD + GIT.format(type=kind, commit=commit, more=more)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (git('url = "https://host/a.git"'), f"git+https://host/a.git@{COMMIT}"),
        (git('url = "git+ssh://git@host/a"'), f"git+ssh://git@host/a@{COMMIT}"),
        (git('path = "vendor/a"'), f"git+file:///home/me/project/vendor/a@{COMMIT}"),
        (
            git('url = "https://u:p@host/a", requested-revision = "main", subdirectory = "b/c"'),
            f"git+https://host/a@{COMMIT}#subdirectory=b/c",
        ),
        (HEAD + '[[packages]]\nname = "a"\ndirectory = {path = "."}\n', "file:///home/me/project"),
        (
            HEAD + '[[packages]]\nname = "a"\ndirectory = {path = "src", subdirectory = "a", editable = true}\n',
            "file:///home/me/project/src/a",
        ),
        (
            f"{ARCHIVE}hashes = {{sha256 = '{A}'}}\n",
            "https://h/a-1.tar.gz#subdirectory=b",
        ),
    ],
)
def test_sources_of_their_own(text, address):
    [locked] = taken(text)
    assert locked.source is not None
    assert locked.source.address == address
    assert locked.version is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (git('url = "https://host/a"', kind="hg"), "unlatch knows git alone"),
        (git('url = "https://host/a"', commit="main"), "'main' is not a commit"),
        (git('url = "https://host/a"', commit="--upload-pack=x"), "is not a commit"),
        (git('url = "https://host/a", subdirectory = "../b"'), "not a path inside of it"),
        (git('url = "https://host/a", subdirectory = "b//c"'), "not a path inside of it"),
        (git('path = "../a"'), "outside of the lock's folder"),
        (git('url = "file:///etc/a"'), "outside of the lock's folder"),
        (git('url = "ext::sh -c x"'), "cannot be used"),
        (HEAD + '[[packages]]\nname = "a"\ndirectory = {path = "../a"}\n', "outside of the lock's folder"),
        (HEAD + '[[packages]]\nname = "a"\ndirectory = {path = ".", subdirectory = ".."}\n', "not a path inside"),
    ],
)
def test_sources_that_no_lock_may_have(text, message):
    with pytest.raises(ConfigurationError, match=message):
        taken(text)


def test_two_entries_of_one_name_are_told_apart_by_their_markers():
    text = HEAD + entry("marker = \"sys_platform == 'linux'\"") + entry("marker = \"sys_platform == 'win32'\"")
    assert [each.name for each in taken(text)] == ["corp-paper"]


def test_extras_and_groups_are_chosen():
    text = (
        HEAD
        + 'extras = ["gift"]\ndependency-groups = ["Dev_Tools", "docs"]\ndefault-groups = ["docs"]\n'
        + entry()
        + entry("marker = \"'gift' in extras\"", name="corp-ribbon").replace(WHEEL, "corp_ribbon-1.1-py3-none-any.whl")
        + entry("marker = \"'Dev_Tools' in dependency_groups\"", name="a").replace(WHEEL, "a-1.1-py3-none-any.whl")
        + entry("marker = \"'docs' in dependency_groups\"", name="b").replace(WHEEL, "b-1.1-py3-none-any.whl")
    )
    assert [each.name for each in taken(text)] == ["corp-paper", "b"]
    assert [each.name for each in taken(text, extras=["Gift"])] == ["corp-paper", "corp-ribbon", "b"]
    assert [each.name for each in taken(text, groups=["dev-tools"])] == ["corp-paper", "a", "b"]
    for asked in ({"extras": ["ribbons"]}, {"groups": ["gift"]}):
        with pytest.raises(ConfigurationError, match=r"pylock.toml has no (extra|group)"):
            taken(text, **asked)


def test_userinfo_leaves_a_locks_url():
    text = HEAD + entry(wheel=f'url = "https://u:secret@h/{WHEEL}", size = 3, hashes = {{SHA256 = "{A.upper()}"}}')
    [locked] = taken(text)
    assert locked.file == File(WHEEL, f"https://h/{WHEEL}", (("sha256", A),), size=3)
    assert locked.userinfo == Userinfo("u", Secret("secret"))


def test_the_best_wheel_is_taken():
    tags = ["cp311-cp311-manylinux_2_28_x86_64", "py3-none-any", "cp311-cp311-win_amd64"]
    wheels = ", ".join(f'{{url = "https://h/a-1.1-{tag}.whl", hashes = {{sha256 = "{A}"}}}}' for tag in tags)
    text = f'{HEAD}[[packages]]\nname = "a"\nversion = "1.1"\nwheels = [{wheels}]\n'
    assert [each.file.filename for each in taken(text)] == [f"a-1.1-{tags[0]}.whl"]


def test_what_is_written_is_read_back_and_always_the_same():
    files = (
        File(
            WHEEL,
            f"https://files.example.com/x/{WHEEL}?X-Amz-Signature=secret",
            (("md5", "c" * 32), ("SHA256", A.upper())),
            size=7,
            upload_time="2026-01-02T03:04:05.5+01:00",
        ),
        File("corp_paper-1.1.tar.gz", "https://files.example.com/opaque/1", (("sha512", B * 2),), upload_time="soon"),
    )
    pinned = Pinned(
        name=normalize("corp-paper"),
        version=Version("1.1"),
        files=files,
        index_url="https://pkgs.example.com/simple/",
        requires_python=">=3.8",
        marker="'gift' in extras",
    )
    local = Pinned(
        name=normalize("corp-stamp"),
        version=Version("1"),
        archive=File(
            "corp_stamp-1-py3-none-any.whl", "file:///home/me/project/w/corp_stamp-1-py3-none-any.whl", (("sha256", B),)
        ),
        requires_python="what?",
    )
    lock = Pylock(
        lock_version=Version("1.0"),
        requires_python=SpecifierSet(">=3.11"),
        extras=[normalize("gift")],
        environments=[Marker("sys_platform == 'linux'")],
        created_by="unlatch",
        packages=[package_of(pinned, HERE), package_of(local, HERE)],
    )
    text = pylock.text(lock)
    assert text == pylock.text(lock)
    assert "secret" not in text
    told = tomllib.loads(text)["packages"]
    assert told[0]["wheels"][0]["url"] == f"https://files.example.com/x/{WHEEL}"
    assert told[0]["wheels"][0]["hashes"] == {"sha256": A}
    assert told[0]["wheels"][0]["upload-time"].isoformat() == "2026-01-02T02:04:05.500000+00:00"
    assert told[0]["sdist"]["name"] == "corp_paper-1.1.tar.gz"
    assert "upload-time" not in told[0]["sdist"]
    assert told[1]["archive"]["path"] == "w/corp_stamp-1-py3-none-any.whl"
    assert "requires-python" not in told[1]
    assert pylock.parse(text.encode(), "pylock.toml").to_dict() == lock.to_dict()
    assert pylock.preferences(lock) == {"corp-paper": Version("1.1")}
    found = taken(text, extras=["gift"])
    assert [(each.name, each.file.url, each.source is not None) for each in found] == [
        ("corp-paper", f"https://files.example.com/x/{WHEEL}", False),
        ("corp-stamp", "file:///home/me/project/w/corp_stamp-1-py3-none-any.whl", True),
    ]


def test_trees_are_written_as_they_are_found():
    commit = Git("https://host/a.git", COMMIT, "b")
    pinned = [
        Pinned(name=normalize("a"), tree=commit, requested_revision="main"),
        Pinned(name=normalize("b"), tree=Folder("/home/me/project/b", is_editable=True)),
        Pinned(name=normalize("c"), tree=Git("file:///home/me/project/c", COMMIT)),
    ]
    entries = [package_of(each, HERE) for each in pinned]
    lock = Pylock(lock_version=Version("1.0"), created_by="unlatch", packages=entries)
    told = tomllib.loads(pylock.text(lock))["packages"]
    assert told[0]["vcs"] == {
        "type": "git",
        "url": "https://host/a.git",
        "requested-revision": "main",
        "commit-id": COMMIT,
        "subdirectory": "b",
    }
    assert told[1]["directory"] == {"path": "b", "editable": True}
    assert told[2]["vcs"] == {"type": "git", "path": "c", "commit-id": COMMIT}
    assert [each.source for each in taken(pylock.text(lock))] == [
        commit,
        Folder("/home/me/project/b", is_editable=True),
        Git("file:///home/me/project/c", COMMIT),
    ]


def test_files_that_were_exchanged_are_found():
    before = pylock.parse((HEAD + entry() + entry(name="a").replace(WHEEL, "a-1.1-py3-none-any.whl")).encode(), "x")
    after = pylock.parse(
        (HEAD + entry().replace(A, B) + entry(name="b").replace(WHEEL, "b-1.1-py3-none-any.whl")).encode(), "x"
    )
    assert pylock.exchanged(before, after) == [WHEEL]
    assert pylock.exchanged(before, before) == []
