"""Credentials from environment variables of a named index.

`UNLATCH_INDEX_<NAME>_USERNAME`, `_PASSWORD` and `_TOKEN`, then the same with `UV_INDEX_<NAME>_…`, so that an existing
set-up works. <NAME> is the index's name in upper case with `_` for whatever is not a letter or a digit. A half that
is found here is merged with the half that the URL gives.
"""

import re
from collections.abc import Mapping

from unlatch.auth.services import service_of
from unlatch.auth.source import Absent, Question, Rank
from unlatch.model.credentials import Credentials, Secret
from unlatch.model.events import Listener, Warned
from unlatch.model.index import Index

_PREFIXES = ("UNLATCH_INDEX_", "UV_INDEX_")


class EnvironmentSource:
    """The variables of a named index. `environ` is handed in; nothing is read behind anyone's back."""

    rank = Rank.ENVIRONMENT
    name = "environment"

    def __init__(self, environ: Mapping[str, str], listener: Listener) -> None:
        self._environ = environ
        self._listener = listener

    def username(self, index: Index) -> str | None:
        """Return the username that the environment names for the index."""
        return next((self._environ[key] for key in _keys(index, "USERNAME") if key in self._environ), None)

    def find(self, question: Question) -> Credentials | Absent:
        """Return the password or token of the index's variables, with the username from there or from the URL."""
        index = question.index
        if index.name is None:
            return Absent("the index has no name to look for")
        for key in (*_keys(index, "PASSWORD"), *_keys(index, "TOKEN")):
            if key in self._environ:
                return Credentials(self._username_for(question, key), Secret(self._environ[key]), self.name, key)
        return Absent(f"{next(iter(_keys(index, 'PASSWORD')))} is not set")

    def _username_for(self, question: Question, key: str) -> str:
        named, in_url = self.username(question.index), question.index.userinfo.username
        if named is not None and in_url is not None and named != in_url:
            self._listener(
                Warned(f"{key} belongs to another user than the URL of {question.index.label} names: the URL's is used")
            )
        if in_url is not None or named is not None:
            return in_url if in_url is not None else named or ""
        service = service_of(question.index.url)
        is_token = key.endswith("_TOKEN")
        return (service and service.username) or ("__token__" if is_token else "")


def _keys(index: Index, part: str) -> tuple[str, ...]:
    name = re.sub(r"[^A-Z0-9]", "_", (index.name or "").upper())
    return tuple(f"{prefix}{name}_{part}" for prefix in _PREFIXES) if name else ()
