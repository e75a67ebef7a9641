from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.wheels import make_wheel
from tests.installation.environments import addition, make_target, tree
from unlatch.installation.place.remove import plan_removal
from unlatch.installation.transaction import apply
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.frozen import replace
from unlatch.model.target import Installed, Target


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return make_target(tmp_path / "env")


def install(
    target: Target, cache: Path, name: str = "demo", files: dict[str, str] | None = None, **more: Any
) -> Installed:
    """Install a wheel, and return what is then installed."""
    wheel = make_wheel(name, "1.0", files, **more)
    apply(target, [addition(wheel, cache)])
    return described(target, f"{name}-1.0.dist-info")


def described(target: Target, folder: str) -> Installed:
    name, _, version = folder.rpartition(".")[0].partition("-")
    return Installed(canonicalize_name(name), Version(version or "0"), f"{target.scheme.purelib}/{folder}")


def put(path: Path, content: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def going(target: Target, *installed: Installed) -> list[str]:
    """Return what goes, relative to the environment."""
    return [str(Path(path).relative_to(target.prefix)) for path in plan_removal(installed, target)]


SITE = "lib/python/site-packages"


def test_everything_that_was_installed_goes_and_nothing_else(target: Target, tmp_path: Path) -> None:
    put(Path(target.scheme.purelib, "other.py"), "mine")
    put(Path(target.scheme.scripts, "other"), "mine")
    put(Path(target.prefix, "share/other"), "mine")
    before = tree(tmp_path / "env")
    demo = install(
        target,
        tmp_path / "cache",
        files={"demo/__init__.py": "", "demo/deep/er/x.py": "", "single.py": ""},
        data={"scripts/run": "#!python\n", "headers/demo.h": "", "data/share/man/man1/demo.1": ""},
        entry_points={"console_scripts": {"demo": "demo:main"}},
    )
    assert tree(tmp_path / "env") != before
    apply(target, [], [demo])
    Path(target.scheme.headers).rmdir()
    assert tree(tmp_path / "env") == before


def test_a_folder_with_nothing_else_in_it_goes_as_a_whole(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache", files={"demo/a.py": "", "demo/deep/b.py": "", "single.py": ""})
    assert going(target, demo) == [f"{SITE}/single.py", f"{SITE}/demo", f"{SITE}/demo-1.0.dist-info"]


def test_a_folder_with_something_else_in_it_stays(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache", files={"demo/a.py": "", "demo/deep/b.py": ""})
    put(Path(target.scheme.purelib, "demo/mine.txt"))
    assert going(target, demo) == [f"{SITE}/demo/a.py", f"{SITE}/demo/deep", f"{SITE}/demo-1.0.dist-info"]


def test_a_folder_that_two_share_goes_when_both_go(target: Target, tmp_path: Path) -> None:
    one = install(target, tmp_path / "cache", "one", {"space/one.py": ""})
    two = install(target, tmp_path / "cache", "two", {"space/two.py": ""})
    assert going(target, one) == [f"{SITE}/space/one.py", f"{SITE}/one-1.0.dist-info"]
    assert going(target, one, two) == [f"{SITE}/space", f"{SITE}/one-1.0.dist-info", f"{SITE}/two-1.0.dist-info"]


def test_compiled_forms_of_its_modules_go_and_those_of_others_stay(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache", files={"demo.py": "", "space/a.py": "", "space/a.b.py": ""})
    site_packages = Path(target.scheme.purelib)
    for name in ("demo.cpython-311.pyc", "demo.cpython-39.opt-2.pyc", "demo.cpython-311-pytest-9.2.0.pyc"):
        put(site_packages / "__pycache__" / name)
    for name in ("demonstration.cpython-311.pyc", "other.cpython-311.pyc", "demo.txt"):
        put(site_packages / "__pycache__" / name)
    put(site_packages / "space/__pycache__/a.b.cpython-311.pyc")
    assert going(target, demo) == [
        f"{SITE}/__pycache__/demo.cpython-311-pytest-9.2.0.pyc",
        f"{SITE}/__pycache__/demo.cpython-311.pyc",
        f"{SITE}/__pycache__/demo.cpython-39.opt-2.pyc",
        f"{SITE}/demo.py",
        f"{SITE}/space",
        f"{SITE}/demo-1.0.dist-info",
    ]


def test_files_that_are_gone_already_are_not_missed(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache", files={"demo.py": "", "gone/x.py": ""})
    Path(target.scheme.purelib, "gone/x.py").unlink()
    Path(target.scheme.purelib, "gone").rmdir()
    apply(target, [], [demo])
    assert list(Path(target.scheme.purelib).iterdir()) == []


def test_what_others_have_put_into_dist_info_goes_with_it(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache")
    put(Path(demo.folder, "theirs.json"))
    apply(target, [], [demo])
    assert not Path(demo.folder).exists()


def test_the_folders_of_the_environment_stay_even_if_they_are_empty(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache", data={"scripts/run": "", "data/share/x": "", "data/etc/demo/y": ""})
    apply(target, [], [demo])
    left = {str(path.relative_to(target.prefix)) for path in Path(target.prefix).rglob("*")}
    assert left == {"bin", "etc", "lib", "lib/python", SITE, "share"}


def test_a_folder_of_a_target_goes(tmp_path: Path) -> None:
    flat = str(tmp_path / "flat")
    target = make_target(tmp_path / "env", is_own_prefix=False)
    scheme = target.scheme._replace(purelib=flat, platlib=flat, scripts=f"{flat}/bin", data=flat)
    target = replace(target, scheme=scheme)
    demo = install(target, tmp_path / "cache", files={"demo/x.py": ""}, data={"scripts/run": ""})
    apply(target, [], [demo])
    assert [path.name for path in Path(flat).iterdir()] == ["bin"]


@pytest.mark.parametrize(
    "path", ["nul\0", "../../../../evil", "/etc/hostname", "demo/../../../../../evil", "out/evil", "../../../../env2/x"]
)
def test_a_list_that_reaches_out_of_the_environment_is_refused(path: str, target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache")
    put(tmp_path / "evil")
    put(tmp_path / "env2/x")
    Path(target.scheme.purelib, "out").symlink_to(tmp_path)
    record = Path(demo.folder, "RECORD")
    record.write_text(f"{record.read_text(encoding='utf-8')}{path},,\n", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(EnvironmentProblem, match=r"demo 1\.0 cannot be removed: its list of files has .*, outside"):
        apply(target, [], [demo])
    assert tree(tmp_path) == before


def test_the_prefix_of_the_interpreter_is_not_part_of_a_target_folder(tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    target = make_target(tmp_path / "env", is_own_prefix=False)
    target = replace(target, scheme=target.scheme._replace(purelib=str(flat), platlib=str(flat), data=str(flat)))
    target = replace(target, scheme=target.scheme._replace(scripts=f"{flat}/bin", headers=f"{flat}/include"))
    demo = install(target, tmp_path / "cache")
    record = Path(demo.folder, "RECORD")
    record.write_text(f"{tmp_path}/env/lib/x,,\n", encoding="utf-8")
    with pytest.raises(EnvironmentProblem, match="outside"):
        plan_removal([demo], target)


def test_a_folder_in_a_list_of_files_is_not_a_file(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache")
    put(Path(target.scheme.purelib, "other/x.py"))
    record = Path(demo.folder, "RECORD")
    record.write_text(f"{record.read_text(encoding='utf-8')}other,,\n..,,\n.,,\n../../../bin,,\n", encoding="utf-8")
    assert going(target, demo) == [f"{SITE}/demo.py", f"{SITE}/demo-1.0.dist-info"]


def test_another_environments_distribution_is_refused(target: Target, tmp_path: Path) -> None:
    other = make_target(tmp_path / "other")
    demo = install(other, tmp_path / "cache")
    with pytest.raises(EnvironmentProblem, match="outside this environment"):
        plan_removal([demo], target)


def test_without_record_it_is_refused_with_a_way_out(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache")
    Path(demo.folder, "RECORD").unlink()
    with pytest.raises(EnvironmentProblem, match="RECORD is missing") as caught:
        plan_removal([demo], target)
    assert caught.value.hint == "pip install --ignore-installed --no-deps demo==1.0"


def test_a_record_that_cannot_be_read_is_refused(target: Target, tmp_path: Path) -> None:
    demo = install(target, tmp_path / "cache")
    Path(demo.folder, "RECORD").write_bytes(b"\xff")
    with pytest.raises(EnvironmentProblem, match="RECORD cannot be read"):
        plan_removal([demo], target)


def test_an_egg_info_folder_goes_by_its_list(target: Target) -> None:
    site_packages = Path(target.scheme.purelib)
    listed = "../old/__init__.py\n../old/__pycache__/__init__.cpython-311.pyc\n../../../../bin/old\nPKG-INFO\n"
    put(site_packages / "old-1.0.egg-info/installed-files.txt", listed)
    put(site_packages / "old-1.0.egg-info/PKG-INFO")
    put(site_packages / "old/__init__.py")
    put(Path(target.scheme.scripts, "old"))
    assert going(target, described(target, "old-1.0.egg-info")) == [
        "bin/old",
        f"{SITE}/old",
        f"{SITE}/old-1.0.egg-info",
    ]


def test_an_egg_info_folder_without_a_list_is_refused(target: Target) -> None:
    put(Path(target.scheme.purelib, "old-1.0.egg-info/PKG-INFO"))
    with pytest.raises(EnvironmentProblem, match=r"installed-files\.txt is missing"):
        plan_removal([described(target, "old-1.0.egg-info")], target)


def test_what_another_tool_has_installed_without_a_list_is_left_to_it(target: Target) -> None:
    put(Path(target.scheme.purelib, "old-1.0.dist-info/INSTALLER"), "conda\x1b\n")
    with pytest.raises(EnvironmentProblem, match=r"nobody knows its files but conda\\x1b") as caught:
        plan_removal([described(target, "old-1.0.dist-info")], target)
    assert caught.value.hint == r"remove it with conda\x1b"


def test_what_setuptools_has_linked_is_left_to_it(target: Target, tmp_path: Path) -> None:
    put(tmp_path / "project/old.egg-info/PKG-INFO")
    linked = described(target, "old-1.0.egg-info")._replace(folder=str(tmp_path / "project/old.egg-info"))
    with pytest.raises(EnvironmentProblem, match=r"setup\.py develop has linked it") as caught:
        plan_removal([linked], target)
    assert caught.value.hint == f"python setup.py develop --uninstall, in {tmp_path}/project"


def test_what_distutils_has_installed_is_refused(target: Target) -> None:
    put(Path(target.scheme.purelib, "old-1.0.egg-info"))
    with pytest.raises(EnvironmentProblem, match="installed by distutils"):
        plan_removal([described(target, "old-1.0.egg-info")], target)


def test_an_egg_is_refused(target: Target) -> None:
    put(Path(target.scheme.purelib, "old-1.0.egg/EGG-INFO/PKG-INFO"))
    with pytest.raises(EnvironmentProblem, match="does not list its files"):
        plan_removal([described(target, "old-1.0.egg")], target)


def test_an_editable_goes_by_its_pth_and_its_project_stays(target: Target, tmp_path: Path) -> None:
    project = tmp_path / "project"
    put(project / "demo.py")
    demo = install(target, tmp_path / "cache", files={"__editable__.demo.pth": f"{project}\n"})
    apply(target, [], [demo])
    assert list(Path(target.scheme.purelib).iterdir()) == []
    assert (project / "demo.py").exists()
