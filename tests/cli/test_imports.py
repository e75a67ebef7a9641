"""What a start costs: the modules that reading the command line may load."""

import subprocess
import sys

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
from unlatch.cli.arguments import parse
from unlatch.cli.report import Report
nowhere = Path("/nowhere")
parse(["install", "-i", "https://h/", "x"], environ={"HOME": "/"}, working_folder=nowhere, config_folder=nowhere)
Report(sys.stdout, sys.stderr).say("done")
print(*set(sys.modules) - before)
"""


def test_reading_a_command_line_loads_nothing_heavy():
    done = subprocess.run([sys.executable, "-I", "-c", CHILD], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "unlatch.cli.arguments" in loaded
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
