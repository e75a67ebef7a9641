"""The tutorial is what happens: its commands are typed in its order, and say what it says they say."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.parts.command import Desk
from tests.end_to_end.parts.pythons import Environment
from tests.end_to_end.parts.terminal import Terminal
from unlatch.app.demo.demo_index import USERNAME, DemoIndex

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-private-install.md"


def steps() -> Iterator[tuple[list[str], list[str]]]:
    """Yield the commands of the page's console blocks, each with the lines that it is said to print."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = step.splitlines()
            yield shlex.split(command), lines


def comparable(text: str) -> str:
    """Return text without what differs from run to run: the port, times, days and widths."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)
    text = re.sub(r"\d+\.\d+ s\b", "T s", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", "DAY", text)
    return " ".join(text.split())


def test_the_tutorial_is_what_happens(desk: Desk) -> None:
    desk.environment.update({"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "NO_COLOR": "1"})
    desk.leaks.may_be_in(desk.home / ".local")
    Environment(desk.work / ".venv")
    seen = []
    with DemoIndex() as index:
        desk.leaks.watch(index.password, USERNAME)
        for command, lines in steps():
            words = [re.sub(r"http://127\.0\.0\.1:\d+/simple/", index.url, word) for word in command]
            if words[0] != "unlatch":
                assert desk.run(desk.work / words[0], *words[1:]).succeeded().stdout.split("\n")[0] == lines[0]
                continue
            with Terminal(desk, *words[1:]) as terminal:
                for line in lines:
                    if line.startswith(("Username for", "Password of")):
                        terminal.read_until(": ")
                        terminal.type(USERNAME if line.startswith("Username") else index.password)
                status = terminal.finish()
            assert status == (10 if "explain" in words else 0), terminal.shown
            shown = comparable(terminal.shown.replace(str(desk.home), "/home/me"))
            for line in lines:
                assert line == "…" or comparable(line) in shown, f"{line}\nis not in\n{terminal.shown}"
            seen.append(words[1])
    assert seen == ["auth", "auth", "install", "auth", "auth"]
