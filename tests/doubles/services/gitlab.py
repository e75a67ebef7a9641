"""GitLab's package registry, in the projects `/7` and `/8` and in the group `/9`.

As documented: `gitlab-ci-token` with a job's token, `__token__` with a personal one; whoever asks for a package that
is not there is sent on to the public index, and a stranger sees no package; a group's pages link to the paths of its
projects.
"""

from urllib.parse import urlsplit

from tests.doubles.services.shelf import FILENAME, NAME, links, redirect, shown_by, wheel
from tests.doubles.transport import FakeAnswer
from unlatch.network.transport import Request

PUBLIC = "https://pypi.org/simple/"
JOB_TOKEN = "glcbt-64_a-job-token"
PERSONAL_TOKEN = "glpat-a-personal-token"


class GitLab:
    """One GitLab, at `origin`."""

    def __init__(self, origin: str = "https://gitlab.example.com") -> None:
        self.origin = origin
        self.api = f"{origin}/api/v4"
        self.project = f"{self.api}/projects/7/packages/pypi/simple/"
        self.group = f"{self.api}/groups/9/-/packages/pypi/simple/"

    def __call__(self, request: Request) -> FakeAnswer:
        if request.url.startswith(PUBLIC):
            return links(f"https://files.pythonhosted.org/packages/{FILENAME}")
        path = urlsplit(request.url).path.removeprefix("/api/v4")
        registry, _, rest = path.partition("/packages/pypi/")
        if registry not in {"/projects/7", "/projects/8", "/groups/9/-"}:
            return FakeAnswer(404)
        if rest.startswith("simple/"):
            return self._page(request, rest.removeprefix("simple/").strip("/"))
        if not self._is_known(request):
            return self._turn_away(request)
        return wheel() if rest.endswith(FILENAME) else FakeAnswer(404)

    def _page(self, request: Request, name: str) -> FakeAnswer:
        shown = shown_by(request)
        if shown is not None and not self._is_known(request):
            return self._turn_away(request)
        if shown is None or name != NAME:
            return redirect(f"{PUBLIC}{name}/")
        return links(f"{self.api}/projects/8/packages/pypi/files/0a0a/{FILENAME}")

    def _is_known(self, request: Request) -> bool:
        shown = shown_by(request)
        known = {("gitlab-ci-token", JOB_TOKEN), ("__token__", PERSONAL_TOKEN)}
        return shown is not None and (shown.username, shown.secret) in known

    def _turn_away(self, request: Request) -> FakeAnswer:
        del request
        return FakeAnswer(401, {"WWW-Authenticate": 'Basic realm="GitLab Packages Registry"'})
