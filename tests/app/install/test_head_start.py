"""Whom a head start goes to, and when there is none: it must never ask an index that the run would not have asked."""

import socket
from pathlib import Path

import pytest

from tests.doubles.http_server import HttpServer
from tests.doubles.transport import FakeAnswer
from unlatch.app.install.head_start import set_out
from unlatch.app.wiring.parts import Parts
from unlatch.cache.store import Bucket
from unlatch.index.keys import page_key
from unlatch.model.events import ignore
from unlatch.model.frozen import replace
from unlatch.model.index import Index
from unlatch.settings import IndexPin, Settings


@pytest.fixture
def server():
    with HttpServer(lambda _: FakeAnswer(404)) as server:
        yield server


@pytest.fixture
def settings(tmp_path, server):
    index = Index(f"{server.url}/simple/")
    return Settings(
        indexes=(index,), working_folder=tmp_path, cache_dir=tmp_path / "cache", requirements=("corp-parcel",)
    )


@pytest.fixture
def python(tmp_path):
    """The Python of an environment that has corp-paper."""
    (tmp_path / "venv/lib/python3.11/site-packages/corp_paper-1.0.dist-info").mkdir(parents=True)
    return str(tmp_path / "venv/bin/python")


def sets_out(settings: Settings, python: str) -> bool:
    with Parts(settings, ignore) as parts:
        begun = set_out(parts, python)
        if begun is not None:
            begun.go_on()
            begun.looking_up.join()
        return begun is not None


@pytest.mark.parametrize(
    "requirements",
    [
        ("corp-parcel",),
        ("Corp.Parcel",),
        ("corp-parcel[all]",),
        ("corp-parcel >= 1, < 2",),
        ("corp-paper", "corp-parcel"),
    ],
    ids=str,
)
def test_it_is_for_what_is_not_there(settings, python, requirements):
    assert sets_out(replace(settings, requirements=requirements), python)


@pytest.mark.parametrize(
    "requirements",
    [
        ("corp-paper",),
        ("corp_paper>=1",),
        ("corp-parcel; sys_platform == 'win32'",),
        ("corp-parcel @ https://elsewhere.example/corp_parcel-1-py3-none-any.whl",),
        ("./corp_parcel-1-py3-none-any.whl",),
        ("corp_parcel-1-py3-none-any.whl",),
        (),
    ],
    ids=str,
)
def test_there_is_none_for_what_may_be_there_or_may_come_from_elsewhere(settings, python, requirements):
    assert not sets_out(replace(settings, requirements=requirements), python)


@pytest.mark.parametrize(
    "change",
    [
        {"offline": True},
        {"in_user_site": True},
        {"indexes": ()},
        {"indexes": (Index("file:///simple/"),)},
        {"find_links": (Index("file:///wheels"),)},
    ],
    ids=str,
)
def test_there_is_none_where_another_place_may_do(settings, python, change):
    assert not sets_out(replace(settings, **change), python)


def test_there_is_none_where_the_page_is_kept(settings, python):
    (index,) = settings.indexes
    with Parts(settings, ignore) as parts:
        parts.cache.write(Bucket.PAGES, page_key(index, index.project_url("corp-parcel")), b"kept")
    assert not sets_out(settings, python)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("corp-parcel==1 \\\n    --hash=sha256:00  # one\n", True),
        ("corp-paper\n# nothing\n\n", False),
        ("-i https://elsewhere.example/simple/\ncorp-parcel\n", False),
        ("-r more.txt\ncorp-parcel\n", False),
    ],
)
def test_a_file_counts_unless_it_may_name_other_indexes(settings, python, tmp_path, text, expected):
    (tmp_path / "wanted.txt").write_text(text)
    from_file = replace(settings, requirements=(), requirement_files=("wanted.txt",))
    assert sets_out(from_file, python) is expected


def test_a_lock_names_its_own_indexes(settings, python, tmp_path):
    (tmp_path / "pylock.toml").write_text("corp-parcel\n")
    assert not sets_out(replace(settings, requirements=(), requirement_files=("pylock.toml",)), python)


def test_a_file_that_cannot_be_read_is_somebody_elses_error(settings, python):
    assert not sets_out(replace(settings, requirement_files=("missing.txt",)), python)


def test_the_first_page_is_asked_for_ahead_and_once(settings, python, server):
    (index,) = settings.indexes
    with Parts(settings, ignore) as parts:
        begun = set_out(parts, python)
        assert begun is not None
        begun.go_on()
        assert parts.pages.read(index, index.project_url("corp-parcel"), "corp-parcel") is None
        assert [request.url for request in server.requests] == [f"{index.url}corp-parcel/"]


def test_no_more_pages_are_asked_for_than_can_be_at_once(settings, python):
    names = tuple(f"corp-{number}" for number in range(40))
    with Parts(replace(settings, requirements=names, concurrency=3), ignore) as parts:
        begun = set_out(parts, python)
        assert begun is not None
        assert len(begun.projects) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"constraint_files": ("constraints.txt",)},
        {"exclude_files": ("excluded.txt",)},
        {"pinned_packages": (IndexPin("corp-parcel", "other"),)},
        {"refresh": True},
        {"refresh_packages": ("corp-parcel",)},
    ],
    ids=str,
)
def test_no_page_is_asked_for_ahead_that_something_may_have_a_say_in(settings, python, server, change):
    with Parts(replace(settings, **change), ignore) as parts:
        begun = set_out(parts, python)
        assert begun is not None
        begun.go_on()
        begun.looking_up.join()
        assert begun.projects == []
        assert server.requests == []


def test_where_there_is_a_proxy_it_is_the_proxy_that_connections_go_to(settings, python, server):
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        with Parts(replace(settings, proxy=address), ignore) as parts:
            assert set_out(parts, python) is not None
            proxy.accept()[0].close()
    assert server.requests == []


def test_a_target_folder_is_looked_into(settings, python, tmp_path):
    (tmp_path / "target/corp_parcel-1.0.dist-info").mkdir(parents=True)
    assert not sets_out(replace(settings, target_folder=Path(tmp_path / "target")), python)
    assert sets_out(replace(settings, target_folder=Path(tmp_path / "other")), python)
