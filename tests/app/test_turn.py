"""Whose turn it is: what was looked at before the lock was there is looked at again."""

from collections.abc import Callable
from pathlib import Path

import pytest

import unlatch
from tests.doubles.wheels import make_wheel
from tests.installation.environments import tree
from unlatch.model.events import Event, Progress, Warned
from unlatch.model.index import Index, Kind
from unlatch.settings import Settings

Install = Callable[..., unlatch.Changes]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Install from a folder with three wheels into a folder of packages."""
    links = tmp_path / "links"
    links.mkdir()
    for name, version in (("one", "1.0"), ("one", "2.0"), ("two", "1.0")):
        filename, body = make_wheel(name, version, {f"{name}.py": version})
        (links / filename).write_bytes(body)
    settings = Settings(
        indexes=(),
        no_index=True,
        find_links=(Index.parse(links.as_uri(), kind=Kind.FLAT),),
        cache_dir=tmp_path / "cache",
        target_folder=tmp_path / "site",
        working_folder=tmp_path,
    )
    return lambda *names, **more: unlatch.install(names, settings=settings, **more)


def meanwhile(act: Callable[[], object], told: list[str]) -> Callable[[Event], None]:
    """Return a listener that acts once, when everything is known and nothing has been changed yet."""
    acted: list[bool] = []

    def listen(event: Event) -> None:
        if isinstance(event, Warned):
            told.append(event.message)
        if isinstance(event, Progress) and event.stage == "fetching" and not acted:
            acted.append(True)
            act()

    return listen


@pytest.mark.parametrize(
    ("asked", "meanwhile_asked", "added", "updated"),
    [
        (["one"], ["one"], [], []),
        (["one==2.0"], ["one==1.0"], [], [("one", "1.0", "2.0")]),
        (["one"], ["one==1.0"], [], []),
        (["one"], ["two"], [("one", "2.0")], []),
        (["one", "two"], ["two"], [("one", "2.0")], []),
    ],
)
def test_what_somebody_else_has_installed_meanwhile_is_seen(
    asked: list[str],
    meanwhile_asked: list[str],
    added: list[tuple[str, str]],
    updated: list[tuple[str, str, str]],
    install: Install,
    tmp_path: Path,
) -> None:
    told: list[str] = []
    changes = install(*asked, listener=meanwhile(lambda: install(*meanwhile_asked), told))
    assert [tuple(package) for package in changes.added] == added
    assert [tuple(update) for update in changes.updated] == updated
    assert told == [], "no file was replaced, and nothing is there twice"
    assert len([path for path in tree(tmp_path / "site") if path.endswith(".dist-info")]) == len(
        {name.partition("=")[0] for name in (*asked, *meanwhile_asked)}
    )


def test_a_failure_takes_the_folder_that_was_made_away_again(install: Install, tmp_path: Path) -> None:
    def spoil() -> None:
        # What is in the way is noticed only when files are staged.
        (tmp_path / "site/one.py").mkdir(parents=True)

    with pytest.raises(unlatch.UnlatchError, match="is a folder, and a file has to go there"):
        install("one", listener=meanwhile(spoil, []))
    assert set(tree(tmp_path / "site")) == {"one.py"}
