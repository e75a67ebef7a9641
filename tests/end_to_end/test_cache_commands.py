"""`unlatch cache`: what is there, what goes, and that no run loses what it uses."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import UNLATCH, Desk
from tests.end_to_end.parts.corp import PASSWORD, PERSON, Corp
from tests.end_to_end.parts.pythons import Environment

# A run that has written to a cache, and is not at its end.
HOLDER = """
import sys, pathlib
from unlatch.cache.store import Bucket, Cache
cache = Cache(pathlib.Path(sys.argv[1]))
cache.write(Bucket.NEEDS, "key", b"")
print(flush=True)
input()
"""


def fill(desk: Desk, public: str, *options: str) -> None:
    desk.unlatch("install", "-i", public, "--target", "filled", *options, "corp-parcel").succeeded()
    shutil.rmtree(desk.work / "filled")


def info(desk: Desk) -> dict[str, dict[str, dict[str, int]]]:
    return json.loads(desk.unlatch("cache", "info", "--json").succeeded().stdout)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name not in {".lock", "CACHEDIR.TAG"}]


def test_what_the_cache_holds(public: str, desk: Desk) -> None:
    assert desk.unlatch("cache", "dir").succeeded().stdout == f"{desk.cache}\n"
    assert info(desk)["entries"] == 0
    assert list(desk.cache.iterdir()) == [], "whoever only looks makes nothing"
    fill(desk, public, "--compile-bytecode")
    told = info(desk)
    counts = {name: bucket["entries"] for name, bucket in told["buckets"].items()}
    wanted = {"pages": 3, "metadata": 3, "wheels": 3, "interpreters": 1, "bytecode": 3}
    assert {name: counts[name] for name in wanted} == wanted
    assert told["bytes"] == sum(path.stat().st_size for path in files(desk.cache))
    table = desk.unlatch("cache", "info").succeeded().stdout
    assert table.startswith(f"{desk.cache}\n")
    assert ["wheels", "3"] in [line.split()[:2] for line in table.splitlines()]


def test_a_project_leaves_the_cache_by_its_name(public: str, desk: Desk, venv: Environment) -> None:
    fill(desk, public, "--compile-bytecode")
    cleaned = desk.unlatch("cache", "clean", "Corp.Paper", "corp-nowhere").succeeded()
    assert "Took away 4 entries" in cleaned.stderr, "its page, its metadata, the wheel and its bytecode"
    counts = {name: bucket["entries"] for name, bucket in info(desk)["buckets"].items()}
    assert [counts[name] for name in ("pages", "metadata", "wheels", "bytecode")] == [2, 2, 2, 2]
    offline = ("install", "-i", public, "--offline", "--no-deps")
    desk.unlatch(*offline, "corp-string").succeeded()
    desk.unlatch(*offline, "corp-paper").failed(4)
    assert "Nothing to take away" in desk.unlatch("cache", "clean", "corp-paper").succeeded().stderr
    desk.unlatch("cache", "clean").succeeded()
    assert files(desk.cache) == []


def test_a_clean_cache_holds_what_is_not_ours(public: str, desk: Desk) -> None:
    fill(desk, public)
    (desk.cache / "mine.txt").write_text("x")
    (desk.cache / "pages").mkdir()
    desk.unlatch("cache", "clean").succeeded()
    names = {path.name for path in desk.cache.iterdir()}
    assert {"mine.txt", "pages", "CACHEDIR.TAG"} < names
    assert files(desk.cache) == [desk.cache / "mine.txt"]


def test_prune_takes_what_no_run_can_use(public: str, desk: Desk) -> None:
    fill(desk, public)
    before = info(desk)
    for old in ("pages-0", "wheels-0"):
        (desk.cache / old).mkdir()
        (desk.cache / old / "f").write_text("x" * 100)
    bucket = next(desk.cache.glob("wheels-[!0]*/*"))
    (bucket / ".0123.4567").mkdir()
    assert info(desk)["leftovers"] == 3
    pruned = desk.unlatch("cache", "prune").succeeded()
    assert "Took away 3 entries" in pruned.stderr
    assert info(desk) == before
    assert "Nothing to take away" in desk.unlatch("cache", "prune").succeeded().stderr


def test_prune_keeps_to_a_budget_and_to_a_time(public: str, desk: Desk) -> None:
    fill(desk, public)
    wheels = sorted(desk.cache.glob("wheels-*/*/*"))
    everything = [path for bucket in desk.cache.glob("*-*") for path in bucket.glob("*/*")]
    for path in everything:
        os.utime(path, (10**9, 10**9))
    os.utime(wheels[0])
    desk.unlatch("cache", "prune", "--unused-for", "36500").succeeded()
    assert info(desk)["entries"] == len(everything)
    desk.unlatch("cache", "prune").succeeded()
    assert sorted(desk.cache.glob("*-*/*/*")) == [wheels[0]]
    desk.unlatch("cache", "prune", env={"UNLATCH_CACHE_SIZE_BUDGET": "1"}).succeeded()
    assert info(desk)["entries"] == 0


def test_a_cache_for_ci_has_nothing_that_an_index_gives_at_once(public: str, desk: Desk) -> None:
    fill(desk, public, "--compile-bytecode")
    desk.unlatch("cache", "prune", "--ci").succeeded()
    counts = {name: bucket["entries"] for name, bucket in info(desk)["buckets"].items()}
    assert (counts["wheels"], counts["bytecode"], counts["metadata"]) == (0, 0, 3)


def test_what_is_damaged_is_found_and_thrown_away(public: str, desk: Desk) -> None:
    fill(desk, public, "--compile-bytecode")
    assert "nothing is damaged" in desk.unlatch("cache", "verify").succeeded().stderr
    module = next(desk.cache.glob("wheels-*/*/*/files/corp_paper.py"))
    compiled = next(desk.cache.glob("bytecode-*/*/*/files/__pycache__/corp_string*.pyc"))
    page = next(desk.cache.glob("pages-*/*/*"))
    module.chmod(0o644)
    module.write_text("edited = True\n")
    compiled.unlink()
    page.write_bytes(page.read_bytes() + b"?")
    found = desk.unlatch("cache", "verify", "--json")
    assert found.status == 1
    told = json.loads(found.stdout)
    assert sorted(told["damaged"]) == [
        f"bytecode: __pycache__/{compiled.name} of corp_string-1.5-py3-none-any.whl is missing or was changed",
        "pages: an entry is not what was written",
        "wheels: corp_paper.py of corp_paper-1.1-py3-none-any.whl is missing or was changed",
    ]
    assert "nothing is damaged" in desk.unlatch("cache", "verify").succeeded().stderr
    assert info(desk)["entries"] == told["entries"] - 3


def test_installs_and_prunes_side_by_side_do_each_other_no_harm(corp: Corp, desk: Desk, tmp_path: Path) -> None:
    environments = [Environment(tmp_path / f"venv-{number}") for number in range(3)]
    install = ("install", "-i", corp.index(PERSON, PASSWORD), "corp-parcel[gift]", "--compile-bytecode", "--python")
    running = []
    for environment in environments:
        running.append(desk.start(UNLATCH, *install, environment.python))
        running.append(desk.start(UNLATCH, "cache", "prune", "--max-size", "0"))
    for process in running:
        with process:
            _, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
        assert "cannot be written" not in stderr
        assert "damaged" not in stderr
    assert {len(environment.installed()) for environment in environments} == {4}


def test_whoever_prunes_waits_for_a_run_and_gives_up_after_a_time(desk: Desk, public: str, tmp_path: Path) -> None:
    fill(desk, public)
    before = info(desk)
    with subprocess.Popen(
        [UNLATCH.with_name("python"), "-c", HOLDER, desk.cache], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        failed = desk.unlatch("cache", "clean", "--lock-timeout", "0.1").failed(6)
        assert "nothing was taken away" in failed.stderr
        assert info(desk)["buckets"]["wheels"] == before["buckets"]["wheels"]
        child.communicate(b"\n")
    desk.unlatch("cache", "clean", "--lock-timeout", "10").succeeded()
    assert info(desk)["entries"] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_without_a_cache_leaves_nothing_or_what_prune_knows(number: signal.Signals, desk: Desk) -> None:
    links = desk.work / "links"
    links.mkdir()
    for index in range(200):
        filename, body = make_wheel(f"part-{index}", "1.0")
        (links / filename).write_bytes(body)
    names = [f"part-{index}" for index in range(200)]
    command = ("install", "--no-cache", "--no-index", "-f", "links", "--target", "there", *names)
    with desk.start(UNLATCH, *command) as process:
        while not any(desk.scratch.glob("unlatch-*/wheels-*")) and process.poll() is None:
            pass
        process.send_signal(number)
        process.communicate(timeout=60)
    left = list(desk.scratch.iterdir())
    if number is not signal.SIGKILL:
        assert left == []
        return
    desk.unlatch("cache", "prune").succeeded()
    assert list(desk.scratch.iterdir()) == []
