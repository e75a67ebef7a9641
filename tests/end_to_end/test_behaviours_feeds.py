"""Several feeds on one host: each has its own credentials, and nothing crosses from one to another."""

from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.nginx import Nginx, Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import wheel

BOTH = {"corp-apple": "1.0", "corp-pear": "1.0"}
SUBPROCESS = ("--keyring-provider", "subprocess")


def write_feeds(root: Path, first: str = "a", second: str = "b", *, files_at: str | None = None) -> Path:
    """Write two feeds: the first has corp-apple, which needs corp-pear, which the second has."""
    apple, pear = wheel("corp-apple", "1.0", requires=["corp-pear"]), wheel("corp-pear", "1.0")
    for feed, file in ((first, apple), (second, pear)):
        write_index(root, [file], pages=f"{feed}/simple/", files_at=files_at or f"{feed}/files/")
    return root


def refused(nginx: Nginx) -> list[tuple[str, int, str]]:
    return [(seen.path, seen.status, seen.user) for seen in nginx.requests() if seen.status in {401, 403}]


@pytest.mark.parametrize("provider", ["subprocess", "import"])
def test_two_feeds_of_one_host_with_one_user_and_two_passwords_in_keyring(
    provider: str, serve: Serve, tmp_path: Path, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    first, second = desk.leaks.watch("the first word", "u"), desk.leaks.watch("the second word", "u")
    nginx = serve(Site("feeds", write_feeds(tmp_path / "feeds"), {"/a/": {"u": first}, "/b/": {"u": second}}))
    urls = {feed: f"{nginx.url('feeds')}/{feed}/simple/" for feed in "ab"}
    keyring.remember(urls["a"], "u", first)
    keyring.remember(urls["b"], "u", second)
    indexes = [f"{nginx.url('feeds', 'u')}/{feed}/simple/" for feed in "ab"]
    options = ("--keyring-provider", provider, "--index", indexes[0], "--default-index", indexes[1])
    desk.unlatch("install", *options, "corp-apple").succeeded()
    assert venv.installed() == BOTH
    assert refused(nginx) == []
    if provider == "subprocess":
        authority = nginx.authority("feeds")
        expected = [*((url, "u") for url in urls.values()), (authority, "u"), (authority, "u")]
        services = [tuple(call[call.index("get") + 1 :]) for call in keyring.calls()]
        # The question for the host is ended, perhaps unheard, when the URL has the answer.
        left = Counter(expected) - Counter(services)
        assert Counter(services) <= Counter(expected), "each feed is looked up once, by its URL and by its host"
        assert set(left) <= {(authority, "u")}


def test_an_entry_for_the_host_does_not_take_the_place_of_a_feed_s_own(
    serve: Serve, tmp_path: Path, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    first, second = desk.leaks.watch("the first word", "u"), desk.leaks.watch("the second word", "u")
    nginx = serve(Site("feeds", write_feeds(tmp_path / "feeds"), {"/a/": {"u": first}, "/b/": {"u": second}}))
    keyring.remember(nginx.authority("feeds"), "u", first)
    keyring.remember(f"{nginx.url('feeds')}/b/simple/", "u", second)
    indexes = [f"{nginx.url('feeds', 'u')}/{feed}/simple/" for feed in "ab"]
    for number in range(2):
        # What the first run has learned about the names does not change the second one's answers.
        options = (*SUBPROCESS, "--index", indexes[0], "--default-index", indexes[1], "--refresh")
        desk.unlatch("install", *options, "--target", f"there-{number}", "corp-apple").succeeded()
    assert refused(nginx) == []


def test_two_feeds_of_one_host_with_their_passwords_in_the_environment(
    serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    first, second = desk.leaks.watch("the first word", "u"), desk.leaks.watch("the second word", "u")
    nginx = serve(Site("feeds", write_feeds(tmp_path / "feeds"), {"/a/": {"u": first}, "/b/": {"u": second}}))
    environment = {
        "UNLATCH_INDEX_ONE_USERNAME": "u",
        "UNLATCH_INDEX_ONE_PASSWORD": first,
        "UNLATCH_INDEX_TWO_USERNAME": "u",
        "UNLATCH_INDEX_TWO_PASSWORD": second,
    }
    root = nginx.url("feeds")
    options = ("--index", f"one={root}/a/simple/", "--default-index", f"two={root}/b/simple/")
    desk.unlatch("install", *options, "corp-apple", env=environment).succeeded()
    assert venv.installed() == BOTH
    assert refused(nginx) == []


@pytest.mark.parametrize("is_first", [True, False], ids=["the root asked first", "the team asked first"])
def test_nested_index_roots_have_their_own_credentials(
    is_first: bool, serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    root = tmp_path / "feeds"
    write_index(root, [wheel("corp-apple", "1.0", requires=["corp-pear"])], files_at="simple/files/")
    write_index(root, [wheel("corp-pear", "1.0")], pages="team/simple/", files_at="team/simple/files/")
    ours, theirs = desk.leaks.watch("the root's word", "u"), desk.leaks.watch("the team's word", "u")
    nginx = serve(Site("feeds", root, {"/simple/": {"u": ours}, "/team/simple/": {"u": theirs}}))
    indexes = [
        f"{nginx.url('feeds', userinfo('u', ours))}/simple/",
        f"{nginx.url('feeds', userinfo('u', theirs))}/team/simple/",
    ]
    first, second = indexes if is_first else reversed(indexes)
    desk.unlatch("install", "--index", first, "--default-index", second, "corp-apple").succeeded()
    assert venv.installed() == BOTH
    assert refused(nginx) == []


def test_a_direct_url_belongs_to_the_index_with_the_longest_prefix_in_whole_segments(
    serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    root = tmp_path / "feeds"
    for place in ("simple/files/", "simple/team/files/", "simple/teamwork/files/"):
        name = place.split("/")[-3]
        write_index(root, [wheel(f"corp-{name}", "1.0")], pages=f"{place}pages/", files_at=place)
    ours, theirs = desk.leaks.watch("the root's word", "root"), desk.leaks.watch("the team's word", "team")
    users = {"/simple/": {"root": ours}, "/simple/team/": {"team": theirs}, "/simple/teamwork/": {"root": ours}}
    nginx = serve(Site("feeds", root, users))
    options = (
        "--index",
        f"{nginx.url('feeds', userinfo('root', ours))}/simple/",
        "--default-index",
        f"{nginx.url('feeds', userinfo('team', theirs))}/simple/team/",
    )
    urls = [
        f"{nginx.url('feeds')}/{place}/files/corp_{place.rpartition('/')[2]}-1.0-py3-none-any.whl"
        for place in ("simple", "simple/team", "simple/teamwork")
    ]
    desk.unlatch("install", *options, *urls).succeeded()
    assert venv.installed() == {"corp-simple": "1.0", "corp-team": "1.0", "corp-teamwork": "1.0"}
    assert refused(nginx) == []


def test_files_of_two_feeds_on_one_shared_path_are_asked_for_by_the_user_of_their_own_feed(
    serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    words = {name: desk.leaks.watch(f"{name}'s word", name) for name in ("ann", "bob")}
    root = write_feeds(tmp_path / "feeds", files_at="shared/files/")
    doors = {"/a/": {"ann": words["ann"]}, "/b/": {"bob": words["bob"]}, "/shared/": words}
    nginx = serve(Site("feeds", root, doors))
    indexes = [f"{nginx.url('feeds', userinfo(name, words[name]))}" for name in ("ann", "bob")]
    options = ("--index", f"{indexes[0]}/a/simple/", "--default-index", f"{indexes[1]}/b/simple/")
    desk.unlatch("install", *options, "corp-apple").succeeded()
    assert venv.installed() == BOTH
    assert refused(nginx) == []
    files = {(seen.path.partition("_")[2][:5], seen.user) for seen in nginx.requests() if "/shared/" in seen.path}
    assert files == {("apple", "ann"), ("pear-", "bob")}


@pytest.mark.parametrize("is_open_first", [True, False], ids=["the open feed first", "the closed feed first"])
def test_a_feed_without_credentials_beside_one_with_them_on_one_host(
    is_open_first: bool, serve: Serve, tmp_path: Path, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    word = desk.leaks.watch("the closed feed's word", "u")
    nginx = serve(Site("feeds", write_feeds(tmp_path / "feeds", "open", "closed"), {"/closed/": {"u": word}}))
    keyring.remember(f"{nginx.url('feeds')}/closed/simple/", "u", word)
    indexes = [f"{nginx.url('feeds')}/open/simple/", f"{nginx.url('feeds', 'u')}/closed/simple/"]
    first, second = indexes if is_open_first else reversed(indexes)
    desk.unlatch("install", *SUBPROCESS, "--index", first, "--default-index", second, "corp-apple").succeeded()
    assert venv.installed() == BOTH
    assert refused(nginx) == []
    carried = {(seen.path.split("/")[1], seen.had_authorization) for seen in nginx.requests()}
    assert carried == {("open", False), ("closed", True)}
    services = {service for service, _ in keyring.asked()}
    closed = f"{nginx.url('feeds')}/closed/simple/"
    assert {closed} <= services <= {closed, nginx.authority("feeds")}


def test_an_open_feed_whose_files_are_behind_another_feed_s_door_does_not_borrow_its_key(
    serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    word = desk.leaks.watch("the closed feed's word", "u")
    root = tmp_path / "feeds"
    write_index(root, [wheel("corp-apple", "1.0")], pages="open/simple/", files_at="closed/files/")
    write_index(root, [wheel("corp-pear", "1.0")], pages="closed/simple/", files_at="closed/files/")
    nginx = serve(Site("feeds", root, {"/closed/": {"u": word}}))
    closed = f"{nginx.url('feeds', userinfo('u', word))}/closed/simple/"
    options = ("--default-index", f"{nginx.url('feeds')}/open/simple/", "--index", closed)
    failed = desk.unlatch("install", *options, "corp-apple").failed(10)
    assert f"{nginx.url('feeds')}/open/simple/" in failed.stderr
    assert {seen.had_authorization for seen in nginx.requests() if "corp_apple" in seen.path} == {False}
    assert venv.installed() == {}
