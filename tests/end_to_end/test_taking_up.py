"""An installation that was chosen before is placed again without choosing, where the choice would be the same."""

import shutil
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.doubles.transport import FakeAnswer
from tests.end_to_end.conftest import Script
from tests.end_to_end.parts.command import LOADED, Desk, Finished
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import JSON, REFUSAL, Asked, Scripted
from tests.end_to_end.parts.wheelhouse import PARCEL
from tests.end_to_end.test_again import settle, told, write

TAKEN_UP = "nothing that this command looks at has changed since it chose"


class Place(NamedTuple):
    """A desk, an index whose pages hold for a while, and a command that installs from it into `folder`."""

    desk: Desk
    index: Scripted
    tree: Path
    folder: Path
    words: tuple[str, ...]

    def emptied(self) -> Environment:
        """Return the environment, made anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        environment = Environment(self.folder)
        settle(self.folder, self.desk.work, self.desk.home)
        return environment

    def run(self, *more: str, **variables: str) -> Finished:
        return self.desk.unlatch(*self.words, "-v", *more, env=variables)

    def run_without_memory(self) -> Finished:
        return self.run(UNLATCH_CACHE_DIR=str(self.desk.scratch / "other"))


@pytest.fixture
def place(script: Script, tree: Path, desk: Desk, tmp_path: Path) -> Place:
    own = shutil.copytree(tree, tmp_path / "tree")

    def rule(asked: Asked) -> FakeAnswer | None:
        page = own / asked.path.strip("/") / "index.json"
        if not page.exists():
            return None
        return FakeAnswer(200, {"Content-Type": JSON, "Cache-Control": "max-age=600"}, page.read_bytes())

    index = script(rule, own)
    (desk.work / "wanted.txt").write_text("corp-parcel>=1\n")
    folder = tmp_path / "environment"
    python = Environment(folder).python
    place = Place(
        desk,
        index,
        own,
        folder,
        ("install", "-i", f"{index.url()}/simple/", "--python", str(python), "-r", "wanted.txt"),
    )
    place.emptied()
    place.run().succeeded()
    return place


def content(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return everything that is in an environment, but for what was not installed."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name != "pyvenv.cfg"
    }


def test_what_was_chosen_is_placed_again_and_nobody_is_asked(place: Place) -> None:
    before = content(place.folder)
    environment = place.emptied()
    place.index.forget()
    again = place.run().succeeded()
    assert TAKEN_UP in again.stderr
    assert place.index.seen == []
    assert environment.installed() == PARCEL
    assert content(place.folder) == before
    assert [line for line in again.stderr.splitlines() if line.startswith(" +")] == [
        f" + {name} {version}" for name, version in sorted(PARCEL.items())
    ]


def test_compiled_modules_are_placed_again(place: Place) -> None:
    place.emptied()
    place.run("--compile-bytecode").succeeded()
    before = sorted(path.name for path in place.folder.rglob("*.pyc"))
    place.emptied()
    assert TAKEN_UP in place.run("--compile-bytecode").succeeded().stderr
    assert sorted(path.name for path in place.folder.rglob("*.pyc")) == before != []


def forget_a_wheel(place: Place) -> None:
    shutil.rmtree(next((place.desk.cache / "wheels-2").glob("*/*")))


def damage_a_wheel(place: Place) -> None:
    manifest = next((place.desk.cache / "wheels-2").glob("*/*/manifest"))
    manifest.chmod(0o600)
    manifest.write_bytes(b"")


def forget_a_page(place: Place) -> None:
    next((place.desk.cache / "pages-2").glob("*/*")).unlink()


def withdraw(place: Place) -> None:
    page = place.tree / "simple" / "corp-parcel" / "index.json"
    page.write_text(page.read_text().replace("corp_parcel-2.0", "corp_parcel-9.9"))
    place.desk.unlatch("install", "--dry-run", *place.words[1:], "--refresh", env={"VIRTUAL_ENV": str(place.folder)})


def stand_in(place: Place) -> None:
    site_packages = next(place.folder.glob("lib/python3.*/site-packages"), place.folder / "Lib" / "site-packages")
    write(
        site_packages / "corp_paper-1.0.dist-info" / "METADATA",
        "Metadata-Version: 2.1\nName: corp-paper\nVersion: 1.0\n",
    )
    settle(site_packages)


CHANGES: dict[str, Callable[[Place], object]] = {
    "another requirement": lambda place: (place.desk.work / "wanted.txt").write_text("corp-parcel<2\n"),
    "a file of configuration": lambda place: (place.desk.work / "unlatch.toml").write_text("no-deps = true\n"),
    "a wheel that is gone": forget_a_wheel,
    "a wheel that is damaged": damage_a_wheel,
    "a page that is gone": forget_a_page,
    "a page that says something else": withdraw,
    "something that is installed": stand_in,
    "another kind of environment": lambda place: append(place.folder / "pyvenv.cfg", "more = 1\n"),
}


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_has_changed_the_result_is_the_one_without_a_memory(
    change: Callable[[Place], object], place: Place
) -> None:
    place.emptied()
    change(place)
    with_memory = place.run()
    assert TAKEN_UP not in with_memory.stderr
    results = told(with_memory)[0], content(place.folder)
    place.emptied()
    if change is stand_in:
        change(place)
    without = place.run_without_memory()
    assert results == (told(without)[0], content(place.folder))


class Asking(NamedTuple):
    """An index whose pages have to be asked about each time, and what it says of them beside their content."""

    index: Scripted
    words: tuple[str, ...]
    headers: dict[str, str]
    replaced: dict[str, bytes]
    refused: set[str]

    def run(self, place: Place) -> tuple[Finished, list[str]]:
        """Run the command in an empty environment. Return the paths of the pages that were asked for, too."""
        place.emptied()
        self.index.forget()
        done = place.desk.unlatch(*self.words, "-v")
        return done, [seen.path for seen in self.index.seen if seen.path.startswith("/simple/")]


@pytest.fixture
def asking(script: Script, place: Place) -> Asking:
    headers: dict[str, str] = {}
    replaced: dict[str, bytes] = {}
    refused: set[str] = set()

    def rule(asked: Asked) -> FakeAnswer | None:
        page = place.tree / asked.path.strip("/") / "index.json"
        if asked.path in refused:
            return REFUSAL
        if not page.exists():
            return None
        body = replaced.get(asked.path, page.read_bytes())
        etag = f'"{zlib.crc32(body)}"'
        told = {"Content-Type": JSON, "ETag": etag, **headers}
        return FakeAnswer(304, told) if asked.known == etag else FakeAnswer(200, told, body)

    index = script(rule, place.tree)
    words = tuple(f"{index.url()}/simple/" if word.startswith("https:") else word for word in place.words)
    asking = Asking(index, words, headers, replaced, refused)
    asking.run(place)[0].succeeded()
    return asking


def test_where_stale_pages_are_as_they_were_nothing_is_chosen_anew(place: Place, asking: Asking) -> None:
    before = content(place.folder)
    for _ in range(2):
        again, asked = asking.run(place)
        assert TAKEN_UP in again.succeeded().stderr
        assert sorted(asked) == [f"/simple/{name}/" for name in sorted(PARCEL)]
        assert {seen.path for seen in asking.index.seen} == set(asked)
        assert content(place.folder) == before


def test_an_index_that_says_how_long_its_pages_hold_is_not_asked_until_then(place: Place, asking: Asking) -> None:
    asking.headers["Cache-Control"] = "max-age=600"
    again, asked = asking.run(place)
    assert (TAKEN_UP in again.succeeded().stderr, len(asked)) == (True, 3)
    again, asked = asking.run(place)
    assert (TAKEN_UP in again.succeeded().stderr, asked) == (True, [])


def test_a_page_that_is_another_by_now_is_heeded_and_nothing_is_asked_twice(place: Place, asking: Asking) -> None:
    path = "/simple/corp-string/"
    page = (place.tree / path.strip("/") / "index.json").read_text()
    asking.replaced[path] = page.replace("corp_string-1.5", "corp_string-9.9").encode()
    again, asked = asking.run(place)
    assert TAKEN_UP not in again.stderr
    assert sorted(asked) == [f"/simple/{name}/" for name in sorted(PARCEL)]
    with_memory = told(again)[0], content(place.folder)
    place.emptied()
    without = place.desk.unlatch(*asking.words, "-v", env={"UNLATCH_CACHE_DIR": str(place.desk.scratch / "other")})
    assert with_memory == (told(without)[0], content(place.folder))


def test_a_page_that_another_command_has_renewed_meanwhile_is_heeded(place: Place, asking: Asking) -> None:
    path = "/simple/corp-string/"
    page = (place.tree / path.strip("/") / "index.json").read_text()
    asking.replaced[path] = page.replace("corp_string-1.5", "corp_string-9.9").encode()
    variables = {"VIRTUAL_ENV": str(place.folder)}
    place.desk.unlatch("install", "--dry-run", "-i", asking.words[2], "corp-string", env=variables)
    # The index says now that the cache has its page, and it is another than the choice was made by.
    assert TAKEN_UP not in asking.run(place)[0].stderr


def test_whoever_is_let_in_no_longer_is_told_as_ever(place: Place, asking: Asking) -> None:
    asking.refused.add("/simple/corp-string/")
    again, _ = asking.run(place)
    assert again.status != 0
    assert "error:" in again.stderr
    assert TAKEN_UP not in again.stderr


def test_pages_of_what_was_chosen_before_are_asked_for_side_by_side(script: Script, place: Place) -> None:
    together = threading.Barrier(len(PARCEL), timeout=30)

    def rule(asked: Asked) -> FakeAnswer | None:
        if is_second and asked.path.startswith("/simple/"):
            # Nobody is answered before all of them have asked.
            together.wait()
        return None

    index, is_second = script(rule), False
    words = tuple(f"{index.url()}/simple/" if word.startswith("https:") else word for word in place.words)
    place.emptied()
    place.desk.unlatch(*words).succeeded()
    environment, is_second = place.emptied(), True
    place.desk.unlatch(*words).succeeded()
    assert environment.installed() == PARCEL


# What is never needed to place what was chosen before. That takes 10 ms, and each of these a part of one or a few:
# modules of Python's that others bring along are as many as those that are large.
NOT_LOADED = {
    "argparse", "ast", "asyncio", "collections", "concurrent", "contextlib", "dataclasses", "email", "enum",
    "functools", "hashlib", "hmac", "http", "importlib.metadata", "inspect", "json", "logging", "nab_resolver",
    "operator", "packaging", "pathlib", "platform", "re", "shutil", "signal", "socket", "ssl", "struct",
    "subprocess", "sysconfig", "tempfile", "threading", "tomllib", "traceback", "types", "typing", "urllib", "zlib",
}  # fmt: skip
ROOMS_NOT_LOADED = (
    "auth",
    "cli.input.options",
    "environment",
    "index",
    "network",
    "requirements",
    "resolve",
    "settings",
)


def test_what_it_loads(place: Place) -> None:
    place.emptied()
    said = place.desk.run(sys.executable, "-c", LOADED, *place.words, "-v").stdout
    loaded = set(said.split())
    assert "unlatch.installation.transaction" in loaded
    assert NOT_LOADED & loaded == set()
    assert [name for name in loaded if name.startswith(tuple(f"unlatch.{room}" for room in ROOMS_NOT_LOADED))] == []
