"""A target made of another one."""

import pytest

from tests.environment import answers
from unlatch.environment.answer import Answer
from unlatch.environment.tags import compatible
from unlatch.environment.variation import for_folder, for_prefix, for_version
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.target import Scheme, Target


def target_of(answer: Answer, platlib: str = "/usr/local/lib/python3.11/dist-packages") -> Target:
    return Target(
        python=answer.executable,
        prefix=answer.prefix,
        implementation=answer.markers["implementation_name"],
        version=answer.version,
        tags=compatible(answer),
        markers=answer.markers,
        scheme=Scheme(**{**answer.scheme, "platlib": platlib}),
        externally_managed="Use apt.",
        is_windows=answer.markers["os_name"] == "nt",
    )


LINUX, WINDOWS = target_of(answers.LINUX), target_of(answers.WINDOWS)


def test_a_folder_is_flat() -> None:
    target = for_folder(LINUX, "/srv/app")
    assert target.scheme == Scheme("/srv/app", "/srv/app", "/srv/app/bin", "/srv/app/include", "/srv/app")
    assert target.site_packages == ("/srv/app",)
    assert (target.python, target.tags) == (LINUX.python, LINUX.tags)


def test_a_folder_on_windows_has_scripts() -> None:
    folder = "C:\\app"
    expected = Scheme(folder, folder, "C:\\app\\Scripts", "C:\\app\\include", folder)
    assert for_folder(WINDOWS, folder).scheme == expected


@pytest.mark.parametrize("vary", [for_folder, for_prefix])
def test_elsewhere_is_nobodys_to_manage(vary) -> None:
    target = vary(LINUX, "/srv/app")
    assert target.externally_managed is None
    assert not target.is_own_prefix
    assert target.prefix == "/srv/app"


@pytest.mark.parametrize(
    ("platlib", "library", "python"),
    [
        ("/usr/local/lib/python3.11/dist-packages", "lib", "python3.11"),
        ("/usr/lib64/python3.11/site-packages", "lib64", "python3.11"),
        ("/v/lib/python3.11t/site-packages", "lib", "python3.11t"),
        ("/v/lib/pypy3.11/site-packages", "lib", "pypy3.11"),
        ("/Library/Python/3.11/site-packages", "lib", "python3.11"),
        ("/usr/lib/python3/dist-packages", "lib", "python3.11"),
    ],
)
def test_a_prefix_is_laid_out_like_the_pythons_own(platlib: str, library: str, python: str) -> None:
    assert for_prefix(target_of(answers.LINUX, platlib), "/p").scheme == Scheme(
        f"/p/lib/{python}/site-packages",
        f"/p/{library}/{python}/site-packages",
        "/p/bin",
        f"/p/include/{python}",
        "/p",
    )


def test_a_prefix_on_windows() -> None:
    site_packages = "C:\\p\\Lib\\site-packages"
    expected = Scheme(site_packages, site_packages, "C:\\p\\Scripts", "C:\\p\\Include", "C:\\p")
    assert for_prefix(WINDOWS, "C:\\p").scheme == expected


@pytest.mark.parametrize(
    ("text", "version", "full"),
    [
        ("3.12", (3, 12), "3.12.0"),
        ("3.12.1", (3, 12), "3.12.1"),
        ("312", (3, 12), "3.12.0"),
        ("39", (3, 9), "3.9.0"),
        (" 3.8 ", (3, 8), "3.8.0"),
    ],
)
def test_another_version(text: str, version: tuple[int, int], full: str) -> None:
    target = for_version(LINUX, text)
    nodot = "".join(map(str, version))
    assert target.version == version
    assert str(target.full_version) == full
    assert target.markers["python_version"] == ".".join(map(str, version))
    assert target.markers["implementation_version"] == full
    assert target.tags == compatible(replace(answers.LINUX, version=version, version_nodot=nodot))
    assert target.scheme == LINUX.scheme


def test_another_version_of_a_debug_and_a_free_threaded_python() -> None:
    assert for_version(target_of(answers.DEBUG), "3.10").tags[0] == "cp310-cp310d-linux_x86_64"
    assert for_version(target_of(answers.THREADS), "3.14").tags[0] == "cp314-cp314t-linux_x86_64"
    assert for_version(target_of(answers.THREADS), "3.12").tags[0] == "cp312-cp312-linux_x86_64"


def test_another_version_of_pypy_keeps_the_version_of_its_implementation() -> None:
    target = for_version(target_of(answers.PYPY), "3.9")
    assert target.markers["implementation_version"] == "7.3.13"
    assert target.tags[0].startswith("pp39-pypy310_pp73-")
    assert "py39-none-any" in target.tags
    assert "py310-none-any" not in target.tags


@pytest.mark.parametrize("text", ["3", "", "3.", "3.12.1.2", "3.x", "python3.12", "31.2.3", "3.12rc1"])
def test_no_version(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a version of Python"):
        for_version(LINUX, text)
