"""Enumerations: what `enum.Enum` makes of a class, for those that are loaded at every start.

`enum` and what it loads take 3 ms, a sixth of what it takes to place wheels that are kept. What is left out is what
unlatch has no use for: aliases, flags, mixed-in types, access by name. A type checker sees the one that it knows.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import Enum as Enum  # noqa: PLC0414 - so it is ours to hand on
    from typing import Any


class _Class(type):
    """Makes a member of each value that has a name in capitals."""

    _by_value: "dict[Any, Any]"

    def __new__(cls, name: str, bases: "tuple[type, ...]", body: "dict[str, Any]") -> "Any":
        values = {key: body.pop(key) for key in [*body] if key.isupper()}
        by_value: dict[Any, Any] = {}
        made: Any = type.__new__(cls, name, bases, {"__slots__": ("name", "value"), "_by_value": by_value, **body})
        for key, value in values.items():
            member = by_value[value] = object.__new__(made)
            member.name, member.value = key, value
            setattr(made, key, member)
        return made

    def __call__(cls, value: "Any") -> "Any":
        try:
            return cls._by_value[value]
        except KeyError:
            raise ValueError(f"{value!r} is not a valid {cls.__name__}") from None

    def __iter__(cls) -> "Iterator[Any]":
        return iter(cls._by_value.values())

    def __len__(cls) -> int:
        return len(cls._by_value)


if not TYPE_CHECKING:

    class Enum(metaclass=_Class):
        """What every enumeration is; each member is one object, equal to itself alone."""

        __slots__ = ()

        def __repr__(self) -> str:
            return f"<{type(self).__name__}.{self.name}: {self.value!r}>"

        __str__ = __repr__
