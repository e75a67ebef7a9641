"""JFrog Artifactory, in its cloud: a stranger is not turned away, but told that there is nothing.

As documented: 404 for strangers where anonymous access is hidden, 401 for wrong credentials; a token goes with its
user, or with an empty username; files lie beside the API's path.
"""

from urllib.parse import urlsplit

from tests.doubles.services.shelf import FILENAME, NAME, links, nobody, shown_by, wheel
from tests.doubles.transport import FakeAnswer
from unlatch.network.transport import Request

INDEX = "https://corp.jfrog.io/artifactory/api/pypi/team/simple/"
PAGE = f"{INDEX}{NAME}/"
TOKEN = "AKCp-an-api-key"


class Artifactory:
    """One repository, `team`."""

    def __call__(self, request: Request) -> FakeAnswer:
        parts, shown = urlsplit(request.url), shown_by(request)
        if parts.hostname != "corp.jfrog.io":
            return nobody(request)
        if shown is None:
            return FakeAnswer(404, {"Content-Type": "application/json"}, b'{"errors": [{"status": 404}]}')
        if shown.secret != TOKEN:
            return FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="Artifactory Realm"'})
        if parts.path == urlsplit(PAGE).path:
            return links(f"../../../../../api/pypi/team/packages/{FILENAME}")
        return wheel() if parts.path.endswith(FILENAME) else FakeAnswer(404)
