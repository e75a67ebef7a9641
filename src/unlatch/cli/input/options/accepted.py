"""Words of pip and uv that change nothing here, because what they ask for is so, or has no meaning: scripts have them.

docs/reference/compatibility.md says of each why.
"""

from unlatch.cli.input import kinds
from unlatch.cli.input.options.commands import ALL, CHANGE, INSTALLS
from unlatch.cli.input.options.option import Option

ACCEPTED: tuple[Option, ...] = (
    Option("", ("-y", "--yes"), kinds.SWITCH, "Nothing is asked in any case.", ("uninstall",)),
    Option(
        "",
        ("--disable-pip-version-check", "--no-python-version-warning", "--no-python-downloads", "--no-managed-python"),
        kinds.SWITCH,
        "Nothing looks for another unlatch, or fetches a Python.",
        ALL,
        line_only=True,
    ),
    Option(
        "",
        ("--no-warn-script-location", "--no-warn-conflicts", "--no-clean", "--check-build-dependencies"),
        kinds.SWITCH,
        "Nothing warns of scripts outside PATH or breaks what is installed, and no folders are left behind.",
        INSTALLS,
        line_only=True,
    ),
    Option(
        "",
        ("--system-certs", "--native-tls"),
        kinds.SWITCH,
        "The system's authorities are trusted unless --cert names others.",
        ALL,
        line_only=True,
    ),
    Option(
        "",
        ("--no-sources",),
        kinds.SWITCH,
        "[tool.uv.sources] of a project is not looked at.",
        line_only=True,
    ),
    Option("", ("--no-sources-package",), kinds.NAME, "As --no-sources.", line_only=True),
    Option(
        "",
        ("--root-user-action", "--use-feature", "--use-deprecated", "--exists-action", "--fork-strategy"),
        kinds.NAME,
        "Nothing warns of root; there are no experiments, nothing in the way, and no forks.",
        CHANGE,
        line_only=True,
    ),
)
