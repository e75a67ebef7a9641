"""A private index on this machine, for the demonstration: two small packages behind Basic authentication.

It speaks the JSON simple API (PEP 691) and nothing else. Whoever does not say who they are gets a 401, and what was
asked by whom is kept, so that it can be told afterwards.
"""

import base64
import hashlib
import io
import json
import secrets
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from unlatch.model.tuples import NamedTuple

USERNAME = "VssSessionToken"
PACKAGE = "unlatch-demo-greeting"

_PAGE = "application/vnd.pypi.simple.v1+json"
_GREETING = 'from unlatch_demo_words import WORDS\n\ndef greet():\n    return f"{WORDS[0]}, {WORDS[1]}!"\n'
_WORDS = 'WORDS = ("Hello from behind the login", "it just worked")\n'


class Visit(NamedTuple):
    """One request that the index answered; `username` is None for a stranger."""

    path: str
    username: str | None
    status: int


class DemoIndex:
    """The index, while it is entered. `url` has no userinfo; `password` is made anew for each."""

    def __init__(self) -> None:
        self.password = secrets.token_urlsafe(16)
        self.visits: list[Visit] = []
        wheels = [
            _wheel("unlatch_demo_greeting", "1.0", _GREETING, requires="unlatch-demo-words>=2"),
            _wheel("unlatch_demo_words", "2.1", _WORDS),
        ]
        self._wheels = dict(wheels)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        """The index's URL, on a port that was free."""
        return f"http://127.0.0.1:{self._server.server_port}/simple/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, authorization: str) -> tuple[int, str, bytes]:
        """Return status, content type and body for a request."""
        username, _, password = _decode(authorization).partition(":")
        is_welcome = username == USERNAME and secrets.compare_digest(password.encode(), self.password.encode())
        found = self._find(path)
        status = 401 if not is_welcome else 404 if found is None else 200
        self.visits.append(Visit(path, username or None, status))
        return (status, *found) if status == 200 and found is not None else (status, "text/plain", b"")

    def _find(self, path: str) -> tuple[str, bytes] | None:
        folder, _, last = path.rstrip("/").rpartition("/")
        if folder == "/files" and last in self._wheels:
            return "application/octet-stream", self._wheels[last]
        files = [
            {"filename": name, "url": f"/files/{name}", "hashes": {"sha256": hashlib.sha256(content).hexdigest()}}
            for name, content in self._wheels.items()
            if folder == "/simple" and name.partition("-")[0].replace("_", "-") == last
        ]
        page = {"meta": {"api-version": "1.0"}, "name": last, "files": files}
        return (_PAGE, json.dumps(page).encode()) if files else None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, content_type, body = index.answer(self.path, self.headers.get("Authorization", ""))
                self.send_response(status)
                if status == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="unlatch demo"')
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: the demonstration tells what was asked in its own words."""

        return Handler


def _decode(authorization: str) -> str:
    try:
        return base64.b64decode(authorization.removeprefix("Basic "), validate=True).decode()
    except ValueError:
        return ""


def _wheel(module: str, version: str, source: str, *, requires: str | None = None) -> tuple[str, bytes]:
    """Return the file name and content of a wheel with one module (the binary distribution format)."""
    folder = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: {version}\n"
    files = {
        f"{module}.py": source,
        f"{folder}/METADATA": metadata + (f"Requires-Dist: {requires}\n" if requires else ""),
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: unlatch-demo\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},sha256={_record_digest(content)},{len(content)}" for path, content in files.items()]
    files[f"{folder}/RECORD"] = "\n".join([*record, f"{folder}/RECORD,,"]) + "\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for path, content in files.items():
            out.writestr(path, content)
    return f"{module}-{version}-py3-none-any.whl", archive.getvalue()


def _record_digest(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
