"""A cache that somebody has damaged, or that cannot be written: what is installed is right all the same."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import unlatch
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL
from unlatch.model.events import Event, Progress

MODES = ("auto", "hardlink", "clone", "copy", "symlink")


def edit(path: Path) -> None:
    path.chmod(0o644)
    path.write_text("edited = True\n")


@pytest.mark.parametrize("mode", MODES)
def test_an_edit_in_place_reaches_nothing_that_is_installed_later(
    mode: str, public: str, desk: Desk, venv: Environment
) -> None:
    install = ("install", "-i", public, "--link-mode", mode, "corp-paper")
    desk.unlatch(*install).succeeded()
    edit(venv.site_packages / "corp_paper.py")
    found = desk.unlatch("verify")
    assert (found.status, found.stdout.partition(" was ")[0]) == (1, "corp-paper 1.1: corp_paper.py")
    desk.unlatch(*install, "--target", "another").succeeded()
    assert (desk.work / "another/corp_paper.py").read_text() == "name = 'corp-paper'\n"
    desk.unlatch("verify", "--target", "another").succeeded()


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "symlink"])
def test_an_edit_in_place_reaches_no_other_environment(mode: str, public: str, desk: Desk, venv: Environment) -> None:
    if os.name != "nt" and os.geteuid() != 0 and mode in {"auto", "hardlink"}:
        pytest.skip("a plain user cannot write what is shared, unless its mode is changed first")
    install = ("install", "-i", public, "--link-mode", mode, "corp-paper")
    desk.unlatch(*install, "--target", "another").succeeded()
    desk.unlatch(*install).succeeded()
    edit(venv.site_packages / "corp_paper.py")
    desk.unlatch("verify", "--target", "another").succeeded()


def test_a_wheel_that_is_damaged_in_the_cache_is_fetched_again(corp: Corp, desk: Desk, venv: Environment) -> None:
    install = ("install", "-i", corp.index(PERSON, PASSWORD), "--compile-bytecode", "corp-parcel")
    desk.unlatch(*install, "--target", "first").succeeded()
    shutil.rmtree(desk.work / "first")
    edit(next(desk.cache.glob("wheels-*/*/*/files/corp_paper.py")))
    next(desk.cache.glob("wheels-*/*/*/files/corp_string.py")).unlink()
    next(desk.cache.glob("bytecode-*/*/*/files/corp_parcel/__pycache__/*.pyc")).unlink()
    corp.nginx.forget()
    desk.unlatch(*install).succeeded()
    fetched = {request.path.rpartition("/")[2] for request in corp.requests() if request.path.endswith(".whl")}
    assert fetched == {"corp_paper-1.1-py3-none-any.whl", "corp_string-1.5-py3-none-any.whl"}
    assert venv.installed() == PARCEL
    desk.unlatch("verify").succeeded()
    assert len(list(venv.site_packages.glob("**/*.pyc"))) == 4


def test_a_file_that_goes_while_it_is_linked_is_fetched_again_and_nothing_is_half_done(
    public: str, desk: Desk, venv: Environment
) -> None:
    desk.unlatch("install", "-i", public, "--target", "first", "corp-parcel").succeeded()
    shutil.rmtree(desk.work / "first")
    gone = []

    def listen(event: Event) -> None:
        if isinstance(event, Progress) and event.stage == "installing" and not gone:
            gone.append(next(desk.cache.glob("wheels-*/*/*/files/corp_string.py")))
            gone[0].unlink()

    settings = unlatch.Settings(cache_dir=desk.cache, cert=desk.authority)
    changes = unlatch.install(["corp-parcel"], indexes=[public], target=venv.folder, settings=settings, listener=listen)
    assert len(gone) == 1
    assert {package.name for package in changes.added} == set(PARCEL)
    desk.unlatch("verify").succeeded()


def test_symbolic_links_into_a_cache_that_goes_are_refused(public: str, desk: Desk, venv: Environment) -> None:
    command = ("install", "-i", public, "--link-mode", "symlink", "corp-paper")
    assert "needs a cache that lasts" in desk.unlatch(*command, "--no-cache").failed(2).stderr
    assert venv.installed() == {}
    (desk.work / "file").write_text("in the way")
    desk.unlatch(*command, "--cache-dir", "file").failed(2)
    assert venv.installed() == {}


def degraded(done: subprocess.CompletedProcess[str]) -> int:
    """Return how often a run has said that it goes on without its cache; it has succeeded."""
    assert done.returncode == 0, done.stderr
    return done.stderr.count("this run goes on without it")


# Root without the right to write whatever it likes; anybody else needs no help to be kept from that.
BOUND = ["setpriv", "--bounding-set=-dac_override"]


@pytest.mark.skipif(os.name == "nt", reason="modes bind nobody on Windows")
def test_a_cache_that_may_only_be_read_is_read_and_costs_one_warning(
    public: str, desk: Desk, venv: Environment
) -> None:
    desk.unlatch("install", "-i", public, "--target", "first", "corp-string").succeeded()
    shutil.rmtree(desk.work / "first")
    before = sorted(desk.cache.rglob("*"))
    folders = [desk.cache, *(path for path in before if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    bound = BOUND if os.geteuid() == 0 else []
    if bound and (
        shutil.which("setpriv") is None or subprocess.run([*bound, "touch", desk.cache / "x"]).returncode == 0
    ):
        pytest.skip("root cannot be kept from writing here")
    command = [*bound, UNLATCH, "install", "-i", public, "-v", "corp-parcel"]
    environment = {**desk.environment, "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, cwd=desk.work, capture_output=True, text=True)
    for folder in folders:
        folder.chmod(0o700)
    assert degraded(done) == 1
    assert "corp_string-1.5-py3-none-any.whl " not in done.stderr, "what is there is used"
    assert venv.installed() == PARCEL
    assert sorted(desk.cache.rglob("*")) == before
    assert list(desk.scratch.iterdir()) == []


def test_a_cache_that_is_full_costs_one_warning(public: str, desk: Desk, venv: Environment) -> None:
    small = desk.work / "small"
    small.mkdir()
    if (
        os.name == "nt"
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", small], capture_output=True).returncode
    ):
        pytest.skip("nothing can be mounted here")
    try:
        environment = {**desk.environment, "UNLATCH_CACHE_DIR": str(small)}
        command = [UNLATCH, "install", "-i", public, "corp-parcel"]
        done = subprocess.run(command, env=environment, cwd=desk.work, capture_output=True, text=True)
    finally:
        subprocess.run(["umount", small], check=True)
    assert degraded(done) == 1
    assert venv.installed() == PARCEL
    assert list(desk.scratch.iterdir()) == []
