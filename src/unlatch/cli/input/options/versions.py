"""Which versions: what may be chosen, and what goes first."""

from unlatch.cli.input import choices, kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import FINDS, INSTALLS, WRITES
from unlatch.cli.input.options.option import Option

VERSIONS: tuple[Option, ...] = (
    Option("pre", ("--pre",), kinds.SWITCH, "Take pre-releases too.", FINDS),
    Option(
        "prerelease",
        ("--prerelease",),
        choices.PRE_RELEASES,
        "When pre-releases count: of a project that has nothing else, and where a requirement names one (if-necessary, "
        "the default); of dependencies only where you name one (if-necessary-or-explicit); only where you name one "
        "(explicit); always (allow); never (disallow).",
    ),
    Option(
        "prerelease_packages",
        ("--prerelease-package",),
        choices.PRE_RELEASES_OF,
        "When pre-releases of this package count, as in --prerelease-package flask=allow. Repeatable.",
        is_list=True,
    ),
    Option(
        "all_releases",
        ("--all-releases",),
        kinds.NAMES,
        "Take pre-releases of these packages too, with commas between; :all: or :none:. Repeatable.",
        is_list=True,
        separator=",",
    ),
    Option(
        "only_final",
        ("--only-final",),
        kinds.NAMES,
        "Take no pre-releases of these packages, with commas between; :all: or :none:. Repeatable.",
        is_list=True,
        separator=",",
    ),
    Option(
        "resolution",
        ("--resolution",),
        choices.RESOLUTIONS,
        "Take the newest versions that fit (highest, the default), the oldest (lowest), or the oldest of what is named "
        "and the newest of what that needs (lowest-direct).",
    ),
    Option(
        "exclude_newer",
        ("--exclude-newer",),
        choices.NEWER,
        "Choose as if nothing had been uploaded after this day or time, or in the last so many days: 2026-11-22, "
        '2026-11-22T17:00:00Z, "7 days". What does not tell its time is left out.',
    ),
    Option(
        "exclude_newer",
        ("--uploaded-prior-to",),
        choices.PRIOR,
        "The same in pip's words: a day alone is left out itself.",
    ),
    Option(
        "exclude_newer_packages",
        ("--exclude-newer-package",),
        choices.NEWER_OF,
        "The same for one package, as in --exclude-newer-package flask=2026-11-22; false sets no end. Repeatable.",
        is_list=True,
    ),
    Option(
        "override_files",
        ("--override", "--overrides"),
        kinds.FILE,
        "Let the requirements in this file take the place of what anybody else says of these packages. Repeatable.",
        is_list=True,
    ),
    Option(
        "exclude_files",
        ("--excludes",),
        kinds.FILE,
        "Leave the packages in this file out, whoever needs them. Repeatable.",
        is_list=True,
    ),
    Option(
        "ignore_requires_python",
        ("--ignore-requires-python",),
        kinds.SWITCH,
        "Take versions that say that they do not suit this Python, too.",
    ),
    Option(
        "upgrade_strategy",
        ("--upgrade-strategy",),
        choice("eager", "only-if-needed"),
        "What --upgrade is about: everything that is needed (eager, the default), or what is named (only-if-needed).",
    ),
)
AGAIN: tuple[Option, ...] = (
    Option(
        "reinstall",
        ("--reinstall", "--force-reinstall", "-I", "--ignore-installed"),
        kinds.SWITCH,
        "Choose as if nothing were installed, and install it all anew.",
        INSTALLS,
    ),
    Option(
        "reinstall_packages",
        ("--reinstall-package",),
        kinds.NAME,
        "Choose as if this package were not installed, and install it anew. Repeatable.",
        INSTALLS,
        is_list=True,
    ),
    Option(
        "exact",
        ("--exact",),
        kinds.SWITCH,
        "Remove what is not needed, but for pip, uv and unlatch, and for an older Python setuptools and wheel.",
        ("install",),
    ),
    Option(
        "check",
        ("--check", "--locked"),
        kinds.SWITCH,
        "Change nothing, and exit with 1 if something would change.",
        (*INSTALLS, *WRITES),
        line_only=True,
    ),
)
