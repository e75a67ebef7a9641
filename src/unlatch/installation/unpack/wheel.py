"""A wheel, unpacked once: checked, inflated from memory into a folder, and described by a manifest.

    folder/manifest     what there is, so that nothing is walked
    folder/files/…      the members, as they lie in the archive

The files are made read-only, because an environment may share them by hard links: an editor has to put a new file in
place of one that it may not write, and then the copy that others share stays what it was. That keeps honest programs
out, not root, and not `chmod`.
"""

# Paths are text here, as they are in RECORD: there are thousands, and pathlib takes several times as long.
# ruff: noqa: PTH102, PTH108

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from unlatch.cache.files import create, kept_mode, write_all
from unlatch.cache.hashing import WORTH_A_THREAD, Hashing
from unlatch.installation.keep import manifest
from unlatch.installation.keep.unpacked import Unpacked
from unlatch.installation.record import encoded
from unlatch.installation.unpack import contents
from unlatch.installation.unpack.archive import Member, pieces
from unlatch.installation.unpack.passing import Passed
from unlatch.installation.unsound import unsound
from unlatch.model.errors import IntegrityError
from unlatch.model.limits import Limits
from unlatch.model.text import printable
from unlatch.model.timing import Timed, untimed

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer

Orders = Sequence[tuple[Member, str]]
"""Members to be written, each with the hash that it must have, as in RECORD."""

Other = Callable[[Orders, str], Callable[[], bool]]
"""Begins to write members below a root, in another process; returns what waits for that, and says whether it is done.

What waits raises what `write` raises. Where it says False, some members may have been written.
"""


def unpack(
    body: "Buffer",
    filename: str,
    folder: "Path | str",
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    is_windows: bool = os.name == "nt",
    timed: Timed = untimed,
    others: Sequence[Other] = (),
) -> Unpacked:
    """Check a wheel and inflate it into `folder`, which exists and is empty.

    Every byte is hashed as it is written, and compared with RECORD. Any number of threads may unpack at once. `others`
    each write a share of the members.
    Raise IntegrityError, naming `filename`, when the wheel is not right, and OSError when it cannot be written; the
    folder is empty again then. Whoever moves the folder reads it anew with `Unpacked.load`.
    """
    root = manifest.files(folder)
    with memoryview(body) as view:
        with timed("check", wheel=filename):
            wheel = contents.read(view, filename, limits, is_windows=is_windows)
        members = [wheel.members[path] for path in sorted(wheel.hashes, key=lambda path: path.rpartition("/"))]
        try:
            _make_folders(root, members, filename)
            # The largest first: what needs the interpreter's lock seldom goes on while a resolution has it mostly.
            largest = sorted(members, key=lambda member: member.size, reverse=True)
            _share([(member, wheel.hashes[member.path]) for member in largest], body, root, filename, others)
        except BaseException:
            from shutil import rmtree  # noqa: PLC0415 - loaded only when something is wrong

            rmtree(root, ignore_errors=True)
            raise
    return Unpacked.describe(
        folder,
        filename,
        dist_info=wheel.dist_info,
        root_is_purelib=wheel.root_is_purelib,
        rows=[(member.path, wheel.hashes[member.path], member.size, member.is_executable) for member in members],
        entry_points=wheel.entry_points,
    )


def write(body: "Buffer", orders: Orders, root: str, filename: str) -> None:
    """Write members of a wheel, which was read and found right, below `root`, where their folders are.

    Raise IntegrityError, naming `filename`, and OSError; some may have been written then.
    """
    passed = Passed(body)
    with memoryview(body) as view:
        for member, expected in orders:
            _write(view, member, expected, root, filename, passed)


def _share(orders: Orders, body: "Buffer", root: str, filename: str, others: Sequence[Other]) -> None:
    """Write members together with others. When this returns or raises, nobody writes any more."""
    own, *shares = [orders[start :: len(others) + 1] for start in range(len(others) + 1)]
    waits = [other(share, root) for other, share in zip(others, shares, strict=True)]
    try:
        write(body, own, root, filename)
    finally:
        outcomes = [_outcome(wait) for wait in waits]
    for share, outcome in zip(shares, outcomes, strict=True):
        if isinstance(outcome, Exception):
            raise outcome
        if not outcome:
            for member, _ in share:
                with suppress(FileNotFoundError):
                    os.unlink(f"{root}/{member.path}")
            write(body, share, root, filename)


def _outcome(wait: Callable[[], bool]) -> bool | Exception:
    try:
        return wait()
    except (IntegrityError, OSError) as error:
        return error


def _make_folders(root: str, members: list[Member], filename: str) -> None:
    needed: set[str] = set()
    for folder in {member.path.rpartition("/")[0] for member in members}:
        parent = folder
        while parent and parent not in needed:
            needed.add(parent)
            parent = parent.rpartition("/")[0]
    os.mkdir(root)
    for folder in sorted(needed):
        try:
            os.mkdir(f"{root}/{folder}")
        except FileExistsError:
            raise _same_name(filename, folder) from None


def _write(view: memoryview, member: Member, expected: str, root: str, filename: str, passed: Passed) -> None:
    algorithm, _, digest = expected.partition("=")
    # A third of the time of `hashlib.new`, for every file.
    hashed = hashlib.sha256() if algorithm == "sha256" else hashlib.new(algorithm)
    try:
        descriptor = create(f"{root}/{member.path}", kept_mode(member.is_executable))
    except FileExistsError:
        raise _same_name(filename, member.path) from None
    try:
        if member.size < WORTH_A_THREAD:
            _pass_on(pieces(view, member, filename), hashed.update, descriptor, passed)
        else:
            with Hashing([hashed]) as hashing:
                _pass_on(pieces(view, member, filename), hashing.update, descriptor, passed)
    finally:
        os.close(descriptor)
    if encoded(hashed.digest()) != digest.rstrip("="):
        raise unsound(filename, f"{printable(member.path)} is not the file that its RECORD promises")


def _pass_on(
    found: Iterator[bytes | memoryview], update: Callable[[bytes | memoryview], None], descriptor: int, passed: Passed
) -> None:
    for piece in found:
        update(piece)
        write_all(descriptor, piece)
        passed.note(len(piece))


def _same_name(filename: str, path: str) -> IntegrityError:
    """Return the error for names that differ, and are one where case or Unicode's forms make no difference."""
    return unsound(filename, f"{printable(path)} has the same name as another of its members on this file system")
