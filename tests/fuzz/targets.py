"""What reads strangers' bytes, and what must hold: only the errors that are promised, and of what is taken, its terms.

A target takes any bytes and returns, or raises: then it has found something.
"""

import ast
import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.utils import canonicalize_name

from tests.hostile.zips import End, put_together, taken_apart
from unlatch.auth.challenge import judge, parse_challenges, shows_sign_in
from unlatch.build.unpacking import unpack as unpack_source
from unlatch.index import anchors
from unlatch.index.listing import listing, releases
from unlatch.index.page import Page, Row, parse, parse_pieces
from unlatch.index.ranges import part_of
from unlatch.installation import entry_points, record
from unlatch.installation.place.scripts import scripts
from unlatch.installation.unpack.archive import content, members
from unlatch.installation.unpack.wheel import unpack
from unlatch.lock import pylock as locks
from unlatch.model.errors import ConfigurationError, IntegrityError, InvalidUrl, UnlatchError
from unlatch.model.index import Index
from unlatch.model.limits import Limits
from unlatch.model.metadata import Metadata, check_form, read_headers
from unlatch.model.target import Scheme, Target
from unlatch.model.text import printable
from unlatch.model.url import Origin, shown, split_userinfo
from unlatch.network.answers import Answer, EndedEarly, Incoming, NotHttp
from unlatch.network.pace import Pace
from unlatch.network.retry import LONGEST_WAIT_SECONDS, delay
from unlatch.network.transport import Headers
from unlatch.requirements import file as requirements_files
from unlatch.requirements.lines import decode
from unlatch.requirements.paths import Paths
from unlatch.requirements.reading import Reading

WHEEL = "demo-1.0-py3-none-any.whl"
URL = "https://index.example/simple/demo/"
SECRET = "hunter2"
_SMALL = Limits(members=200, size=4 * 1024**2, small=64 * 1024)
_DEMO = canonicalize_name("demo")
_TARGET = Target(
    python="/env/bin/python",
    prefix="/env",
    implementation="cpython",
    version=(3, 11),
    tags=("py3-none-any",),
    markers={},
    scheme=Scheme("/env/lib", "/env/lib", "/env/bin", "/env/include", "/env"),
)


def wheel(data: bytes) -> None:
    """A wheel that is taken has in it what zipfile finds there, and RECORD's hashes hold."""
    with TemporaryDirectory() as folder:
        try:
            found = unpack(data, WHEEL, Path(folder), limits=_SMALL)
        except IntegrityError as error:
            _told(error)
            return
        root = Path(found.root)
        written = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
            assert len(names) == len(set(names)), "a name twice"
            assert written.items() <= {name: archive.read(name) for name in names}.items()
            listed = archive.read(f"{found.dist_info}/RECORD").decode()
        assert written.keys() <= {row[0] for row in csv.reader(listed.splitlines()) if row}


def archive(data: bytes) -> None:
    """An archive whose members are taken is read by zipfile as it is read here."""
    with memoryview(data) as view:
        try:
            files = members(view, WHEEL, _SMALL)
            contents = {path: content(view, member, WHEEL) for path, member in files.items()}
        except IntegrityError as error:
            _told(error)
            return
    with zipfile.ZipFile(io.BytesIO(data)) as known:
        assert contents == {info.filename: known.read(info) for info in known.infolist() if not info.is_dir()}


def forged(data: bytes) -> None:
    """An archive that was put together soundly, but for some fields: the bytes say which, and what they say."""
    name, body = _sound_wheel()
    del name
    parts = taken_apart(body)
    end: dict[str, object] = {}
    for at in range(0, len(data) - 6, 7):
        which, field, value = data[at] % (len(parts) + 1), data[at + 1], data[at + 2 : at + 7]
        number = int.from_bytes(value[:4], "little") >> (8 * (value[4] % 4))
        if which == len(parts):
            end[("here", "count", "size", "start", "disk")[field % 5]] = number & 0xFFFF
            continue
        part = parts[which]
        side = ("local", "said")[field >> 7]
        head = getattr(part, side)
        changed = (
            {"name": value[:4]},
            {"name": head.name[: value[0]] + b"/" + head.name[value[0] :]},
            {"flags": number & 0xFFFF},
            {"method": number & 0xFF},
            {"checksum": number},
            {"packed": number},
            {"size": number},
            {"extra": value},
            {"extra": b"\1\0\x08\0" + value + b"\0\0\0"},
        )[field % 9]
        parts[which] = part._replace(**{side: head._replace(**changed)})
        if field & 0x40:
            parts[which] = parts[which]._replace(mode=number & 0xFFFF, start=(number if field & 0x20 else None))
    archive(put_together(parts, End(**end)))  # type: ignore[arg-type]


def page_json(data: bytes) -> None:
    """A page in JSON is what json says that it is, however it is cut into pieces, and its links can be fetched."""
    kind = "application/vnd.pypi.simple.v1+json"
    try:
        page = parse(data, kind, URL)
    except IntegrityError as error:
        _told(error)
        return
    json.loads(data.decode("utf-8-sig"))
    _listed(page)
    cut = data[0] % len(data)
    rows: list[Row] = []
    statement = parse_pieces([piece for piece in (data[:cut], data[cut:]) if piece], kind, URL, rows.append)
    assert Page(rows, statement) == page


def page_html(data: bytes) -> None:
    """A page in HTML is read in the plain way as it is in the other, and its links can be fetched."""
    try:
        page = parse(data, "text/html", URL)
    except IntegrityError as error:
        _told(error)
        return
    _listed(page)
    text = data.decode("utf-8", "replace")
    plain = anchors.read_plain(text)
    assert plain is None or plain == anchors.read_any(text)


def requirements(data: bytes) -> None:
    """A requirements file is read, or it is said where it cannot be."""
    paths = Paths("/project", is_windows=False)
    environ = {"TOKEN": SECRET}
    try:
        text = decode(data, "r.txt")
        reading = Reading(
            paths=paths, environ=environ, read=lambda file, _: text if file.name == "r.txt" else "", exists=bool
        )
        requirements_files.parse(["r.txt"], [], reading)
    except ConfigurationError as error:
        _told(error)


def challenge(data: bytes) -> None:
    """No challenge is too strange."""
    fields = data.decode("latin-1").split("\n")
    found = parse_challenges(fields)
    for status in (200, 401, 403):
        judge(status, URL, challenges=found, content_type=fields[0], accept="text/html", has_credentials=True)
    shows_sign_in(data)


def record_file(data: bytes) -> None:
    """RECORD is written as it was read, any path in it; its hashes and sizes are judged by others."""
    try:
        rows = [(path, "", "") for path, *_ in record.read_rows(data)]
    except ValueError:
        return
    assert record.read_rows(record.write_rows(rows)) == rows


def entry_points_file(data: bytes) -> None:
    """A script that is made calls one function, and lies in the scripts folder."""
    try:
        made = scripts(entry_points.parse(data), _TARGET, WHEEL)
    except IntegrityError as error:
        _told(error)
        return
    for script in made:
        assert "/" not in script.name
        assert script.name not in {"", ".", ".."}
        kinds = [type(statement) for statement in ast.parse(script.content).body]
        assert kinds == [ast.Import, ast.ImportFrom, ast.If] or ast.If in kinds
        assert sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(script.content))) <= 4


def metadata(data: bytes) -> None:
    """METADATA is understood, or refused."""
    read_headers(data)
    try:
        check_form(data, WHEEL)
        Metadata.parse(data, WHEEL)
    except IntegrityError as error:
        _told(error)


def pylock(data: bytes) -> None:
    """A lock is understood, or refused; what is written of it says the same."""
    try:
        lock = locks.parse(data, "pylock.toml")
    except ConfigurationError as error:
        _told(error)
        return
    assert locks.parse(locks.text(lock).encode(), "pylock.toml") == lock


def http_answer(data: bytes) -> None:
    """An answer comes to its end, whatever came."""
    incoming = Incoming(_Stream(data), Pace())  # type: ignore[arg-type]
    room = memoryview(bytearray(1000))
    try:
        answer = Answer(incoming, "GET")
        while answer.read_into(room):
            pass
    except (NotHttp, ConnectionResetError):
        return
    assert answer.is_finished or isinstance(answer.failure, (NotHttp, EndedEarly))
    headers = Headers(answer.fields)
    part = part_of(headers)
    assert part is None or part.start < part.stop
    wait = delay(1, status=503, retry_after=headers.get("Retry-After"), random=0.5, now=1.9e9)
    assert wait is None or 0 <= wait <= LONGEST_WAIT_SECONDS + 1


def source_archive(data: bytes) -> None:
    """What is unpacked of an archive of source lies in its one folder, and no link in it leads out."""
    with TemporaryDirectory() as folder:
        place = Path(folder, "place")
        place.mkdir()
        try:
            tree = unpack_source(data, "demo-1.0.tar.gz", place, _SMALL)
        except UnlatchError as error:
            _told(error)
        else:
            assert tree.is_relative_to(place)
        assert [path.name for path in Path(folder).iterdir()] == ["place"]
        for path in place.rglob("*"):
            assert path.resolve().is_relative_to(place.resolve())
            assert not path.is_file() or path.stat().st_size <= _SMALL.size


def url(data: bytes) -> None:
    """A URL is shown without what is secret in it, and without anything that a terminal obeys."""
    text = data.decode("utf-8", "replace")
    _harmless(shown(text))
    try:
        clean, userinfo = split_userinfo(text)
        origin = Origin.of(clean)
    except InvalidUrl as error:
        _told(error)
        return
    _harmless(f"{shown(clean)} {origin}")
    assert split_userinfo(clean)[0] == clean, "clean is clean"
    password = userinfo.password.reveal() if userinfo.password is not None else ""
    if len(password) > 3 and f":{password}@" in text and text.count(password) == 1:
        assert password not in shown(text)


class _Stream:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def recv_into(self, buffer: memoryview, /) -> int:
        count = min(len(buffer), len(self._content), 7)
        buffer[:count] = self._content[:count]
        self._content = self._content[count:]
        return count


def _sound_wheel() -> tuple[str, bytes]:
    from tests.doubles.wheels import make_wheel

    return make_wheel("demo", "1.0", {"demo/a.py": "a = 1\n" * 20, "demo/b.py": ""})


def _listed(page: Page) -> None:
    for release in releases(listing(page.rows, _DEMO), Index(URL)):
        assert str(release.version)
        for file in release.files:
            assert file.url.partition(":")[0] in {"http", "https"}
            Origin.of(file.url)
            assert "/" not in file.filename


def _told(error: UnlatchError) -> None:
    _harmless("".join([str(error), *error.details, error.hint or ""]))


def _harmless(text: str) -> None:
    assert printable(text) == text, "something that a terminal obeys"
    assert len(text) < 20_000, "a message without end"


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "archive": archive,
    "challenge": challenge,
    "entry-points": entry_points_file,
    "forged": forged,
    "http-answer": http_answer,
    "metadata": metadata,
    "page-html": page_html,
    "page-json": page_json,
    "pylock": pylock,
    "record": record_file,
    "requirements": requirements,
    "source-archive": source_archive,
    "url": url,
    "wheel": wheel,
}
