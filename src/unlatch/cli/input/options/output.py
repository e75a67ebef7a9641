"""What is printed, and how."""

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import ALL, RESOLVES, TELLS
from unlatch.cli.input.options.option import Option

OUTPUT: tuple[Option, ...] = (
    Option(
        "verbosity",
        ("-v", "--verbose"),
        kinds.COUNT,
        "Tell of every request and keyring look-up; -vv shows where an internal error arose.",
        ALL,
        constant=1,
    ),
    Option("verbosity", ("--debug",), kinds.SWITCH, "As -vv.", ALL, constant=2, line_only=True),
    Option("verbosity", ("-q", "--quiet"), kinds.COUNT, "No summary; -qq: no warnings.", ALL, constant=-1),
    Option(
        "log",
        ("--log",),
        kinds.PATH,
        "Append all that --verbose tells to this file, with the time before each line.",
        ALL,
    ),
    Option(
        "trace",
        ("--trace",),
        kinds.PATH,
        "Write to this file what the time was spent on, for https://ui.perfetto.dev or chrome://tracing.",
        RESOLVES,
    ),
    Option(
        "report",
        ("--report",),
        kinds.FILE,
        "Write what was installed to this file as JSON, or to standard output for -.",
        ("install",),
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
        (
            "auth status",
            "auth explain",
            *TELLS,
            "cache info",
            "cache verify",
            "index versions",
            "config list",
            "config explain",
        ),
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
    Option("color", ("--color",), choice("auto", "always", "never"), "When to use colour.", ALL),
    Option("color", ("--no-color",), kinds.SWITCH, "Use no colour.", ALL, constant="never"),
    Option("no_progress", ("--no-progress",), kinds.SWITCH, "Draw no progress.", ALL),
    Option(
        "no_progress",
        ("--progress-bar",),
        choice("on", "off", make=lambda word: word == "off"),
        "Draw progress at a terminal (on), or none.",
        ALL,
    ),
)
