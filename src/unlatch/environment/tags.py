"""Which wheels an interpreter can use, decided from its answer: the tags, best first (PEP 425, 600, 656).

`packaging.tags` is the truth. Its functions are used wherever they take what they need as arguments; what they would
look up in the running process is worked out here from the answer, so that the target is never confused with us. The
tags of an ordinary CPython are written down here, because a cold run would load logging and platform for them alone; a
test compares them with packaging's.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from unlatch.environment.answer import Answer

# The first version with a stable ABI (PEP 384).
_ABI3 = (3, 2)
# The oldest glibc that has a platform tag: 2.5 on x86 (PEP 513), 2.17 elsewhere (PEP 599).
_OLDEST_GLIBC_MINOR = {"x86_64": 5, "i686": 5}
_OLDEST_GLIBC_MINOR_ELSEWHERE = 17
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_MANYLINUX_ARCHITECTURES = {"x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"}

_ELF_I386, _ELF_ARM = 3, 40
# ARM's procedure call standard, version 5, with floats in registers: what the armv7l wheels are built for.
_ARM_ABI_MASK, _ARM_ABI_HARD_FLOAT = 0xFF000400, 0x05000400


def compatible(answer: Answer) -> tuple[str, ...]:
    """Return the tags that `packaging.tags.sys_tags` gives inside the interpreter, as strings."""
    name = answer.markers["implementation_name"]
    short = "cp" if name == "cpython" else _short(name)
    if short == "cp":
        abis = cpython_abis(answer.version, is_free_threaded=answer.is_free_threaded, is_debug=answer.is_debug)
    else:
        abis = generic_abis(answer.extension_suffix)
    return supported(short, answer.version, answer.version_nodot, abis, platforms(answer))


def supported(
    short: str, version: tuple[int, int], nodot: str, abis: Sequence[str], platforms: Sequence[str]
) -> tuple[str, ...]:
    """Return the tags of an implementation ("cp", "pp"), its version ("311" as `nodot`), ABIs and platforms."""
    if (short, nodot, [*abis]) == ("cp", "{}{}".format(*version), [f"cp{nodot}"]) and version >= _ABI3:
        return tuple(_ordinary(version, platforms))
    from packaging.tags import Tag, compatible_tags, cpython_tags, generic_tags  # noqa: PLC0415 - loaded only for others

    own: Iterable[Tag]
    if short == "cp":
        own = cpython_tags(version, abis, platforms)
        anywhere = f"cp{nodot}"
    else:
        own = generic_tags(f"{short}{nodot}", abis, platforms)
        anywhere = "pp3" if short == "pp" else ""
    return tuple(str(tag) for tags in (own, compatible_tags(version, anywhere, platforms)) for tag in tags)


def _ordinary(version: tuple[int, int], platforms: Sequence[str]) -> Iterator[str]:
    """Yield the tags of a CPython that is neither free-threaded nor built for debugging."""
    major, minor = version
    own = f"cp{major}{minor}"
    older = range(minor - 1, -1, -1)
    pythons = [f"py{major}{minor}", f"py{major}", *(f"py{major}{minor}" for minor in older)]
    pairs = [f"{own}-{own}", f"{own}-abi3", f"{own}-none", *(f"cp{major}{minor}-abi3" for minor in older if minor > 1)]
    pairs += [f"{python}-none" for python in pythons]
    yield from (f"{pair}-{platform}" for pair in pairs for platform in platforms)
    yield f"{own}-none-any"
    yield from (f"{python}-none-any" for python in pythons)


def _short(implementation: str) -> str:
    from packaging.tags import INTERPRETER_SHORT_NAMES  # noqa: PLC0415 - loaded only for others than CPython

    return INTERPRETER_SHORT_NAMES.get(implementation) or implementation


def cpython_abis(version: tuple[int, int], *, is_free_threaded: bool, is_debug: bool) -> list[str]:
    """Return CPython's ABIs: a debug build loads what was built for a release build, too (since 3.8)."""
    threads = "t" if is_free_threaded and version >= (3, 13) else ""
    release = f"cp{version[0]}{version[1]}{threads}"
    return [f"{release}d", release] if is_debug else [release]


def generic_abis(extension_suffix: str) -> list[str]:
    """Return the ABIs that the suffix of extension modules names, as ".pypy310-pp73-x86_64-linux-gnu.so" does."""
    parts = extension_suffix.split(".")
    if len(parts) < 3 or not parts[1]:
        return []
    words = parts[1].split("-")
    if words[0] == "cpython":
        return [_normal("cp" + words[1])] if len(words) > 1 else []
    lengths = {"pypy": 2, "graalpy": 3, "cp": 1}
    length = next((length for start, length in lengths.items() if words[0].startswith(start)), len(words))
    return [_normal("-".join(words[:length]))]


def platforms(answer: Answer) -> list[str]:
    """Return the platform tags, best first."""
    system = answer.markers["platform_system"]
    if system == "Darwin" and answer.macos is not None:
        from packaging.tags import mac_platforms  # noqa: PLC0415 - only there

        version, machine = answer.macos
        if answer.is_32bit:
            machine = "ppc" if machine.startswith("ppc") else "i386"
        major, minor = (int(part) for part in f"{version}.0".split(".")[:2])
        return list(mac_platforms((major, minor), machine))
    return linux_platforms(answer) if system == "Linux" else [_normal(answer.platform)]


def linux_platforms(answer: Answer) -> list[str]:
    """Return the platform tags of a Linux: its own, those of every glibc up to its own, those of its musl."""
    name = _normal(answer.platform)
    if not name.startswith("linux_"):
        return [name]
    machine = name.removeprefix("linux_")
    if answer.is_32bit:
        # A 32-bit interpreter on a 64-bit kernel.
        machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine)
    machines = ["armv8l", "armv7l"] if machine == "armv8l" else [machine]
    found = [f"linux_{name}" for name in machines]
    if answer.glibc is not None and _keeps_manylinux_abi(answer, machines):
        found += [tag for name in machines for tag in _manylinux(answer, answer.glibc, name, machine)]
    if answer.musl is not None:
        major, newest = answer.musl
        found += [f"musllinux_{major}_{minor}_{name}" for name in machines for minor in range(newest, -1, -1)]
    return found


def _keeps_manylinux_abi(answer: Answer, machines: Sequence[str]) -> bool:
    """Whether the interpreter itself is built for the ABI that manylinux wheels of these machines are built for."""
    if "armv7l" in machines or "i686" in machines:
        elf, wanted = answer.elf, _ELF_ARM if "armv7l" in machines else _ELF_I386
        if elf is None or elf.bits != 32 or elf.machine != wanted:
            return False
        return wanted == _ELF_I386 or elf.flags & _ARM_ABI_MASK == _ARM_ABI_HARD_FLOAT
    return any(machine in _MANYLINUX_ARCHITECTURES for machine in machines)


def _manylinux(answer: Answer, glibc: tuple[int, int], name: str, machine: str) -> Iterable[str]:
    return manylinux(glibc, name, machine, lambda major, minor: (major, minor, name) in answer.refused)


def manylinux(
    glibc: tuple[int, int],
    name: str,
    machine: str | None = None,
    refuses: Callable[[int, int], bool] = lambda *_: False,
) -> Iterable[str]:
    """Yield the tags of a machine by its name for every glibc up to this one, best first (PEP 600)."""
    major, newest = glibc
    for minor in range(newest, _OLDEST_GLIBC_MINOR.get(machine or name, _OLDEST_GLIBC_MINOR_ELSEWHERE) - 1, -1):
        if not refuses(major, minor):
            yield f"manylinux_{major}_{minor}_{name}"
            if minor in _LEGACY:
                yield f"{_LEGACY[minor]}_{name}"


def _normal(text: str) -> str:
    return text.replace(".", "_").replace("-", "_").replace(" ", "_")
