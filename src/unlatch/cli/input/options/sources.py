"""Where from: indexes and folders."""

from unlatch.cli.input import choices, kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import FINDS
from unlatch.cli.input.options.option import Option

SOURCES: tuple[Option, ...] = (
    Option(
        "default_index",
        ("-i", "--index-url", "--default-index"),
        kinds.INDEX,
        "Ask this index in place of pypi.org. The default index is asked last.",
        FINDS,
    ),
    Option(
        "extra_indexes",
        ("--extra-index-url", "--index"),
        kinds.INDEX,
        "Ask this index too, before the default one. Repeatable; asked in the order given.",
        FINDS,
        is_list=True,
        adds_up=True,
    ),
    Option(
        "find_links",
        ("-f", "--find-links"),
        kinds.LINKS,
        "Look in this folder too, or among the links of this page. Repeatable.",
        FINDS,
        is_list=True,
        adds_up=True,
    ),
    Option("no_index", ("--no-index",), kinds.SWITCH, "Ask no index, only what --find-links names.", FINDS),
    Option(
        "index_strategy",
        ("--index-strategy",),
        choice("first-index", "unsafe-first-match", "unsafe-best-match"),
        "Take a package from the first index that has it (first-index, the default), or from all of them: what fits "
        "from the first, then from the next (unsafe-first-match), or the best version of all (unsafe-best-match). A "
        "stranger's public package can then take the place of a private one.",
        FINDS,
    ),
    Option(
        "pinned_packages",
        ("--index-for",),
        choices.INDEX_FOR,
        "Ask this index, and no other, for this package, as in --index-for torch=pytorch, or with a URL. An index with "
        "explicit = true in a configuration file is asked for nothing else. Repeatable.",
        FINDS,
        is_list=True,
        adds_up=True,
    ),
    Option("offline", ("--offline",), kinds.SWITCH, "Use the cache alone, and no network.", FINDS),
    Option("refresh", ("--refresh",), kinds.SWITCH, "Ask the indexes again, whatever the cache holds.", FINDS),
    Option(
        "refresh_packages",
        ("--refresh-package",),
        kinds.NAME,
        "Ask the indexes again about this package, whatever the cache holds. Repeatable.",
        FINDS,
        is_list=True,
    ),
)
