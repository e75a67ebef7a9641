"""nginx, the real one, as a child process: an index on each port, and a log that tells what was asked.

    nginx = Nginx(folder, certificates, [Site("corp", tree, {"/": {"alice": "secret"}})])
    nginx.url("corp")        -> "https://127.0.0.1:41237"
    nginx.requests("corp")   -> [LoggedRequest("GET", "/simple/pkg/", 200, "alice", ...), ...]

The sockets are opened here and inherited by nginx, so that ports are free for certain and nobody waits for a start.
One worker serves all of them, one event at a time: once an answer to a later question has come, the log is complete.
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Self

from tests.doubles.certificates import Certificates

# None where it is not installed. Debian has it in a folder that is not on everybody's PATH.
EXECUTABLE = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")
# What a signed URL of a file store carries: whoever reads it may fetch the file.
SIGNATURE = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature=5e1f0d"


class LoggedRequest(NamedTuple):
    """One line of the access log. `user` is what Basic authentication named, "" without any."""

    method: str
    path: str
    status: int
    user: str
    had_authorization: bool
    site: str = ""
    accept: str = ""
    range: str = ""
    has_validator: bool = False


@dataclass(frozen=True)
class Site:
    """One server on a port of its own.

    `users` says which passwords open which part of it: path prefix -> username -> password.
    `certificate` names the one it shows (`Certificates.server_context` has the names); without any it speaks http.
    `stranger` is the status for a request without credentials (401, or what odd servers answer: 203, 403, 404).
    `challenges` are all that it says to everybody, with 401, when there are any.
    `redirects` sends what is asked below a path prefix on to a signed URL on another site: prefix -> name of the site.
    `is_store` makes it such a site: a request that has an Authorization header, or no signature, is refused with 400.
    `wants_client_certificate` opens it only to who shows a certificate of the authority.
    `lists_folders` shows a folder without an index page as a list of links.
    """

    name: str
    folder: Path
    users: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    certificate: str | None = "server"
    stranger: int = 401
    challenges: Sequence[str] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    is_store: bool = False
    wants_client_certificate: bool = False
    lists_folders: bool = False


class Nginx:
    """A running nginx with the given sites; `stop` ends it."""

    def __init__(self, folder: Path, certificates: Certificates, sites: Sequence[Site]) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._certificates = certificates
        self._sites = {site.name: site for site in sites}
        sockets = {site.name: _listening_socket() for site in sites}
        sockets["sentinel"] = _listening_socket()
        self._ports = {name: end.getsockname()[1] for name, end in sockets.items()}
        self._names = {port: name for name, port in self._ports.items()}
        (folder / "nginx.conf").write_text(self._configuration())
        descriptors = [end.fileno() for end in sockets.values()]
        assert EXECUTABLE is not None
        self._process = subprocess.Popen(
            [EXECUTABLE, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"],
            env={"NGINX": "".join(f"{descriptor};" for descriptor in descriptors)},
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in sockets.values():
            end.close()
        self._ask_sentinel()

    def url(self, site: str, user: str | None = None) -> str:
        """Return the root URL of a site, without a slash at its end; `user` is userinfo, already percent-encoded."""
        scheme = "https" if self._sites[site].certificate else "http"
        return f"{scheme}://{user}@{self.authority(site)}" if user else f"{scheme}://{self.authority(site)}"

    def authority(self, site: str) -> str:
        """Return a site's `host:port`."""
        return f"127.0.0.1:{self._ports[site]}"

    def requests(self, *sites: str) -> list[LoggedRequest]:
        """Return what these sites, or all of them, were asked so far, in the order of the answers."""
        self._ask_sentinel()
        lines = (self._folder / "access.log").read_text().splitlines()
        logged = [self._parsed(json.loads(line)) for line in lines]
        return [request for request in logged if not sites or request.site in sites]

    def forget(self) -> None:
        """Empty the log, so that only what comes later is counted."""
        self._ask_sentinel()
        os.truncate(self._folder / "access.log", 0)

    def stop(self) -> None:
        """End nginx; any number of times."""
        self._process.terminate()
        self._process.wait(timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _ask_sentinel(self) -> None:
        """Ask a question of our own: its answer comes after every earlier line of the log was written."""
        try:
            with socket.create_connection(("127.0.0.1", self._ports["sentinel"]), timeout=20) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                answer = connection.recv(64)
        except OSError as error:
            answer = str(error).encode()
        if not answer.startswith(b"HTTP/1.1 204"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2)
            raise AssertionError(f"nginx does not run: {answer!r}\n{(self._folder / 'error.log').read_text()}")

    def _parsed(self, line: Mapping[str, str]) -> LoggedRequest:
        return LoggedRequest(
            line["method"],
            line["path"],
            int(line["status"]),
            line["user"],
            line["authorization"] == "yes",
            self._names[int(line["port"])],
            line["accept"],
            line["range"],
            line["validator"] == "yes",
        )

    def _configuration(self) -> str:
        servers = "\n".join(self._server(site) for site in self._sites.values())
        # Where we are root, nginx would give its worker to a user who may not read our folders.
        user = "user root root;\n" if os.geteuid() == 0 else ""
        values = {"folder": self._folder, "servers": servers, "sentinel": self.authority("sentinel"), "user": user}
        return _FRAME % values

    def _server(self, site: Site) -> str:
        lines = [f"listen {self.authority(site.name)}{' ssl' if site.certificate else ''};", f"root {site.folder};"]
        if site.certificate:
            chain = self._certificates.folder / f"{site.certificate}.pem"
            lines += [f"ssl_certificate {chain};", f"ssl_certificate_key {chain};"]
        if site.wants_client_certificate:
            lines += [f"ssl_client_certificate {self._certificates.authority};", "ssl_verify_client on;"]
        if site.lists_folders:
            lines += ["autoindex on;"]
        if site.is_store:
            lines += ["if ($http_authorization) { return 400; }", "if ($args !~ Signature=) { return 400; }"]
        for number, (prefix, target) in enumerate(site.redirects.items()):
            # `return` alone would answer before the password is looked at; `try_files` comes after that.
            lines += [f"location @away{number} {{ return 302 {self.url(target)}$uri?{SIGNATURE}; }}"]
            lines += [f"location {prefix} {{ try_files /.none @away{number}; {self._doors(site, prefix)} }}"]
        for prefix in site.users:
            if prefix not in site.redirects:
                lines += [f"location {prefix} {{ {self._doors(site, prefix)} }}"]
        return "server {\n    " + "\n    ".join(lines) + "\n  }"

    def _doors(self, site: Site, path: str) -> str:
        """Return the directives that ask for a password below `path`."""
        if site.challenges:
            return " ".join(f"add_header WWW-Authenticate '{it}' always;" for it in site.challenges) + " return 401;"
        prefixes = [prefix for prefix in site.users if path.startswith(prefix)]
        if not prefixes:
            return ""
        users = site.users[max(prefixes, key=len)]
        text = "".join(f"{user}:{_hashed(password)}\n" for user, password in users.items())
        file = self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:12]}.htpasswd"
        file.write_text(text)
        page = " '<!DOCTYPE html><title>Sign in</title>'" if site.stranger == 203 else ""
        turned = "" if site.stranger == 401 else f'if ($http_authorization = "") {{ return {site.stranger}{page}; }} '
        return f'{turned}auth_basic "{site.name} packages"; auth_basic_user_file {file};'


def _listening_socket() -> socket.socket:
    end = socket.socket()
    end.bind(("127.0.0.1", 0))
    end.listen(128)
    return end


def _hashed(password: str) -> str:
    return "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()


_FRAME = r"""
daemon off;
%(user)sworker_processes 1;
pid %(folder)s/nginx.pid;
error_log %(folder)s/error.log notice;
events { worker_connections 512; }
http {
  client_body_temp_path %(folder)s/body;
  proxy_temp_path %(folder)s/proxy;
  fastcgi_temp_path %(folder)s/fastcgi;
  uwsgi_temp_path %(folder)s/uwsgi;
  scgi_temp_path %(folder)s/scgi;
  types { text/html html; application/vnd.pypi.simple.v1+json json; }
  default_type application/octet-stream;
  gzip on;
  gzip_min_length 64;
  gzip_types application/vnd.pypi.simple.v1+json;
  gzip_vary on;
  map $http_accept $page { default index.html; "~application/vnd\.pypi\.simple\.v1\+json" index.json; }
  index $page index.html;
  map $http_authorization $had_authorization { default yes; "" no; }
  map $http_if_none_match$http_if_modified_since $had_validator { default yes; "" no; }
  log_format asked escape=json '{"method": "$request_method", "path": "$request_uri", "status": "$status",'
    '"user": "$remote_user", "authorization": "$had_authorization", "port": "$server_port",'
    '"accept": "$http_accept", "range": "$http_range", "validator": "$had_validator"}';
  access_log %(folder)s/access.log asked;
  server { listen %(sentinel)s; access_log off; location / { return 204; } }
  %(servers)s
}
"""
