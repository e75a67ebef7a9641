"""The options of a requirements file: which there are, and how a line's words become options with values."""

from unlatch.model.tuples import NamedTuple
from unlatch.requirements.lines import Line, Unclosed, Word, words
from unlatch.requirements.place import Place

# By what the option is called: the field it fills, and whether a value follows.
OPTIONS = {
    "-r": ("requirement", True),
    "--requirement": ("requirement", True),
    "-c": ("constraint", True),
    "--constraint": ("constraint", True),
    "-i": ("default_index", True),
    "--index-url": ("default_index", True),
    "--extra-index-url": ("extra_indexes", True),
    "--index": ("extra_indexes", True),
    "-f": ("find_links", True),
    "--find-links": ("find_links", True),
    "--no-index": ("no_index", False),
    "--pre": ("pre", False),
    "--all-releases": ("all_releases", True),
    "--only-final": ("only_final", True),
    "--only-binary": ("only_binary", True),
    "--no-binary": ("no_binary", True),
    "--prefer-binary": ("prefer_binary", False),
    "--require-hashes": ("require_hashes", False),
    "--no-require-hashes": ("no_require_hashes", False),
    "--trusted-host": ("insecure_hosts", True),
    "--use-feature": ("features", True),
    "--hash": ("hash", True),
    "-C": ("config_settings", True),
    "--config-settings": ("config_settings", True),
    "--config-setting": ("config_settings", True),
    "--global-option": ("setup_option", True),
    "--install-option": ("setup_option", True),
    "--build-option": ("setup_option", True),
    "-e": ("editable", True),
    "--editable": ("editable", True),
}


# What may stand behind a requirement, on its line; anywhere else it belongs to nothing.
OF_A_REQUIREMENT = frozenset({"hash", "config_settings"})


class Given(NamedTuple):
    """An option as it was given: the field it fills, its value ("" for a switch), and where each begins."""

    field: str
    value: str
    offset: int
    value_offset: int


def options(line: Line, start: int, place: Place) -> list[Given]:
    """Return the options that stand in a line's text from `start` on. Raise ConfigurationError."""
    try:
        left = words(line, start)
    except Unclosed as error:
        raise place.problem(error.offset, "a quotation mark or a backslash has nothing to go with it") from None
    given = []
    while left:
        word = left.pop(0)
        name, value, is_glued = _split(word)
        meant = _meant(name)
        if len(meant) != 1:
            raise place.problem(word.offset, _unclear(name, meant))
        ((field, takes_value),) = meant
        if is_glued and not takes_value:
            raise place.problem(word.offset, f"{name} takes no value")
        if takes_value and not is_glued:
            if not left:
                raise place.problem(word.offset, f"{name} needs a value")
            value = left.pop(0)
        if takes_value and not value.text:
            raise place.problem(word.offset, f"{name} needs a value")
        given.append(Given(field, value.text, word.offset, value.offset))
    return given


def _meant(name: str) -> set[tuple[str, bool]]:
    """Return what an option's name may mean. As in pip, the beginning of a long one will do when it fits no other."""
    if name in OPTIONS:
        return {OPTIONS[name]}
    return {OPTIONS[known] for known in OPTIONS if known.startswith(name)} if name.startswith("--") else set()


def _unclear(name: str, meant: set[tuple[str, bool]]) -> str:
    if not name:
        return "this belongs to no option"
    if not meant or name == "--":
        return "this is not an option of a requirements file"
    known = sorted(known for known in OPTIONS if known.startswith(name))
    return f"this could be {', '.join(known[:-1])} or {known[-1]}"


def _split(word: Word) -> tuple[str, Word, bool]:
    """Return an option's name, the value that is glued to it, and whether one is: `--name=value`, `-nvalue`."""
    text = word.text
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        return name, Word(value, word.offset + len(name) + 1), bool(equals)
    if text.startswith("-") and len(text) > 1:
        return text[:2], Word(text[2:], word.offset + 2), len(text) > 2
    return "", Word("", word.offset), False
