"""Bazel's credential-helper JSON, both ways: what a helper is asked, and what its answer means. It does no I/O.

Source: the specification that Bazel's `--credential_helper` follows. `COMMAND get` reads `{"uri": …}` and writes
`{"headers": {NAME: [VALUE, …]}, "expires": …}`, the time as in RFC 3339.
"""

import json

from unlatch.auth.authorization import Authorization, field_of, read
from unlatch.model.credentials import Credentials
from unlatch.model.tuples import NamedTuple

_FIELD = "authorization"


class Reply(NamedTuple):
    """What a helper replied: `authorization` is None where it has none for us.

    `expires` is in seconds since the epoch. `left_out` names the fields that are not used, `problem` is why the answer
    is none.
    """

    authorization: Authorization | None = None
    expires: float | None = None
    left_out: tuple[str, ...] = ()
    problem: str | None = None


class _Unusable(ValueError):
    """An answer that is none; the message says why, and quotes nothing that may be a secret."""


def question(uri: str) -> str:
    """Return what a helper reads."""
    return json.dumps({"uri": uri})


def asked(text: str) -> str | None:
    """Return the URL in what a helper was asked, or None when there is none."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    uri = said.get("uri") if isinstance(said, dict) else None
    return uri if isinstance(uri, str) else None


def understand(status: int, stdout: str, stderr: str) -> Reply:
    """Return what the answer means. Any exit status but 0 is a failure, told by the last line of standard error."""
    if status != 0:
        lines = [line for line in stderr.splitlines() if line.strip()]
        return Reply(problem=lines[-1].strip() if lines else f"it ended with status {status}")
    try:
        return _read(stdout)
    except _Unusable as problem:
        return Reply(problem=str(problem))


def answer(credentials: Credentials | None) -> str:
    """Return what a helper writes: no headers when there is nothing to say. It holds the secret."""
    said: dict[str, object] = {"headers": {}}
    if credentials is not None:
        said["headers"] = {"Authorization": [field_of(credentials)]}
        if credentials.expires is not None:
            said["expires"] = _time(credentials.expires)
    return json.dumps(said)


def _read(stdout: str) -> Reply:
    try:
        answer = json.loads(stdout)
    except ValueError:
        raise _Unusable("its answer is not JSON") from None
    headers = answer.get("headers", {}) if isinstance(answer, dict) else None
    if not isinstance(headers, dict):
        raise _Unusable("its answer has no headers")
    left_out = tuple(name for name in headers if name.lower() != _FIELD)
    fields = [field for name, value in headers.items() if name.lower() == _FIELD for field in _texts(value)]
    if not fields:
        return Reply(left_out=left_out)
    authorization = next(filter(None, map(read, fields)), None)
    if authorization is None:
        raise _Unusable("its Authorization is neither Basic nor Bearer")
    return Reply(authorization, _seconds(answer.get("expires")), left_out)


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _seconds(text: object) -> float | None:
    from datetime import UTC, datetime  # noqa: PLC0415 - loaded only when a helper names a time

    if text is None:
        return None
    try:
        time = datetime.fromisoformat(str(text).upper())
        # RFC 3339 has an offset always; where there is none, UTC is what was meant.
        seconds = (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise _Unusable("it names a time until which its answer holds that is none") from None
    # A helper written in Go that knows no end may write the first second of the year 1.
    return seconds if seconds > 0 else None


def _time(seconds: float) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415 - loaded only when credentials end

    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")
