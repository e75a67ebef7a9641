"""Requirements by URL."""

import pytest

from tests.doubles.packages import InMemoryPackages
from tests.resolve.asking import request
from unlatch.model.errors import ResolutionError
from unlatch.resolve import resolve

URL = "https://host/files/a-1.0-py3-none-any.whl"
B_URL = "https://host/files/b-1.0-py3-none-any.whl"
SOURCE = "https://host/files/tarball#subdirectory=x"
FOLDER = "file:///src/a"
UNIVERSE = {
    "a": {"2.0": {}},
    "b": {"2.0": {}},
    "needs-a": {"1.0": {"requires": ["a<2"]}, "2.0": {"requires": ["a>=2"]}},
    "by-url": {"1.0": {"requires": ["b"]}, "2.0": {"requires": [f"b @ {B_URL}"]}},
}
URLS = {URL: {"requires": [f"b @ {B_URL}"]}, B_URL: {}, f"{URL}#sha256=aa": {}}
SOURCES = {url: {"name": "a", "version": "1.5", "requires": [f"b @ {B_URL}"]} for url in (SOURCE, FOLDER)}


def answer(*requirements, **told):
    packages = InMemoryPackages(UNIVERSE, urls=URLS | SOURCES, installed=UNIVERSE)
    resolution = resolve(request(*requirements, **told), packages)
    return {name: candidate.url or str(candidate.version) for name, candidate in resolution.pins.items()}


@pytest.mark.parametrize(
    ("requirements", "told", "pins"),
    [
        ([f"a @ {URL}"], {}, {"a": URL, "b": B_URL}),
        ([f"b @ {B_URL}", "b>=1"], {}, {"b": B_URL}),
        ([f"a @ {URL}", "needs-a"], {}, {"a": URL, "b": B_URL, "needs-a": "1.0"}),
        (["a"], {"constraints": [f"a @ {URL}", f"b @ {B_URL}"]}, {"a": URL, "b": B_URL}),
        (["b"], {"constraints": [f"a @ {URL}"]}, {"b": "2.0"}),
        ([f"b @ {B_URL}"], {"installed": {"b": "2.0"}}, {"b": B_URL}),
        (["by-url"], {}, {"by-url": "1.0", "b": "2.0"}),
        (["by-url", f"b @ {B_URL}"], {}, {"by-url": "2.0", "b": B_URL}),
    ],
)
def test_a_url_stands_for_its_project(requirements, told, pins):
    assert answer(*requirements, **told) == pins


@pytest.mark.parametrize(("url", "filename"), [(SOURCE, "tarball"), (FOLDER, None)], ids=["an archive", "a folder"])
def test_the_version_of_source_comes_from_its_metadata(url, filename):
    packages = InMemoryPackages(UNIVERSE, urls=URLS | SOURCES)
    resolution = resolve(request(f"a @ {url}", "a<2"), packages)
    candidate = resolution.pins["a"]
    assert (str(candidate.version), candidate.url) == ("1.5", url)
    assert (candidate.file.filename if candidate.file else None) == filename
    assert set(resolution.pins) == {"a", "b"}


def test_two_folders_of_one_archive_are_two_sources():
    other = SOURCE.replace("=x", "=y")
    with pytest.raises(ResolutionError, match="two URLs were given for a"):
        answer(f"a @ {SOURCE}", f"a @ {other}")


def test_a_candidate_from_a_url_has_a_file_made_of_it():
    packages = InMemoryPackages(UNIVERSE, urls=URLS)
    resolution = resolve(request(f"a @ {URL}#sha256=aa"), packages)
    candidate = resolution.pins["a"]
    assert candidate.file is not None
    assert (candidate.file.url, candidate.file.hashes) == (URL, (("sha256", "aa"),))
    assert candidate.index is None
    assert resolution.hashes["a"].accepted == {"sha256": {"aa"}}
    assert packages.asked_projects == []


@pytest.mark.parametrize(
    ("requirement", "message"),
    [
        (f"b @ {SOURCE}", "https://host/files/tarball is a, not b"),
        ("a @ https://host/a.whl", "a cannot be taken from https://host/a.whl: 'a.whl' is not a wheel's name"),
        (f"b @ {URL}", f"{URL} is a wheel of a, not of b"),
        (
            "a @ https://host/a-1.0-cp39-cp39-win32.whl",
            "the wheel of a at https://host/a-1.0-cp39-cp39-win32.whl does not fit this Python or platform",
        ),
    ],
)
def test_what_a_url_cannot_give_is_told(requirement, message):
    with pytest.raises(ResolutionError) as caught:
        answer(requirement)
    assert str(caught.value) == message


def test_two_urls_for_one_project_are_refused():
    other = B_URL.replace("host", "other")
    with pytest.raises(ResolutionError, match=r"two URLs were given for b: https://host/.* and https://other/"):
        answer(f"b @ {B_URL}", f"b @ {other}")


def test_a_version_that_does_not_fit_the_rest_is_told():
    with pytest.raises(ResolutionError) as caught:
        answer(f"b @ {B_URL}", "b>=2")
    assert str(caught.value) == "nothing fits b>=2"
    assert caught.value.details == ("the only release of b is 1.0",)


def test_credentials_in_a_url_are_never_shown():
    with pytest.raises(ResolutionError) as caught:
        answer("a @ https://user:secret@host/a-1.0.whl")
    assert "secret" not in str(caught.value)
