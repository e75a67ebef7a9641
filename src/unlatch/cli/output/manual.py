"""The manual: the table of options told to people, as --help and as docs/reference/options.md. It prints nothing."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from unlatch.cli.input import kinds
from unlatch.cli.input.options import COMMANDS, GROUPS, Command, Option, is_group, nearest
from unlatch.model.errors import ConfigurationError

_WIDTH = 92
_COLUMN = 32
_FEED = "https://pkgs.example.com/org/_packaging/feed/pypi/simple/"

_EXAMPLES = {
    "install": f"""\
  # From a private feed alone, with the credentials that keyring keeps for it
  unlatch install --index-url {_FEED} acme
  # From the feed first and then from pypi.org; the keyring command is asked for this user
  unlatch install --keyring-provider subprocess \\
      --index https://VssSessionToken@{_FEED.removeprefix("https://")} acme
  # What a requirements file names, as its hashes say
  unlatch install -r requirements.txt --require-hashes
  # Into a folder, for another Python
  unlatch install --target build/packages --python 3.12 acme
""",
    "uninstall": "  unlatch uninstall acme\n  unlatch uninstall -r requirements.txt\n",
    "sync": "  unlatch sync pylock.toml\n  unlatch sync requirements.txt --dry-run\n",
    "lock": """\
  # What a file asks for; what pylock.toml has already is kept where it fits
  unlatch lock -r requirements.in
  # Move one package, and tell in CI whether the lock is as it should be
  unlatch lock -r requirements.in --upgrade-package acme
  unlatch lock -r requirements.in --check
""",
    "compile": "  unlatch compile requirements.in -o requirements.txt --generate-hashes\n",
    "download": "  unlatch download -r pylock.toml --dest wheels\n",
    "index versions": "  unlatch index versions acme\n",
    "list": "  unlatch list\n  unlatch list --format freeze\n",
    "show": "  unlatch show acme\n  unlatch show --files acme\n",
    "freeze": "  unlatch freeze > requirements.txt\n",
    "check": "  unlatch check || echo 'something does not fit'\n",
    "tree": """\
  unlatch tree --depth 1
  # Who needs urllib3, and who needs those
  unlatch tree --invert --package urllib3
""",
    "why": "  unlatch why urllib3\n",
    "verify": """\
  unlatch verify
  # What is found can be put back
  unlatch install --reinstall-package acme acme==2.0
""",
    "cache clean": "  unlatch cache clean acme\n",
    "cache prune": """\
  unlatch cache prune --max-size 2G --unused-for 30
  # Before a job in CI saves the cache for the next one
  unlatch cache prune --ci
""",
    "auth login": """\
  # Asks for username and password, tries them and keeps them
  unlatch auth login https://pkgs.example.com/simple/
  # From a file, for a script
  unlatch auth login https://pkgs.example.com/simple/ --username alice --password - < FILE
""",
    "auth logout": "  unlatch auth logout https://pkgs.example.com/simple/\n  unlatch auth logout --all\n",
    "auth token": "  unlatch auth token https://pkgs.example.com/simple/ | COMMAND\n",
    "auth explain": "  unlatch auth explain https://pkgs.example.com/simple/\n  unlatch auth explain corp --json\n",
    "completion": "  unlatch completion bash > ~/.local/share/bash-completion/completions/unlatch\n",
}
_EPILOGUE = """\
unlatch pip COMMAND is the same as unlatch COMMAND. Every option has a variable and a key in
unlatch.toml: --index-url is UNLATCH_INDEX_URL and index-url.
"""
_INTRODUCTION = """\
<!-- Made from the table in src/unlatch/cli/options, and a test holds the two together. To make it anew, run
     python -X utf8 -c "from unlatch.cli import manual; print(manual.reference(), end='')" > docs/reference/options.md
-->

# Options

Each option can be said in four places. The first that says something counts:

1. the command line, `--index-url URL` or `--index-url=URL`, after the command;
2. the environment, `UNLATCH_INDEX_URL`;
3. the project's file: `unlatch.toml`, or `[tool.unlatch]` in `pyproject.toml`, the nearest from the working folder
   upward;
4. the user's file: `unlatch.toml` in the user's folder of configurations (`~/.config/unlatch` on Linux,
   `~/Library/Application Support/unlatch` on macOS, `%LOCALAPPDATA%\\unlatch` on Windows).

Where nobody told unlatch, what pip and uv were told counts: [configuration](configuration.md).

Lists of where packages come from (`--extra-index-url`, `--find-links`, `--allow-insecure-host`) and of
`--credential-helper` add up, in this order. In a variable the items of a list stand with spaces between, those of
`--credential-helper` on lines of their own; a switch is on with `1`, `true`, `yes` or `on`, and off with `0`, `false`,
`no` or `off`; a variable without text counts as not set. A relative path in a file starts at the file's folder. `-h`,
`--help` and `-V`, `--version` are for the command line alone; so is `--requirement` for `uninstall`, and so
is every option that has no variable below.

Colour follows `--color`; with `auto` it follows `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR` and the terminal.
"""
_INDEX_TABLES = """\
## Indexes in a file

An index with a name is a table of its own in `unlatch.toml` (in `pyproject.toml`: `[[tool.unlatch.index]]`):

```toml
[[index]]
name = "corp"
url = "https://VssSessionToken@pkgs.example.com/org/_packaging/feed/pypi/simple/"
authenticate = "always"
```

| Key | Value | Meaning |
| --- | --- | --- |
| `url` | a string | Where it is. Keep passwords out of a project's file: keyring, netrc and variables are for them. |
| `name` | a string | What messages call it, and `UNLATCH_INDEX_<NAME>_USERNAME` (`_PASSWORD`, `_TOKEN`). |
| `default` | true or false | It takes pypi.org's place, and is asked last. |
| `explicit` | true or false | It is asked only for packages that are pinned to it. |
| `authenticate` | `"auto"`, `"always"`, `"never"` | When credentials are looked up; `auto` is when needed. |
| `credential-helper` | a string | A command that is asked for its credentials; not in a project's file. |
| `allow-insecure` | true or false | Credentials may travel over plain http; the certificate is not checked. |
"""


def page(names: Sequence[str] = ()) -> str:
    """Return what --help prints: for a command when one is named, else for unlatch. Raise ConfigurationError."""
    topics = " ".join(name for name in names if name != "pip").split()
    if not topics:
        return _overview()
    command = _topic(topics)
    words = (command.name, command.takes) if is_group(command.name) else (command.name, "[OPTION ...]", command.takes)
    parts = [f"{' '.join(filter(None, ('unlatch', *words)))}\n\n{command.help}\n"]
    if is_group(command.name):
        parts.append(f"Commands\n{_commands(command.name)}")
    parts += _groups(command.name)
    if command.name in _EXAMPLES:
        parts.append(f"Examples\n{_EXAMPLES[command.name]}")
    return "\n".join(parts)


def _topic(topics: Sequence[str]) -> Command:
    """Return the command that the words name, or begin with. Raise ConfigurationError."""
    name = topics[0]
    if is_group(name) and len(topics) > 1:
        name = f"{name} {topics[1]}"
    if name in COMMANDS:
        return COMMANDS[name]
    meant = nearest(name, COMMANDS)
    raise ConfigurationError(
        f"unlatch has no command {kinds.quoted(name)}",
        hint=f"unlatch help {meant}" if meant else "unlatch help",
    )


def _commands(group: str) -> str:
    """Return a line for each command of a group, or ("") for each that is in none."""
    found = [(command.name.rpartition(" "), command.help) for command in COMMANDS.values()]
    return "".join(f"  {word:<16}{text}\n" for (place, _, word), text in found if place == group)


def _overview() -> str:
    commands = _commands("")
    return "\n".join(
        [
            "unlatch COMMAND [OPTION ...]\n\nInstall Python packages from indexes that ask who you are.\n",
            f"Commands\n{commands}",
            *_groups("help"),
            f"Examples\n{_EXAMPLES['install']}",
            _EPILOGUE,
        ]
    )


def _groups(command: str) -> Iterator[str]:
    for heading, options in GROUPS.items():
        entries = "".join(_entry(option) for option in options if command in option.commands)
        if heading == "Output":
            entries += _aligned("  -h, --help", "Print this.")
            entries += _aligned("  -V, --version", "Print the version.")
        if entries:
            yield f"{heading}\n{entries}"


def _entry(option: Option) -> str:
    short = next((f"{flag}, " for flag in option.flags if not flag.startswith("--")), "    ")
    shown = ", ".join((f"--{option.name}", *option.negations[:1]))
    others = [flag for flag in (*option.flags[1:], *option.negations[1:]) if flag != f"--{option.name}"]
    left = f"  {short}{shown} {option.kind.metavar}".rstrip()
    return _aligned(left, f"{option.help} Also {', '.join(others)}." if others else option.help)


def _aligned(left: str, right: str) -> str:
    lines = textwrap.wrap(right, _WIDTH - _COLUMN, break_on_hyphens=False, break_long_words=False)
    text = textwrap.indent("\n".join(lines), " " * _COLUMN)
    return f"{left:<{_COLUMN}}{text.lstrip()}\n" if len(left) + 2 <= _COLUMN else f"{left}\n{text}\n"


def reference() -> str:
    """Return docs/reference/options.md."""
    return "\n".join([_INTRODUCTION, *(_table(heading, options) for heading, options in GROUPS.items()), _INDEX_TABLES])


def _table(heading: str, options: Iterable[Option]) -> str:
    rows = "".join(_row(option) for option in options)
    return f"## {heading}\n\n| Option | Variable | In a file | For | Meaning |\n| --- | --- | --- | --- | --- |\n{rows}"


def _row(option: Option) -> str:
    metavar = option.kind.metavar.replace("|", "\\|")
    forms = ", ".join(f"`{flag}`" for flag in (*option.flags, *option.negations))
    commands = "all" if "help" in option.commands else ", ".join(option.commands)
    left = f"{forms} `{metavar}`" if metavar else forms
    variable = "-" if option.line_only else f"`{option.variable}`"
    key = f"`{_in_a_file(option)}`" if option.has_key and not option.line_only else "-"
    return f"| {left} | {variable} | {key} | {commands} | {option.help} |\n"


def _in_a_file(option: Option) -> str:
    if option.kind.toml == (bool,):
        return f"{option.name} = true"
    if option.kind.toml == (str,):
        return f'{option.name} = ["…"]' if option.is_list else f'{option.name} = "…"'
    return f"{option.name} = 1"
