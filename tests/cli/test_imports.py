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
