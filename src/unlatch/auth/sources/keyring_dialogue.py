"""What is said to the `keyring` command, and what its answers mean. It decides and does no I/O.

Source: the command line of the `keyring` project; `--mode` and `--output` came with its version 25.2.
"""

import enum
import json
from collections.abc import Sequence

from unlatch.model.index import Index
from unlatch.model.tuples import NamedTuple


class Form(enum.Enum):
    """How keyring is asked: for user and password, or (before 25.2) for the password of a user."""

    CREDENTIALS = "credentials"
    PASSWORD = "password"  # noqa: S105 - the name of a form


class Reply(NamedTuple):
    """What keyring replied: `username` is None where it names none, `password` where it has none."""

    username: str | None = None
    password: str | None = None
    problem: str | None = None
    is_too_old: bool = False


def services_for(index: Index) -> tuple[str, ...]:
    """Return the names under which an index's credentials may be filed, the best first.

    The URL as configured (a page's URL makes some back ends start a sign-in), then what pip and uv ask second: the
    host with its port; for plain http also with the scheme.
    """
    origin = index.origin
    names = [index.url, origin.authority]
    if origin.scheme == "http":
        names.append(str(origin))
    return tuple(names)


def question(form: Form, service: str, username: str | None) -> list[str] | None:
    """Return the arguments that ask for a service, or None where this form cannot be asked without a username."""
    if form is Form.CREDENTIALS:
        return ["--mode=creds", "--output=json", "get", service, *([username] if username else [])]
    return ["get", service, username] if username else None


def understand(form: Form, status: int, stdout: str, stderr: str) -> Reply:
    """Return what the answer means. An exit status of 1 with nothing on standard error is "not found"."""
    if status == 0:
        return _understand_credentials(stdout) if form is Form.CREDENTIALS else Reply(password=stdout.rstrip("\r\n"))
    if form is Form.CREDENTIALS and status == 2 and "unrecognized arguments" in stderr:
        return Reply(is_too_old=True)
    if status == 1 and not stderr.strip():
        return Reply()
    return Reply(problem=_last_line(stderr) or f"it ended with status {status}")


def _understand_credentials(stdout: str) -> Reply:
    try:
        answer = json.loads(stdout)
    except ValueError:
        return Reply(problem="its answer is not JSON")
    if not isinstance(answer, dict) or not isinstance(answer.get("password"), str):
        return Reply(problem="its answer has no password")
    username = answer.get("username")
    return Reply(username if isinstance(username, str) else None, answer["password"])


def _last_line(text: str) -> str:
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
