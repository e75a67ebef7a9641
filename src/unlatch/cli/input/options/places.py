"""Where to: the environment that is worked on."""

from unlatch.cli.input import kinds
from unlatch.cli.input.options.commands import BESIDE, CHANGE, TARGET
from unlatch.cli.input.options.option import Option

PLACES: tuple[Option, ...] = (
    Option(
        "python",
        ("-p", "--python"),
        kinds.PYTHON,
        "Work on the environment of this Python: a path, a command or a version.",
        (*TARGET, *BESIDE),
    ),
    Option("target_folder", ("-t", "--target"), kinds.FOLDER, "Work on packages in this folder.", TARGET),
    Option("prefix", ("--prefix",), kinds.FOLDER, "Work below this folder, laid out like sys.prefix.", TARGET),
    Option(
        "in_user_site",
        ("--user",),
        kinds.SWITCH,
        "Work on the packages of your own that this Python finds in your home.",
        TARGET,
    ),
    Option(
        "root",
        ("--root",),
        kinds.FOLDER,
        "Work below this folder as if it were the root of the file system, to pack what is there.",
        TARGET,
    ),
    Option(
        "on_system_python",
        ("--system",),
        kinds.SWITCH,
        "Work on the first Python on PATH that is of no virtual environment, whichever is active.",
        TARGET,
    ),
    Option(
        "require_virtualenv",
        ("--require-virtualenv", "--require-venv"),
        kinds.SWITCH,
        "Change nothing but a virtual environment.",
        CHANGE,
    ),
    Option("python_version", ("--python-version",), kinds.VERSION, "Choose what suits this version of Python."),
    Option(
        "python_platform",
        ("--python-platform",),
        kinds.PLATFORM,
        "Choose what suits this platform: linux, macos, windows, or more exactly, such as x86_64-manylinux_2_28, "
        "aarch64-unknown-linux-musl or x86_64-apple-darwin. Goes with --target or --dry-run, and builds nothing.",
    ),
    Option(
        "platforms",
        ("--platform",),
        kinds.TAG,
        "Choose wheels with this platform tag, such as manylinux_2_28_x86_64, or for older systems of its kind. "
        "Repeatable; goes with --target or --dry-run.",
        is_list=True,
    ),
    Option("abis", ("--abi",), kinds.TAG, "Choose wheels with this ABI tag, such as cp311. Repeatable.", is_list=True),
    Option(
        "implementation",
        ("--implementation",),
        kinds.TAG,
        "Choose wheels for this implementation of Python: cp, pp, or py for those that suit all.",
    ),
    Option(
        "break_system_packages",
        ("--break-system-packages",),
        kinds.SWITCH,
        "Change a Python that the operating system looks after.",
        CHANGE,
        negations=("--no-break-system-packages",),
    ),
)
