"""A real HTTP proxy on loopback (the `proxy.py` package, in a process of its own), with or without a password.

with proxy_server(tmp_path, credentials="user:password") as authority:
    ... TransportOptions(proxy=f"http://user:password@{authority}")
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# It says its port once it listens, and ends when its standard input does.
_PROGRAM = """
import sys
import proxy
with proxy.Proxy(sys.argv[1:]) as running:
    print(running.flags.port, flush=True)
    sys.stdin.read()
"""


@contextmanager
def proxy_server(folder: Path, *, credentials: str | None = None, certificate: Path | None = None) -> Iterator[str]:
    """Run a proxy and yield its `host:port`. With a certificate (a PEM file with its key) it is spoken to over TLS."""
    options = ["--hostname=127.0.0.1", "--port=0", "--num-acceptors=1", "--num-workers=1", "--log-level=ERROR"]
    options.append(f"--data-dir={folder}")
    if credentials is not None:
        options.append(f"--basic-auth={credentials}")
    if certificate is not None:
        options += [f"--cert-file={certificate}", f"--key-file={certificate}"]
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(folder)},
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()
            process.wait()
