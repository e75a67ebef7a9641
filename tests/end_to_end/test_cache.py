"""The cache: a second run asks less, an offline run asks nothing, and whoever wants none has none."""

from pathlib import Path

from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL


def test_an_offline_run_needs_no_server(corp: Corp, desk: Desk, venv: Environment) -> None:
    command = ("install", "-i", corp.index(PERSON, PASSWORD), "corp-parcel")
    desk.unlatch(*command).succeeded()
    corp.nginx.stop()
    desk.unlatch("uninstall", *PARCEL).succeeded()
    desk.unlatch(*command, "--offline").succeeded()
    assert venv.installed() == PARCEL


def test_an_offline_run_without_a_cache_says_what_is_missing(corp: Corp, desk: Desk, venv: Environment) -> None:
    failed = desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "--offline", "corp-parcel")
    assert failed.status in {4, 20}, failed.output
    assert "offline" in failed.stderr
    assert corp.requests() == []


def test_files_are_fetched_once(corp: Corp, desk: Desk, venv: Environment) -> None:
    index = corp.index(PERSON, PASSWORD)
    desk.unlatch("install", "-i", index, "corp-parcel").succeeded()
    corp.nginx.forget()
    desk.unlatch("install", "-i", index, "--target", "second", "--refresh", "corp-parcel").succeeded()
    requests = corp.requests()
    assert [request.path for request in requests if request.path.startswith("/files/")] == []
    assert {request.status for request in requests} == {304}, "a page that has not changed is not sent again"


def test_nothing_is_kept_for_who_wants_no_cache(corp: Corp, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "--no-cache", "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
    assert list(desk.cache.iterdir()) == []
    assert list(desk.scratch.iterdir()) == [], "the temporary folder is gone"


def test_the_cache_is_where_it_is_wanted(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "--cache-dir", "here", "corp-paper").succeeded()
    assert list(desk.cache.iterdir()) == []
    assert list((desk.work / "here").iterdir())


def test_what_one_user_may_read_is_no_answer_for_another(corp: Corp, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", corp.index(PERSON, PASSWORD), "--dry-run", "corp-parcel").succeeded()
    wrong = desk.leaks.watch("last year's password", "mallory")
    failed = desk.unlatch("install", "-i", corp.index("mallory", wrong), "--refresh", "corp-parcel")
    assert failed.status == 11, failed.output


def test_runs_side_by_side_share_a_cache(corp: Corp, desk: Desk, tmp_path: Path) -> None:
    environments = [Environment(tmp_path / f"venv-{number}") for number in range(4)]
    command = ("install", "-i", corp.index(PERSON, PASSWORD), "corp-parcel[gift]", "--python")
    running = [desk.start(UNLATCH, *command, environment.python) for environment in environments]
    for process in running:
        with process:
            _, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
    assert {tuple(sorted(environment.installed().items())) for environment in environments} == {
        tuple(sorted({**PARCEL, "corp-ribbon": "0.3"}.items()))
    }


def test_a_damaged_cache_is_no_reason_to_fail(public: str, desk: Desk, venv: Environment) -> None:
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    desk.unlatch("uninstall", *PARCEL).succeeded()
    for path in desk.cache.rglob("*"):
        if path.is_file() and not path.is_symlink() and "wheels" not in str(path):
            path.chmod(0o644)
            path.write_bytes(b"\x00damaged")
    desk.unlatch("install", "-i", public, "corp-parcel").succeeded()
    assert venv.installed() == PARCEL
