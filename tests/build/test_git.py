"""Repositories, as git itself serves them: from this machine, and over HTTP behind Basic authentication."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.build.repositories import NOBODY, Repository, git
from tests.doubles.git_server import GitServer
from unlatch.build.git import Repositories
from unlatch.build.git_command import GitCommand
from unlatch.build.workshop import Workshop
from unlatch.model.credentials import Secret, Userinfo
from unlatch.model.errors import (
    ConfigurationError,
    CredentialsRefused,
    NetworkError,
    NoCredentials,
    NotFound,
    UnlatchError,
)
from unlatch.model.events import Event, Warned
from unlatch.model.source import Git

PROGRAM = shutil.which("git") or ""
pytestmark = pytest.mark.skipif(not PROGRAM, reason="git is not installed")

STRANGER = Userinfo()
ANN = Userinfo("ann", Secret("s3cret/ä"))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with a first release, and something newer on a branch and a tag of one name."""
    repository = Repository(tmp_path / "origin" / "demo")
    repository.commit(demo_py="1", sub__pyproject_toml="[project]")
    git(repository.folder, "tag", "--annotate", "--message=first", "v1")
    git(repository.folder, "tag", "both")
    git(repository.folder, "checkout", "--quiet", "-b", "both")
    repository.commit(demo_py="2")
    git(repository.folder, "checkout", "--quiet", "main")
    repository.commit(demo_py="3")
    git(repository.folder, "update-ref", "refs/pull/7/head", "refs/heads/both")
    return repository


class Place:
    """Where repositories are used: the mirrors' folder, what was told, and a home for git."""

    def __init__(self, folder: Path) -> None:
        self.mirrors = folder / "mirrors"
        self.mirrors.mkdir()
        self.home = folder / "home"
        self.home.mkdir()
        self.events: list[Event] = []
        self._folder = folder
        self._count = 0

    def repositories(self, program: str = PROGRAM, **more: object) -> Repositories:
        environ = {**NOBODY, "HOME": str(self.home), "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig")}
        more = {"environ": environ, "limit": 60.0, **more}
        return Repositories(
            GitCommand(program=program, workshop=Workshop(), **more),  # type: ignore[arg-type]
            self.place_of,
            self.events.append,
        )

    def place_of(self, url: str) -> Path:
        folder = self.mirrors / "".join(filter(str.isalnum, url))
        folder.mkdir(exist_ok=True)
        return folder

    def check_out(self, url: str, revision: str | None, userinfo: Userinfo = STRANGER, **more: object) -> Path:
        repositories, source = self.repositories(**more), Git(url, revision)
        self._count += 1
        folder = self._folder / f"checkout-{self._count}"
        repositories.check_out(source, repositories.commit_of(source, userinfo), userinfo, folder)
        return folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def served(repository: Repository) -> Iterator[Callable[..., GitServer]]:
    servers: list[GitServer] = []

    def serve(**users: str) -> GitServer:
        servers.append(GitServer(repository.folder.parent, users).__enter__())
        return servers[-1]

    yield serve
    for server in servers:
        server.__exit__()


@pytest.mark.parametrize(
    ("revision", "text"),
    [(None, "3"), ("main", "3"), ("v1", "1"), ("both", "2"), ("refs/tags/both", "1"), ("refs/pull/7/head", "2")],
)
def test_a_revision_is_a_branch_a_tag_or_a_ref(
    revision: str | None, text: str, repository: Repository, place: Place
) -> None:
    folder = place.check_out(repository.url, revision)
    assert (folder / "demo.py").read_text() == text


def test_a_commit_whole_and_in_part(repository: Repository, place: Place) -> None:
    commit = git(repository.folder, "rev-parse", "v1^{commit}")
    for revision in (commit, commit.upper(), commit[:8]):
        source = Git(repository.url, revision)
        assert place.repositories().commit_of(source, Userinfo()) == commit
        assert (place.check_out(repository.url, revision) / "demo.py").read_text() == "1"


def test_a_version_can_be_told_from_the_history(repository: Repository, place: Place) -> None:
    folder = place.check_out(repository.url, "main")
    assert git(folder, "describe", "--tags", "--match=v*").startswith("v1-1-g")
    assert git(folder, "status", "--porcelain") == ""


def test_what_the_mirror_has_is_not_fetched_again(
    repository: Repository, place: Place, served: Callable[..., GitServer]
) -> None:
    server = served()
    commit = git(repository.folder, "rev-parse", "main")
    url = f"http://{server.authority}/demo"
    place.check_out(url, commit)
    asked = len(server.asked)
    place.check_out(url, commit)
    assert len(server.asked) == asked
    repository.commit(demo_py="4")
    assert (place.check_out(url, "main") / "demo.py").read_text() == "4"


def test_a_server_that_gives_no_single_commits_gives_all(
    repository: Repository, place: Place, served: Callable[..., GitServer]
) -> None:
    for name in ("allowAnySHA1InWant", "allowFilter"):
        git(repository.folder, "config", f"uploadpack.{name}", "false")
    old = git(repository.folder, "rev-parse", "v1^{commit}")
    url = f"http://{served().authority}/demo"
    (place.home / "gitconfig").write_text("[protocol]\n\tversion = 0\n")
    assert (place.check_out(url, old) / "demo.py").read_text() == "1"
    with pytest.raises(NotFound, match=rf"has no commit {'0' * 40}$"):
        place.check_out(url, "0" * 40)


@pytest.mark.parametrize("revision", ["nowhere", "feedbeef", "refs/heads/nowhere", "main~1"])
def test_a_revision_that_does_not_exist(revision: str, repository: Repository, place: Place) -> None:
    with pytest.raises(NotFound, match=rf"/demo has no branch, tag or commit {revision}$"):
        place.check_out(repository.url, revision)


def test_a_subdirectory_that_does_not_exist(repository: Repository, place: Place, tmp_path: Path) -> None:
    repositories = place.repositories()
    for subdirectory, is_there in (("sub", True), ("nowhere", False)):
        source = Git(repository.url, "main", subdirectory)
        commit = repositories.commit_of(source, Userinfo())
        if is_there:
            repositories.check_out(source, commit, Userinfo(), tmp_path / subdirectory)
        else:
            with pytest.raises(NotFound, match=r"has no folder nowhere at [0-9a-f]{12}$"):
                repositories.check_out(source, commit, Userinfo(), tmp_path / subdirectory)


def test_submodules_come_along(repository: Repository, place: Place, tmp_path: Path) -> None:
    module = Repository(tmp_path / "origin" / "module")
    module.commit(module_py="m")
    git(repository.folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "module")
    repository.commit()
    folder = place.check_out(repository.url, "main")
    assert (folder / "module" / "module.py").read_text() == "m"


def test_a_submodule_cannot_run_a_command(
    repository: Repository, place: Place, tmp_path: Path, served: Callable[..., GitServer]
) -> None:
    module = Repository(tmp_path / "origin" / "module")
    module.commit(module_py="m")
    git(repository.folder, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module", "module")
    ran = tmp_path / "ran"
    (repository.folder / ".gitmodules").write_text(
        f'[submodule "module"]\n\tpath = module\n\turl = ext::sh -c "touch {ran}"\n'
    )
    repository.commit()
    with pytest.raises(UnlatchError) as caught:
        place.check_out(f"http://{served().authority}/demo", "main")
    assert "transport 'ext' not allowed" in " ".join(caught.value.details)
    assert not ran.exists()


@pytest.mark.parametrize(
    "url", ["ssh://-oProxyCommand=touch ran/x", "ext::sh -c 'touch ran'", "git://localhost/x", "-x"]
)
def test_a_url_runs_no_command(url: str, place: Place) -> None:
    with pytest.raises(UnlatchError):
        place.check_out(url, "main")
    assert not list(place.mirrors.rglob("ran"))


def test_the_hooks_of_the_user_do_not_run(repository: Repository, place: Place, tmp_path: Path) -> None:
    hooks, ran = tmp_path / "hooks", tmp_path / "ran"
    hooks.mkdir()
    (hooks / "post-checkout").write_text(f"#!/bin/sh\ntouch {ran}\n")
    (hooks / "post-checkout").chmod(0o755)
    (place.home / "gitconfig").write_text(f"[core]\n\thooksPath = {hooks}\n")
    place.check_out(repository.url, "main")
    assert not ran.exists()


class TestCredentials:
    def test_a_password_in_the_url_reaches_the_server_and_nothing_else(
        self, repository: Repository, place: Place, served: Callable[..., GitServer], tmp_path: Path
    ) -> None:
        server = served(ann="s3cret/ä")
        place.check_out(f"http://{server.authority}/demo", "v1", ANN)
        assert {asked.user for asked in server.asked} == {"ann"}
        assert {asked.status for asked in server.asked} == {200}
        for path in tmp_path.rglob("*"):
            if path.is_file() and not path.is_relative_to(repository.folder):
                assert b"s3cret" not in path.read_bytes()
                assert b"YW5uOnMz" not in path.read_bytes()
        assert "s3cret" not in repr(place.events)

    def test_a_helper_of_gits_is_asked(self, place: Place, served: Callable[..., GitServer]) -> None:
        server = served(ann="word")
        (place.home / "gitconfig").write_text(
            '[credential]\n\thelper = "!f() { echo username=ann; echo password=word; }; f"\n'
        )
        place.check_out(f"http://{server.authority}/demo", "v1")
        assert server.asked[-1].user == "ann"

    def test_a_helper_is_asked_for_the_user_in_the_url(self, place: Place, served: Callable[..., GitServer]) -> None:
        server = served(bob="word")
        (place.home / "gitconfig").write_text('[credential]\n\thelper = "!f() { cat >&2; echo password=word; }; f"\n')
        place.check_out(f"http://{server.authority}/demo", "v1", Userinfo("bob"))
        assert server.asked[-1].user == "bob"

    def test_a_token_alone_is_the_user(self, place: Place, served: Callable[..., GitServer]) -> None:
        token = "ghp_0123456789abcdef0123456789abcdef0123"
        server = served(**{token: ""})
        place.check_out(f"http://{server.authority}/demo", "v1", Userinfo(token))
        assert server.asked[0].status == 200

    def test_a_stranger_is_told(self, place: Place, served: Callable[..., GitServer]) -> None:
        server = served(ann="word")
        with pytest.raises(NoCredentials, match=r"wants credentials, and git has none$") as caught:
            place.check_out(f"http://{server.authority}/demo", "v1")
        assert caught.value.hint == f"git ls-remote http://{server.authority}/demo"

    def test_a_wrong_password_is_told_without_it(self, place: Place, served: Callable[..., GitServer]) -> None:
        server = served(ann="word")
        (place.home / "gitconfig").write_text(
            '[credential]\n\thelper = "!f() { echo username=a; echo password=no; }; f"\n'
        )
        with pytest.raises(CredentialsRefused) as caught:
            place.check_out(f"http://{server.authority}/demo", "v1", ANN)
        assert "s3cret" not in f"{caught.value} {caught.value.details}"

    def test_no_password_travels_in_clear(self, place: Place) -> None:
        with pytest.raises(ConfigurationError, match=r"the password in the URL of http://far\.example/x would travel"):
            place.check_out("http://far.example/x", "v1", ANN)

    @pytest.mark.parametrize("mention", ["https://user:s3cret@host/x", "https://s3cret@host/x"])
    def test_what_git_says_is_masked(self, mention: str) -> None:
        from unlatch.build.git_command import GitFailed

        failed = GitFailed(f"fatal: unable to access '{mention}/': \x1b[31mno")
        told = GitCommand(program="git", workshop=Workshop(), environ={}).failure(failed, "https://host/x")
        assert told.details == (r"git: fatal: unable to access 'https://…@host/x/': \x1b[31mno",)


def test_a_repository_that_is_not_there(place: Place, served: Callable[..., GitServer], tmp_path: Path) -> None:
    for url in (f"http://{served().authority}/nowhere", (tmp_path / "nowhere").as_uri()):
        with pytest.raises(NotFound, match=r"/nowhere is not there, or not for you$"):
            place.check_out(url, "v1")


def test_offline_only_what_the_mirror_has(
    place: Place, served: Callable[..., GitServer], repository: Repository
) -> None:
    url = f"http://{served().authority}/demo"
    commit = git(repository.folder, "rev-parse", "main")
    with pytest.raises(NetworkError, match=r"stay offline$"):
        place.check_out(url, commit, is_offline=True)
    place.check_out(url, commit)
    assert (place.check_out(url, commit, is_offline=True) / "demo.py").read_text() == "3"
    with pytest.raises(NetworkError, match=r"stay offline$"):
        place.check_out(url, "main", is_offline=True)


def test_a_git_that_does_not_end_is_ended(place: Place, tmp_path: Path) -> None:
    program = tmp_path / "slow-git"
    program.write_text("#!/bin/sh\nsleep 600 &\nwait\n")
    program.chmod(0o755)
    with pytest.raises(NetworkError, match=r"git did not end within 0\.2 seconds at https://host/x$"):
        place.check_out("https://host/x", "v1", program=str(program), limit=0.2)


def test_a_mirror_in_disorder_is_made_anew(repository: Repository, place: Place) -> None:
    place.check_out(repository.url, "v1")
    (mirror,) = place.mirrors.glob("*/mirror")
    (mirror / "config.lock").touch()
    assert (place.check_out(repository.url, "main") / "demo.py").read_text() == "3"
    shutil.rmtree(mirror / "objects")
    (mirror / "HEAD").unlink()
    assert (place.check_out(repository.url, "main") / "demo.py").read_text() == "3"


@pytest.fixture
def large(repository: Repository) -> Repository:
    """The repository with a file whose content lies in Git LFS."""
    (repository.folder / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (repository.folder / "large.bin").write_text("large")
    return repository


def test_pointers_of_lfs_are_told(large: Repository, place: Place) -> None:
    large.commit()
    place.check_out(large.url, "main")
    assert [event.message for event in place.events if isinstance(event, Warned)] == [
        f"{large.url} keeps files in Git LFS, and without git-lfs they are pointers only"
    ]


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_what_lies_in_lfs_is_fetched(large: Repository, place: Place) -> None:
    git(large.folder, "lfs", "install", "--local")
    large.commit()
    assert "oid sha256:" in git(large.folder, "show", "HEAD:large.bin")
    folder = place.check_out(large.url, "main", has_lfs=True)
    assert (folder / "large.bin").read_text() == "large"
    assert place.events == [event for event in place.events if not isinstance(event, Warned)]


def test_two_at_once_share_a_mirror(repository: Repository, place: Place) -> None:
    from concurrent.futures import ThreadPoolExecutor

    repositories = place.repositories()

    def take(number: int) -> str:
        source, folder = Git(repository.url, ["main", "v1", "both"][number % 3]), place.home / str(number)
        repositories.check_out(source, repositories.commit_of(source, Userinfo()), Userinfo(), folder)
        return (folder / "demo.py").read_text()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(take, range(6))) == ["3", "1", "2"] * 2


def test_the_environment_that_git_gets() -> None:
    environ = {
        "GIT_DIR": "/elsewhere/.git",
        "GIT_INDEX_FILE": "x",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "a.b",
        "GIT_CONFIG_VALUE_0": "c",
        "GIT_ALLOW_PROTOCOL": "ext",
        "GIT_ASKPASS": "/bin/answer",
    }
    command = GitCommand(
        program="git",
        workshop=Workshop(),
        environ=environ,
        certificates=Path("/ca.pem"),
        proxy="http://proxy:3128",
        insecure_hosts=frozenset({"host:8443"}),
    )
    told = command.environment("https://host:8443/x", ANN)
    assert "GIT_DIR" not in told
    assert "GIT_INDEX_FILE" not in told
    assert told["GIT_ALLOW_PROTOCOL"] == "https:http:ssh"
    assert told["GIT_ASKPASS"] == "/bin/answer"
    assert told["GIT_TERMINAL_PROMPT"] == "0"
    assert told["GIT_SSL_CAINFO"] == "/ca.pem"
    count = int(told["GIT_CONFIG_COUNT"])
    configured = {told[f"GIT_CONFIG_KEY_{number}"]: told[f"GIT_CONFIG_VALUE_{number}"] for number in range(count)}
    assert configured["a.b"] == "c"
    assert configured["http.proxy"] == "http://proxy:3128"
    assert configured["http.https://host:8443/.sslVerify"] == "false"
    assert configured["http.https://host:8443/.extraHeader"].startswith("Authorization: Basic ")
    assert (
        GitCommand(program="git", workshop=Workshop(), environ={}).environment("file:///x", Userinfo())["GIT_ASKPASS"]
        == ""
    )
    with_person = GitCommand(program="git", workshop=Workshop(), environ={}, has_person=True).environment(
        "https://host/x", Userinfo()
    )
    assert "GIT_TERMINAL_PROMPT" not in with_person
