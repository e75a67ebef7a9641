"""What to install: requirements, and what may be chosen for them."""

from unlatch.cli import kinds
from unlatch.cli.options.commands import CHANGE, NAMES_FILES, TAKES, UPGRADES
from unlatch.cli.options.option import Option

PACKAGES: tuple[Option, ...] = (
    Option(
        "requirement_files",
        ("-r", "--requirement", "--requirements"),
        kinds.FILE,
        "Take requirements from this file, or from standard input for -. Repeatable.",
        NAMES_FILES,
        is_list=True,
    ),
    Option(
        "constraint_files",
        ("-c", "--constraint", "--constraints"),
        kinds.FILE,
        "Keep to the versions in this file, without installing what is in it. Repeatable.",
        is_list=True,
    ),
    Option(
        "extras",
        ("--extra",),
        kinds.NAME,
        "Take this extra of the lock too. Repeatable.",
        TAKES,
        is_list=True,
        line_only=True,
    ),
    Option("all_extras", ("--all-extras",), kinds.SWITCH, "Take all extras of the lock.", TAKES, line_only=True),
    Option(
        "groups",
        ("--group",),
        kinds.NAME,
        "Take this dependency group of the lock too, beside those that it has by default. Repeatable.",
        TAKES,
        is_list=True,
        line_only=True,
    ),
    Option("all_groups", ("--all-groups",), kinds.SWITCH, "Take all groups of the lock.", TAKES, line_only=True),
    Option(
        "allow_empty",
        ("--allow-empty-requirements",),
        kinds.SWITCH,
        "Let a file that asks for nothing empty the environment.",
        ("sync",),
        line_only=True,
    ),
    Option("upgrade", ("-U", "--upgrade"), kinds.SWITCH, "Take the newest versions that fit.", UPGRADES),
    Option(
        "upgrade_packages",
        ("-P", "--upgrade-package"),
        kinds.NAME,
        "Take the newest version of this package that fits. Repeatable.",
        UPGRADES,
        is_list=True,
    ),
    Option("no_deps", ("--no-deps",), kinds.SWITCH, "Install nothing but what is named."),
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
    Option("dry_run", ("--dry-run",), kinds.SWITCH, "Say what would be done, and do not do it.", (*CHANGE, "download")),
)
