"""Metadata that lies beside a wheel, and is not the wheel's."""

import hashlib
from collections.abc import Sequence

from tests.doubles.http_server import gzipped
from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import make_wheel, metadata
from tests.hostile.case import Case, Route, Site, answer, page
from tests.hostile.pages import FILE, HTML, PAGE, PAINT, line

EVIL_NAME, EVIL = make_wheel("evil", "1.0")
OWN = ("evil>=1",)


def beside(text: str | bytes, *, own: Sequence[str] = (), promised: bool = True) -> Site:
    """Return an index that shows this beside a wheel which itself needs `own`. It has `evil` too, which is harmless."""
    content = text.encode() if isinstance(text, str) else text
    said: object = {"sha256": hashlib.sha256(content).hexdigest()} if promised else True
    return with_sidecar(answer(content), own=own, said=said)


def with_sidecar(sidecar: Route, *, own: Sequence[str] = (), said: object = True) -> Site:
    """Return an index that answers so where the metadata is asked for."""
    body = make_wheel(requires=own)[1]
    evil = {
        "filename": EVIL_NAME,
        "url": f"/files/{EVIL_NAME}",
        "hashes": {"sha256": hashlib.sha256(EVIL).hexdigest()},
    }
    return Site(
        {
            PAGE: page(line(body, core_metadata=said)),
            "/simple/evil/": page(evil, name="evil"),
            FILE: answer(body),
            f"{FILE}.metadata": sidecar,
            f"/files/{EVIL_NAME}": answer(EVIL),
        }
    )


def told(*requires: str, name: str = "demo", version: str = "1.0", python: str | None = None) -> str:
    """Return METADATA."""
    return metadata(name, version, requires, python)


SIDECARS = [
    Case(
        "metadata of another hash than promised",
        "its sha256 differs",
        lambda: with_sidecar(answer(told()), said={"sha256": "0" * 64}),
    ),
    Case("metadata of another project", "metadata of evil 1.0", lambda: beside(told(name="evil"))),
    Case("metadata of another version", "metadata of demo 9.0", lambda: beside(told(version="9.0"))),
    Case("metadata without a name", "no name or no version", lambda: beside("Version: 1.0\n")),
    Case("metadata with two names", "says its name twice", lambda: beside("Name: demo\nName: evil\nVersion: 1.0\n")),
    Case("metadata of format 3.0", "version 3.0", lambda: beside(told().replace("2.1", "3.0"))),
    Case("metadata that asks for more than its wheel", "something else than", lambda: beside(told("evil"))),
    Case("metadata that asks for less than its wheel", "something else than", lambda: beside(told(), own=OWN)),
    Case(
        "metadata that asks for less, and promises no hash",
        "something else than",
        lambda: beside(told(), own=OWN, promised=False),
    ),
    Case("metadata that asks for another version", "something else than", lambda: beside(told("evil<2"), own=OWN)),
    Case("metadata that asks for another Python", "something else than", lambda: beside(told(python=">=3.5"))),
    Case(
        "metadata with another extra", "something else than", lambda: beside(metadata("demo", "1.0", (), None, ["x"]))
    ),
    Case("metadata of 17 MB", "is larger than", lambda: beside(told() + "x" * 17 * 1024**2)),
    Case("300 MB of metadata in 300 kB", "is larger than", lambda: with_sidecar(gzipped(bytes(300 * 1024**2)))),
    Case("a page in place of metadata", "to sign in", lambda: with_sidecar(answer("<html>Sign in", HTML)), 17),
    Case("metadata that is empty", "no name or no version", lambda: beside("")),
    Case("metadata that is not text", "no name or no version", lambda: beside(bytes(range(256)))),
    Case("a requirement that is none", "", lambda: beside(told("!! evil")), 3),
    Case("a requirement with escape sequences", "", lambda: beside(told(f"evil{PAINT}")), 3),
    Case(
        "metadata that is sent on to a file of this machine",
        "redirects to file:",
        lambda: with_sidecar(FakeAnswer(302, {"Location": "file:///etc/passwd"})),
        4,
    ),
]
