"""What to look at in an environment, and how it is shown. All of it is for the command line alone."""

from unlatch.cli import kinds
from unlatch.cli.kinds import choice
from unlatch.cli.options.commands import TELLS
from unlatch.cli.options.option import Option

LOOKING: tuple[Option, ...] = (
    Option(
        "list_excludes",
        ("--exclude",),
        kinds.NAME,
        "Leave this package out; of a tree with all that it needs. Repeatable.",
        ("list", "freeze", "tree"),
        is_list=True,
        line_only=True,
    ),
    Option(
        "editables",
        ("-e", "--editable"),
        kinds.SWITCH,
        "Show only what is used from where it is worked on.",
        ("list",),
        constant="only",
        line_only=True,
    ),
    Option(
        "editables",
        ("--exclude-editable",),
        kinds.SWITCH,
        "Leave out what is used from where it is worked on.",
        ("list", "freeze"),
        constant="none",
        line_only=True,
    ),
    Option(
        "not_required",
        ("--not-required",),
        kinds.SWITCH,
        "Show only what nothing else that is installed needs.",
        ("list",),
        line_only=True,
    ),
    Option(
        "list_folders",
        ("--path",),
        kinds.FOLDER,
        "Look for packages in this folder, and not in an environment. Repeatable.",
        ("list", "freeze"),
        is_list=True,
        line_only=True,
    ),
    Option(
        "all_entries",
        ("--all",),
        kinds.SWITCH,
        "Show the tools too that environments are made with: pip, and before Python 3.12 setuptools and wheel.",
        ("freeze",),
        line_only=True,
    ),
    Option("with_files", ("-f", "--files"), kinds.SWITCH, "Show the files of each package.", ("show",), line_only=True),
    Option(
        "tree_packages",
        ("--package",),
        kinds.NAME,
        "Begin the tree with this package. Repeatable.",
        ("tree",),
        is_list=True,
        line_only=True,
    ),
    Option(
        "is_inverted",
        ("--invert", "--reverse"),
        kinds.SWITCH,
        "Show below each package what needs it.",
        ("tree",),
        line_only=True,
    ),
    Option("depth", ("-d", "--depth"), kinds.WHOLE, "Show so many levels below the first.", ("tree",), line_only=True),
    Option(
        "as_json",
        ("--format",),
        choice("text", "json", make=lambda word: word == "json"),
        "How it is printed.",
        TELLS,
        line_only=True,
    ),
)
