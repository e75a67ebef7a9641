"""Which place wins when several say something: the command line, the environment, the project's file, the user's.

A layer holds what one place says, by setting. The first layer that says something wins; lists of where packages come
from add up instead, in the order of the layers. It decides and does no I/O.
"""

from collections.abc import Sequence
from typing import Any

from unlatch.cli.input.options import OPTIONS, Option
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import PYPI, Authenticate, Index
from unlatch.model.tuples import NamedTuple

# Where packages come from. Whoever names the default index has said it all: what a neighbour named beside its own is
# no part of that.
_SOURCES = ("default_index", "extra_indexes", "find_links", "no_index")
_ADD_UP = frozenset(option.setting for option in OPTIONS if option.adds_up)


class Given(NamedTuple):
    """A value and the place that gave it."""

    value: Any
    origin: str


Layer = dict[str, Given]
# What unlatch was told, and what each of its neighbours was: of each the strongest place first.
Groups = tuple[tuple[Layer, ...], ...]


def give(layer: Layer, option: Option, value: Any, origin: str) -> None:
    """Put what an option says into a layer: lists grow, counts add up, of anything else the last one counts.

    `value` is the option's value, how often a count was given, or whether a switch is on. To switch off what stands
    for another option's value (`no-color = false`) says nothing.
    """
    before = layer[option.setting].value if option.setting in layer else None
    if option.is_list:
        value = (*(before or ()), value)
    elif isinstance(option.constant, str):
        value = option.constant if value else before
    elif option.constant is not True:
        value = (before or 0) + option.constant * value
    if option.setting and value is not None:
        layer[option.setting] = Given(value, origin)


def heeded(groups: Sequence[Sequence[Layer]]) -> list[Layer]:
    """Return the layers of all groups, the strongest first, without the sources that a stronger group has replaced."""
    layers: list[Layer] = []
    is_said = False
    for group in groups:
        layers += (
            {name: given for name, given in layer.items() if not (is_said and name in _SOURCES)} for layer in group
        )
        is_said = is_said or any("default_index" in layer for layer in group)
    return layers


def merge(layers: Sequence[Layer]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields of Settings that were given, and where each came from. Raise ConfigurationError."""
    found: dict[str, Given] = {}
    for setting in dict.fromkeys(name for layer in layers for name in layer):
        given = [layer[setting] for layer in layers if setting in layer]
        if setting in _ADD_UP:
            items = dict.fromkeys(item for each in given for item in each.value)
            given = [Given(tuple(items), ", ".join(each.origin for each in given))]
        found[setting] = given[0]
    extra, default = found.pop("extra_indexes", None), found.pop("default_index", None)
    if extra or default:
        places = ", ".join(dict.fromkeys(given.origin for given in (extra, default) if given))
        found["indexes"] = Given(_indexes(layers), places)
    if "no_index" in found and found["no_index"].value:
        found["indexes"] = Given((), found["no_index"].origin)
    return (
        {setting: given.value for setting, given in found.items()},
        {setting: given.origin for setting, given in found.items()},
    )


def _indexes(layers: Sequence[Layer]) -> tuple[Index, ...]:
    """Return the indexes in the order in which they are asked: each URL once, the default one last."""
    extras = [
        Given(index, layer["extra_indexes"].origin)
        for layer in layers
        if "extra_indexes" in layer
        for index in layer["extra_indexes"].value
    ]
    defaults = [layer["default_index"] for layer in layers if "default_index" in layer]
    default = defaults[0] if defaults else Given(Index(PYPI), "")
    chosen: dict[str, Given] = {}
    for given in extras:
        chosen.setdefault(_key(given), given)
    chosen.pop(_key(default), None)
    asked = [*chosen.values(), default]
    _refuse_same_name(asked)
    return tuple(_completed(given, (*extras, *defaults)) for given in asked)


def _completed(given: Given, others: Sequence[Given]) -> Index:
    """Return the index with what was said elsewhere about the same URL, and not here."""
    index: Index = given.value
    for other in (each.value for each in others if _key(each) == _key(given)):
        index = replace(
            index,
            name=index.name or other.name,
            userinfo=other.userinfo if index.userinfo.username is None else index.userinfo,
            authenticate=other.authenticate if index.authenticate is Authenticate.AUTO else index.authenticate,
            allow_insecure=index.allow_insecure or other.allow_insecure,
            credential_helper=index.credential_helper or other.credential_helper,
        )
    return index


def _refuse_same_name(indexes: Sequence[Given]) -> None:
    """Raise ConfigurationError when a name stands for two URLs: variables with credentials go by the name."""
    names: dict[str, Given] = {}
    for given in indexes:
        first = names.setdefault(given.value.name, given)
        if given.value.name and first is not given:
            raise ConfigurationError(
                f"two indexes have the name {given.value.name!r}",
                details=[f"{each.value.url} ({each.origin})" for each in (first, given)],
            )


def _key(given: Given) -> str:
    return str(given.value.url).rstrip("/")
