"""What to install: requirements, and what may be chosen for them."""

from unlatch.cli.input import kinds
from unlatch.cli.input.options.commands import CHANGE, NAMES_FILES, RESOLVES, UPGRADES
from unlatch.cli.input.options.option import Option

PACKAGES: tuple[Option, ...] = (
    Option(
        "requirement_files",
        ("-r", "--requirement", "--requirements", "--requirements-from-script"),
        kinds.FILE,
        "Take requirements from this file, or from standard input for -: a list of them, a pyproject.toml, a script "
        "that says what it needs, or a pylock.toml. Repeatable.",
        NAMES_FILES,
        is_list=True,
    ),
    Option(
        "editable_folders",
        ("-e", "--editable"),
        kinds.TREE,
        "Install this folder as it stands, so that what is changed in it counts at once. Repeatable.",
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
        "Take this extra of the pyproject.toml or the lock too. Repeatable.",
        RESOLVES,
        is_list=True,
        line_only=True,
    ),
    Option(
        "all_extras",
        ("--all-extras",),
        kinds.SWITCH,
        "Take all extras of the pyproject.toml or the lock.",
        RESOLVES,
        line_only=True,
    ),
    Option(
        "groups",
        ("--group",),
        kinds.GROUP,
        "Take this dependency group too: of the pyproject.toml here, or of another with its path and a colon before "
        "the name; of a lock, beside those that it has by default. Repeatable.",
        RESOLVES,
        is_list=True,
        line_only=True,
    ),
    Option(
        "all_groups",
        ("--all-groups",),
        kinds.SWITCH,
        "Take all groups of the pyproject.toml or the lock.",
        RESOLVES,
        line_only=True,
    ),
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
    Option(
        "only_deps",
        ("--only-deps",),
        kinds.SWITCH,
        "Install what the named packages need, and not the packages themselves.",
        ("install",),
        line_only=True,
    ),
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
