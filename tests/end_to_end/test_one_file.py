"""unlatch.pyz: the whole of unlatch in one file, on a Python that has nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.corp import SERVICE_TOKEN, SERVICE_USER, Corp
from tests.end_to_end.parts.keyrings import Keyring
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.wheelhouse import PARCEL

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("one-file") / "unlatch.pyz"
    subprocess.run([sys.executable, PROJECT / "scripts" / "make_pyz.py", output], check=True)
    return output


def test_one_file_and_a_bare_python_get_in(
    one_file: Path, corp: Corp, desk: Desk, keyring: Keyring, venv: Environment
) -> None:
    keyring.remember(corp.index(), SERVICE_USER, SERVICE_TOKEN)
    # -I and -S: no variables, no folder of the user's, no site-packages.
    bare = (sys._base_executable, "-I", "-S", one_file)
    options = ("--keyring-provider", "subprocess", "--index-url", corp.index(SERVICE_USER), "--verbose")
    done = desk.run(*bare, "install", *options, "corp-parcel").succeeded()
    assert str(keyring.program) in done.stderr
    assert corp.refusals() == []
    assert venv.installed() == PARCEL
    assert desk.run(venv.scripts / "parcel").stdout == "a parcel is sent\n"


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor")
def test_one_file_unpacks_large_sets_in_two_processes(
    one_file: Path, desk: Desk, venv: Environment, two_large_wheels: Path
) -> None:
    bare = (sys._base_executable, "-I", "-S", one_file)
    words = ("--no-index", "--find-links", two_large_wheels, "--trace", "trace.json")
    desk.run(*bare, "install", *words, "large-one", "large-two").succeeded()
    spans = json.loads((desk.work / "trace.json").read_text())["traceEvents"]
    assert {"another process", "2 processes"} & {span.get("args", {}).get("by") for span in spans}
    assert venv.installed() == {"large-one": "1.0", "large-two": "1.0"}
