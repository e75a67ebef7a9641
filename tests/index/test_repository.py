"""Several indexes as one: who is asked, in which order, and who never hears of a name."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.doubles.client import FakeClient
from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import make_wheel, metadata
from unlatch.cache.store import Cache
from unlatch.index.repository import Repository, Strategy
from unlatch.model.distribution import Statement
from unlatch.model.errors import NetworkError, NoCredentials, NotFound
from unlatch.model.index import Index, Kind

PRIVATE = Index("https://private.example.com/simple/", "private")
PUBLIC = Index("https://public.example.com/simple/", "public")
LINKS = Index("https://links.example.com/all.html", kind=Kind.FLAT)


def page(*filenames):
    links = "".join(f'<a href="../../files/{filename}" data-core-metadata="true">x</a>' for filename in filenames)
    return FakeAnswer(headers={"Content-Type": "text/html"}, body=links.encode())


class Later:
    """A pool whose work is done when it is told to, in one thread."""

    def __init__(self):
        self.waiting = []

    def submit(self, work, /):
        self.waiting.append(work)

    def work(self):
        while self.waiting:
            self.waiting.pop(0)()


class Set:
    """A repository over routes, with a cache of its own."""

    def __init__(self, routes, *indexes, **options):
        self.client = FakeClient(routes)
        self.pool = options.pop("pool", None) or Later()
        self.repository = Repository(self.client, Cache(None), indexes, pool=self.pool, **options)

    def versions(self, name="demo"):
        project = self.repository.project(name)
        return project and [(str(release.version), release.index.name) for release in project.releases]


def test_the_first_index_that_has_a_name_answers_for_it():
    routes = {f"{PRIVATE.url}demo/": page("demo-1.0.zip"), f"{PUBLIC.url}demo/": page("demo-9.0.zip")}
    given = Set(routes, PRIVATE, PUBLIC)
    assert given.versions() == [("1.0", "private")]
    assert given.client.urls == [f"{PRIVATE.url}demo/"]


def test_indexes_are_asked_in_the_order_in_which_they_are_given():
    given = Set({f"{PRIVATE.url}demo/": page("demo-1.0.zip")}, PUBLIC, PRIVATE)
    assert given.versions() == [("1.0", "private")]
    assert [asked.index for asked in given.client.asked] == [PUBLIC, PRIVATE]


def test_an_index_whose_page_is_empty_has_the_name_all_the_same():
    routes = {f"{PRIVATE.url}demo/": page(), f"{PUBLIC.url}demo/": page("demo-9.0.zip")}
    assert Set(routes, PRIVATE, PUBLIC).versions() == []


def test_a_name_that_no_index_has_is_none():
    given = Set({}, PRIVATE, PUBLIC)
    assert given.versions() is None
    assert len(given.client.asked) == 2


@pytest.mark.parametrize("error", [NoCredentials("closed", index="private"), NetworkError("no answer")])
@pytest.mark.parametrize("strategy", Strategy)
def test_an_index_that_gives_no_answer_ends_the_search(error, strategy):
    given = Set({f"{PRIVATE.url}demo/": error}, PRIVATE, PUBLIC, strategy=strategy)
    for _ in range(2):
        with pytest.raises(type(error)):
            given.versions()
    assert [asked.index for asked in given.client.asked] == [PRIVATE]


def test_explicit_indexes_are_not_asked():
    explicit = Index(PRIVATE.url, "private", explicit=True)
    given = Set({f"{PUBLIC.url}demo/": page("demo-9.0.zip")}, explicit, PUBLIC)
    assert given.versions() == [("9.0", "public")]
    assert [asked.index for asked in given.client.asked] == [PUBLIC]


def test_best_match_puts_all_indexes_together():
    routes = {
        f"{PRIVATE.url}demo/": page("demo-1.0.zip", "demo-3.0.zip"),
        f"{PUBLIC.url}demo/": page("demo-3.0.zip", "demo-9.0.zip"),
    }
    given = Set(routes, PRIVATE, PUBLIC, strategy=Strategy.UNSAFE_BEST_MATCH)
    assert given.versions() == [("9.0", "public"), ("3.0", "private"), ("3.0", "public"), ("1.0", "private")]


def test_every_page_is_asked_for_once_in_a_run():
    given = Set({f"{PRIVATE.url}demo/": page("demo-1.0.zip")}, PRIVATE)
    given.repository.expect(["demo", "demo"])
    first = given.repository.project("demo")
    given.repository.expect(["demo"])
    given.pool.work()
    assert given.repository.project("demo") is first
    assert len(given.client.asked) == 1


@pytest.mark.parametrize("strategy", Strategy)
def test_what_is_expected_is_ready_when_it_is_asked_for(strategy):
    routes = {f"{PRIVATE.url}demo/": page("demo-1.0.zip")}
    given = Set(routes, PRIVATE, strategy=strategy)
    given.repository.expect(["demo", "missing"])
    assert given.client.asked == []
    given.pool.work()
    assert given.client.urls == [f"{PRIVATE.url}demo/", f"{PRIVATE.url}missing/"]
    assert given.versions() == [("1.0", "private")]
    assert given.versions("missing") is None
    assert len(given.client.asked) == 2


def test_what_is_expected_tells_no_later_index():
    routes = {f"{PRIVATE.url}demo/": page("demo-1.0.zip"), f"{PUBLIC.url}demo/": page("demo-9.0.zip")}
    given = Set(routes, PRIVATE, PUBLIC)
    given.repository.expect(["demo"])
    given.pool.work()
    assert [asked.index for asked in given.client.asked] == [PRIVATE]


def test_best_match_expects_all_indexes_at_once():
    given = Set({}, PRIVATE, PUBLIC, strategy=Strategy.UNSAFE_BEST_MATCH)
    given.repository.expect(["demo"])
    assert len(given.pool.waiting) == 2


def test_an_expected_failure_is_raised_when_it_is_asked_for():
    given = Set({f"{PRIVATE.url}demo/": NetworkError("no answer")}, PRIVATE)
    given.repository.expect(["demo"])
    given.pool.work()
    with pytest.raises(NetworkError):
        given.versions()
    assert len(given.client.asked) == 1


def test_many_threads_ask_for_each_page_once():
    names = [f"demo{number}" for number in range(20)]
    routes = {LINKS.url: page(*(f"{name}-1.0.zip" for name in names))}
    with ThreadPoolExecutor(2) as pool:
        given = Set(routes, PRIVATE, find_links=[LINKS], pool=pool)
        given.repository.expect(names)
        found = {}
        askers = [
            threading.Thread(target=lambda name=name: found.update({name: given.versions(name)})) for name in names
        ]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
    assert found == {name: [("1.0", None)] for name in names}
    assert sorted(given.client.urls) == sorted([LINKS.url, *(f"{PRIVATE.url}{name}/" for name in names)])


def test_find_links_are_added_to_what_the_first_index_has():
    routes = {
        LINKS.url: page("demo-2.0.zip", "other-1.0.zip", "demo_tool-1.0.zip"),
        f"{PRIVATE.url}demo/": page("demo-2.0.zip", "demo-1.0.zip"),
        f"{PUBLIC.url}demo/": page("demo-9.0.zip"),
    }
    given = Set(routes, PRIVATE, PUBLIC, find_links=[LINKS])
    assert given.versions() == [("2.0", None), ("2.0", "private"), ("1.0", "private")]


def test_find_links_may_be_all_there_is():
    given = Set({LINKS.url: page("demo-2.0.zip")}, PRIVATE, find_links=[LINKS])
    assert given.versions() == [("2.0", None)]
    assert given.versions("missing") is None
    assert given.client.urls.count(LINKS.url) == 1


def test_a_page_of_links_that_is_not_there_is_told():
    with pytest.raises(NotFound, match=r"links\.example\.com"):
        Set({}, find_links=[LINKS]).versions()


def test_folders_are_indexes_too(tmp_path):
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "demo-2.0.zip").write_text("")
    (tmp_path / "simple" / "demo").mkdir(parents=True)
    (tmp_path / "simple" / "demo" / "demo-1.0.zip").write_text("")
    flat = Index((tmp_path / "flat").as_uri(), kind=Kind.FLAT)
    given = Set({}, Index((tmp_path / "simple").as_uri() + "/", "folder"), PUBLIC, find_links=[flat])
    assert given.versions() == [("2.0", None), ("1.0", "folder")]
    assert given.client.asked == []
    assert given.versions("missing") is None
    assert given.client.urls == [f"{PUBLIC.url}missing/"]


def test_metadata_is_read_once_with_the_index_that_listed_the_file():
    filename, _ = make_wheel("demo", "1.0")
    routes = {
        f"{PRIVATE.url}demo/": page(filename),
        f"https://private.example.com/files/{filename}.metadata": FakeAnswer(body=metadata("demo", "1.0").encode()),
    }
    given = Set(routes, PRIVATE)
    (release,) = given.repository.project("demo").releases
    given.repository.expect_metadata(release.files[0], release.index)
    given.pool.work()
    given.repository.expect_metadata(release.files[0], release.index)
    assert given.pool.waiting == []
    for _ in range(2):
        assert str(given.repository.metadata(release.files[0], release.index).version) == "1.0"
    assert [asked.index for asked in given.client.asked] == [PRIVATE, PRIVATE]


def test_a_whole_wheel_that_was_taken_for_its_metadata_is_handed_on():
    filename, body = make_wheel("demo", "1.0")
    url = f"https://private.example.com/files/{filename}"
    listed = FakeAnswer(headers={"Content-Type": "text/html"}, body=f'<a href="{url}">x</a>'.encode())
    kept = []
    given = Set(
        {f"{PRIVATE.url}demo/": listed, url: FakeAnswer(body=body)},
        PRIVATE,
        keep_wheel=lambda file, wheel: kept.append((file.filename, wheel.content)),
    )
    (release,) = given.repository.project("demo").releases
    given.repository.metadata(release.files[0], release.index)
    assert kept == [(filename, body)]


def test_a_second_run_reads_what_the_first_one_kept(tmp_path):
    listed = page("demo-1.0.zip", "demo-2.0.zip")
    answer = FakeAnswer(headers={**listed.headers, "Cache-Control": "max-age=600"}, body=listed.body)
    client = FakeClient({f"{PRIVATE.url}demo/": answer})
    for _ in range(2):
        repository = Repository(client, Cache(tmp_path), [PRIVATE], pool=Later(), clock=lambda: 1000.0)
        releases = repository.project("demo").releases
        assert [release.files[0].filename for release in releases] == ["demo-2.0.zip", "demo-1.0.zip"]
    assert len(client.asked) == 1


def test_the_first_match_keeps_to_the_order_of_the_indexes_and_says_so():
    routes = {f"{PRIVATE.url}demo/": page("demo-1.0.zip"), f"{PUBLIC.url}demo/": page("demo-9.0.zip")}
    given = Set(routes, PRIVATE, PUBLIC, strategy=Strategy.UNSAFE_FIRST_MATCH)
    assert given.versions() == [("9.0", "public"), ("1.0", "private")]
    project = given.repository.project("demo")
    assert project.prefers_earlier
    assert [index.name for index, _ in project.statements] == ["private", "public"]


@pytest.mark.parametrize("strategy", Strategy)
def test_a_pinned_name_is_asked_of_its_index_alone(strategy):
    routes = {f"{PRIVATE.url}demo/": page("demo-1.0.zip"), f"{PUBLIC.url}demo/": page("demo-9.0.zip")}
    pinned = Index("https://special.example.com/simple/", "special", explicit=True)
    given = Set(routes, PRIVATE, PUBLIC, pinned, strategy=strategy, pinned={"demo": PUBLIC, "other": pinned})
    given.repository.expect(["demo", "other"])
    given.pool.work()
    assert given.versions() == [("9.0", "public")]
    assert given.versions("other") is None
    assert given.client.urls == [f"{PUBLIC.url}demo/", f"{pinned.url}other/"]


def test_what_an_index_says_of_a_project_is_kept_in_the_cache():
    body = b'{"meta": {"api-version": "1.4"}, "files": [], "project-status": {"status": "archived", "reason": "done"}}'
    headers = {"Content-Type": "application/vnd.pypi.simple.v1+json", "Cache-Control": "max-age=600"}
    given = Set({f"{PRIVATE.url}demo/": FakeAnswer(headers=headers, body=body)}, PRIVATE)
    with Cache(None) as cache:
        for client in (given.client, FakeClient({})):
            repository = Repository(client, cache, [PRIVATE], pool=Later())
            ((_, statement),) = repository.project("demo").statements
            assert statement == Statement("archived", "done")


def test_only_the_projects_that_are_named_are_asked_about_again():
    headers = {"Content-Type": "text/html", "Cache-Control": "max-age=600"}
    answer = FakeAnswer(headers=headers, body=b'<a href="demo-1.0.zip">x</a>')
    routes = {f"{PUBLIC.url}{name}/": answer for name in ("demo", "other")}
    cache = Cache(None)
    for options, asked in [({}, 2), ({}, 0), ({"refreshed": {"demo"}}, 1), ({"refresh": True}, 2)]:
        client = FakeClient(routes)
        repository = Repository(client, cache, [PUBLIC], pool=Later(), clock=lambda: 1.0, **options)
        for name in ("demo", "other"):
            repository.project(name)
        assert len(client.asked) == asked
