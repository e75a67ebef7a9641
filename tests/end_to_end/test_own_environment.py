"""unlatch in the environment that it changes: it replaces and removes itself and what it needs, and gets to its end."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import Desk, Finished
from tests.end_to_end.parts.pythons import Environment
from tests.installation.environments import addition, tree
from tests.installation.faults import KilledError, kill_at
from unlatch.installation.change import footing
from unlatch.installation.transaction import apply
from unlatch.model.name import normalize
from unlatch.model.target import Installed, Target

SOURCE = Path(__file__).parents[2] / "src"
NEW = "99.0"
ENTRY = {"console_scripts": {"unlatch": "unlatch.__main__:main"}}
# Everything that an old version of unlatch would import later is gone from the new one.
HOLLOW = {
    "unlatch/__init__.py": "",
    "unlatch/__main__.py": "def main():\n    print('new')\n",
    "unlatch/cli/__init__.py": "raise ImportError('the new version')\n",
    "unlatch/app/__init__.py": "raise ImportError('the new version')\n",
}


def sources_of(name: str) -> dict[str, bytes]:
    """Return the modules of a distribution that is installed here, by path."""
    files = distribution(name).files or []
    kept = [file for file in files if ".dist-info" not in str(file) and not str(file).startswith("..")]
    return {str(file): file.read_binary() for file in kept if file.suffix != ".pyc"}


@pytest.fixture
def links(desk: Desk) -> Path:
    """A folder with two versions of unlatch and of what it needs; the new ones are of no use to the old unlatch."""
    folder = desk.work / "links"
    folder.mkdir()
    paths = [path for path in (SOURCE / "unlatch").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    own = {str(path.relative_to(SOURCE)): path.read_bytes() for path in paths}
    wheels = [
        make_wheel("unlatch", "1.0", own, requires=footing.LIBRARIES, entry_points=ENTRY),
        make_wheel("unlatch", NEW, HOLLOW, entry_points=ENTRY),
    ]
    for name in footing.LIBRARIES:
        empty = {f"{name.replace('-', '_')}/__init__.py": "raise ImportError('the new version')\n"}
        wheels += [make_wheel(name, "1.0", sources_of(name)), make_wheel(name, NEW, empty)]
    for filename, body in wheels:
        (folder / filename).write_bytes(body)
    return folder


@pytest.fixture
def own(desk: Desk, venv: Environment, links: Path) -> Path:
    """The command `unlatch` of an environment that has it, and another package."""
    (links / make_wheel("other", "1.0")[0]).write_bytes(make_wheel("other", "1.0")[1])
    pins = [f"{name}==1.0" for name in ("unlatch", *footing.LIBRARIES)]
    desk.unlatch("install", "--no-index", "-f", links, "other", *pins).succeeded()
    return venv.scripts / "unlatch"


def run(desk: Desk, own: Path, venv: Environment, *words: str | Path) -> Finished:
    return desk.run(own, *words, env={"VIRTUAL_ENV": str(venv.folder)})


@pytest.mark.parametrize("name", ["unlatch", *footing.LIBRARIES])
def test_it_replaces_itself_and_what_it_needs(name: str, desk: Desk, own: Path, venv: Environment, links: Path) -> None:
    done = run(
        desk, own, venv, "install", "--no-index", "-f", links, f"{name}=={NEW}", "--no-deps", "--report", "report.json"
    ).succeeded()
    assert name in (desk.work / "report.json").read_text(encoding="utf-8")
    assert re.search(rf"{name} .*1\.0.*{NEW}", done.output)
    assert (venv.site_packages / f"{name.replace('-', '_')}-{NEW}.dist-info").exists()
    assert not [path for path in venv.site_packages.iterdir() if ".unlatch" in path.name]


def test_it_removes_itself_and_what_it_needs(desk: Desk, own: Path, venv: Environment) -> None:
    done = run(desk, own, venv, "uninstall", "unlatch", *footing.LIBRARIES).succeeded()
    assert "unlatch" in done.output
    assert {path.name for path in venv.site_packages.iterdir()} == {"other.py", "other-1.0.dist-info"}
    assert not own.exists()


def test_whoever_was_killed_while_it_replaced_itself_is_recovered_by_another(
    desk: Desk, own: Path, venv: Environment, target: Target, tmp_path: Path
) -> None:
    before = tree(venv.folder)
    arriving = addition(make_wheel("unlatch", NEW, HOLLOW, entry_points=ENTRY), tmp_path / "unpacked")
    leaving = Installed(normalize("unlatch"), Version("1.0"), f"{target.scheme.purelib}/unlatch-1.0.dist-info")
    with pytest.raises(KilledError):
        apply(target, [arriving], [leaving], witness=kill_at("settle"))
    assert "new" in run(desk, own, venv, "list").succeeded().stdout
    desk.unlatch("recover").succeeded()
    assert tree(venv.folder) == before
    run(desk, own, venv, "list").succeeded()


def test_its_libraries_are_those_that_it_asks_for() -> None:
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = sorted(Requirement(line).name for line in project["dependencies"])
    assert asked == sorted(footing.LIBRARIES), (
        "installation.change.footing names what is loaded before unlatch changes itself"
    )
