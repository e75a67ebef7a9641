"""What the cache keeps, where, and for how long."""

from unlatch.cli.input import kinds
from unlatch.cli.input.options.commands import CACHE as COMMANDS
from unlatch.cli.input.options.commands import RESOLVES
from unlatch.cli.input.options.option import Option

CACHE: tuple[Option, ...] = (
    Option("cache_dir", ("--cache-dir",), kinds.FOLDER, "Keep the cache in this folder.", (*RESOLVES, *COMMANDS)),
    Option(
        "no_cache",
        ("-n", "--no-cache", "--no-cache-dir"),
        kinds.SWITCH,
        "Keep nothing in the cache, and take nothing from it.",
    ),
    Option(
        "cache_size_budget",
        ("--cache-size-budget", "--max-size"),
        kinds.SIZE,
        "Make the cache no larger than this when it is pruned, by what was not used for the longest time; 10G unless "
        "told.",
        ("cache info", "cache prune"),
    ),
    Option(
        "cache_unused_days",
        ("--cache-unused-days", "--unused-for"),
        kinds.WHOLE,
        "Take away when it is pruned what was not used for so many days; 90 unless told.",
        ("cache prune",),
    ),
    Option(
        "for_ci",
        ("--ci",),
        kinds.SWITCH,
        "Take away all that an index gives again at once, so that little is left to save between jobs: unpacked wheels "
        "and their bytecode go, pages, metadata and what was built here stay.",
        ("cache prune",),
        line_only=True,
    ),
)
