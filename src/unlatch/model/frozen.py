"""Frozen values: what `dataclass(frozen=True, slots=True)` makes of a class, at a tenth of its cost.

`dataclasses` loads `inspect` with half of the compiler behind it (13 ms), and compiles six methods for every class
(0.4 ms), which most runs never call. Here methods are shared, and `__init__` is compiled only for a class of which
there come to be many values: to compile it takes as long as to make 40 of them without. What is left out is what
unlatch has no use for: order, inheritance, `__post_init__`, `asdict`, pickling.
"""

# What `operator` is made of, which takes longer to load than the rest of this.
from _operator import attrgetter

from unlatch.model.tuples import NamedTuple

TYPE_CHECKING = False
if not TYPE_CHECKING:

    def overload(told: object) -> object:
        """Stand for what only a type checker heeds: `typing` takes 2 ms to load."""
        return told

    def dataclass_transform(**_told: object) -> object:
        """As `overload`."""
        return overload

    class remembered:  # noqa: N801 - stands where `cached_property` does, whose module takes 1 ms to load
        """A property that is worked out once for a value."""

        def __init__(self, work_out: object) -> None:
            self._work_out = work_out
            self._name = work_out.__name__
            self.__doc__ = work_out.__doc__

        def __get__(self, value: object, owner: type | None = None) -> object:
            if value is None:
                return self
            found = value.__dict__[self._name] = self._work_out(value)
            return found

else:
    from collections.abc import Callable
    from functools import cached_property
    from typing import Any, TypeVar, dataclass_transform, overload

    T = TypeVar("T")
    C = TypeVar("C", bound=type)
    remembered = cached_property


# So many values of a class are made before its `__init__` is compiled.
_FEW = 20


class _Missing:
    """Stands for a default that is not there."""


class _Field(NamedTuple):
    """What is said of a field besides its type. `make` makes a default of its own for every value."""

    default: "Any" = _Missing
    make: "Callable[[], Any] | None" = None
    is_shown: bool = True

    @property
    def is_required(self) -> bool:
        return self.default is _Missing and self.make is None


def field(
    *,
    default: "Any" = _Missing,
    default_factory: "Callable[[], Any] | None" = None,
    repr: bool = True,  # noqa: A002 - as in dataclasses
) -> "Any":
    """Say more of a field, as `dataclasses.field` does; what `repr` leaves out may hold a secret."""
    return _Field(default, default_factory, repr)


@overload
def frozen(cls: "C", /) -> "C": ...
@overload
def frozen(*, eq: bool = ..., kw_only: bool = ..., slots: bool = ...) -> "Callable[[C], C]": ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: "Any" = None, /, *, eq: bool = True, kw_only: bool = False, slots: bool = True) -> "Any":
    """Make a class of frozen values from annotated names and their defaults; a method that it defines itself is kept.

    Without `eq` every value is equal only to itself. Without `slots` a value can remember what it works out
    (`remembered`).
    """
    if cls is None:
        return lambda cls: _made(cls, eq=eq, kw_only=kw_only, slots=slots)
    return _made(cls, eq=eq, kw_only=kw_only, slots=slots)


def replace(value: "T", /, **changes: "Any") -> "T":
    """Return a value like this one, but for what is named. Raise TypeError for a name that it does not have."""
    for name in type(value).__match_args__:  # type: ignore[attr-defined]
        if name not in changes:
            changes[name] = getattr(value, name)
    return type(value)(**changes)


def _made(cls: type, *, eq: bool, kw_only: bool, slots: bool) -> type:
    names = tuple(cls.__annotations__)
    given = {name: cls.__dict__.get(name, _Missing) for name in names}
    fields = {name: said if isinstance(said, _Field) else _Field(said) for name, said in given.items()}
    values = attrgetter(*names)
    positions = () if kw_only else names
    count = 0

    def initialize(self: object, *args: object, **kwargs: object) -> None:
        nonlocal count
        count += 1
        fits = len(args) <= len(positions)
        if fits and count <= _FEW and _initialize(self, fields, dict(zip(positions, args, strict=False)), kwargs):
            return
        # Also where something does not fit: the words of that are Python's own then.
        made.__init__ = initializer = _initializer(fields, kw_only=kw_only)  # type: ignore[misc]
        initializer(self, *args, **kwargs)

    def equals(self: object, other: object) -> bool:
        return bool(values(self) == values(other)) if other.__class__ is self.__class__ else NotImplemented

    def show(self: object) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name, said in fields.items() if said.is_shown)
        return f"{made.__qualname__}({', '.join(shown)})"

    methods: dict[str, Any] = {"__init__": initialize, "__repr__": show}
    if eq:
        methods |= {"__eq__": equals, "__hash__": lambda self: hash(values(self))}
    body = {name: value for name, value in cls.__dict__.items() if name not in {*names, "__dict__", "__weakref__"}}
    body = methods | {"__setattr__": _refuse, "__delattr__": _refuse, "__match_args__": names} | body
    if slots:
        body["__slots__"] = names
    made = type(cls)(cls.__name__, cls.__bases__, body)
    return made


def _refuse(self: object, name: str, value: object = None) -> None:
    del value
    raise AttributeError(f"{type(self).__name__}.{name} is frozen")


def _initialize(self: object, fields: dict[str, _Field], given: dict[str, object], named: dict[str, object]) -> bool:
    """Set the fields as an `__init__` would. Return False where one is missing, or given twice or for no field."""
    if not (given.keys().isdisjoint(named) and fields.keys() >= named.keys()):
        return False
    given |= named
    for name, said in fields.items():
        if name in given:
            value = given[name]
        elif said.is_required:
            return False
        else:
            value = said.make() if said.make else said.default
        object.__setattr__(self, name, value)
    return True


def _initializer(fields: dict[str, _Field], *, kw_only: bool) -> "Callable[..., None]":
    """Compile an `__init__` that takes the fields."""
    known: dict[str, Any] = {"set": object.__setattr__, "missing": _Missing}
    taken = ["self", *(["*"] if kw_only else [])]
    body = []
    for name, said in fields.items():
        known[f"default_{name}"], known[f"make_{name}"] = said.default, said.make
        taken.append(name if said.is_required else f"{name}=default_{name}")
        value = f"make_{name}() if {name} is missing else {name}" if said.make else name
        body.append(f"    set(self, {name!r}, {value})")
    exec("\n".join([f"def __init__({', '.join(taken)}):", *body]), known)  # noqa: S102 - our own text: field names
    return known["__init__"]  # type: ignore[no-any-return]
