"""What a start costs: the modules that reading the command line may load."""

import subprocess
import sys

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.command import LOADED_FOR_OLD_NAMES

LAZY = {
    "argparse",
    "asyncio",
    "difflib",
    "email",
    "http",
    "importlib.metadata",
    "json",
    "logging",
    "platformdirs",
    "rich",
    "shtab",
    "shutil",
    "subprocess",
    "tempfile",
    "textwrap",
    "tomllib",
    "traceback",
}
CHILD = """
import sys
before = set(sys.modules)
from pathlib import Path
from unlatch.cli.input.arguments import parse
from unlatch.cli.output.report import Report
nowhere = Path("/nowhere")
parse(["install", "-i", "https://h/", "x"], environ={"HOME": "/"}, working_folder=nowhere, config_folder=nowhere)
Report(sys.stdout, sys.stderr).say("done")
print(*set(sys.modules) - before)
"""


def test_reading_a_command_line_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-I", "-c", CHILD], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "unlatch.cli.input.arguments" in loaded
    assert not LAZY & loaded


LISTING = """
import sys
before = set(sys.modules)
from unlatch.cli.main import main
status = main(["list", "--target", sys.argv[1]], environ={"UNLATCH_CACHE_DIR": sys.argv[2], "HOME": sys.argv[2]})
print(status, *set(sys.modules) - before, file=sys.stderr)
"""


def test_a_list_loads_neither_a_resolver_nor_the_metadata_of_what_it_lists(tmp_path):
    for number in range(3):
        folder = tmp_path / "site" / f"package_{number}-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("this is not metadata")
    for _ in range(2):  # what is known of the Python is in the cache the second time
        done = subprocess.run(
            [sys.executable, "-I", "-c", LISTING, tmp_path / "site", tmp_path / "cache"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
    status, *loaded = done.stderr.split()
    assert (status, len(done.stdout.splitlines())) == ("0", 5)
    heavy = LAZY - {"json"} | {"packaging.requirements", "packaging.direct_url", "unlatch.resolve", "unlatch.network"}
    assert sorted(heavy & set(loaded)) == []


INSTALLING = """
import sys
from unlatch.cli.main import main
words = ["install", "--target", sys.argv[1], "--no-index", "--find-links", sys.argv[2]]
words.append("Demo[x]>=1.0,<2 ; os_name != ''")
status = main(words, environ={"UNLATCH_CACHE_DIR": sys.argv[3], "HOME": sys.argv[3]})
print(status, *sys.modules, file=sys.stderr)
"""
# What packaging has for requirements of any form: 20 ms with what they load in their turn.
GRAMMAR = {"packaging." + name for name in ("markers", "requirements", "specifiers", "tags", "utils")}


def test_a_plain_install_reads_requirements_without_packagings_grammar(tmp_path):
    needed = ["need-one (>=1.0)", 'need-two~=1.0; python_version >= "3.8" and extra == "x"']
    wheels = [make_wheel(requires=needed, extras=["x"]), make_wheel("need-one"), make_wheel("need_two")]
    for filename, content in wheels:
        (tmp_path / filename).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", "-c", INSTALLING, tmp_path / "site", tmp_path, tmp_path / "cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    status, *loaded = done.stderr.splitlines()[-1].split()
    assert (status, len(list((tmp_path / "site").glob("*.py")))) == ("0", 3)
    assert "packaging.version" in loaded
    unwanted = (GRAMMAR | {"ast", "dataclasses", "inspect"}) - LOADED_FOR_OLD_NAMES
    assert sorted(unwanted & set(loaded)) == []
