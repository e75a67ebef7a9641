"""lock and compile: what they write, what they keep of what was there, and that no secret is in it."""

import hashlib
import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.wheelhouse import PARCEL, wheel


def packages(path: Path) -> dict[str, dict]:
    return {package["name"]: package for package in tomllib.loads(path.read_text())["packages"]}


def versions(path: Path) -> dict[str, str]:
    return {name: package["version"] for name, package in packages(path).items()}


def pins(path: Path) -> dict[str, str]:
    lines = [line.split(" ")[0] for line in path.read_text().splitlines() if "==" in line.split("#")[0]]
    return dict(line.split("==") for line in lines)


class TestLock:
    """`unlatch lock`."""

    def test_a_lock_has_every_file_of_what_was_chosen(self, corp: Corp, tree: Path, desk: Desk) -> None:
        index = corp.index(PERSON, PASSWORD)
        done = desk.unlatch("lock", "-i", index, "corp-parcel[gift]", "corp-stamp").succeeded()
        assert " + corp-parcel 2.0" in done.stderr
        lock = desk.work / "pylock.toml"
        assert versions(lock) == {**PARCEL, "corp-ribbon": "0.3", "corp-stamp": "1.0"}
        assert PERSON.split("@")[0] not in lock.read_text()
        stamp = packages(lock)["corp-stamp"]
        assert stamp["index"] == corp.index()
        assert len(stamp["wheels"]) == 4
        for told in stamp["wheels"]:
            content = (tree / "files" / told["url"].rpartition("/")[2]).read_bytes()
            assert told["hashes"] == {"sha256": hashlib.sha256(content).hexdigest()}
            assert told["size"] == len(content)

    def test_the_same_words_write_the_same_file(self, public: str, desk: Desk) -> None:
        desk.unlatch("lock", "-i", public, "corp-parcel", "-o", "pylock.one.toml").succeeded()
        desk.unlatch("lock", "-i", public, "corp-parcel", "-o", "pylock.two.toml", "--no-cache").succeeded()
        one, two = ((desk.work / f"pylock.{name}.toml").read_bytes() for name in ("one", "two"))
        printed = desk.unlatch("lock", "-i", public, "corp-parcel", "-o", "-").succeeded().stdout
        assert one == two == printed.encode()

    def test_a_lock_is_for_where_its_markers_are_judged_the_same(self, public: str, desk: Desk) -> None:
        desk.unlatch("lock", "-i", public, "corp-parcel").succeeded()
        [environment] = tomllib.loads((desk.work / "pylock.toml").read_text())["environments"]
        assert environment == 'python_version >= "3.8"'

    def test_what_a_lock_has_is_kept_until_an_upgrade(self, public: str, desk: Desk) -> None:
        lock = desk.work / "pylock.toml"
        ask = ("lock", "-i", public, "corp-parcel")
        desk.unlatch(*ask, "corp-parcel==1.1", "corp-paper==1.0", "corp-string==1.0").succeeded()
        old = {"corp-parcel": "1.1", "corp-paper": "1.0", "corp-string": "1.0"}
        desk.unlatch(*ask).succeeded()
        assert versions(lock) == old
        assert "as it should be" in desk.unlatch(*ask, "--check").succeeded().stderr
        done = desk.unlatch(*ask, "-P", "corp-paper").succeeded()
        assert " ~ corp-paper 1.0 -> 1.1" in done.stderr
        assert versions(lock) == {**old, "corp-paper": "1.1"}
        before = lock.read_bytes()
        would = desk.unlatch(*ask, "-U", "--locked")
        assert (would.status, lock.read_bytes()) == (1, before)
        assert " ~ corp-parcel 1.1 -> 2.0" in would.stderr
        desk.unlatch(*ask, "-U").succeeded()
        assert versions(lock) == PARCEL

    def test_files_without_hashes_are_fetched_for_them(self, tree: Path, desk: Desk) -> None:
        (desk.work / "wheels").mkdir()
        for path in (tree / "files").glob("corp_paper-1.1*.whl"):
            (desk.work / "wheels" / path.name).write_bytes(path.read_bytes())
        desk.unlatch("lock", "--no-index", "-f", "wheels", "corp-paper").succeeded()
        [told] = packages(desk.work / "pylock.toml")["corp-paper"]["wheels"]
        content = (tree / "files" / "corp_paper-1.1-py3-none-any.whl").read_bytes()
        assert told == {
            "path": "wheels/corp_paper-1.1-py3-none-any.whl",
            "size": len(content),
            "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
        }

    def test_a_yanked_version_stays_in_a_lock(self, serve: Serve, tmp_path: Path, desk: Desk) -> None:
        withdrawn = wheel("corp-ink", "1.0")
        tree = tmp_path / "ink"
        write_index(tree, [withdrawn, wheel("corp-ink", "0.9")])
        index = f"{serve(Site('ink', tree)).url('ink')}/simple/"
        desk.unlatch("lock", "-i", index, "corp-ink").succeeded()
        withdrawn.yanked = "it fades"
        write_index(tree, [withdrawn, wheel("corp-ink", "0.9")])
        done = desk.unlatch("lock", "-i", index, "corp-ink", "--refresh").succeeded()
        assert "corp-ink 1.0 was yanked: it fades" in done.stderr
        assert versions(desk.work / "pylock.toml") == {"corp-ink": "1.0"}
        desk.unlatch("lock", "-i", index, "corp-ink", "-U", "--refresh").succeeded()
        assert versions(desk.work / "pylock.toml") == {"corp-ink": "0.9"}

    def test_a_file_that_was_exchanged_since_is_told(self, serve: Serve, tmp_path: Path, desk: Desk) -> None:
        tree = tmp_path / "ink"
        write_index(tree, [wheel("corp-ink", "1.0")])
        ask = ("lock", "-i", f"{serve(Site('ink', tree)).url('ink')}/simple/", "corp-ink", "--refresh")
        desk.unlatch(*ask).succeeded()
        write_index(tree, [wheel("corp-ink", "1.0", requires=["corp-ink"])])
        done = desk.unlatch(*ask, "--no-cache").succeeded()
        assert "corp_ink-1.0-py3-none-any.whl is not the file that was locked before" in done.stderr

    def test_files_that_were_ruled_out_are_not_in_a_lock(self, public: str, tree: Path, desk: Desk) -> None:
        wheel = "corp_stamp-1.0-py3-none-any.whl"
        digest = hashlib.sha256((tree / "files" / wheel).read_bytes()).hexdigest()
        (desk.work / "in.txt").write_text(f"corp-stamp==1.0 --hash=sha256:{digest}\n")
        desk.unlatch("lock", "-i", public, "-r", "in.txt").succeeded()
        [told] = packages(desk.work / "pylock.toml")["corp-stamp"]["wheels"]
        assert told["url"].endswith(wheel)

    @pytest.mark.parametrize("name", ["lock.toml", "pylock.a.b.toml", "pylock.txt"])
    def test_a_lock_has_a_locks_name(self, name: str, public: str, desk: Desk) -> None:
        failed = desk.unlatch("lock", "-i", public, "corp-paper", "-o", name).failed(2)
        assert "pylock.NAME.toml" in failed.stderr
        assert not list(desk.work.iterdir())

    def test_a_lock_that_is_broken_is_not_overwritten(self, public: str, desk: Desk) -> None:
        (desk.work / "pylock.toml").write_text("<<<<<<< HEAD\n")
        failed = desk.unlatch("lock", "-i", public, "corp-paper").failed(2)
        assert "pylock.toml is not TOML" in failed.stderr
        assert (desk.work / "pylock.toml").read_text() == "<<<<<<< HEAD\n"

    def test_a_folder_that_cannot_be_written_is_told(self, public: str, desk: Desk) -> None:
        failed = desk.unlatch("lock", "-i", public, "corp-paper", "-o", "nowhere/pylock.toml").failed(2)
        assert "cannot be written" in failed.stderr


class TestCompile:
    """`unlatch compile`."""

    @pytest.fixture(autouse=True)
    def _asked(self, desk: Desk) -> None:
        (desk.work / "in.txt").write_text("corp-parcel[gift]\n-c limits.txt\n")
        (desk.work / "limits.txt").write_text("corp-paper<1.1\n")

    def test_pins_hashes_notes_and_no_secret(self, corp: Corp, tree: Path, desk: Desk) -> None:
        index = corp.index(PERSON, PASSWORD)
        desk.unlatch("compile", "in.txt", "-o", "out.txt", "-i", index, "--generate-hashes").succeeded()
        text = (desk.work / "out.txt").read_text()
        paper = hashlib.sha256((tree / "files" / "corp_paper-1.0-py3-none-any.whl").read_bytes()).hexdigest()
        assert text.startswith(
            "# This file was made by unlatch compile. To make it anew:\n"
            "#    unlatch compile in.txt -o out.txt --generate-hashes\n"
            "corp-paper==1.0 \\\n"
            f"    --hash=sha256:{paper}\n"
            "    # via\n    #   -c limits.txt\n    #   corp-parcel\n"
            "corp-parcel==2.0 \\\n"
        )
        assert PERSON.split("@")[0] not in text

    def test_it_goes_to_standard_output_unless_told(self, public: str, desk: Desk) -> None:
        bare = ("compile", "in.txt", "-i", public, "--no-header", "--no-annotate")
        assert desk.unlatch(*bare).succeeded().stdout.splitlines() == [
            "corp-paper==1.0",
            "corp-parcel==2.0",
            "corp-ribbon==0.3",
            "corp-string==1.5",
        ]
        written = desk.unlatch(*bare, "--no-strip-extras", "--emit-index-url", "--no-emit-package", "corp-string")
        assert written.succeeded().stdout.splitlines() == [
            f"--index-url {public}",
            "",
            "corp-paper==1.0",
            "corp-parcel[gift]==2.0",
            "corp-ribbon==0.3",
            "",
            "# These packages were left out on request:",
            "# corp-string==1.5",
        ]

    def test_what_the_file_has_is_kept_until_an_upgrade(self, public: str, desk: Desk) -> None:
        out = desk.work / "out.txt"
        out.write_text("corp-parcel==1.1\ncorp-string==1.0  # via corp-parcel\n")
        ask = ("compile", "in.txt", "-o", "out.txt", "-i", public)
        desk.unlatch(*ask).succeeded()
        assert pins(out) == {"corp-parcel": "1.1", "corp-paper": "1.0", "corp-string": "1.0"}
        desk.unlatch(*ask, "--check").succeeded()
        assert desk.unlatch(*ask, "--check", "-U").status == 1
        desk.unlatch(*ask, "--upgrade-package", "corp-string").succeeded()
        assert pins(out) == {"corp-parcel": "1.1", "corp-paper": "1.0", "corp-string": "1.5"}
        desk.unlatch(*ask, "-U").succeeded()
        assert pins(out) == {**PARCEL, "corp-paper": "1.0", "corp-ribbon": "0.3"}

    def test_the_header_tells_no_secret(self, corp: Corp, desk: Desk) -> None:
        index = corp.index(PERSON, PASSWORD)
        links = index.replace("/simple/", "/simple/corp-string/")
        ask = ("compile", "in.txt", "-i", index, "--pre", "-f", links)
        assert desk.unlatch(*ask).succeeded().stdout.splitlines()[1] == "#    unlatch compile in.txt --pre"
        told = desk.unlatch(*ask, "--custom-compile-command", "make pins").succeeded().stdout
        assert told.splitlines()[1] == "#    make pins"

    def test_a_wheel_by_its_url_stays_one(self, corp: Corp, desk: Desk) -> None:
        place = corp.index(PERSON, "${WORD}").replace(quote("${WORD}", safe=""), "${WORD}").removesuffix("/simple/")
        (desk.work / "in.txt").write_text(f"corp-paper @ {place}/files/corp_paper-1.0-py3-none-any.whl\n")
        ask = ("compile", "in.txt", "-o", "out.txt", "--no-index", "--generate-hashes")
        desk.unlatch(*ask, env={"WORD": quote(PASSWORD, safe="")}).succeeded()
        line = f"corp-paper @ {corp.index().removesuffix('/simple/')}/files/corp_paper-1.0-py3-none-any.whl \\"
        assert line in (desk.work / "out.txt").read_text().splitlines()

    def test_the_name_of_a_lock_is_refused(self, public: str, desk: Desk) -> None:
        failed = desk.unlatch("compile", "in.txt", "-o", "pylock.toml", "-i", public).failed(2)
        assert "unlatch lock -r in.txt -o pylock.toml" in failed.stderr

    def test_no_file_and_no_requirements_are_told(self, public: str, desk: Desk) -> None:
        assert "needs a file" in desk.unlatch("compile", "-i", public).failed(2).stderr
        (desk.work / "empty.txt").write_text("# nothing\n")
        assert "nothing is asked for" in desk.unlatch("compile", "empty.txt", "-i", public).failed(2).stderr


def test_what_was_compiled_installs_with_its_hashes(public: str, desk: Desk, venv) -> None:
    (desk.work / "in.txt").write_text("corp-parcel\n")
    desk.unlatch("compile", "in.txt", "-o", "out.txt", "-i", public, "--generate-hashes").succeeded()
    desk.unlatch("install", "-r", "out.txt", "-i", public, "--require-hashes").succeeded()
    assert venv.installed() == PARCEL
