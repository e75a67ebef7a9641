"""What the options of a requirements file mean: their values, from text to what `Requested` holds."""

import re
from typing import Any

from unlatch.model.errors import ConfigurationError, InvalidUrl
from unlatch.model.frozen import replace
from unlatch.model.index import Index, Kind
from unlatch.model.text import printable
from unlatch.requirements.asked import Requested
from unlatch.requirements.options import Given
from unlatch.requirements.place import Place
from unlatch.requirements.reading import STANDARD_INPUT, File, Reading

_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")


def hash_of(option: Given, place: Place) -> tuple[str, str]:
    """Return a `--hash` as algorithm and hexadecimal digest, both in lower case. Raise ConfigurationError."""
    algorithm, _, digest = option.value.lower().partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        raise place.problem(
            option.value_offset,
            f"a hash begins with one of {', '.join(_DIGEST_LENGTHS)}",
            hint="it is written as in --hash=sha256:" + "0123456789abcdef" * 4,
        )
    if len(digest) != length or not re.fullmatch("[0-9a-f]+", digest):
        raise place.problem(option.value_offset, f"a {algorithm} hash has {length} hexadecimal digits")
    return algorithm, digest


def config_setting_of(option: Given, place: Place) -> tuple[str, str]:
    """Return a `--config-settings` as its key and its value. Raise ConfigurationError."""
    key, equals, value = option.value.partition("=")
    if not (key and equals):
        raise place.problem(option.value_offset, "a setting of a build is written as KEY=VALUE")
    return key, value


def with_option(requested: Requested, option: Given, place: Place, file: File, reading: Reading) -> Requested:
    """Return what is requested once an option in `file` has been heeded. Raise ConfigurationError."""
    if option.field == "features":
        return replace(requested, warnings=(*requested.warnings, _passed_over(option, place)))
    value = _value(option, place, file, reading)
    if isinstance(value, tuple):
        value = (*getattr(requested, option.field), *value)
    changes: dict[str, Any] = {option.field: value}
    return replace(requested, **changes)


def _passed_over(option: Given, place: Place) -> str:
    names = ", ".join(name.strip() for name in option.value.split(","))
    return f"{place.origin}: --use-feature is about pip's own features, and {printable(names)} is passed over"


def _value(option: Given, place: Place, file: File, reading: Reading) -> object:
    """Return the value that an option sets, or as a tuple those that it adds."""
    match option.field:
        case "default_index":
            return _index(option, place)
        case "extra_indexes":
            return (_index(option, place),)
        case "find_links":
            return (_links(option, place, file, reading),)
        case "only_binary" | "no_binary" | "all_releases" | "only_final":
            return tuple(name.strip() for name in option.value.split(",") if name.strip())
        case "insecure_hosts":
            return (_host(option, place),)
    # The others are switches.
    return True


def _links(option: Given, place: Place, file: File, reading: Reading) -> Index:
    """Return a page of links, or a folder: one beside the file goes before one in the working folder, as in pip."""
    if re.match(r"[a-z][a-z0-9+.-]+://|file:", option.value, re.IGNORECASE):
        return _index(option, place, Kind.FLAT)
    paths = reading.paths
    folders = [paths.absolute(option.value)]
    if file.location != STANDARD_INPUT and not file.is_remote:
        folders.insert(0, paths.absolute(option.value, paths.above(file.location)))
    return Index(paths.as_uri(next(filter(reading.exists, folders), folders[-1])), kind=Kind.FLAT)


def _host(option: Given, place: Place) -> str:
    if not _HOST.fullmatch(option.value):
        raise place.problem(option.value_offset, "this is not a host name, perhaps with a port")
    return option.value.lower()


def _index(option: Given, place: Place, kind: Kind = Kind.SIMPLE) -> Index:
    # The errors of `Index.parse` repeat what they were given, which may be the value of a variable.
    try:
        return Index.parse(option.value, kind=kind)
    except InvalidUrl as error:
        reason, hint = f"the URL cannot be used: {error.reason}", None
    except ConfigurationError as error:
        reason, hint = "this is not a name for an index", error.hint
    raise place.problem(option.value_offset, reason, hint=hint)
