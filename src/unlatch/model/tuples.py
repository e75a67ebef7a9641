"""Named tuples: what `typing.NamedTuple` makes of a class, at a third of its cost.

A start makes 80 of them. `typing` checks every annotation, and `collections` compiles a `__new__` for every class; here
`__new__` is compiled only for a class of which there come to be many values, as `frozen` does with its `__init__`. What
is left out is what unlatch has no use for: other bases beside it, and names that are no names. A type checker sees the
one that it knows.
"""

# What `operator` is made of, which takes longer to load than the rest of this.
from _operator import itemgetter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - so it is ours to hand on

    _Tuple = tuple[Any, ...]
else:
    _Tuple = tuple

# So many values of a class are made before its `__new__` is compiled.
_FEW = 20


class _Named(_Tuple):
    """What all named tuples can do."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    @classmethod
    def _make(cls, values: "Iterable[Any]") -> "_Named":
        return cls(*values)

    def _replace(self, /, **changes: "Any") -> "_Named":
        values = tuple.__new__(type(self), map(changes.pop, self._fields, self))
        if changes:
            raise TypeError(f"{type(self).__name__} has no {', '.join(changes)}")
        return values

    def __getnewargs__(self) -> "tuple[Any, ...]":
        return tuple(self)

    def _asdict(self) -> "dict[str, Any]":
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({', '.join(shown)})"


class _Class(type):
    """Makes a tuple with names of a class's annotations."""

    def __new__(cls, name: str, bases: tuple[type, ...], body: "dict[str, Any]") -> "Any":
        if len(bases) != 1:
            raise TypeError(f"{name} can have no base beside NamedTuple")
        fields = tuple(body.get("__annotations__", ()))
        defaults = {field: body.pop(field) for field in fields if field in body}
        getters = {field: property(itemgetter(number)) for number, field in enumerate(fields)}
        ours = {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
        made: Any = type(name, (_Named,), {**body, **getters, **ours})
        made.__new__ = _construct(made, fields, defaults)
        return made


def _construct(made: "Any", fields: tuple[str, ...], defaults: "dict[str, Any]") -> "Callable[..., Any]":
    """Return the `__new__` for the first values of a class."""
    count = 0

    def construct(cls: "Any", /, *args: "Any", **kwargs: "Any") -> "Any":
        nonlocal count
        count += 1
        if count <= _FEW:
            if len(args) == len(fields) and not kwargs:
                return tuple.__new__(cls, args)
            rest = fields[len(args) :]
            given = {**defaults, **kwargs}
            if kwargs.keys() <= set(rest) and given.keys() >= set(rest) and len(args) < len(fields):
                return tuple.__new__(cls, (*args, *[given[field] for field in rest]))
        # Also where something does not fit: the words of that are Python's own then.
        made.__new__ = compiled = _compiled(fields, defaults)
        return compiled(cls, *args, **kwargs)

    return construct


def _compiled(fields: tuple[str, ...], defaults: "dict[str, Any]") -> "Callable[..., Any]":
    known: dict[str, Any] = {"new": tuple.__new__, "defaults": defaults}
    taken = ", ".join(f"{field}=defaults[{field!r}]" if field in defaults else field for field in fields)
    exec(f"def __new__(_cls, {taken}):\n    return new(_cls, ({''.join(f'{field}, ' for field in fields)}))", known)  # noqa: S102 - our own text: field names
    return known["__new__"]  # type: ignore[no-any-return]


class _Maker:
    """Stands where a class names its base."""

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return (_base,)


# Made by `type` itself: it has no fields, and is never called.
_base = type.__new__(_Class, "NamedTuple", (), {})

if not TYPE_CHECKING:
    NamedTuple = _Maker()
