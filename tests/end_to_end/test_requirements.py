"""Requirements files, constraints, hashes, wheels by path and by URL, and the indexes that are asked."""

import hashlib
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.end_to_end.conftest import Serve
from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, SERVICE_TOKEN, USERS, Corp, userinfo
from tests.end_to_end.parts.index_tree import write_index
from tests.end_to_end.parts.leaks import Leaks
from tests.end_to_end.parts.nginx import Site
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL, wheel, wheelhouse


def digest(tree: Path, filename: str) -> str:
    return hashlib.sha256((tree / "files" / filename).read_bytes()).hexdigest()


def test_a_file_with_all_that_may_stand_in_it(corp: Corp, desk: Desk, venv: Environment) -> None:
    url = f"{corp.nginx.url('corp')}/simple/".replace("://", f"://{quote(PERSON)}:${{WORD}}@")
    (desk.work / "nested").mkdir()
    (desk.work / "requirements.txt").write_text(
        f"# what we need\n--index-url {url}\n-r nested/more.txt\n-c limits.txt\n\n"
        "corp-parcel[gift] \\\n    >= 1  # with a ribbon\ncorp-nowhere ; python_version < '3'\n"
    )
    (desk.work / "nested" / "more.txt").write_text("corp-stamp\n")
    (desk.work / "limits.txt").write_text("corp-paper<1.1\n")
    environment = {"WORD": quote(PASSWORD, safe="")}
    desk.unlatch("install", "-r", "requirements.txt", env=environment).succeeded()
    assert venv.installed() == {**PARCEL, "corp-paper": "1.0", "corp-ribbon": "0.3", "corp-stamp": "1.0"}
    assert corp.refusals() == []


@pytest.fixture
def published(serve: Serve, tmp_path: Path, leaks: Leaks) -> Corp:
    """The company's index, below which it publishes requirements files for those who may see it."""
    root = tmp_path / "published"
    write_index(root, wheelhouse())
    (root / "simple" / "team").mkdir()
    (root / "simple" / "team" / "all.txt").write_text("-r more.txt\n-c limits.txt\ncorp-parcel\n")
    (root / "simple" / "team" / "more.txt").write_text("corp-stamp\n")
    (root / "simple" / "team" / "limits.txt").write_bytes("corp-paper<1.1".encode("utf-16"))
    return Corp(serve(Corp.site(root)), leaks)


@pytest.mark.parametrize("known_from", ["the index", "the URL", "an index in a file"])
def test_files_on_a_server_are_fetched_with_credentials(
    known_from: str, published: Corp, desk: Desk, venv: Environment
) -> None:
    private, plain = published.index(PERSON, PASSWORD), published.index()
    (desk.work / "r.txt").write_text(f"-i {plain.replace('://', '://${WHO}@')}\n-r {plain}team/all.txt\n")
    arguments = {
        "the index": ["-i", private, "-r", f"{plain}team/all.txt"],
        "the URL": ["-i", plain, "-r", f"{private}team/all.txt"],
        "an index in a file": ["-r", "r.txt"],
    }
    if known_from == "the URL":
        # What stands in a file's URL is for that file: the index is another matter.
        desk.unlatch("install", *arguments[known_from]).failed(10)
        assert [request.status for request in published.requests() if request.user][:3] == [200, 200, 200]
        return
    desk.unlatch("install", *arguments[known_from], env={"WHO": userinfo(PERSON, PASSWORD)}).succeeded()
    assert venv.installed() == {**PARCEL, "corp-paper": "1.0", "corp-stamp": "1.0"}
    assert published.refusals() == []


def test_files_on_a_server_that_are_none(published: Corp, desk: Desk, venv: Environment) -> None:
    index = published.index(PERSON, PASSWORD)
    missing = desk.unlatch("install", "-r", f"{index}team/none.txt").failed(2)
    assert "team/none.txt is not there: the server answered with status 404" in missing.stderr
    desk.unlatch("install", "-r", f"{index}corp-paper/index.html").failed(17)
    desk.unlatch("install", "-r", f"{published.index()}team/all.txt").failed(10)
    offline = desk.unlatch("install", "--offline", "-r", f"{index}team/all.txt").failed(4)
    assert "stay offline" in offline.stderr


def test_a_constraint_holds_for_what_is_needed_indirectly(public: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "limits.txt").write_text("corp-string==1.0\ncorp-ribbon==0.1\n")
    desk.unlatch("install", "-i", public, "-c", "limits.txt", "corp-parcel").succeeded()
    assert venv.installed() == {**PARCEL, "corp-string": "1.0"}


def test_hashes_that_are_right(public: str, tree: Path, desk: Desk, venv: Environment) -> None:
    right = digest(tree, "corp_paper-1.1-py3-none-any.whl")
    (desk.work / "locked.txt").write_text(
        f"corp-paper==1.1 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{right}\n"
    )
    desk.unlatch("install", "-i", public, "--require-hashes", "-r", "locked.txt").succeeded()
    assert venv.installed() == {"corp-paper": "1.1"}


def test_a_hash_that_is_wrong_installs_nothing(public: str, tree: Path, desk: Desk, venv: Environment) -> None:
    right = digest(tree, "corp_ribbon-0.3-py3-none-any.whl")
    (desk.work / "locked.txt").write_text(
        f"corp-ribbon==0.3 --hash=sha256:{right}\ncorp-paper==1.1 --hash=sha256:{'0' * 64}\n"
    )
    failed = desk.unlatch("install", "-i", public, "-r", "locked.txt")
    assert failed.status in {3, 5}, failed.output
    assert "hash" in failed.stderr or "sha256" in failed.stderr
    assert venv.installed() == {}


def test_a_requirement_without_a_hash_where_hashes_are_required(public: str, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", public, "--require-hashes", "corp-paper==1.1")
    assert failed.status in {2, 3}, failed.output
    assert "hash" in failed.stderr
    assert venv.installed() == {}


def test_a_file_that_is_not_what_its_page_promised_installs_nothing(
    serve: Serve, tmp_path: Path, desk: Desk, venv: Environment
) -> None:
    name = "corp_paper-1.1-py3-none-any.whl"
    write_index(tmp_path / "index", wheelhouse(), hashes={name: "1" * 64})
    nginx = serve(Site("public", tmp_path / "index"))
    failed = desk.unlatch("install", "-i", f"{nginx.url('public')}/simple/", "corp-parcel").failed(5)
    assert name in failed.stderr
    assert venv.installed() == {}


def test_a_wheel_by_its_path(public: str, tree: Path, desk: Desk, venv: Environment) -> None:
    wheel_path = tree / "files" / "corp_parcel-2.0-py3-none-any.whl"
    desk.unlatch("install", "-i", public, wheel_path).succeeded()
    assert venv.installed() == PARCEL
    told = json.loads(next(venv.site_packages.glob("corp_parcel-*/direct_url.json")).read_text())
    assert told["url"] == wheel_path.as_uri()


def test_a_wheel_by_its_url_keeps_no_password(corp: Corp, tree: Path, desk: Desk, venv: Environment) -> None:
    path = "/files/corp_paper-1.1-py3-none-any.whl"
    url = f"{corp.index(PERSON, PASSWORD).removesuffix('/simple/')}{path}"
    desk.unlatch("install", "--no-index", f"corp-paper @ {url}").succeeded()
    told = json.loads(next(venv.site_packages.glob("corp_paper-*/direct_url.json")).read_text())
    assert told["url"] == f"{corp.nginx.url('corp')}{path}"
    assert told["archive_info"]["hashes"]["sha256"] == digest(tree, "corp_paper-1.1-py3-none-any.whl")


@pytest.mark.parametrize("what", ["a folder", "a page"])
def test_links_are_found_without_an_index(
    what: str, serve: Serve, tmp_path: Path, tree: Path, desk: Desk, venv: Environment
) -> None:
    if what == "a folder":
        place = str(tree / "files")
    else:
        nginx = serve(Site("links", tree, {"/": USERS}, lists_folders=True))
        desk.leaks.watch(SERVICE_TOKEN)
        place = f"{nginx.url('links', f'VssSessionToken:{SERVICE_TOKEN}')}/files/"
    desk.unlatch("install", "--no-index", "-f", place, "corp-parcel").succeeded()
    assert venv.installed() == {**PARCEL, "corp-string": "2.0"}


class TestTwoIndexes:
    """The first index that has a name is the only one that is asked for it, unless the user says otherwise."""

    @pytest.fixture
    def stranger(self, serve: Serve, tmp_path: Path) -> str:
        """A public index where somebody offers newer packages under the company's names."""
        files = [wheel("corp-paper", "99.0"), wheel("corp-glue", "1.0", requires=["corp-paper"])]
        write_index(tmp_path / "stranger", files)
        return f"{serve(Site('stranger', tmp_path / 'stranger')).url('stranger')}/simple/"

    def test_the_first_that_has_it(self, corp: Corp, stranger: str, desk: Desk, venv: Environment) -> None:
        own = corp.index(PERSON, PASSWORD)
        desk.unlatch("install", "--index", own, "--default-index", stranger, "corp-glue").succeeded()
        assert venv.installed() == {"corp-glue": "1.0", "corp-paper": "1.1"}

    def test_the_best_of_all(self, corp: Corp, stranger: str, desk: Desk, venv: Environment) -> None:
        own = ("--index", corp.index(PERSON, PASSWORD), "--default-index", stranger)
        desk.unlatch("install", *own, "--index-strategy", "unsafe-best-match", "corp-glue").succeeded()
        assert venv.installed() == {"corp-glue": "1.0", "corp-paper": "99.0"}


def test_what_needs_a_build_is_told(public: str, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", public, "--no-build", "corp-source").failed(3)
    assert "only a source distribution, and --only-binary leaves those out" in failed.stderr


PROJECT = """
[project]
name = "shop"
version = "1"
requires-python = ">=3.9"
dependencies = ["corp-parcel"]
[project.optional-dependencies]
post = ["corp-stamp"]
[dependency-groups]
wrap = ["corp-ribbon==0.3"]
"""


def test_a_project_with_an_extra_and_a_group(public: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "pyproject.toml").write_text(PROJECT)
    desk.unlatch("install", "-i", public, "-r", "pyproject.toml", "--extra", "post", "--group", "wrap").succeeded()
    assert venv.installed() == {**PARCEL, "corp-stamp": "1.0", "corp-ribbon": "0.3"}


def test_a_group_alone(public: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "pyproject.toml").write_text(PROJECT)
    desk.unlatch("install", "-i", public, "--group", "wrap").succeeded()
    assert venv.installed() == {"corp-ribbon": "0.3"}


def test_a_project_for_another_python(public: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "pyproject.toml").write_text(PROJECT.replace(">=3.9", ">=4"))
    failed = desk.unlatch("install", "-i", public, "-r", "pyproject.toml").failed(3)
    assert "pyproject.toml needs Python >=4" in failed.stderr
    desk.unlatch("install", "-i", public, "-r", "pyproject.toml", "--ignore-requires-python").succeeded()
    assert set(PARCEL) <= set(venv.installed())


def test_what_a_script_needs(public: str, desk: Desk, venv: Environment) -> None:
    (desk.work / "send.py").write_text('# /// script\n# dependencies = ["corp-parcel"]\n# ///\nimport corp_parcel\n')
    desk.unlatch("install", "-i", public, "-r", "send.py").succeeded()
    assert venv.installed() == PARCEL


def test_what_a_package_needs_without_the_package(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--only-deps", "corp-parcel").succeeded()
    assert venv.installed() == {name: version for name, version in PARCEL.items() if name != "corp-parcel"}
    again = desk.unlatch("install", "-i", public, "--only-deps", "corp-parcel").succeeded()
    assert venv.installed() == {name: version for name, version in PARCEL.items() if name != "corp-parcel"}
    assert "Installed" not in again.stderr
