"""A git server: git's own http-backend behind a few lines of HTTP, which let in who knows a name and a password."""

import base64
import os
import subprocess
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"


class Asked(NamedTuple):
    """A request: its path, who made it ("" for a stranger), and the status of the answer."""

    path: str
    user: str
    status: int


class GitServer:
    """It serves the bare repositories in a folder, from `with` to its end. `asked` are the requests, in order.

    `users` are names and passwords; with none of them everybody is let in.
    """

    def __init__(self, folder: Path, users: Mapping[str, str] | None = None) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                user = _user(self.headers.get("Authorization", ""))
                if users and (user is None or users.get(user[0]) != user[1]):
                    self._note(401)
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="git"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self._answer()

            do_POST = do_GET  # noqa: N815 - http.server's name

            def _answer(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("Content-Length") or 0)
                content = self.rfile.read(length) if length else self._chunks()
                environ = {
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(folder),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": parts.path,
                    "QUERY_STRING": parts.query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(len(content)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                }
                done = subprocess.run(["git", "http-backend"], input=content, env=environ, capture_output=True)
                head, _, body = done.stdout.partition(b"\r\n\r\n")
                fields = [line.partition(": ")[::2] for line in head.decode().split("\r\n")]
                status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
                self._note(status)
                self.send_response(status)
                for name, value in fields:
                    if name != "Status":
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def _chunks(self) -> bytes:
                content = b""
                while self.headers.get("Transfer-Encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
                    content += self.rfile.read(size)
                    self.rfile.readline()
                return content

            def _note(self, status: int) -> None:
                user = _user(self.headers.get("Authorization", ""))
                outer.asked.append(Asked(self.path, user[0] if user else "", status))

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True

    @property
    def authority(self) -> str:
        """Its `host:port`."""
        return f"{LOOPBACK}:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _user(field: str) -> tuple[str, str] | None:
    scheme, _, encoded = field.partition(" ")
    if scheme != "Basic":
        return None
    name, _, password = base64.b64decode(encoded).decode().partition(":")
    return name, password
