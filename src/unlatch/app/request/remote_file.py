"""Requirements files on a server, fetched as everything else is: with the credentials of the index they belong to."""

from collections.abc import Sequence

from unlatch.app.wiring.parts import Parts
from unlatch.index.exchange import offline, pieces, receive
from unlatch.model.credentials import Userinfo
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import Index, scope_of
from unlatch.network.transport import Response
from unlatch.requirements.lines import decode
from unlatch.requirements.reading import File

# In bytes: a file that a person wrote has a thousandth of it.
_MOST = 64 * 1024**2


def fetched(file: File, indexes: Sequence[Index], parts: Parts) -> str:
    """Return the text of a file that has a URL.

    It belongs to the index in whose scope the URL is: one of the settings, or of `indexes`, which the files that led
    here have named. A name and password in its own URL go before that index's. Raise ConfigurationError when it is not
    there, AccessError or NetworkError; a page for people is a SignInPage.
    """
    settings = parts.settings
    if settings.offline:
        raise offline(file.location)
    index = scope_of(file.location, (*settings.indexes, *indexes))
    if file.userinfo != Userinfo():
        index = replace(index, userinfo=file.userinfo)
    index = settings.admitted(index)
    return receive(parts, lambda: parts.get(file.location, index), lambda response: _text(response, file))


def _text(response: Response, file: File) -> str:
    if response.status != 200:
        raise ConfigurationError(f"{file.name} is not there: the server answered with status {response.status}")
    return decode(b"".join(pieces(response, _MOST)), file.name)
