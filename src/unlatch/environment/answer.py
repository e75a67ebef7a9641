"""The answer of a target interpreter, checked: what `question` prints, as a value. It judges nothing.

The answer may come from a wrapper script, from a broken Python or from a cache that someone edited, so every field's
type is looked at once, here.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from unlatch.model.frozen import frozen

T = TypeVar("T")

MARKERS = (
    "implementation_name",
    "implementation_version",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_system",
    "platform_version",
    "python_full_version",
    "python_version",
    "sys_platform",
)
FOLDERS = ("purelib", "platlib", "scripts", "headers", "data")


@frozen
class Executable:
    """What the ELF header of an interpreter says: its word size in bits, its machine, flags and loader."""

    bits: int
    machine: int
    flags: int
    loader: str


@frozen
class Answer:
    """What an interpreter says of itself. `glibc` and `musl` are (major, minor); `macos` is (version, machine).

    `elf` is known only where it decides: on 32 bits, and where the C library is not glibc. `refused` holds the
    (major, minor, architecture) of the manylinux platforms that the target forbids (PEP 600).
    """

    executable: str
    prefix: str
    is_virtual: bool
    stdlib: str
    version: tuple[int, int]
    version_nodot: str
    markers: Mapping[str, str]
    scheme: Mapping[str, str]
    platform: str
    extension_suffix: str
    is_debug: bool = False
    is_free_threaded: bool = False
    is_32bit: bool = False
    macos: tuple[str, str] | None = None
    glibc: tuple[int, int] | None = None
    musl: tuple[int, int] | None = None
    elf: Executable | None = None
    refused: frozenset[tuple[int, int, str]] = frozenset()

    @classmethod
    def read(cls, told: object) -> "Answer":
        """Read the decoded JSON of an answer. Raise ValueError when it is not one."""
        try:
            told = _typed(told, dict)
            major, minor = _numbers(told["version"])
            return cls(
                executable=_typed(told["executable"], str),
                prefix=_typed(told["prefix"], str),
                is_virtual=_typed(told["is_virtual"], bool),
                stdlib=_typed(told["stdlib"], str),
                version=(major, minor),
                version_nodot=_typed(told["version_nodot"], str) or f"{major}{minor}",
                markers={name: _typed(told["markers"][name], str) for name in MARKERS},
                scheme={name: _typed(told["scheme"][name], str) for name in FOLDERS},
                platform=_typed(told["platform"], str),
                extension_suffix=_typed(told["extension_suffix"], str),
                is_debug=_typed(told["is_debug"], bool),
                is_free_threaded=_typed(told["is_free_threaded"], bool),
                is_32bit=_typed(told["is_32bit"], bool),
                macos=None if told["macos"] is None else _texts(told["macos"]),
                glibc=None if told["glibc"] is None else _numbers(told["glibc"]),
                musl=None if told["musl"] is None else _numbers(told["musl"]),
                elf=None if told["elf"] is None else _executable(told["elf"]),
                refused=frozenset((*_numbers((a, b)), _typed(c, str)) for a, b, c in told["refused"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"an answer with something unusable: {error}") from error


def _typed(value: object, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value


def _numbers(value: Any) -> tuple[int, int]:
    first, second = value
    return _typed(first, int), _typed(second, int)


def _texts(value: Any) -> tuple[str, str]:
    first, second = value
    return _typed(first, str), _typed(second, str)


def _executable(value: Any) -> Executable:
    numbers = [_typed(value[name], int) for name in ("bits", "machine", "flags")]
    return Executable(numbers[0], numbers[1], numbers[2], _typed(value["loader"], str))
