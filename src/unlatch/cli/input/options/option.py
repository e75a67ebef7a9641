"""What an option is: how it is said on the command line, in variables and in files, and what it fills.

Its name is its first long form without the dashes: `--index-url`, `UNLATCH_INDEX_URL`, `index-url = …`.
"""

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import Kind
from unlatch.cli.input.options.commands import RESOLVES
from unlatch.model.tuples import NamedTuple


class Option(NamedTuple):
    """An option. `setting` is what it fills, "" for one that is accepted and changes nothing.

    `negations` are forms that switch it off. `constant` is what a switch stands for when it is on. A list collects
    what one place says, and with `adds_up` what all places say. `separator` parts one value into several.
    `line_only` is for what is said with one command and nowhere else: it has no variable and no key. What says which
    files are read has no key either (`has_key`).
    """

    setting: str
    flags: tuple[str, ...]
    kind: Kind
    help: str
    commands: tuple[str, ...] = RESOLVES
    negations: tuple[str, ...] = ()
    constant: object = True
    is_list: bool = False
    adds_up: bool = False
    separator: str | None = None
    line_only: bool = False
    has_key: bool = True

    @property
    def name(self) -> str:
        """The key in configuration files."""
        return next(flag for flag in self.flags if flag.startswith("--")).removeprefix("--")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "UNLATCH_" + self.name.upper().replace("-", "_")

    @property
    def is_switch(self) -> bool:
        """Whether it stands alone, without a value."""
        return self.kind in {kinds.SWITCH, kinds.COUNT}
