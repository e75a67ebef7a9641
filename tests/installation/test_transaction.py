import base64
import csv
import hashlib
import importlib.metadata
import json
import os
import resource
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.direct_url import ArchiveInfo, DirectUrl
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.doubles.wheels import Wheel, make_wheel
from tests.installation.environments import addition, make_target, make_venv, tree, unpacked
from unlatch.installation.place.blueprint import Addition
from unlatch.installation.place.linking import Incomplete, LinkMode
from unlatch.installation.transaction import Outcome, Withdrawn, apply
from unlatch.model.errors import EnvironmentProblem, IntegrityError
from unlatch.model.events import Event, Progress, Warned
from unlatch.model.frozen import replace
from unlatch.model.target import Installed, Target


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return make_target(tmp_path / "env")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def install(target: Target, cache: Path, *wheels: Wheel, removing: tuple[Installed, ...] = ()) -> list[Event]:
    """Install wheels, and return what was told."""
    told: list[Event] = []
    apply(target, [addition(wheel, cache) for wheel in wheels], removing, listener=told.append)
    return told


def warnings(told: list[Event]) -> list[str]:
    return [event.message for event in told if isinstance(event, Warned)]


def present(target: Target, name: str = "demo", version: str = "1.0") -> Installed:
    folder = f"{target.scheme.purelib}/{name}-{version}.dist-info"
    return Installed(canonicalize_name(name), Version(version), folder)


def read(target: Target, path: str) -> str:
    return Path(target.scheme.purelib, path).read_text(encoding="utf-8")


def distribution(target: Target, name: str) -> importlib.metadata.Distribution:
    (found,) = importlib.metadata.distributions(name=name, path=[target.scheme.purelib])
    return found


EVERYTHING: dict[str, Any] = {
    "files": {"demo/__init__.py": "def main(): print('hello')\n", "demo/größe, 1.txt": "x", "tool": "#!/bin/sh\n"},
    "executable": ["tool", "scripts/program"],
    "data": {
        "purelib/pure.py": "",
        "scripts/run": "#!python\nimport demo; demo.main()\n",
        "scripts/program": b"\x7fELF...",
        "headers/demo.h": "",
        "data/share/demo.txt": "",
    },
    "entry_points": {"console_scripts": {"demo": "demo:main"}},
    "requires": ["idna>=3"],
}


def test_what_is_installed_is_what_importlib_metadata_reads(target: Target, cache: Path) -> None:
    wheel = make_wheel("demo", "1.0", **EVERYTHING)
    outcome = apply(target, [addition(wheel, cache, is_requested=True)])
    assert outcome == Outcome((canonicalize_name("demo"),), (), outcome.link_mode)
    found = distribution(target, "demo")
    assert (found.version, found.requires) == ("1.0", ["idna>=3"])
    assert found.read_text("INSTALLER") == "unlatch\n"
    assert found.read_text("REQUESTED") == ""
    assert found.read_text("direct_url.json") is None
    assert [(point.name, point.value) for point in found.entry_points] == [("demo", "demo:main")]
    assert sorted(str(path) for path in found.files or []) == sorted(
        [
            "demo/__init__.py",
            "demo/größe, 1.txt",
            "tool",
            "pure.py",
            "../../../bin/run",
            "../../../bin/program",
            "../../../bin/demo",
            "../../../include/demo/demo.h",
            "../../../share/demo.txt",
            *(f"demo-1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt", "RECORD")),
            *(f"demo-1.0.dist-info/{name}" for name in ("INSTALLER", "REQUESTED")),
        ]
    )


@pytest.mark.parametrize("mode", list(LinkMode))
def test_every_hash_in_record_is_that_of_the_file(mode: LinkMode, target: Target, cache: Path) -> None:
    apply(target, [addition(make_wheel("demo", "1.0", **EVERYTHING), cache)], link_mode=mode)
    with Path(present(target).folder, "RECORD").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows.pop() == ["demo-1.0.dist-info/RECORD", "", ""]
    assert len(rows) == 13
    for path, digest, size in rows:
        content = Path(target.scheme.purelib, path).read_bytes()
        encoded = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        assert (digest, size) == (f"sha256={encoded}", str(len(content)))


def test_executable_files_stay_executable_and_scripts_become_it(target: Target, cache: Path) -> None:
    install(target, cache, make_wheel("demo", "1.0", **EVERYTHING))
    paths = {
        str(path.relative_to(target.prefix)): path.stat().st_mode & 0o100 for path in Path(target.prefix).rglob("*")
    }
    executable = {path for path, bit in paths.items() if bit and Path(target.prefix, path).is_file()}
    assert executable == {"bin/demo", "bin/run", "bin/program", "lib/python/site-packages/tool"}


def test_scripts_run(tmp_path: Path, cache: Path) -> None:
    target = make_venv(tmp_path / "venv")
    install(target, cache, make_wheel("demo", "1.0", **EVERYTHING))
    for name in ("demo", "run"):
        done = subprocess.run([f"{target.scheme.scripts}/{name}"], capture_output=True, text=True, check=True)
        assert done.stdout == "hello\n"


def test_generated_files_are_never_links_into_the_cache(target: Target, cache: Path) -> None:
    apply(target, [addition(make_wheel("demo", "1.0", **EVERYTHING), cache)], link_mode=LinkMode.HARDLINK)
    linked = {path.name for path in Path(target.prefix).rglob("*") if path.is_file() and path.stat().st_nlink > 1}
    assert {"__init__.py", "METADATA", "program"} <= linked
    assert not linked & {"demo", "run", "RECORD", "INSTALLER"}


def test_a_wheel_for_a_platform_goes_to_platlib(tmp_path: Path, cache: Path) -> None:
    target = make_target(tmp_path / "env")
    platlib = tmp_path / "env/lib64"
    target = replace(target, scheme=target.scheme._replace(platlib=str(platlib)))
    install(target, cache, make_wheel("demo", "1.0", {"demo.so": ""}, is_pure=False, tag="py3-none-linux_x86_64"))
    assert {path.name for path in platlib.iterdir()} == {"demo.so", "demo-1.0.dist-info"}


def test_a_direct_url_is_recorded(target: Target, cache: Path) -> None:
    url = DirectUrl(url="https://user:pa55@host.example/demo.whl", archive_info=ArchiveInfo(hashes={"sha256": "ab"}))
    apply(target, [Addition(unpacked(make_wheel(), cache), direct_url=url)])
    content = distribution(target, "demo").read_text("direct_url.json")
    assert content is not None
    assert json.loads(content)["url"] == "https://host.example/demo.whl"


def test_a_shipped_wrapper_makes_way_for_its_entry_point(target: Target, cache: Path) -> None:
    points = {"console_scripts": {"demo": "demo:main"}}
    install(
        target, cache, make_wheel(data={"scripts/demo": "old", "scripts/demo-script.py": "old"}, entry_points=points)
    )
    assert [path.name for path in Path(target.scheme.scripts).iterdir()] == ["demo"]
    assert "from demo import main" in Path(target.scheme.scripts, "demo").read_text(encoding="utf-8")


def test_another_version_takes_the_place_of_the_old_one(target: Target, cache: Path) -> None:
    install(target, cache, make_wheel("demo", "1.0", {"demo/__init__.py": "1", "demo/old.py": "", "gone/x.py": ""}))
    told = install(
        target,
        cache,
        make_wheel("demo", "2.0", {"demo/__init__.py": "2", "gone": "a file"}),
        removing=(present(target),),
    )
    assert {path.name for path in Path(target.scheme.purelib).iterdir()} == {"demo", "gone", "demo-2.0.dist-info"}
    assert [path.name for path in Path(target.scheme.purelib, "demo").iterdir()] == ["__init__.py"]
    assert read(target, "demo/__init__.py") == "2"
    assert warnings(told) == []


def test_a_change_that_does_not_stand_once_it_is_staged_is_not_made(target: Target, cache: Path) -> None:
    before = tree(Path(target.prefix))
    staged: list[bool] = []

    def stands(check: Callable[[], None]) -> bool:
        check()
        staged.append(bool(list(Path(target.prefix).rglob("METADATA"))))
        return False

    with pytest.raises(Withdrawn):
        apply(target, [addition(make_wheel(), cache)], stands=stands)
    assert staged == [True]
    assert tree(Path(target.prefix)) == before


def test_whoever_waits_whether_a_change_stands_may_be_interrupted(target: Target, cache: Path) -> None:
    before = tree(Path(target.prefix))

    def stands(check: Callable[[], None]) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            check()

    with pytest.raises(KeyboardInterrupt):
        apply(target, [addition(make_wheel(), cache)], stands=stands)
    assert tree(Path(target.prefix)) == before


@pytest.mark.parametrize("mode", list(LinkMode))
def test_a_distribution_can_be_installed_anew(mode: LinkMode, target: Target, cache: Path) -> None:
    wheel = addition(make_wheel("demo", "1.0", **EVERYTHING), cache)
    apply(target, [wheel], link_mode=mode)
    before = tree(Path(target.prefix))
    Path(target.scheme.purelib, "demo/__init__.py").unlink()
    apply(target, [wheel], [present(target)], link_mode=mode)
    # For root a file that is still in use is copied, and a copy may be written.
    after = tree(Path(target.prefix))
    assert {path: (kind, content) for path, (kind, _, content) in after.items()} == {
        path: (kind, content) for path, (kind, _, content) in before.items()
    }


def test_a_file_that_belongs_to_nobody_is_replaced_without_a_word(target: Target, cache: Path) -> None:
    Path(target.scheme.purelib, "demo.py").write_text("nobody's", encoding="utf-8")
    assert warnings(install(target, cache, make_wheel(files={"demo.py": "new"}))) == []
    assert read(target, "demo.py") == "new"


def test_a_file_of_a_distribution_that_stays_is_replaced_and_the_user_is_warned(target: Target, cache: Path) -> None:
    files = {f"shared/{number}.py": "theirs" for number in range(5)}
    install(target, cache, make_wheel("other", "2.0", files))
    mine = make_wheel("demo", "1.0", dict.fromkeys(files, "mine"))
    (warning,) = warnings(install(target, cache, mine))
    site_packages = target.scheme.purelib
    named = ", ".join(f"{site_packages}/shared/{number}.py" for number in range(3))
    assert warning == f"demo has replaced {named} and 2 more of other 2.0"
    assert read(target, "shared/4.py") == "mine"


def test_the_last_by_name_of_two_that_bring_a_file_wins_and_the_user_is_warned(target: Target, cache: Path) -> None:
    first, last = make_wheel("a", "1.0", {"shared.py": "a"}), make_wheel("b", "1.0", {"shared.py": "b"})
    told = install(target, cache, last, first)
    assert warnings(told) == [f"a and b both bring {target.scheme.purelib}/shared.py: b's is installed"]
    assert read(target, "shared.py") == "b"
    assert "shared.py" not in {str(path) for path in distribution(target, "a").files or ()}
    assert "shared.py" in {str(path) for path in distribution(target, "b").files or ()}


def test_two_may_bring_the_same_file(target: Target, cache: Path) -> None:
    files = {"space/__init__.py": "same"}
    told = install(target, cache, make_wheel("a", "1.0", files), make_wheel("b", "1.0", files))
    assert warnings(told) == []
    for name in ("a", "b"):
        assert "space/__init__.py" in {str(path) for path in distribution(target, name).files or ()}


def test_it_is_told_how_far_it_is(target: Target, cache: Path) -> None:
    told = install(target, cache, make_wheel("a"), make_wheel("b"))
    progress = [event for event in told if isinstance(event, Progress)]
    assert progress == [Progress("installing", done, 2) for done in range(3)]


def test_nothing_to_do_changes_nothing(target: Target, tmp_path: Path) -> None:
    before = tree(tmp_path)
    outcome = apply(target, [])
    assert (outcome.added, outcome.removed) == ((), ())
    assert tree(tmp_path) == before


REFUSED = {
    "a script called python": make_wheel(entry_points={"console_scripts": {"python": "demo:main"}}),
    "an entry point that is no function": make_wheel(entry_points={"console_scripts": {"x": "os.system('x')"}}),
    "a shipped activate": make_wheel(data={"scripts/activate": "#!python\n"}),
    "a shipped interpreter": make_wheel(data={"data/bin/python3": ""}),
    "no part of an environment": make_wheel(data={"usr/x": ""}),
    "another's data": make_wheel(files={"other-1.0.data/scripts/x": ""}),
    "another's .dist-info": make_wheel(data={"purelib/other-1.0.dist-info/RECORD": ""}),
    "one file twice": make_wheel(files={"x.py": "1"}, data={"purelib/x.py": "2"}),
    "its own INSTALLER": make_wheel(data={"data/lib/python/site-packages/demo-1.0.dist-info/INSTALLER": ""}),
    "its own RECORD": make_wheel(data={"data/lib/python/site-packages/demo-1.0.dist-info/RECORD": ""}),
    "one script twice": make_wheel(entry_points={"console_scripts": {"x": "a:b"}, "gui_scripts": {"x": "a:b"}}),
}


@pytest.mark.parametrize("wheel", REFUSED.values(), ids=REFUSED)
def test_a_refused_wheel_leaves_the_environment_as_it_was(wheel: Wheel, target: Target, cache: Path) -> None:
    install(target, cache, make_wheel("aaa", "1.0"))
    before = tree(Path(target.prefix))
    with pytest.raises(IntegrityError) as caught:
        install(target, cache, make_wheel("bbb", "1.0"), wheel, removing=(present(target, "aaa"),))
    assert wheel[0] in str(caught.value)
    assert tree(Path(target.prefix)) == before


def prepare_replacement(target: Target, cache: Path) -> tuple[list[Addition], list[Installed]]:
    """Install old versions of two, and return the change that replaces both; "demo" is placed after "aaa"."""
    install(
        target,
        cache,
        make_wheel("aaa", "1.0", **EVERYTHING),
        make_wheel("demo", "1.0", {"demo.py": "1", "d/x.py": "1"}),
    )
    Path(target.scheme.purelib, "nobody.py").write_text("nobody's", encoding="utf-8")
    new = (
        make_wheel("aaa", "2.0", {"aaa/new.py": "", "nobody.py": "new"}),
        make_wheel("demo", "2.0", {"demo.py": "2", "d/y/z": ""}),
    )
    return [addition(wheel, cache) for wheel in new], [present(target, "aaa"), present(target)]


def test_a_shipped_script_that_is_gone_is_noticed_before_anything_is_touched(target: Target, cache: Path) -> None:
    gone = addition(make_wheel(data={"scripts/run": "#!python\n"}), cache)
    Path(gone.unpacked.root, "demo-1.0.data/scripts/run").unlink()
    before = tree(Path(target.prefix))
    with pytest.raises(Incomplete, match="scripts/run is gone"):
        apply(target, [gone])
    assert tree(Path(target.prefix)) == before


def test_a_kept_file_that_is_gone_undoes_everything(target: Target, cache: Path) -> None:
    additions, removals = prepare_replacement(target, cache)
    gone = Path(additions[1].unpacked.root, "demo.py")
    gone.unlink()
    before = tree(Path(target.prefix))
    with pytest.raises(Incomplete, match=r"demo\.py is gone"):
        apply(target, additions, removals)
    assert tree(Path(target.prefix)) == before


@pytest.mark.parametrize("obstacle", ["demo.py/folder/x", "d"])
def test_a_folder_or_a_file_in_the_way_undoes_everything(obstacle: str, target: Target, cache: Path) -> None:
    additions, removals = prepare_replacement(target, cache)
    apply(target, [], removals[1:])
    in_the_way = Path(target.scheme.purelib, obstacle)
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.write_text("mine", encoding="utf-8")
    before = tree(Path(target.prefix))
    with pytest.raises(EnvironmentProblem, match="has to go there"):
        apply(target, additions, removals[:1])
    assert tree(Path(target.prefix)) == before


def test_an_interruption_between_two_distributions_undoes_everything(target: Target, cache: Path) -> None:
    additions, removals = prepare_replacement(target, cache)
    before = tree(Path(target.prefix))

    def interrupt(event: Event) -> None:
        if event == Progress("installing", 1, 2):
            assert tree(Path(target.prefix)) != before
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(target, additions, removals, listener=interrupt)
    assert tree(Path(target.prefix)) == before


def test_a_removal_that_is_refused_leaves_everything(target: Target, cache: Path) -> None:
    additions, removals = prepare_replacement(target, cache)
    Path(removals[1].folder, "RECORD").unlink()
    before = tree(Path(target.prefix))
    with pytest.raises(EnvironmentProblem, match="RECORD is missing"):
        apply(target, additions, removals)
    assert tree(Path(target.prefix)) == before


def test_a_full_disk_undoes_everything(target: Target, cache: Path) -> None:
    additions, removals = prepare_replacement(target, cache)
    large = addition(make_wheel("zzz", "1.0", {"large.bin": bytes(1_000_000)}), cache)
    before = tree(Path(target.prefix))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # To this process, a limit on the size of files is a disk that is full.
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
    try:
        with pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*large\.bin could not be placed"):
            apply(target, [*additions, large], removals, link_mode=LinkMode.COPY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert tree(Path(target.prefix)) == before


def test_what_cannot_be_undone_is_told_and_keeps_everything_else_from_being_changed(
    target: Target, cache: Path
) -> None:
    additions, removals = prepare_replacement(target, cache)
    in_the_way = Path(target.scheme.purelib, "d")

    def occupy(verb: str, path: str) -> None:
        if verb == "place":
            in_the_way.mkdir()
            raise KeyboardInterrupt

    with pytest.raises(EnvironmentProblem, match="is not as it was before") as caught:
        apply(target, additions, removals, witness=occupy)
    assert isinstance(caught.value.__context__, KeyboardInterrupt)
    assert f"{in_the_way} is in the way of what was there" in caught.value.details[0]
    with pytest.raises(EnvironmentProblem, match="is not finished") as caught:
        apply(target, additions, removals)
    assert caught.value.hint == "unlatch recover"
