"""Commands of the clouds as little programs: each logs its arguments, says what it is told to, and ends.

az = Program(tmp_path / "bin", "az", az_answer(token))
... run what starts it, with PATH=tmp_path / "bin" ...
assert az.asked == [["account", "get-access-token", ...]]
"""

import json
import sys
from pathlib import Path

_BODY = """#!{python}
import json, pathlib, sys
folder = pathlib.Path({folder!r})
with open(folder / "asked", "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
answers = json.loads((folder / "answers").read_text())
if len(answers) > 1:
    (folder / "answers").write_text(json.dumps(answers[1:]))
stdout, stderr, status = answers[0]
print(stderr, file=sys.stderr)
print(stdout)
sys.exit(status)
"""


class Program:
    """A command that gives its answers one after the other, and the last one for ever."""

    def __init__(self, folder: Path, name: str, *answers: str, stderr: str = "", status: int = 0) -> None:
        """Write it into the folder. Every answer comes with the same standard error and status."""
        self.path = folder / name
        self._notes = folder / f"{name}-notes"
        self._notes.mkdir(parents=True)
        rows = [(answer, stderr, status) for answer in answers or ("",)]
        (self._notes / "answers").write_text(json.dumps(rows))
        (self._notes / "asked").write_text("")
        self.path.write_text(_BODY.format(python=sys.executable, folder=str(self._notes)))
        self.path.chmod(0o755)

    @property
    def asked(self) -> list[list[str]]:
        """The arguments of every call, in order."""
        return [json.loads(line) for line in (self._notes / "asked").read_text().splitlines()]
