"""What file systems do to a change: they are full, read-only, layered, or several. Real ones, where we may mount."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from packaging.version import Version

from tests.doubles.mounts import Mount
from tests.doubles.wheels import make_wheel
from tests.installation.environments import addition, make_target, tree
from tests.installation.faults import KilledError, kill_at, stop_at
from unlatch.installation.change.lock import Lock
from unlatch.installation.change.recovery import End, recover
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.transaction import apply
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.events import ignore
from unlatch.model.frozen import replace
from unlatch.model.target import Installed, Target


def installed(target: Target, name: str, version: str = "1.0") -> Installed:
    return Installed(name, Version(version), f"{target.scheme.purelib}/{name}-{version}.dist-info")  # type: ignore[arg-type]


FILES = {"demo/__init__.py": "1", "demo/deep/er/x.py": "x", "single.py": "1"}
DATA = {"scripts/run": "#!python\n", "data/share/demo.txt": ""}


def test_a_disk_that_fills_up_changes_nothing(mount: Mount, tmp_path: Path) -> None:
    target = make_target(mount("tmpfs", tmp_path / "small", "size=2m") / "env")
    cache = tmp_path / "cache"
    apply(target, [addition(make_wheel("demo", "1.0", FILES, data=DATA), cache)])
    before = tree(tmp_path / "small")
    large = {f"large/{number}.bin": bytes(300_000) for number in range(10)}
    arriving = [addition(make_wheel("demo", "2.0", FILES), cache), addition(make_wheel("large", "1.0", large), cache)]
    with pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*large/\d\.bin .*No space left on device"):
        apply(target, arriving, [installed(target, "demo")], link_mode=LinkMode.COPY)
    assert tree(tmp_path / "small") == before
    apply(target, [], [installed(target, "demo")])
    assert not Path(target.scheme.purelib, "demo").exists(), "it goes on as if nothing had been"


def test_a_disk_without_room_for_the_journal_changes_nothing(mount: Mount, tmp_path: Path) -> None:
    target = make_target(mount("tmpfs", tmp_path / "small", "size=1m") / "env")
    apply(target, [addition(make_wheel("demo", "1.0", FILES, data=DATA), tmp_path / "cache")])
    filler = tmp_path / "small/filler"
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(bytes(4096)):
            pass
    before = tree(tmp_path / "small")
    with pytest.raises(EnvironmentProblem, match="No space left on device"):
        apply(target, [], [installed(target, "demo")])
    assert tree(tmp_path / "small") == before
    filler.unlink()
    apply(target, [], [installed(target, "demo")])
    assert not Path(target.scheme.purelib, "demo").exists()


def test_a_read_only_file_system_is_told_before_anything_else(mount: Mount, tmp_path: Path) -> None:
    folder = mount("tmpfs", tmp_path / "fixed")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    with pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*Read-only file system"):
        Lock(str(folder), "unlatch install", ignore).__enter__()
    with pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*Read-only file system"):
        Lock(str(folder / "new"), "unlatch install", ignore).__enter__()


@pytest.fixture
def several(mount: Mount, tmp_path: Path) -> Target:
    """An environment that has its scripts and a package on file systems of their own, with old versions in it."""
    target = make_target(tmp_path / "env")
    mount("tmpfs", Path(target.scheme.scripts))
    apply(
        target,
        [
            addition(make_wheel("demo", "1.0", FILES, data=DATA), tmp_path / "cache"),
            addition(make_wheel("space", "1.0", {"space/a.py": "1", "space/b/c.py": "1"}), tmp_path / "cache"),
        ],
    )
    return target


def test_an_environment_on_several_file_systems_is_changed_and_put_back(several: Target, tmp_path: Path) -> None:
    before = tree(tmp_path / "env")
    arriving = [addition(make_wheel("demo", "2.0", FILES, data=DATA), tmp_path / "cache")]
    with pytest.raises(RuntimeError):
        apply(several, arriving, [installed(several, "demo")], witness=stop_at("settle"))
    assert tree(tmp_path / "env") == before
    apply(several, arriving, [installed(several, "demo")])
    assert Path(several.scheme.purelib, "demo-2.0.dist-info").exists()
    assert not [path for path in tree(tmp_path / "env") if ".unlatch" in path]


def test_a_folder_that_cannot_be_renamed_changes_nothing(several: Target, mount: Mount, tmp_path: Path) -> None:
    # Something is mounted on the package's folder: it cannot be moved, and what is in it is on another file system.
    mount("tmpfs", Path(several.scheme.purelib, "space"))
    for path in ("space/a.py", "space/b/c.py"):
        Path(several.scheme.purelib, path).parent.mkdir(exist_ok=True)
        Path(several.scheme.purelib, path).touch()
    before = tree(tmp_path / "env")
    with pytest.raises(EnvironmentProblem, match=r"nothing was changed: .*space could not be placed or moved"):
        apply(several, [], [installed(several, "demo"), installed(several, "space")])
    assert tree(tmp_path / "env") == before


@pytest.fixture
def layer(mount: Mount, tmp_path: Path) -> Callable[[], Target]:
    """Return what makes environments as containers have them, with an old version in a lower layer.

    No folder of a lower layer can be renamed.
    """
    lower = make_target(tmp_path / "lower/env")
    wheel = make_wheel("demo", "1.0", FILES | {"demo/größe.txt": ""}, data=DATA)
    apply(lower, [addition(wheel, tmp_path / "cache")])
    Path(lower.scheme.purelib, "demo/link").symlink_to("deep")
    Path(lower.scheme.purelib, "demo/deep").chmod(0o710)
    record = Path(lower.scheme.purelib, "demo-1.0.dist-info/RECORD")
    record.write_text(f"{record.read_text(encoding='utf-8')}demo/link,,\n", encoding="utf-8")
    numbers = count()

    def make() -> Target:
        folder = tmp_path / f"container-{next(numbers)}"
        for name in ("upper", "work", "merged"):
            (folder / name).mkdir(parents=True)
        options = (f"lowerdir={tmp_path}/lower", f"upperdir={folder}/upper", f"workdir={folder}/work")
        return make_target(mount("overlay", folder / "merged", *options) / "env")

    return make


@pytest.mark.parametrize("arriving", [{}, {"demo/__init__.py": "2", "demo/new.py": "2"}], ids=["uninstall", "upgrade"])
def test_in_a_container_a_folder_of_a_lower_layer_is_moved_file_by_file(
    arriving: dict[str, str], layer: Callable[[], Target], tmp_path: Path
) -> None:
    additions = [addition(make_wheel("demo", "2.0", arriving), tmp_path / "cache")] if arriving else []
    ends = []
    for number in range(1000):
        target = layer()
        before = tree(Path(target.prefix))
        with pytest.raises(KilledError):
            apply(target, additions, [installed(target, "demo")], witness=kill_at(number))
        recovered = recover(target.scheme.purelib)
        assert recovered is not None
        ends.append(recovered.end)
        if recovered.end is End.DONE:
            break
        assert tree(Path(target.prefix)) == before, f"after step {number}"
    assert ends.count(End.UNDONE) > 20
    found = {path for path in tree(Path(target.scheme.purelib)) if "dist-info" not in path}
    assert found == ({"demo", *arriving} if arriving else set())


def test_a_scheme_with_another_file_system_for_platlib_works(mount: Mount, tmp_path: Path) -> None:
    target = make_target(tmp_path / "env")
    platlib = mount("tmpfs", tmp_path / "platlib")
    target = replace(target, scheme=target.scheme._replace(platlib=str(platlib)))
    wheel = make_wheel("demo", "1.0", {"demo.so": ""}, is_pure=False, data={"purelib/pure.py": ""})
    apply(target, [addition(wheel, tmp_path / "cache")])
    assert {path.name for path in platlib.iterdir()} == {"demo.so", "demo-1.0.dist-info"}
    assert {path.name for path in Path(target.scheme.purelib).iterdir()} == {"pure.py"}
