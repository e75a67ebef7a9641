"""Which versions are chosen, and what is installed again or taken away, as a person asks for it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.index_tree import Listed, write_index
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment

NEWEST = {"app": "2.0", "lib": "2.0"}
Index = Callable[..., str]


@pytest.fixture
def links(tmp_path: Path) -> Path:
    """A folder with two versions of an application and of a library that it needs."""
    folder = tmp_path / "links"
    folder.mkdir()
    for name, version, requires in (
        ("app", "1.0", ["lib<2"]),
        ("app", "2.0", ["lib>=1"]),
        ("app", "3.0rc1", []),
        ("lib", "1.0", []),
        ("lib", "2.0", []),
        ("other", "1.0", []),
    ):
        filename, body = make_wheel(name, version, requires=requires)
        (folder / filename).write_bytes(body)
    return folder


@pytest.fixture
def install(desk: Desk, venv: Environment, links: Path):
    def run(*words: str):
        return desk.unlatch("install", "--no-index", "-f", links, *words)

    return run


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["app"], NEWEST),
        (["app", "--pre"], {"app": "3.0rc1"}),
        (["app", "--all-releases", "app"], {"app": "3.0rc1"}),
        (["app>=3.0rc1", "--prerelease", "explicit"], {"app": "3.0rc1"}),
        (["app>=1", "--resolution", "lowest"], {"app": "1.0", "lib": "1.0"}),
        (["app>=2", "--resolution", "lowest-direct"], NEWEST),
    ],
)
def test_versions_are_chosen_as_asked(install, venv: Environment, words, expected) -> None:
    install(*words).succeeded()
    assert venv.installed() == expected


def test_a_person_overrides_and_leaves_out(install, desk: Desk, venv: Environment) -> None:
    (desk.work / "over.txt").write_text("lib==2.0\n")
    (desk.work / "out.txt").write_text("lib\n")
    install("app==1.0", "--override", "over.txt").succeeded()
    assert venv.installed() == {"app": "1.0", "lib": "2.0"}
    (desk.work / "over.txt").write_text("lib==7\n")
    failed = install("app==1.0", "--override", "over.txt", "--reinstall").failed(3)
    assert "app 1.0 needs lib==7 (by --override)" in failed.stderr
    desk.unlatch("uninstall", "app", "lib").succeeded()
    install("app==1.0", "--excludes", "out.txt").succeeded()
    assert venv.installed() == {"app": "1.0"}


def test_what_is_upgraded_is_what_was_named_or_all(install, venv: Environment) -> None:
    install("app==1.0", "lib==1.0").succeeded()
    install("-U", "--upgrade-strategy", "only-if-needed", "app").succeeded()
    assert venv.installed() == {"app": "2.0", "lib": "1.0"}
    install("-U", "app").succeeded()
    assert venv.installed() == NEWEST


def test_what_is_installed_is_installed_anew(install, venv: Environment) -> None:
    install("app").succeeded()
    module = venv.site_packages / "lib.py"
    module.unlink()
    install("app", "lib").succeeded()
    assert not module.exists()
    done = install("app", "--reinstall-package", "lib").succeeded()
    assert module.exists()
    assert "~ lib 2.0 -> 2.0" in done.stderr
    assert "app" not in done.stderr
    module.unlink()
    install("app", "-I").succeeded()
    assert module.exists()


def test_an_exact_environment_has_what_is_needed_and_what_installs(install, venv: Environment) -> None:
    install("app", "other").succeeded()
    pip = venv.site_packages / "pip-1.0.dist-info"
    pip.mkdir()
    (pip / "METADATA").write_text("Metadata-Version: 2.1\nName: pip\nVersion: 1.0\n")
    assert "- other 1.0" in install("app", "--exact").succeeded().stderr
    assert venv.installed() == {**NEWEST, "pip": "1.0"}
    assert "Nothing to do" in install("app", "--exact").succeeded().stderr


def test_a_check_changes_nothing_and_tells_by_its_status(install, venv: Environment) -> None:
    checked = install("app", "--check")
    assert (checked.status, "Would install 2 packages" in checked.stderr) == (1, True)
    assert venv.installed() == {}
    install("app", "other").succeeded()
    install("app", "--check").succeeded()
    assert install("app", "--check", "--exact").status == 1
    assert venv.installed() == {**NEWEST, "other": "1.0"}


@pytest.fixture
def index(serve: Serve, tmp_path: Path) -> Index:
    """Write and serve an index of files."""

    def run(name: str, *files: Listed, **more) -> str:
        write_index(tmp_path / name, files, **more)
        return f"{serve(Site(name, tmp_path / name, certificate=None)).url(name)}/simple/"

    return run


def listed(version: str, uploaded: str | None = None) -> Listed:
    return Listed(*make_wheel("app", version), uploaded=uploaded)


def test_what_was_uploaded_too_late_is_as_if_it_was_not_there(index: Index, desk: Desk, venv: Environment) -> None:
    url = index("dated", listed("1.0", "2024-01-01T00:00:00Z"), listed("2.0", "2025-01-01T00:00:00Z"), listed("3.0"))
    until = ("--exclude-newer", "2024-12-01")
    desk.unlatch("install", "-i", url, *until, "app").succeeded()
    assert venv.installed() == {"app": "1.0"}
    desk.unlatch("install", "-i", url, *until, "--exclude-newer-package", "app=P1D", "-U", "app").succeeded()
    assert venv.installed() == {"app": "2.0"}
    failed = desk.unlatch("install", "-i", url, *until, "app>=2", "--reinstall").failed(3)
    assert "app 3.0: the index does not tell when it was uploaded" in failed.stderr
    assert "app 2.0: uploaded 2025-01-01T00:00, and --exclude-newer ends at 2024-12-0" in failed.stderr


def test_a_package_comes_from_the_index_that_it_is_pinned_to(index: Index, desk: Desk, venv: Environment) -> None:
    first, second = index("first", listed("9.0")), index("second", listed("1.0"))
    words = ("install", "--reinstall", "-i", first, "app")
    desk.unlatch(*words, "--index-for", f"app={second}").succeeded()
    assert venv.installed() == {"app": "1.0"}
    desk.unlatch(*words, "--index", f"second={second}", "--index-for", "app=second").succeeded()
    assert venv.installed() == {"app": "1.0"}
    table = f'index-for = ["app=hidden"]\n[[index]]\nname = "hidden"\nurl = "{second}"\nexplicit = true\n'
    (desk.work / "unlatch.toml").write_text(table)
    desk.unlatch(*words).succeeded()
    assert venv.installed() == {"app": "1.0"}
    failed = desk.unlatch(*words, "nowhere").failed(20)
    assert f"  asked: {first} (without credentials)\n" in failed.stderr
    assert f"  asked: {second} (without credentials) for app alone\n" in failed.stderr


@pytest.mark.parametrize(
    ("strategy", "version"), [("first-index", "1.0"), ("unsafe-first-match", "1.0"), ("unsafe-best-match", "9.0")]
)
def test_of_two_indexes_the_strategy_decides(index: Index, desk: Desk, venv: Environment, strategy, version) -> None:
    first, second = index("first", listed("1.0")), index("second", listed("9.0"))
    words = ("install", "--index", first, "-i", second, "--index-strategy", strategy)
    done = desk.unlatch(*words, "app").succeeded()
    assert venv.installed() == {"app": version}
    assert ("app is on several indexes" in done.stderr) is (strategy != "first-index")
    later = desk.unlatch(*words, "app>5")
    assert (later.status == 0) is (strategy != "first-index")


def test_what_is_quarantined_is_refused_and_what_has_ended_is_told(index: Index, desk: Desk, venv: Environment) -> None:
    status = {"project-status": {"status": "quarantined", "reason": "it steals keys"}}
    failed = desk.unlatch("install", "-i", index("bad", listed("1.0"), said={"app": status}), "app").failed(3)
    assert "app 1.0: quarantined by the index (it steals keys)" in failed.stderr
    status = {"project-status": {"status": "archived"}}
    done = desk.unlatch("install", "-i", index("old", listed("1.0"), said={"app": status}), "app").succeeded()
    assert "warning: app is archived" in done.stderr
    assert venv.installed() == {"app": "1.0"}


def test_wheels_for_another_platform_go_into_a_folder_of_their_own(install, desk: Desk, links: Path) -> None:
    for tag, requires in (("cp313-cp313-win_amd64", []), ("py3-none-manylinux_2_17_x86_64", [])):
        filename, body = make_wheel("native", "1.0", requires=["lib ; sys_platform == 'win32'", *requires], tag=tag)
        (links / filename).write_bytes(body)
    words = ("native", "--python-version", "3.13", "--python-platform")
    failed = install(*words, "windows").failed(2)
    assert "does not belong into the environment of this one" in failed.stderr
    assert "+ lib 2.0" in install(*words, "windows", "--dry-run").succeeded().stderr
    install(*words, "windows", "--target", "there").succeeded()
    found = {path.name: path for path in (desk.work / "there").glob("*.dist-info")}
    assert found.keys() == {"native-1.0.dist-info", "lib-2.0.dist-info"}
    assert "Tag: cp313-cp313-win_amd64" in (found["native-1.0.dist-info"] / "WHEEL").read_text()
    failed = install(*words, "macos", "--target", "other").failed(3)
    assert "its wheels are for manylinux_2_17_x86_64 and win_amd64, and this is darwin arm64" in failed.stderr
    install("native", "--platform", "manylinux_2_28_x86_64", "--implementation", "py", "--target", "third").succeeded()
    assert {path.name for path in (desk.work / "third").glob("*.dist-info")} == {"native-1.0.dist-info"}
