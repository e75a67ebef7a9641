"""Source that is built: folders, archives and what an index lists, with back ends that come with the projects."""

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles.processes import lives
from tests.doubles.projects import PYPROJECT, make_project, make_sdist, tar_of
from tests.doubles.wheels import make_wheel
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.index_tree import Listed, write_index
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment

Stock = Callable[..., str]


@pytest.fixture
def stock(serve: Serve, tmp_path: Path, leaks: Leaks) -> Stock:
    """Serve these files from the company's index, behind its login, and return the URL to log in with."""

    def stocked(*files: tuple[str, bytes]) -> str:
        write_index(tmp_path / "stock", [Listed(*file) for file in files])
        return Corp(serve(Corp.site(tmp_path / "stock")), leaks).index(PERSON, PASSWORD)

    return stocked


def direct_url(venv: Environment, name: str) -> dict[str, Any]:
    """Return what PEP 610 has of a distribution, without what is only there for older readers."""
    (path,) = venv.site_packages.glob(f"{name}-*.dist-info/direct_url.json")
    said = json.loads(path.read_text())
    said.get("archive_info", {}).pop("hash", None)
    return said


TOOL = make_wheel("corp-tool", "2.0", {"corp_tool.py": "STAMP = 'made by 2.0'\n"})
OLD_TOOL = make_wheel("corp-tool", "1.0", {"corp_tool.py": "STAMP = 'made by 1.0'\n"})
USES_TOOL = """
def build_wheel(directory, config_settings=None, metadata_directory=None):
    import corp_tool
    return _wheel(directory, {"corp_built.py": f"VALUE = {corp_tool.STAMP!r}\\n"})
"""
BUILT = make_sdist("corp-built", "1.0", build_requires=["corp-tool"], backend=USES_TOOL)
VALUE = "import corp_built; print(corp_built.VALUE, end='')"


@pytest.mark.usefixtures("venv")
class TestFromAnIndex:
    def test_a_build_gets_what_it_needs_from_the_same_private_index(
        self, stock: Stock, desk: Desk, venv: Environment
    ) -> None:
        done = desk.unlatch("install", "-i", stock(TOOL, OLD_TOOL, BUILT), "corp-built").succeeded()
        assert venv.run(VALUE) == "made by 2.0"
        assert venv.installed() == {"corp-built": "1.0"}
        assert "Built corp-built 1.0" in done.stderr

    def test_a_build_gets_a_package_from_the_index_that_it_is_pinned_to_and_from_no_other(
        self, stock: Stock, serve: Serve, desk: Desk, venv: Environment, tmp_path: Path
    ) -> None:
        write_index(tmp_path / "own", [Listed(*OLD_TOOL)])
        own = f"{serve(Site('own', tmp_path / 'own')).url('own')}/simple/"
        desk.unlatch("install", "-i", stock(TOOL, BUILT), "--index-for", f"corp-tool={own}", "corp-built").succeeded()
        assert venv.run(VALUE) == "made by 1.0"

    @pytest.mark.parametrize("allowed", [("--pre",), ("--prerelease", "allow"), ("--all-releases", "corp-tool")])
    def test_a_build_may_use_the_prereleases_that_were_allowed(
        self, stock: Stock, desk: Desk, venv: Environment, allowed: tuple[str, ...]
    ) -> None:
        newest = make_wheel("corp-tool", "3.0rc1", {"corp_tool.py": "STAMP = 'made by 3.0rc1'\n"})
        desk.unlatch("install", "-i", stock(TOOL, newest, BUILT), *allowed, "corp-built").succeeded()
        assert venv.run(VALUE) == "made by 3.0rc1"

    def test_what_was_built_is_kept_until_something_that_it_depends_on_is_another(
        self, stock: Stock, desk: Desk, venv: Environment
    ) -> None:
        index = stock(TOOL, OLD_TOOL, BUILT)
        (desk.work / "build.txt").write_text("corp-tool<2\n")
        install = ("install", "-i", index, "corp-built")
        again = ("uninstall", "corp-built")
        assert "Built" in desk.unlatch(*install).succeeded().stderr
        desk.unlatch(*again).succeeded()
        assert "Built" not in desk.unlatch(*install).succeeded().stderr
        desk.unlatch(*again).succeeded()
        assert "Built" in desk.unlatch(*install, "--build-constraint", "build.txt").succeeded().stderr
        assert venv.run(VALUE) == "made by 1.0"
        desk.unlatch(*again).succeeded()
        assert "Built" in desk.unlatch(*install, "-C", "key=value").succeeded().stderr

    def test_nothing_is_built_to_find_versions_that_fit_together(self, stock: Stock, desk: Desk) -> None:
        fails = "\ndef get_requires_for_build_wheel(config_settings=None):\n    raise SystemExit('asked')\n"
        index = stock(
            make_sdist("corp-high", "1.0", requires=["corp-low<2"], backend=fails),
            make_sdist("corp-low", "1.0", backend=fails),
            make_sdist("corp-low", "2.0", backend=fails),
        )
        done = desk.unlatch("install", "--dry-run", "-i", index, "corp-high", "corp-low").succeeded()
        assert "corp-low 1.0" in done.stderr

    def test_metadata_that_may_change_is_asked_of_the_back_end(
        self, stock: Stock, desk: Desk, venv: Environment
    ) -> None:
        index = stock(
            make_sdist("corp-high", "1.0", requires=["corp-low"], is_static=False), make_sdist("corp-low", "1.0")
        )
        done = desk.unlatch("install", "-v", "-i", index, "corp-high").succeeded()
        assert venv.installed() == {"corp-high": "1.0", "corp-low": "1.0"}
        assert "build: prepare_metadata_for_build_wheel null" in done.stderr

    def test_a_wheel_is_preferred_and_either_may_be_ruled_out(self, stock: Stock, desk: Desk) -> None:
        name = "corp-both"
        index = stock(make_wheel(name, "1.0"), make_sdist(name, "1.0"), make_sdist(name, "2.0"))
        plan = ("install", "--dry-run", "-i", index, name)
        assert "corp-both 2.0" in desk.unlatch(*plan).succeeded().stderr
        assert "corp-both 1.0" in desk.unlatch(*plan, "--prefer-binary").succeeded().stderr
        assert "corp-both 1.0" in desk.unlatch(*plan, "--no-build").succeeded().stderr
        assert "corp-both 1.0" in desk.unlatch(*plan, "--no-build-package", name).succeeded().stderr
        assert "Built" not in desk.unlatch("install", "-i", index, f"{name}==1.0").succeeded().stderr
        desk.unlatch("uninstall", name).succeeded()
        assert "Built" in desk.unlatch("install", "-i", index, f"{name}==1.0", "--no-binary", name).succeeded().stderr

    def test_what_needs_itself_to_be_built_is_told(self, stock: Stock, desk: Desk) -> None:
        index = stock(
            make_sdist("corp-egg", "1.0", build_requires=["corp-hen"]),
            make_sdist("corp-hen", "1.0", build_requires=["corp-egg"]),
        )
        failed = desk.unlatch("install", "-i", index, "corp-egg").failed(7)
        assert "corp-egg 1.0 is needed to build itself" in failed.stderr
        assert "corp-egg 1.0 -> corp-hen 1.0 -> corp-egg 1.0" in failed.stderr

    def test_what_a_build_needs_and_nobody_has_is_told(self, stock: Stock, desk: Desk) -> None:
        index = stock(make_sdist("corp-egg", "1.0", build_requires=["corp-nowhere>=3"]))
        failed = desk.unlatch("install", "-i", index, "corp-egg").failed(20)
        assert "to build corp-egg 1.0, these are needed: corp-nowhere>=3" in failed.stderr

    def test_an_archive_that_is_not_its_own_metadata_s_is_refused(self, stock: Stock, desk: Desk) -> None:
        _, body = make_sdist("corp-other", "1.0")
        failed = desk.unlatch("install", "-i", stock(("corp_egg-1.0.tar.gz", body)), "corp-egg")
        assert failed.status == 3
        assert "has the metadata of corp-other 1.0" in failed.stderr


@pytest.mark.usefixtures("venv")
class TestFolders:
    def test_a_folder_with_extras_is_built_each_time(self, stock: Stock, desk: Desk, venv: Environment) -> None:
        index = stock(make_wheel("corp-extra", "1.0"))
        make_project(desk.work / "demo", requires=['corp-extra ; extra == "more"'], extras=["more"])
        desk.unlatch("install", "-i", index, "./demo[more]").succeeded()
        assert venv.installed() == {"demo": "1.0", "corp-extra": "1.0"}
        assert direct_url(venv, "demo") == {"url": (desk.work / "demo").as_uri(), "dir_info": {}}
        (desk.work / "demo/demo.py").write_text("VALUE = 'new'\n")
        desk.unlatch("install", "-i", index, "demo @ ./demo").succeeded()
        assert venv.run("import demo; print(demo.VALUE, end='')") == "new"
        assert not list(desk.cache.glob("built-1/*/*"))

    @pytest.mark.parametrize("place", ["line", "file"])
    def test_an_editable_leads_to_its_folder(self, place: str, desk: Desk, venv: Environment) -> None:
        folder = make_project(desk.work / "demo")
        (desk.work / "wanted.txt").write_text("-e ./demo\n")
        words = ("-e", "demo") if place == "line" else ("-r", "wanted.txt")
        done = desk.unlatch("install", "--no-index", *words).succeeded()
        assert "Built demo 1.0, editable" in done.stderr
        (folder / "demo.py").write_text("VALUE = 'changed'\n")
        assert venv.run("import demo; print(demo.VALUE, end='')") == "changed"
        assert direct_url(venv, "demo") == {"url": folder.as_uri(), "dir_info": {"editable": True}}
        listed = desk.unlatch("list", "--format", "json").succeeded()
        assert json.loads(listed.stdout) == [
            {"name": "demo", "version": "1.0", "editable_project_location": str(folder)}
        ]
        assert str(folder) in desk.unlatch("list").succeeded().stdout
        desk.unlatch("install", "--no-index", "./demo").succeeded()
        assert direct_url(venv, "demo") == {"url": folder.as_uri(), "dir_info": {}}
        other = desk.unlatch("uninstall", "./elsewhere").succeeded()
        assert "nothing was installed from" in other.stderr
        desk.unlatch("uninstall", "./demo").succeeded()
        assert venv.installed() == {}

    def test_back_ends_are_told_what_is_meant_for_them(self, desk: Desk) -> None:
        named = {"pyproject.toml": PYPROJECT.format(requires="") + "[project]\nname = 'Demo'\ndynamic = ['version']\n"}
        make_project(desk.work / "demo", files=named)
        told = ("-C", "a=1", "-C", "b=2", "--config-settings=a=3", "--config-settings-package", "demo:c=4")
        done = desk.unlatch("install", "-v", "--no-index", *told, "./demo").succeeded()
        assert 'build_wheel {"a": ["1", "3"], "b": "2", "c": "4"}' in done.stderr

    def test_without_isolation_the_environment_s_own_packages_are_used(
        self, stock: Stock, desk: Desk, venv: Environment
    ) -> None:
        make_project(desk.work / "built", "corp-built", build_requires=["corp-tool"], backend=USES_TOOL)
        index = stock(OLD_TOOL, TOOL)
        desk.unlatch("install", "-i", index, "corp-tool<2").succeeded()
        desk.unlatch("install", "-i", index, "--no-build-isolation", "./built").succeeded()
        assert venv.run(VALUE) == "made by 1.0"
        package = ("--no-build-isolation-package", "corp_built")
        desk.unlatch("install", "-i", index, *package, "corp-built @ ./built").succeeded()
        assert venv.run(VALUE) == "made by 1.0"
        desk.unlatch("install", "-i", index, "./built").succeeded()
        assert venv.run(VALUE) == "made by 2.0"


@pytest.mark.usefixtures("venv")
class TestArchives:
    def test_a_path_a_file_url_and_a_private_url(self, stock: Stock, desk: Desk, venv: Environment) -> None:
        filename, body = make_sdist("corp-three", "3.0")
        index = stock((filename, body))
        (desk.work / "three.tar.gz").write_bytes(body)
        sha256 = hashlib.sha256(body).hexdigest()
        own = (desk.work / "three.tar.gz").as_uri()
        for words in ("./three.tar.gz", own):
            desk.unlatch("install", "--no-index", words).succeeded()
            assert direct_url(venv, "corp_three") == {"url": own, "archive_info": {"hashes": {"sha256": sha256}}}
            desk.unlatch("uninstall", "corp-three").succeeded()
        remote = index.replace("/simple/", f"/files/{filename}")
        desk.unlatch("install", "--no-index", f"{remote}#sha256={sha256}").succeeded()
        clean = remote.replace(remote.partition("//")[2].partition("@")[0] + "@", "")
        assert direct_url(venv, "corp_three") == {"url": clean, "archive_info": {"hashes": {"sha256": sha256}}}
        assert "Built" not in desk.unlatch("install", "--no-index", f"corp-three @ {remote}").succeeded().stderr

    def test_a_project_in_a_folder_of_an_archive(self, desk: Desk, venv: Environment) -> None:
        project = make_project(desk.scratch / "demo")
        files = {f"repo-1/python/{path.name}": path.read_bytes() for path in project.iterdir()}
        (desk.work / "repo.tar.gz").write_bytes(tar_of(files))
        url = (desk.work / "repo.tar.gz").as_uri()
        desk.unlatch("install", "--no-index", f"demo @ {url}#subdirectory=python").succeeded()
        assert venv.installed() == {"demo": "1.0"}
        assert direct_url(venv, "demo")["subdirectory"] == "python"
        failed = desk.unlatch("install", "--no-index", f"{url}#subdirectory=ruby").failed(7)
        assert "has no folder ruby" in failed.stderr

    def test_an_archive_that_is_not_the_one_that_was_meant(self, desk: Desk, venv: Environment) -> None:
        _, body = make_sdist("demo", "1.0")
        (desk.work / "demo.tar.gz").write_bytes(body)
        desk.unlatch("install", "--no-index", f"file:demo.tar.gz#sha256={'0' * 64}").failed(5)
        assert venv.installed() == {}


TELLS = """
def build_wheel(directory, config_settings=None, metadata_directory=None):
    for name, value in sorted(os.environ.items()):
        print(name, value)
    print("\\x1b[31mred\\x1b[0m https://me:sesame@host/ half a line", end="\\r")
    print("sesame open", sys.stdin.read(), sys.stdin.isatty(), file=sys.stderr)
    sys.exit("it \\x1b]0;title\\x07cannot be done")
"""


@pytest.mark.usefixtures("venv")
class TestFailures:
    def test_a_failing_build_shows_its_last_lines_and_no_secret(
        self, desk: Desk, venv: Environment, leaks: Leaks
    ) -> None:
        leaks.watch("sesame")
        leaks.may_be_in(make_project(desk.work / "demo", backend=TELLS))
        secrets = {"SOME_TOKEN": "sesame", "UNLATCH_INDEX_CORP_PASSWORD": "sesame", "HARMLESS": "stays"}
        failed = desk.unlatch("install", "--no-index", "./demo", env=secrets).failed(7)
        assert f"{desk.work}/demo could not be built: build_wheel ended with status 1" in failed.stderr
        assert "it cannot be done" in failed.stderr
        assert "… open  False" in failed.stderr
        assert "HARMLESS stays" in failed.stderr
        assert "TOKEN" not in failed.stderr
        assert "\x1b" not in failed.stderr
        assert venv.installed() == {}
        (log,) = desk.scratch.iterdir()
        assert f"all that the build has said is in {log}" in failed.stderr
        assert "https://…@host/" in log.read_text() or "half a line" not in log.read_text()
        assert log.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize(
        ("backend", "message"),
        [
            ("raise ImportError('broken')", "the back end own_backend of"),
            ("del build_wheel", "has no attribute 'build_wheel'"),
            ("build_wheel = lambda *_: '../x.whl'", "answered with something that is no .whl"),
            ("build_wheel = lambda *_: 'x-1-py3-none-any.whl'", "did not make the .whl that it speaks of"),
            ("get_requires_for_build_wheel = lambda _: 'x'", "with something that is no list"),
            ("get_requires_for_build_wheel = lambda _: ['!!']", "which is no requirement"),
            ("METADATA = METADATA.replace('Version: 1.0', 'Version: 2.0')", "and its metadata says demo 2.0"),
        ],
    )
    def test_a_back_end_that_does_not_keep_to_the_rules(
        self, backend: str, message: str, desk: Desk, venv: Environment
    ) -> None:
        make_project(desk.work / "demo", backend=f"\n{backend}\n")
        failed = desk.unlatch("install", "--no-index", "./demo")
        assert failed.status in {5, 7}, failed.output
        assert message in failed.stderr
        assert venv.installed() == {}

    def test_a_back_end_that_cannot_make_editables_is_told(self, desk: Desk) -> None:
        make_project(desk.work / "demo", backend="\ndel build_editable\n")
        failed = desk.unlatch("install", "--no-index", "-e", "./demo").failed(7)
        assert "cannot be editable: its back end does not know how (PEP 660)" in failed.stderr


WAITS = """
def build_wheel(directory, config_settings=None, metadata_directory=None):
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
    with open(config_settings["tell"], "w") as tell:
        tell.write(f"{os.getpid()} {child.pid}")
    child.wait()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes and signals are POSIX's")
def test_a_build_that_is_interrupted_leaves_nothing_behind(desk: Desk, venv: Environment) -> None:
    make_project(desk.work / "demo", backend=WAITS)
    pipe = desk.work / "pipe"
    os.mkfifo(pipe)
    with desk.start(UNLATCH, "install", "--no-index", "-C", f"tell={pipe}", "./demo") as process:
        children = [int(number) for number in pipe.read_text().split()]
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert [child for child in children if lives(child)] == []
    assert list(desk.scratch.iterdir()) == []
    assert venv.installed() == {}


def test_nothing_of_building_is_loaded_for_wheels(public: str, desk: Desk, venv: Environment) -> None:
    command = (sys.executable, "-X", "importtime", UNLATCH, "install", "-i", public, "corp-paper")
    for _ in ("cold", "nothing to do"):
        loaded = desk.run(*command).succeeded().stderr
        assert "| unlatch" in loaded
        assert "unlatch.build" not in loaded
        assert "pyproject_hooks" not in loaded
    desk.unlatch("uninstall", "corp-paper").succeeded()
    assert "unlatch.build" not in desk.run(*command).succeeded().stderr
    assert set(venv.installed()) == {"corp-paper"}
