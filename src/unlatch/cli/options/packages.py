"""What to install: requirements, and what may be chosen for them."""

from unlatch.cli import kinds
from unlatch.cli.options.commands import CHANGE
from unlatch.cli.options.option import Option

PACKAGES: tuple[Option, ...] = (
    Option(
        "requirement_files",
        ("-r", "--requirement", "--requirements"),
        kinds.FILE,
        "Take requirements from this file, or from standard input for -. Repeatable.",
        (*CHANGE, "lock"),
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
    Option("dry_run", ("--dry-run",), kinds.SWITCH, "Say what would be done, and do not do it.", CHANGE),
)
