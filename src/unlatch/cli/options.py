"""The options, in one table, so that nothing is said twice.

The command line, the environment variables, the keys of configuration files, --help and docs/reference/options.md
all come from it.
An option's name is its first long form without the dashes: `--index-url`, `UNLATCH_INDEX_URL`, `index-url = …`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from unlatch.cli import kinds
from unlatch.cli.kinds import Kind, choice
from unlatch.settings import KeyringProvider


class Command(NamedTuple):
    """A command: `takes` shows what it is given by position, "" for nothing.

    A name of two words is a command of a group: `auth login` is one of the group `auth`.
    """

    name: str
    takes: str
    help: str


class Option(NamedTuple):
    """An option. `setting` is what it fills, "" for one that is accepted and changes nothing.

    `negations` are forms that switch it off. `constant` is what a switch stands for when it is on. A list collects
    what one place says, and with `adds_up` what all places say. `separator` parts one value into several.
    `line_only` is for what is said with one command and nowhere else: it has no variable and no key.
    """

    setting: str
    flags: tuple[str, ...]
    kind: Kind
    help: str
    commands: tuple[str, ...] = ("install",)
    negations: tuple[str, ...] = ()
    constant: object = True
    is_list: bool = False
    adds_up: bool = False
    separator: str | None = None
    line_only: bool = False

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


SHELLS = ("bash", "zsh", "tcsh")
COMMANDS = {
    command.name: command
    for command in (
        Command("install", "[REQUIREMENT ...]", "Install packages, and what they need."),
        Command("uninstall", "[NAME ...]", "Remove packages. Nothing is asked."),
        Command("recover", "", "Undo a change that was broken off, or finish one that had been made."),
        Command("list", "", "List what is installed."),
        Command("show", "NAME ...", "Show what is known about installed packages."),
        Command("auth", "COMMAND", "Log in to an index, log out, and see which credentials it gets."),
        Command("auth login", "URL", "Keep credentials for an index, after they were tried."),
        Command("auth logout", "[URL]", "Forget credentials that were kept."),
        Command("auth status", "[URL]", "Tell what is kept, where, for whom and until when."),
        Command("auth token", "URL", "Print the password or token that an index would get."),
        Command("auth explain", "URL", "Tell which credentials an index gets, from where, and whether they work."),
        Command("auth helper", "get", "Answer as a credential helper: Bazel's JSON on standard input and output."),
        Command("auth keyring", "get URL [USER]", "Answer as the keyring command, for pip and uv."),
        Command("auth git-credential", "get|store|erase", "Answer as a credential helper of git."),
        Command("demo", "", "See a private index and a keyring at work, on this machine only."),
        Command("completion", f"{{{','.join(SHELLS)}}}", "Print a script that completes commands in this shell."),
        Command("help", "[COMMAND]", "Tell what a command does and takes."),
    )
}
_CHANGE = ("install", "uninstall")
_TARGET = ("install", "uninstall", "recover", "list", "show")
# What looks credentials up, and what makes requests.
_ANSWERS = ("auth helper", "auth keyring", "auth git-credential")
_LOOKS_UP = ("install", "auth token", "auth explain", *_ANSWERS)
_ASKS = ("install", "auth login", "auth token", "auth explain")
_ALL = tuple(COMMANDS)

# By the headings of --help, in its order.
GROUPS: dict[str, tuple[Option, ...]] = {
    "What to install": (
        Option(
            "requirement_files",
            ("-r", "--requirement", "--requirements"),
            kinds.FILE,
            "Take requirements from this file, or from standard input for -. Repeatable.",
            _CHANGE,
            is_list=True,
        ),
        Option(
            "constraint_files",
            ("-c", "--constraint", "--constraints"),
            kinds.FILE,
            "Keep to the versions in this file, without installing what is in it. Repeatable.",
            is_list=True,
        ),
        Option("upgrade", ("-U", "--upgrade"), kinds.SWITCH, "Take the newest versions that fit."),
        Option(
            "upgrade_packages",
            ("-P", "--upgrade-package"),
            kinds.NAME,
            "Take the newest version of this package that fits. Repeatable.",
            is_list=True,
        ),
        Option("no_deps", ("--no-deps",), kinds.SWITCH, "Install nothing but what is named."),
        Option("pre", ("--pre",), kinds.SWITCH, "Take pre-releases too."),
        Option("require_hashes", ("--require-hashes",), kinds.SWITCH, "Install only what a hash is given for."),
        Option(
            "only_binary",
            ("--only-binary",),
            kinds.NAMES,
            "Take only wheels of these packages, with commas between; :all: or :none:. Repeatable.",
            is_list=True,
            separator=",",
        ),
        Option(
            "no_binary",
            ("--no-binary",),
            kinds.NAMES,
            "Take no wheels of these packages, with commas between; :all: or :none:. Repeatable.",
            is_list=True,
            separator=",",
        ),
        Option("dry_run", ("--dry-run",), kinds.SWITCH, "Say what would be done, and do not do it.", _CHANGE),
        Option("", ("-y", "--yes"), kinds.SWITCH, "Accepted; nothing is asked in any case.", ("uninstall",)),
    ),
    "Where from": (
        Option(
            "default_index",
            ("-i", "--index-url", "--default-index"),
            kinds.INDEX,
            "Ask this index in place of pypi.org. The default index is asked last.",
        ),
        Option(
            "extra_indexes",
            ("--extra-index-url", "--index"),
            kinds.INDEX,
            "Ask this index too, before the default one. Repeatable; asked in the order given.",
            is_list=True,
            adds_up=True,
        ),
        Option(
            "find_links",
            ("-f", "--find-links"),
            kinds.LINKS,
            "Look in this folder too, or among the links of this page. Repeatable.",
            is_list=True,
            adds_up=True,
        ),
        Option("no_index", ("--no-index",), kinds.SWITCH, "Ask no index, only what --find-links names."),
        Option(
            "index_strategy",
            ("--index-strategy",),
            choice("first-index", "unsafe-best-match"),
            "Take a package from the first index that has it (first-index, the default), or the best version of all "
            "indexes, where a stranger's public package can take the place of a private one.",
        ),
        Option("offline", ("--offline",), kinds.SWITCH, "Use the cache alone, and no network."),
        Option("refresh", ("--refresh",), kinds.SWITCH, "Ask the indexes again, whatever the cache holds."),
        Option("cache_dir", ("--cache-dir",), kinds.FOLDER, "Keep the cache in this folder."),
        Option(
            "no_cache",
            ("--no-cache", "--no-cache-dir"),
            kinds.SWITCH,
            "Keep nothing in the cache, and take nothing from it.",
        ),
    ),
    "Who you are": (
        Option(
            "keyring_provider",
            ("--keyring-provider",),
            choice("auto", "import", "subprocess", "disabled", make=KeyringProvider),
            "Ask the keyring package (import), the keyring command (subprocess), whichever there is (auto), or none. "
            "Unless told, keyring is asked for an index that is known to be private or that wants credentials.",
            _LOOKS_UP,
        ),
        Option(
            "keyring_timeout",
            ("--keyring-timeout",),
            kinds.SECONDS,
            "Stop waiting for keyring after this time when nobody is at the terminal; 30 unless told.",
            _LOOKS_UP,
        ),
        Option(
            "credential_provider",
            ("--credential-provider",),
            choice("auto", "disabled"),
            "Use the tokens of CI jobs, and whoever is signed in to Azure, Google Cloud or AWS here (auto), or do not. "
            "Unless told, auto; but with --keyring-provider keyring is asked in place of those who are signed in.",
            _LOOKS_UP,
        ),
        Option(
            "credential_helpers",
            ("--credential-helper",),
            kinds.HELPER,
            "Ask this command for the credentials of an index, as Bazel asks a credential helper: for this host, for "
            "every host below (*.example.com), or for all. Repeatable. A project's file cannot say it.",
            _LOOKS_UP,
            is_list=True,
            adds_up=True,
        ),
        Option(
            "netrc_default", ("--netrc-default",), kinds.SWITCH, "Use the netrc file's default entry too.", _LOOKS_UP
        ),
        Option("no_input", ("--no-input",), kinds.SWITCH, "Never ask for a password.", _ASKS),
        Option(
            "client_cert",
            ("--client-cert",),
            kinds.PATH,
            "Show this certificate to servers; its key is in the same file.",
            _ASKS,
        ),
        Option("cert", ("--cert",), kinds.PATH, "Trust the authorities in this file, not the system's.", _ASKS),
        Option(
            "insecure_hosts",
            ("--allow-insecure-host", "--trusted-host"),
            kinds.HOST,
            "Send credentials to this host over plain http too, and do not check its certificate. Repeatable.",
            _ASKS,
            is_list=True,
            adds_up=True,
        ),
    ),
    "How it answers": (
        Option(
            "keyring_mode",
            ("--mode",),
            choice("password", "creds"),
            "Answer with the password of a user (password, the default), or with user and password (creds).",
            ("auth keyring",),
            line_only=True,
        ),
        Option(
            "keyring_output",
            ("--output",),
            choice("plain", "json"),
            "Answer in lines (plain, the default) or as JSON.",
            ("auth keyring",),
            line_only=True,
        ),
        Option(
            "shim_folder",
            ("--install-shim",),
            kinds.FOLDER,
            "Put a program named keyring into this folder that asks unlatch, and answer nothing.",
            ("auth keyring",),
            line_only=True,
        ),
    ),
    "What is kept": (
        Option(
            "username",
            ("-u", "--username"),
            kinds.USER,
            "The user that the credentials are for; else the URL's, or the one that the service is known to want.",
            ("auth login", "auth logout"),
            line_only=True,
        ),
        Option(
            "secret_input",
            ("--password",),
            kinds.stdin("password"),
            "Read the password from standard input, in place of asking for it.",
            ("auth login",),
            line_only=True,
        ),
        Option(
            "secret_input",
            ("--token",),
            kinds.stdin("token"),
            "Read a token from standard input. Without a username it goes with the service's own, else __token__.",
            ("auth login",),
            line_only=True,
        ),
        Option(
            "no_verify",
            ("--no-verify",),
            kinds.SWITCH,
            "Keep the credentials without trying them first.",
            ("auth login",),
            line_only=True,
        ),
        Option(
            "all_entries", ("--all",), kinds.SWITCH, "Forget everything that is kept.", ("auth logout",), line_only=True
        ),
    ),
    "Where to": (
        Option(
            "python",
            ("-p", "--python"),
            kinds.PYTHON,
            "Work on the environment of this Python: a path, a command or a version.",
            _TARGET,
        ),
        Option("target_folder", ("-t", "--target"), kinds.FOLDER, "Work on packages in this folder.", _TARGET),
        Option("prefix", ("--prefix",), kinds.FOLDER, "Work below this folder, laid out like sys.prefix.", _TARGET),
        Option("python_version", ("--python-version",), kinds.VERSION, "Choose what suits this version of Python."),
        Option(
            "break_system_packages",
            ("--break-system-packages",),
            kinds.SWITCH,
            "Change a Python that the operating system looks after.",
            _CHANGE,
        ),
    ),
    "How": (
        Option(
            "compile_bytecode",
            ("--compile-bytecode", "--compile"),
            kinds.SWITCH,
            "Compile what is installed to bytecode, or do not (the default).",
            negations=("--no-compile-bytecode", "--no-compile"),
        ),
        Option(
            "link_mode",
            ("--link-mode",),
            choice("auto", "clone", "hardlink", "copy", "symlink"),
            "How files come out of the cache; auto, the default, takes the fastest that is safe.",
        ),
        Option(
            "strict",
            ("--strict",),
            kinds.SWITCH,
            "Fail where two packages bring the same file, in place of a warning; nothing is installed then.",
        ),
        Option(
            "archive_limits",
            ("--archive-limit",),
            kinds.LIMIT,
            "Let an archive be larger, if you trust it: size= when unpacked (16G unless told), members= in number "
            "(200000), ratio= times its own size (200), path= in bytes (1000). Repeatable.",
            is_list=True,
        ),
        Option(
            "lock_timeout",
            ("--lock-timeout",),
            kinds.SECONDS,
            "Wait so long for another unlatch that is changing the same environment; 300 unless told.",
            ("install", "uninstall", "recover"),
        ),
        Option(
            "timeout",
            ("--timeout",),
            kinds.SECONDS,
            "Stop waiting for a silent server after this time; 15 unless told.",
            _ASKS,
        ),
        Option(
            "retries", ("--retries",), kinds.WHOLE, "Ask again so many times after a failure; 3 unless told.", _ASKS
        ),
        Option("concurrency", ("--concurrency",), kinds.POSITIVE, "Open so many connections at once; 16 unless told."),
        Option(
            "proxy",
            ("--proxy",),
            kinds.PROXY,
            "Send requests through this proxy; --proxy= for none, whatever HTTPS_PROXY says.",
            _ASKS,
        ),
    ),
    "Output": (
        Option(
            "verbosity",
            ("-v", "--verbose"),
            kinds.COUNT,
            "Tell of every request and keyring look-up; -vv shows where an internal error arose.",
            _ALL,
            constant=1,
        ),
        Option("verbosity", ("-q", "--quiet"), kinds.COUNT, "No summary; -qq: no warnings.", _ALL, constant=-1),
        Option(
            "report",
            ("--report",),
            kinds.FILE,
            "Write what was installed to this file as JSON, or to standard output for -.",
        ),
        Option(
            "list_format",
            ("--format",),
            choice("columns", "json", "freeze"),
            "How the list is printed; freeze gives lines for a requirements file.",
            ("list",),
        ),
        Option(
            "as_json",
            ("--json",),
            kinds.SWITCH,
            "Print JSON on standard output.",
            ("auth status", "auth explain"),
            line_only=True,
        ),
        Option(
            "force",
            ("--force",),
            kinds.SWITCH,
            "Print the secret although standard output is a terminal.",
            ("auth token",),
            line_only=True,
        ),
        Option("color", ("--color",), choice("auto", "always", "never"), "When to use colour.", _ALL),
        Option("color", ("--no-color",), kinds.SWITCH, "Use no colour.", _ALL, constant="never"),
        Option("no_progress", ("--no-progress",), kinds.SWITCH, "Draw no progress.", _ALL),
        Option(
            "no_progress",
            ("--progress-bar",),
            choice("on", "off", make=lambda word: word == "off"),
            "Draw progress at a terminal (on), or none.",
            _ALL,
        ),
    ),
}
OPTIONS = tuple(option for options in GROUPS.values() for option in options)
BY_NAME = {option.name: option for option in OPTIONS if not option.line_only}
BY_FLAG = {flag: option for option in OPTIONS for flag in (*option.flags, *option.negations)}


def is_group(command: str) -> bool:
    """Whether the command is a group, which does nothing without a word more."""
    return any(name.startswith(f"{command} ") for name in COMMANDS)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant: one that is spelt alike, or begins so; None when there is none."""
    from difflib import get_close_matches  # noqa: PLC0415 - loaded only when something is misspelt

    words = list(known)
    begun = (candidate for candidate in words if len(word) > 4 and candidate.startswith(word))
    return next(iter(get_close_matches(word, words, n=1, cutoff=0.7)), next(begun, None))
