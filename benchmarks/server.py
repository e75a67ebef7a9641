"""nginx as the index: TLS, Basic authentication, and a log of which every line is counted."""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import NamedTuple

from benchmarks.certificate import Certificate

USERNAME = "alice"
PASSWORD = "open-sesame"

_CONFIGURATION = Template("""
$user
daemon off;
worker_processes auto;
pid nginx.pid;
error_log error.log;
events { worker_connections 4096; }
http {
  log_format counted '$$connection $$status $$body_bytes_sent $$request_method $$request_uri';
  access_log access.log counted;
  client_body_temp_path temporary; proxy_temp_path temporary; fastcgi_temp_path temporary;
  uwsgi_temp_path temporary; scgi_temp_path temporary;
  sendfile on; tcp_nodelay on; keepalive_requests 100000;

  types { text/html html; application/vnd.pypi.simple.v1+json json; }
  default_type application/octet-stream;
  map $$http_accept $$page { default index.html; ~application/vnd\\.pypi\\.simple\\.v1\\+json index.json; }
  map $$uri $$freshness { default "max-age=3600"; ~^/stale/ "max-age=0"; }

  server {
    listen 127.0.0.1:$port ssl backlog=1024;
    ssl_certificate $certificate; ssl_certificate_key $key;
    auth_basic index; auth_basic_user_file passwords;
    root $folder;
    index $$page index.html;
    location ~ /simple/[^/]+/(index\\.(html|json))?$$ {
      gzip_static on;
      add_header Vary Accept;
      add_header Cache-Control $$freshness;
    }
    location / { add_header Cache-Control "max-age=365000000, immutable"; }
  }
  server {
    listen 127.0.0.1:$status_port;
    access_log off;
    location / { stub_status; }
  }
}
""")


class Traffic(NamedTuple):
    """What a client sent, as the server saw it. Refused is 401 and 403, missing is 404; `received` is in bytes."""

    requests: int
    refused: int
    missing: int
    connections: int
    received: int
    metadata: int


class Server:
    """A running server. `port` speaks TLS."""

    def __init__(self, port: int, status_port: int, log: Path) -> None:
        self.port = port
        self._status = f"http://127.0.0.1:{status_port}/"
        self._log = log
        self._read = 0

    def traffic(self) -> Traffic:
        """Return what came since the last call, once every connection has ended."""
        self._wait_until_idle()
        with self._log.open() as log:
            log.seek(self._read)
            lines = [line.split(" ") for line in log]
            self._read = log.tell()
        return Traffic(
            requests=len(lines),
            refused=sum(status in {"401", "403"} for _, status, *_ in lines),
            missing=sum(status == "404" for _, status, *_ in lines),
            connections=len({connection for connection, *_ in lines}),
            received=sum(int(size) for _, _, size, *_ in lines),
            metadata=sum(target.endswith(".metadata\n") for *_, target in lines),
        )

    def _wait_until_idle(self) -> None:
        # The one connection that is always there is the one that asks.
        for _ in range(500):
            if self._connections() == 1:
                return
            time.sleep(0.01)
        raise RuntimeError("connections stay open after the client has ended")

    def _connections(self) -> int:
        with urllib.request.urlopen(self._status) as answer:
            found = re.search(r"Active connections: (\d+)", answer.read().decode())
        assert found is not None
        return int(found[1])


@contextmanager
def serving(tree: Path, certificate: Certificate, folder: Path) -> Iterator[Server]:
    """Serve `tree` until the block ends; nginx keeps its own files in `folder`."""
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if nginx is None:
        raise SystemExit("benchmarks: nginx is missing (see benchmarks/README.md)")
    folder.mkdir(parents=True)
    port, status_port = _free_port(), _free_port()
    values = {
        # Started by root, nginx's workers would be nobody, who may not read our folders.
        "user": "user root;" if os.geteuid() == 0 else "",
        "port": port,
        "status_port": status_port,
        "folder": tree,
        "certificate": certificate.certificate,
        "key": certificate.key,
    }
    (folder / "nginx.conf").write_text(_CONFIGURATION.substitute(values))
    # A hashed password would cost the server time at every request.
    (folder / "passwords").write_text(f"{USERNAME}:{{PLAIN}}{PASSWORD}\n")
    with subprocess.Popen([nginx, "-p", folder, "-c", "nginx.conf", "-e", "error.log"]) as child:
        try:
            _wait_for(status_port, child)
            yield Server(port, status_port, folder / "access.log")
        finally:
            child.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        if child.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit("benchmarks: nginx did not start")
