"""The wheels that the tests install: a small company's, made in memory, each with something to get right.

`corp-parcel` is the one to ask for: it needs `corp-string` and `corp-paper`, and with its extra `gift` `corp-ribbon`.
"""

import sys

from tests.doubles.wheels import make_wheel
from tests.end_to_end.parts.index_tree import Listed

# What `corp-parcel` brings along: these three are installed by asking for it.
PARCEL = {"corp-parcel": "2.0", "corp-string": "1.5", "corp-paper": "1.1"}
_HERE = f"cp{sys.version_info.major}{sys.version_info.minor}"


def wheelhouse() -> list[Listed]:
    """Return every wheel, made anew: the same bytes each time."""
    return [*_parcels(), *_ingredients(), *_stamps(), *_labels(), _source()]


def wheel(name: str, version: str, **details: object) -> Listed:
    """Return one wheel, made as `tests.doubles.wheels.make_wheel` does."""
    requires_python = details.get("requires_python")
    filename, content = make_wheel(name, version, **details)  # type: ignore[arg-type]
    return Listed(filename, content, None if requires_python is None else str(requires_python))


def _parcels() -> list[Listed]:
    """Three versions; the newest has a command, a script, a file of data, an extra and a marker that is false."""
    requires = [
        "corp-string>=1",
        "Corp.Paper; python_version >= '3.8'",
        "corp-nowhere; python_version < '3'",
        "corp-ribbon; extra == 'gift'",
    ]
    return [
        wheel("corp-parcel", "1.0", requires=["corp-string<2"]),
        wheel("corp-parcel", "1.1", requires=["corp-string<2", "corp-paper"]),
        wheel(
            "corp-parcel",
            "2.0",
            files={
                "corp_parcel/__init__.py": "def main():\n    print('a parcel is sent')\n",
                "corp_parcel/sizes/__init__.py": "LARGE = 60\n",
                "corp_parcel/sizes/list.txt": "small\nlarge\n",
            },
            requires=requires,
            extras=["gift"],
            entry_points={"console_scripts": {"parcel": "corp_parcel:main"}},
            data={"scripts/wrap": "#!python\nprint('wrapped')\n", "data/share/parcel/terms.txt": "fragile\n"},
        ),
    ]


def _ingredients() -> list[Listed]:
    """A newest version that is yanked, one that is a pre-release, and one for a Python that is not there yet."""
    withdrawn = wheel("corp-string", "2.0")
    withdrawn.yanked = "it breaks"
    return [
        wheel("corp-string", "1.0"),
        wheel("corp-string", "1.5"),
        withdrawn,
        wheel("corp-paper", "1.0"),
        wheel("corp-paper", "1.1"),
        wheel("corp-paper", "2.0rc1"),
        wheel("corp-paper", "3.0", requires_python=">=4"),
        wheel("corp-ribbon", "0.3"),
    ]


def _stamps() -> list[Listed]:
    """One version as several wheels: for this Python on Linux, for the stable ABI, for any, and for Windows."""
    tags = {
        f"{_HERE}-{_HERE}-manylinux_2_17_x86_64.manylinux2014_x86_64": False,
        "cp38-abi3-manylinux_2_17_x86_64": False,
        "py3-none-any": True,
        f"{_HERE}-{_HERE}-win_amd64": False,
    }
    return [
        wheel("corp-stamp", "1.0", files={"corp_stamp.py": f"TAG = {tag!r}\n"}, tag=tag, is_pure=is_pure)
        for tag, is_pure in tags.items()
    ]


def _labels() -> list[Listed]:
    """Two that cannot be together: one wants a string below 1.5, the other 1.5 or more."""
    return [
        wheel("corp-label", "1.0", requires=["corp-string<1.5"]),
        wheel("corp-tag", "1.0", requires=["corp-string>=1.5"]),
        wheel("corp-lost", "1.0", requires=["corp-nowhere"]),
    ]


def _source() -> Listed:
    """A project that has a source distribution only, which its page lists; nobody reads the archive."""
    return Listed("corp_source-1.0.tar.gz", b"not looked at")
