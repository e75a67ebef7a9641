"""The access to one index, for programs that make their own requests by way of `unlatch.httpx` or `unlatch.requests`.

What a request may carry, and what its answer means, is decided as for unlatch's own requests. The credentials come up
the same ladder, and are remembered as long as this object lives.
"""

import weakref
from collections.abc import Mapping, MutableMapping
from typing import Any

from unlatch.app.credentials.credentials import index_for
from unlatch.app.wiring.parts import Parts
from unlatch.auth.authorization import field_of
from unlatch.auth.services import service_of
from unlatch.model.credentials import Credentials
from unlatch.model.errors import InvalidUrl
from unlatch.model.events import Listener, ignore
from unlatch.model.frozen import replace
from unlatch.model.index import Index
from unlatch.model.url import split_userinfo
from unlatch.network import judgement, redirects
from unlatch.network.judgement import Answer
from unlatch.settings import Settings

_FIELD = "Authorization"
# A request's header fields, whatever a library takes for a value.
Fields = MutableMapping[str, Any]


class IndexAccess:
    """One index's credentials. Every method may be called from any thread; some wait for a keyring or a person."""

    def __init__(
        self,
        index: Index | str,
        settings: Settings | None = None,
        environ: Mapping[str, str] | None = None,
        listener: Listener | None = None,
    ) -> None:
        """Take the index, its URL, or the name of one in `settings`; `environ` are the variables that may be read.

        Raise ConfigurationError or InvalidUrl.
        """
        told = settings or Settings()
        told = replace(
            told,
            environ=told.environ if environ is None else environ,
            working_folder=told.working_folder.absolute(),
        )
        self._listener = listener or ignore
        parts = Parts(told, self._listener)
        weakref.finalize(self, parts.__exit__, None, None, None)
        self._index = told.admitted(index) if isinstance(index, Index) else index_for(index, told)
        self._access = parts.ladder.accesses.of(self._index)
        # What was sent, by the field that said it: a library's redirects take the field along.
        self._given: dict[str, Credentials] = {}

    def may_carry(self, url: str) -> bool:
        """Whether a request for the URL may carry the index's credentials."""
        try:
            clean = split_userinfo(url)[0]
            return redirects.may_carry(clean, self._index.origin, allow_insecure=self._index.allow_insecure)
        except InvalidUrl:
            return False

    def dress(self, url: str, headers: Fields) -> Credentials | None:
        """Put into a request's headers what it needs, and take out what is not for it; return what it carries.

        A look-up under way is waited for. Raise AccessError when there is nothing left to try.
        """
        if not self.may_carry(url):
            self.undress(headers)
            return None
        for name, value in (service.headers if (service := service_of(url)) else {}).items():
            headers.setdefault(name, value)
        credentials = self._access.current()
        if credentials is None:
            self.undress(headers)
            return None
        field = field_of(credentials)
        self._given[field] = credentials
        headers[_FIELD] = field
        return credentials

    def undress(self, headers: Fields) -> None:
        """Take the index's credentials out of a request's headers; somebody else's stay."""
        if headers.get(_FIELD) in self._given:
            del headers[_FIELD]

    def worn(self, headers: Fields) -> Credentials | None:
        """Return the index's credentials in a request's headers."""
        return self._given.get(headers.get(_FIELD, ""))

    def is_final(self, answer: Answer, sent: Credentials | None) -> bool:
        """Whether the answer is the one to a request that was made with `sent`, or it is to be made again.

        Raise AccessError when the index does not let us in.
        """
        clean = answer._replace(url=split_userinfo(answer.url)[0])
        return judgement.is_final(clean, sent, self._access, self._listener)
