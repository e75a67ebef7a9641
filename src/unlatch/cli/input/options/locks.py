"""What is written: locks, requirements files, and folders of files."""

from unlatch.cli.input import kinds
from unlatch.cli.input.kinds import choice
from unlatch.cli.input.options.commands import WRITES
from unlatch.cli.input.options.option import Option

_COMPILE = ("compile",)

LOCKS: tuple[Option, ...] = (
    Option(
        "output_file",
        ("-o", "--output-file", "--output"),
        kinds.FILE,
        "Write to this file, or to standard output for -. lock writes pylock.toml unless told; what the file has "
        "already is kept where it fits.",
        WRITES,
        line_only=True,
    ),
    Option("generate_hashes", ("--generate-hashes",), kinds.SWITCH, "Write the hashes of all files.", _COMPILE),
    Option(
        "no_annotate",
        ("--no-annotate",),
        kinds.SWITCH,
        "Do not tell what each package is there for.",
        _COMPILE,
        negations=("--annotate",),
    ),
    Option(
        "annotation_style",
        ("--annotation-style",),
        choice("split", "line"),
        "Tell it below each package (split, the default), or on its line.",
        _COMPILE,
    ),
    Option(
        "no_header",
        ("--no-header",),
        kinds.SWITCH,
        "Do not tell how the file was made.",
        _COMPILE,
        negations=("--header",),
    ),
    Option(
        "custom_compile_command",
        ("--custom-compile-command",),
        kinds.TEXT,
        "Tell this command in the header, for a file that a script makes.",
        _COMPILE,
    ),
    Option(
        "no_emit_packages",
        ("--no-emit-package", "--unsafe-package"),
        kinds.NAME,
        "Leave this package out of the file; it is told at its end. Repeatable.",
        _COMPILE,
        is_list=True,
    ),
    Option(
        "emit_index_url",
        ("--emit-index-url",),
        kinds.SWITCH,
        "Write the indexes into the file too, without credentials.",
        _COMPILE,
        negations=("--no-emit-index-url",),
    ),
    Option(
        "emit_find_links",
        ("--emit-find-links",),
        kinds.SWITCH,
        "Write what --find-links names into the file too.",
        _COMPILE,
        negations=("--no-emit-find-links",),
    ),
    Option(
        "emit_index_annotation",
        ("--emit-index-annotation",),
        kinds.SWITCH,
        "Tell which index each package comes from.",
        _COMPILE,
    ),
    Option(
        "no_strip_extras",
        ("--no-strip-extras",),
        kinds.SWITCH,
        "Write the extras that were asked for.",
        _COMPILE,
        negations=("--strip-extras",),
    ),
    Option(
        "destination",
        ("-d", "--dest", "--destination-dir", "--destination-directory"),
        kinds.FOLDER,
        "Put the files into this folder, in place of the working folder.",
        ("download",),
    ),
)
