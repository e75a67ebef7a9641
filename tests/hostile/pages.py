"""Pages that an index must not have, and lines on a page that lead astray."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.doubles.http_server import gzipped
from tests.doubles.wheels import make_wheel
from tests.hostile.case import Case, Site, answer, page
from tests.hostile.wheels import ABSOLUTE, NAME, OUT

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"
PAGE = "/simple/demo/"
FILE = f"/files/{NAME}"
GOOD = make_wheel()[1]
# What a terminal would do with it: set its title, clear itself, turn red.
PAINT = "\x1b]0;evil\x07\x1b[2J\x1b[31m\x9b1m"


def line(body: bytes = GOOD, **fields: Any) -> dict[str, Any]:
    """Return the line of a page that lists a wheel; None leaves a field out."""
    said = {
        "filename": NAME,
        "url": FILE,
        "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    return {name: value for name, value in said.items() if value is not None}


def listing(*lines: Mapping[str, Any], body: bytes = GOOD, **more: Any) -> Site:
    """Return an index with these lines on its page, and a wheel behind them."""
    return Site({PAGE: page(*lines, **more), FILE: answer(body)})


def shown(body: bytes | str, content_type: str = JSON, **headers: str) -> Site:
    """Return an index with this page."""
    return Site({PAGE: answer(body, content_type, **headers), FILE: answer(GOOD)})


def anchors(text: str, head: str = "") -> Site:
    """Return an index with a page in HTML."""
    return shown(f"<!DOCTYPE html><html><head>{head}</head><body>{text}</body></html>", HTML)


def gzip_of(size: int) -> Site:
    """Return an index whose page is a few bytes that inflate to `size` of them."""
    packed = gzipped(b'{"files": [' + b" " * size, **{"Content-Type": JSON})
    return Site({PAGE: packed})


def damaged_gzip() -> Site:
    """Return an index whose page is compressed, and damaged on its way."""
    good = gzipped(b'{"files": []}' * 100)
    return Site({PAGE: answer(good.body[:20] + b"evil" + good.body[24:], JSON, **{"Content-Encoding": "gzip"})})


def in_place_of_the_wheel(body: str, content_type: str) -> Site:
    """Return an index that has something else where the wheel should be."""
    return Site({PAGE: page(line(hashes={})), FILE: answer(body, content_type)})


def nobody(name: str, says: str, **fields: Any) -> Case:
    """Return the case of a page with one line, which is left out."""
    return Case(name, says, lambda: listing(line(**fields)), 3)


SIGN_IN = "<title>Sign in to Corp</title><form><input name=u><input type=password name=p></form>"
UNREADABLE = [
    Case("JSON that is cut short", "not the JSON", lambda: shown(b'{"meta": {"api-version": "1.0"}, "files": [{"file')),
    Case("JSON with something behind it", "not the JSON", lambda: shown(b'{"meta": {}, "files": []} {}')),
    Case("JSON that says its files twice", "not the JSON", lambda: shown(b'{"files": [], "files": []}')),
    Case("JSON that is not UTF-8", "not the JSON", lambda: shown(b'{"meta": {}, "files": ["\xff\xfe"]}')),
    Case("JSON that is 100,000 levels deep", "not the JSON", lambda: shown(b'{"files": [' + b"[" * 100_000)),
    Case("a number of 5,000 digits", "not the JSON", lambda: shown(b'{"files": [{"size": ' + b"9" * 5000 + b"}]}")),
    Case("JSON that is a list", "no list of files", lambda: shown(b"[]")),
    Case("JSON without files", "no list of files", lambda: shown(b'{"meta": {"api-version": "1.0"}, "name": "demo"}')),
    Case("JSON whose files are a number", "no list of files", lambda: shown(b'{"meta": {}, "files": 1}')),
    Case("an error in JSON", "no list of files", lambda: shown(json.dumps({"error": f"go away{PAINT}"}))),
    Case("a page of API version 2.0", "version 2.0", lambda: listing(line(), meta={"api-version": "2.0"})),
    Case(
        "an API version with an escape sequence", "speaks version", lambda: listing(line(), meta={"api-version": PAINT})
    ),
    Case(
        "a page in HTML of API version 2.0",
        "version 2.0",
        lambda: anchors(f'<a href="{FILE}">{NAME}</a>', '<meta name="pypi:repository-version" content="2.0">'),
    ),
    Case("a picture in place of a page", "image/png came", lambda: shown(b"\x89PNG", "image/png")),
    Case(
        "a page that is called a download",
        "octet-stream came",
        lambda: shown(b'{"files": []}', "application/octet-stream"),
    ),
    Case("plain text in place of a page", "text/plain came", lambda: shown("all is well", "text/plain")),
    Case("a content type with an escape sequence", "came", lambda: shown("", f"text/{PAINT}")),
    Case("HTML that is called JSON", "not the JSON", lambda: shown("<html>Sign in</html>")),
    Case("a page to sign in", "for people to sign in", lambda: shown(SIGN_IN, HTML), 17),
    Case("a page to sign in, without a content type", "for people to sign in", lambda: shown(SIGN_IN, "")),
    Case("a portal's page without a link", "", lambda: shown("<h1>Welcome to the hotel</h1>", HTML), 3),
    Case("300 MB of page in 300 kB", "is larger than", lambda: gzip_of(300 * 1024**2)),
    Case("compressed bytes that are damaged", "", damaged_gzip, 4),
]

LINES = [
    nobody("a file name with a path", "nothing fits demo", filename=f"{OUT}{NAME}"),
    nobody("a file name with an absolute path", "nothing fits demo", filename=str(ABSOLUTE / NAME)),
    nobody("a file name with a backslash", "nothing fits demo", filename=f"..\\{NAME}"),
    nobody("a file name with a Windows drive", "nothing fits demo", filename=f"C:{NAME}"),
    nobody("a file name with an escape sequence", "nothing fits demo", filename=f"demo-1.0{PAINT}-py3-none-any.whl"),
    nobody("a file name with a NUL", "nothing fits demo", filename="demo-1.0\0-py3-none-any.whl"),
    nobody("a file of another project", "nothing fits demo", filename="evil-1.0-py3-none-any.whl"),
    nobody("a file name that is a list", "nothing fits demo", filename=["demo"]),
    nobody("a link to a file of this machine", "nothing fits demo", url="file:///etc/passwd"),
    nobody("a link that is a script", "nothing fits demo", url="javascript:alert(1)"),
    nobody("a link that is the data", "nothing fits demo", url="data:application/zip;base64,UEsDBA=="),
    nobody("a link to FTP", "nothing fits demo", url=f"ftp://127.0.0.1{FILE}"),
    nobody("a link that is no URL", "nothing fits demo", url="http://[::1"),
    nobody("a version of 10,000 digits", "nothing fits demo", filename=f"demo-{'9' * 10_000}.x-py3-none-any.whl"),
    Case(
        "a base that is a folder of this machine",
        "",
        lambda: anchors(f'<a href="{NAME}">{NAME}</a>', '<base href="file:///tmp/">'),
        20,
    ),
    Case("a file for other machines alone", "", lambda: listing(line(filename="demo-1.0-py3-none-evil.whl")), 3),
    Case(
        "Requires-Python that is none, and paints",
        "",
        lambda: listing(line(requires_python=f">=evil{PAINT}")),
        0,
    ),
    Case("a wheel of another size", "has", lambda: listing(line(size=len(GOOD) + 1))),
    Case("a wheel that is larger than the page says", "is larger than", lambda: listing(line(size=10))),
    Case("a wheel of another SHA-256", "its sha256 differs", lambda: listing(line(hashes={"sha256": "0" * 64}))),
    Case("a wheel of another MD5", "its md5 differs", lambda: listing(line(hashes={"md5": "0" * 32}))),
    Case(
        "one hash that holds, and one that does not",
        "its sha512 differs",
        lambda: listing(line(hashes={**line()["hashes"], "sha512": "0" * 128})),
    ),
    Case("a hash of no certain length", "cannot be verified", lambda: listing(line(hashes={"shake_128": ""}))),
    Case(
        "HTML in place of the wheel",
        "for people to sign in",
        lambda: in_place_of_the_wheel("<!DOCTYPE html>Sign in", HTML),
        17,
    ),
    Case(
        "HTML in place of the wheel that is called a download",
        "an HTML page came",
        lambda: in_place_of_the_wheel("<!DOCTYPE html>Sign in", "application/octet-stream"),
    ),
    Case("a wheel that is not there", "is listed, and is not at", lambda: Site({PAGE: page(line())}), 20),
    Case(
        "a yanked file, and a reason with escape sequences",
        r"broken\x1b]0;evil",
        lambda: listing(line(yanked=f"broken{PAINT}")),
        0,
        wanted="demo==1.0",
    ),
]
