"""How the work is done: files, limits and the network."""

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import ALL, ASKS, FINDS, INSTALLS
from unlatch.cli.input.options.option import Option

WORK: tuple[Option, ...] = (
    Option(
        "working_folder",
        ("--directory",),
        kinds.FOLDER,
        "Work as if this were the working folder: relative paths and configuration files are looked for there.",
        ALL,
        line_only=True,
    ),
    Option(
        "config_file",
        ("--config-file",),
        kinds.PATH,
        "Read this unlatch.toml, and neither the project's file nor the user's.",
        ALL,
        has_key=False,
    ),
    Option("no_config", ("--no-config",), kinds.SWITCH, "Read no configuration file.", ALL, has_key=False),
    Option(
        "foreign_config",
        ("--foreign-config",),
        choice("all", "pip", "uv", "none"),
        "Heed what pip and uv were told on this machine, in their files and variables, where nobody told unlatch: of "
        "both (all, the default), of one of them, or of none.",
        ALL,
    ),
    Option(
        "is_isolated",
        ("--isolated",),
        kinds.SWITCH,
        "Read no configuration file, and none of the variables that stand for options; none of pip and uv either.",
        ALL,
        line_only=True,
    ),
    Option(
        "compile_bytecode",
        ("--compile-bytecode", "--compile"),
        kinds.SWITCH,
        "Compile what is installed to bytecode, or do not (the default).",
        INSTALLS,
        negations=("--no-compile-bytecode", "--no-compile"),
    ),
    Option(
        "link_mode",
        ("--link-mode",),
        choice("auto", "clone", "hardlink", "copy", "symlink"),
        "How files come out of the cache; auto, the default, takes the fastest that is safe.",
        INSTALLS,
    ),
    Option(
        "strict",
        ("--strict",),
        kinds.SWITCH,
        "Fail where two packages bring the same file, in place of a warning; nothing is installed then.",
        INSTALLS,
    ),
    Option(
        "archive_limits",
        ("--archive-limit",),
        kinds.LIMIT,
        "Let an archive be larger, if you trust it: size= when unpacked (16G unless told), members= in number "
        "(200000), ratio= times its own size (200), path= in bytes (1000). Repeatable.",
        (*INSTALLS, "download"),
        is_list=True,
    ),
    Option(
        "lock_timeout",
        ("--lock-timeout",),
        kinds.SECONDS,
        "Wait so long for another unlatch that is changing the same environment, or uses the cache; 300 unless told.",
        ("install", "sync", "uninstall", "recover", "cache clean", "cache prune", "cache verify"),
    ),
    Option(
        "timeout",
        ("--timeout", "--default-timeout"),
        kinds.SECONDS,
        "Stop waiting for a silent server after this time; 15 unless told.",
        ASKS,
    ),
    Option(
        "min_speed",
        ("--min-speed",),
        kinds.WHOLE,
        "Give up a transfer that brings fewer bytes a second than this for half a minute, and go on with the rest in "
        "a new one; 1000 unless told, 0 for however slow.",
        ASKS,
    ),
    Option(
        "retries",
        ("--retries", "--resume-retries"),
        kinds.WHOLE,
        "Ask again so many times after a failure; 3 unless told.",
        ASKS,
    ),
    Option(
        "concurrency", ("--concurrency",), kinds.POSITIVE, "Open so many connections at once; 16 unless told.", FINDS
    ),
    Option(
        "proxy",
        ("--proxy",),
        kinds.PROXY,
        "Send requests through this proxy; --proxy= for none, whatever HTTPS_PROXY says.",
        ASKS,
    ),
    Option("proxy", ("--no-proxy-env",), kinds.SWITCH, "As --proxy=.", ASKS, constant="", line_only=True),
)
