"""How source is built: what of it may be, in which environment, and what its back ends are told."""

from unlatch.cli.input import kinds
from unlatch.cli.input.options.option import Option

BUILDING: tuple[Option, ...] = (
    Option(
        "prefer_binary",
        ("--prefer-binary",),
        kinds.SWITCH,
        "Take an older version that has a wheel before a newer one that has to be built.",
    ),
    Option(
        "no_build",
        ("--no-build",),
        kinds.SWITCH,
        "Build nothing that an index lists: as --only-binary :all:.",
    ),
    Option(
        "no_build_packages",
        ("--no-build-package",),
        kinds.NAME,
        "Do not build this package: as --only-binary NAME. Repeatable.",
        is_list=True,
    ),
    Option(
        "build_constraint_files",
        ("-b", "--build-constraint", "--build-constraints"),
        kinds.FILE,
        "Keep to the versions in this file for what is needed to build. Repeatable.",
        is_list=True,
    ),
    Option(
        "build_isolation",
        ("--build-isolation",),
        kinds.SWITCH,
        "Build in an environment that is made for it (the default), or in the one that is installed into.",
        negations=("--no-build-isolation",),
    ),
    Option(
        "no_build_isolation_packages",
        ("--no-build-isolation-package",),
        kinds.NAME,
        "Build this package in the environment that is installed into. Repeatable.",
        is_list=True,
    ),
    Option(
        "config_settings",
        ("-C", "--config-settings", "--config-setting"),
        kinds.SETTING,
        "Tell this to every build back end. Repeatable.",
        is_list=True,
    ),
    Option(
        "config_settings_packages",
        ("--config-settings-package", "--config-setting-package"),
        kinds.SETTING_OF,
        "Tell this to the build back end of this package. Repeatable.",
        is_list=True,
    ),
)
