r"""The file requirements.txt, written from pins: with hashes, with notes on who wanted what, and without userinfo.

    # This file was made by unlatch compile. To make it anew:
    #    unlatch compile requirements.in -o requirements.txt
    anyio==4.9.0 \
        --hash=sha256:…
        # via httpx
    httpx==0.28.1 \
        --hash=sha256:…
        # via -r requirements.in

The form is that of pip-compile, so that whatever reads its files reads these.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from packaging.version import Version

from unlatch.model.frozen import frozen
from unlatch.model.index import Index
from unlatch.model.name import NormalizedName
from unlatch.model.tuples import NamedTuple

AnnotationStyle = Literal["split", "line"]
_INDENT = "    "


class Pin(NamedTuple):
    """A line of the file: `url` is clean, None for a package of an index, whose pages are at `index_url`.

    `hashes` are (algorithm, digest) pairs, one for each file that will do; `via` tells who wanted it.
    """

    name: NormalizedName
    version: Version
    extras: tuple[NormalizedName, ...] = ()
    url: str | None = None
    hashes: tuple[tuple[str, str], ...] = ()
    via: tuple[str, ...] = ()
    index_url: str | None = None
    is_editable: bool = False


@frozen(kw_only=True)
class Style:
    """What the file has besides the pins.

    `command` is how to make it anew, "" for no header. `indexes` and `find_links` are written as options, the default
    index last.
    """

    command: str = ""
    has_hashes: bool = False
    has_annotations: bool = True
    annotations: AnnotationStyle = "split"
    has_index_annotations: bool = False
    strips_extras: bool = True
    indexes: Sequence[Index] | None = None
    find_links: Sequence[Index] = ()


def text(pins: Iterable[Pin], left_out: Iterable[Pin], style: Style) -> str:
    """Return the file. What is `left_out` is told in a comment at its end, as pip-compile does."""
    lines = [*_header(style), *_options(style)]
    for pin in sorted(pins, key=lambda pin: pin.name):
        lines += _entry(pin, style)
    unsafe = sorted(left_out, key=lambda pin: pin.name)
    if unsafe:
        lines += ["", "# These packages were left out on request:"]
        lines += [f"# {_written(pin, style)}" for pin in unsafe]
    return "".join(f"{line}\n" for line in lines)


def _header(style: Style) -> Iterator[str]:
    if style.command:
        yield "# This file was made by unlatch compile. To make it anew:"
        yield f"#{_INDENT}{style.command}"


def _options(style: Style) -> Iterator[str]:
    written = []
    if style.indexes is not None:
        written = [f"--index-url {index.url}" for index in style.indexes[-1:]] or ["--no-index"]
        written += [f"--extra-index-url {index.url}" for index in style.indexes[:-1]]
    written += [f"--find-links {index.url}" for index in style.find_links]
    yield from written
    if written:
        yield ""


def _entry(pin: Pin, style: Style) -> Iterator[str]:
    line = _written(pin, style)
    pieces = [line]
    if style.has_hashes:
        digests = {f"{algorithm}:{digest}".lower() for algorithm, digest in pin.hashes}
        pieces += [f"{_INDENT}--hash={digest}" for digest in sorted(digests)]
    notes = list(_notes(pin, style))
    if len(pieces) == 1 and style.annotations == "line" and notes:
        yield f"{line:<24}  # {notes[0]}"
        notes = notes[1:]
    else:
        yield " \\\n".join(pieces)
    yield from (f"{_INDENT}# {note}" for note in notes)


def _notes(pin: Pin, style: Style) -> Iterator[str]:
    """Return the comments below a pin, or with the style "line" behind it."""
    if style.has_annotations and pin.via:
        if style.annotations == "line" or len(pin.via) == 1:
            yield f"via {', '.join(pin.via)}"
        else:
            yield "via"
            yield from (f"  {who}" for who in pin.via)
    if style.has_index_annotations and pin.index_url is not None:
        yield f"from {pin.index_url}"


def _written(pin: Pin, style: Style) -> str:
    extras = f"[{','.join(pin.extras)}]" if pin.extras and not (style.strips_extras and pin.url is None) else ""
    if pin.is_editable:
        return f"-e {pin.url}{extras}"
    return f"{pin.name}{extras} @ {pin.url}" if pin.url is not None else f"{pin.name}{extras}=={pin.version}"
