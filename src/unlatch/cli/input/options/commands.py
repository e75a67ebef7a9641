"""The commands: their names, what they are given, and which of them share options."""

from unlatch.model.tuples import NamedTuple


class Command(NamedTuple):
    """A command: `takes` shows what it is given by position, "" for nothing.

    A name of two words is a command of a group: `auth login` is one of the group `auth`.
    """

    name: str
    takes: str
    help: str


SHELLS = ("bash", "zsh", "tcsh")
COMMANDS = {
    command.name: command
    for command in (
        Command("install", "[REQUIREMENT ...]", "Install packages, and what they need."),
        Command("sync", "FILE ...", "Make an environment match a lock or exact versions; the rest goes."),
        Command("lock", "[REQUIREMENT ...]", "Write pylock.toml: every file of every version that is chosen."),
        Command("compile", "FILE ...", "Write requirements.txt: the exact version of all that is needed."),
        Command("download", "[REQUIREMENT ...]", "Fetch packages, and what they need, into a folder."),
        Command("index", "COMMAND", "See what indexes have."),
        Command("index versions", "NAME", "List the versions of a package."),
        Command("uninstall", "[NAME ...]", "Remove packages. Nothing is asked."),
        Command("recover", "", "Undo a change that was broken off, or finish one that had been made."),
        Command("list", "", "List what is installed."),
        Command("freeze", "", "Print what is installed as the lines of a requirements file."),
        Command("show", "NAME ...", "Show what is known about installed packages."),
        Command("check", "", "Tell whether what is installed fits together, and fits this Python."),
        Command("tree", "", "Draw what needs what."),
        Command("verify", "[NAME ...]", "Compare every installed file with what its package brought."),
        Command("why", "NAME ...", "Tell why packages are installed: who needs them, and who asked for those."),
        Command("cache", "COMMAND", "See what the cache holds, and keep it small."),
        Command("cache dir", "", "Print the cache's folder."),
        Command("cache info", "", "Tell what the cache holds, and how large it is."),
        Command("cache clean", "[NAME ...]", "Empty the cache, or take away what it holds of these packages."),
        Command("cache prune", "", "Take away what is of no use any longer, and what is too much."),
        Command("cache verify", "", "Check all that the cache holds, and take away what is damaged."),
        Command("config", "COMMAND", "See what unlatch was told, by whom, and what counts."),
        Command("config list", "", "Print every value that is not the default, and where it comes from."),
        Command(
            "config explain", "[NAME ...]", "Tell of options what counts, who said it, and what it takes the place of."
        ),
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
# The commands that look at an environment, and those of them that tell a program in JSON.
LOOKS = ("list", "freeze", "show", "check", "verify", "tree", "why")
TELLS = ("show", "check", "verify", "tree", "why")
# The commands that share options: what resolves, what changes an environment, what works on one.
RESOLVES = ("install", "sync", "lock", "compile", "download")
FINDS = (*RESOLVES, "index versions", "list")
UPGRADES = ("install", "lock", "compile")
INSTALLS = ("install", "sync")
# What takes a part of a lock.
TAKES = (*INSTALLS, "download")
# What takes files of requirements by an option; others are given them by position.
NAMES_FILES = ("install", "lock", "download", "uninstall")
# What wants a Python, and does not change its environment.
BESIDE = ("lock", "compile", "download", "index versions")
# What writes a file of versions.
WRITES = ("lock", "compile")
CHANGE = ("install", "sync", "uninstall")
TARGET = ("install", "sync", "uninstall", "recover", *LOOKS)
CACHE = ("cache dir", "cache info", "cache clean", "cache prune", "cache verify")
# What looks credentials up, and what makes requests.
ANSWERS = ("auth helper", "auth keyring", "auth git-credential")
LOOKS_UP = (*FINDS, "auth token", "auth explain", *ANSWERS)
ASKS = (*FINDS, "auth login", "auth token", "auth explain")
ALL = tuple(COMMANDS)
