"""The parts, handed out: each test gets its own desk, its own servers, and a search for secrets when it is over."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from zipfile import ZIP_STORED

import pytest

# Its fixture is this folder's too.
from tests.doubles.certificates import Certificates, certificates  # noqa: F401 - pytest finds the fixture by its name
from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts import keyrings
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import Corp
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.nginx import EXECUTABLE, Nginx, Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.scripted import Scripted
from tests.end_to_end.parts.wheelhouse import wheelhouse
from unlatch.model.target import Scheme, Target

Serve = Callable[..., Nginx]
Script = Callable[..., Scripted]


@pytest.fixture
def leaks() -> Leaks:
    """Secrets that must not be found anywhere."""
    return Leaks()


@pytest.fixture(scope="session")
def two_large_wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels that are large enough for a second process to help."""
    folder = tmp_path_factory.mktemp("large-wheels")
    for name in ("large-one", "large-two"):
        files = {f"{name}/{number}.bin": bytes(10_000) for number in range(300)}
        filename, body = make_wheel(name, "1.0", files, compression=ZIP_STORED)
        (folder / filename).write_bytes(body)
    return folder


@pytest.fixture(autouse=True)
def _no_secret_is_left(leaks: Leaks) -> Iterator[None]:
    yield
    assert leaks.found() == []


@pytest.fixture
def desk(tmp_path: Path, leaks: Leaks, certificates: Certificates) -> Desk:  # noqa: F811 - the fixture, asked for
    """A user's place, which trusts the authority of our servers and no other."""
    return Desk(tmp_path, leaks, certificates.authority)


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company's index as a folder: pages below `/simple/`, files below `/files/`, with their metadata."""
    root = tmp_path_factory.mktemp("index")
    write_index(root, wheelhouse())
    return root


@pytest.fixture
def serve(tmp_path: Path, certificates: Certificates) -> Iterator[Serve]:  # noqa: F811 - the fixture, asked for
    """Start an nginx with the given sites, any number of times; each ends with the test."""
    if EXECUTABLE is None:
        pytest.skip("nginx is not installed")
    number = count(1)
    with ExitStack() as running:
        yield lambda *sites: running.enter_context(Nginx(tmp_path / f"nginx-{next(number)}", certificates, sites))


@pytest.fixture
def script(tree: Path, certificates: Certificates) -> Iterator[Script]:  # noqa: F811 - the fixture, asked for
    """Start an index that follows a rule, any number of times; it serves `tree` unless another folder is given."""
    with ExitStack() as running:
        yield lambda rule, folder=tree, **more: running.enter_context(Scripted(folder, certificates, rule, **more))


@pytest.fixture
def corp(serve: Serve, tree: Path, leaks: Leaks) -> Corp:
    """The company's index, running."""
    return Corp(serve(Corp.site(tree)), leaks)


@pytest.fixture
def keyring(desk: Desk, tmp_path: Path) -> Keyring:
    """The real `keyring` command on the PATH, with an empty file behind it."""
    keyring = Keyring(desk.programs, tmp_path / "keyring")
    desk.environment.update(keyring.environment)
    return keyring


@pytest.fixture
def venv(desk: Desk, tmp_path: Path, leaks: Leaks) -> Environment:
    """A new virtual environment, which is the active one."""
    environment = Environment(tmp_path / "venv")
    desk.environment["VIRTUAL_ENV"] = str(environment.folder)
    leaks.look_in(environment.folder)
    return environment


@pytest.fixture(scope="session")
def old_keyring(pytestconfig: pytest.Config) -> Path:
    """The `keyring` command of an older series, in a venv that is made once for all runs."""
    return keyrings.old_keyring(pytestconfig.cache.mkdir("keyrings"))


@pytest.fixture
def public(serve: Serve, tree: Path) -> str:
    """The URL of an index that lets everyone in, and has what the company has; on a server of its own."""
    return f"{serve(Site('public', tree)).url('public')}/simple/"


@pytest.fixture
def target(venv: Environment) -> Target:
    """The active environment, as the rooms below know it."""
    site_packages = str(venv.site_packages)
    scheme = Scheme(site_packages, site_packages, str(venv.scripts), str(venv.folder / "include"), str(venv.folder))
    return Target(str(venv.python), str(venv.folder), "cpython", sys.version_info[:2], ("py3-none-any",), {}, scheme)
