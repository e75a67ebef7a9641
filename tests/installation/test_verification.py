"""Installed files are compared with their RECORDs; nothing that looks at them changes or follows them anywhere."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.installation.environments import addition, make_target, make_venv, tree
from unlatch.environment.installed import scan
from unlatch.installation.place.linking import LinkMode
from unlatch.installation.transaction import apply
from unlatch.installation.verification import check, read, unexpected
from unlatch.model.errors import EnvironmentProblem
from unlatch.model.target import Target

FILES = {"demo/__init__.py": "x = 1\n", "demo/sub/more.py": "y = 2\n", "demo/data.txt": "text"}


class Installation:
    """An environment with `demo`, which has a command, and `other`, which shares its folder."""

    def __init__(self, folder: Path, target: Target, link_mode: LinkMode = LinkMode.COPY) -> None:
        self.target = target
        self.site_packages = Path(target.scheme.purelib)
        wheels = [
            make_wheel("demo", "1.0", FILES, entry_points={"console_scripts": {"run-demo": "demo:main"}}),
            make_wheel("other", "2.0", {"demo/of_other.py": "", "single.py": ""}),
        ]
        apply(target, [addition(wheel, folder / "cache") for wheel in wheels], link_mode=link_mode)

    def findings(self) -> list[tuple[str, str, str]]:
        records = [record for each in scan(self.target).values() if (record := read(each)) is not None]
        found = [finding for record in records for finding in check(record, self.target)]
        return sorted((each.name, each.kind, each.path) for each in [*found, *unexpected(records, self.target)])

    def texts(self) -> list[str]:
        (record,) = [record for each in scan(self.target).values() if (record := read(each)) and each.name == "demo"]
        return [finding.text for finding in check(record, self.target)]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path, make_target(tmp_path / "environment"))


def test_what_was_just_installed_is_as_it_was_installed(installation: Installation) -> None:
    before = tree(Path(installation.target.prefix))
    assert installation.findings() == []
    assert tree(Path(installation.target.prefix)) == before


def test_a_real_environment_stays_as_it_was_installed_when_it_is_used(tmp_path: Path) -> None:
    target = make_venv(tmp_path / "venv")
    installation = Installation(tmp_path, target)
    subprocess.run([target.python, "-c", "import demo.sub.more, single"], env={}, check=True)
    assert list(installation.site_packages.rglob("*.pyc"))
    assert installation.findings() == []


def test_what_was_changed_is_found(installation: Installation) -> None:
    (installation.site_packages / "demo/__init__.py").write_text("x = 2\n")
    (installation.site_packages / "demo/data.txt").write_text("a longer text")
    assert installation.findings() == [("demo", "changed", "demo/__init__.py"), ("demo", "changed", "demo/data.txt")]
    assert installation.texts()[0] == "demo 1.0: demo/__init__.py was changed after it was installed"


def test_what_is_missing_is_found(installation: Installation) -> None:
    (installation.site_packages / "demo/sub/more.py").unlink()
    (installation.site_packages / "single.py").unlink()
    assert installation.findings() == [("demo", "missing", "demo/sub/more.py"), ("other", "missing", "single.py")]


def test_what_nobody_has_brought_is_found_in_the_folders_of_packages(installation: Installation) -> None:
    for path in ("demo/sub/evil.py", "demo/new/deep.py", "demo/__pycache__/__init__.cpython-311.pyc", "mine.py"):
        (installation.site_packages / path).parent.mkdir(exist_ok=True)
        (installation.site_packages / path).write_text("")
    (installation.site_packages / "demo/__pycache__/nothing.cpython-311.pyc").write_text("")
    (installation.site_packages / "demo/link").symlink_to("/")
    assert installation.findings() == [
        ("demo", "unexpected", "demo/__pycache__/nothing.cpython-311.pyc"),
        ("demo", "unexpected", "demo/link"),
        ("demo", "unexpected", "demo/new/deep.py"),
        ("demo", "unexpected", "demo/sub/evil.py"),
    ]


def test_a_command_that_is_gone_or_starts_nothing_is_found(installation: Installation) -> None:
    command = Path(installation.target.scheme.scripts, "run-demo")
    command.write_text("#!/nowhere/python\n")
    assert [kind for _, kind, _ in installation.findings()] == ["changed"]
    command.unlink()
    assert installation.findings() == [("demo", "missing", "../../../bin/run-demo")]
    record = installation.site_packages / "demo-1.0.dist-info/RECORD"
    record.write_text("".join(row for row in record.read_text().splitlines(keepends=True) if "run-demo" not in row))
    assert installation.findings() == [("demo", "missing", str(command))]


def test_a_whole_environment_that_was_moved_has_commands_that_start_nothing(tmp_path: Path) -> None:
    python = tmp_path / "here/bin/python"
    installation = Installation(tmp_path, make_target(tmp_path / "here", python=str(python)))
    assert [text.partition(": ")[2] for text in installation.texts()] == [
        f"{tmp_path}/here/bin/run-demo is a command that starts {python}, which is not there"
    ]


def test_what_is_no_file_any_longer_is_not_opened(installation: Installation) -> None:
    path = installation.site_packages / "demo/data.txt"
    path.unlink()
    os.mkfifo(path)
    assert installation.findings() == [("demo", "changed", "demo/data.txt")]
    path.unlink()
    path.mkdir()
    assert installation.findings() == [("demo", "changed", "demo/data.txt")]


def test_a_record_leads_nowhere_outside_the_environment(installation: Installation, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    record = installation.site_packages / "demo-1.0.dist-info/RECORD"
    for line in (f"{tmp_path}/secret,,", "../../../../../../secret,sha256=AAAA,1", "/etc/\x1b[2Jpasswd,,"):
        record.write_text(record.read_text() + line + "\n")
    found = [(kind, path) for _, kind, path in installation.findings()]
    assert [kind for kind, _ in found] == ["outside", "outside", "outside"]
    assert ("outside", "/etc/\\x1b[2Jpasswd") in found


def test_hashes_of_any_kind_are_read_and_nonsense_is_a_change(installation: Installation) -> None:
    record = installation.site_packages / "other-2.0.dist-info/RECORD"
    rows = record.read_text().splitlines()
    record.write_text("\n".join(f"{row.split(',')[0]},nonsense=xyz,0" if "single" in row else row for row in rows))
    assert installation.findings() == [("other", "changed", "single.py")]


def test_a_record_that_is_missing_or_broken(installation: Installation) -> None:
    record = installation.site_packages / "demo-1.0.dist-info/RECORD"
    (demo,) = [each for each in scan(installation.target).values() if each.name == "demo"]
    record.write_bytes(b"\xff")
    with pytest.raises(EnvironmentProblem, match="RECORD that cannot be read"):
        read(demo)
    record.unlink()
    assert read(demo) is None
    assert read(demo._replace(folder=demo.folder.replace(".dist-info", ".egg-info"))) is None


def test_an_edit_in_place_of_what_is_shared_says_with_whom(tmp_path: Path) -> None:
    installation = Installation(tmp_path, make_target(tmp_path / "environment"), LinkMode.HARDLINK)
    path = installation.site_packages / "demo/__init__.py"
    path.chmod(0o644)
    path.write_text("x = 3\n")
    assert "was changed in place after it was installed" in installation.texts()[0]
    assert "1 file of the cache or of other environments" in installation.texts()[0]
