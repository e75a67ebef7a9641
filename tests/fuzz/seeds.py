"""Where fuzzing begins: the corpus on disk, by target, and what the catalogue of bad inputs brings."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.doubles.transport import FakeAnswer
from tests.doubles.wheels import make_wheel
from tests.hostile.archives import CONTAINER, HEADERS
from tests.hostile.case import Site
from tests.hostile.pages import LINES, PAGE
from tests.hostile.sources import SOURCES
from tests.hostile.wheels import HARMLESS, PATHS, PLACES, RECORD

CORPUS = Path(__file__).with_name("corpus")
_LARGEST = 20_000


@cache
def seeds(target: str) -> Sequence[bytes]:
    """Return what a target begins with, none of it large."""
    kept = [path.read_bytes() for path in sorted((CORPUS / target).glob("*"))]
    return [*kept, *(found for found in _of_the_catalogue(target) if len(found) <= _LARGEST)]


def _of_the_catalogue(target: str) -> Iterator[bytes]:
    if target in {"wheel", "archive"}:
        yield make_wheel("demo", "1.0", requires=["idna"], entry_points={"console_scripts": {"demo": "demo:main"}})[1]
        for case in (*CONTAINER, *HEADERS, *PATHS, *RECORD, *PLACES, *HARMLESS):
            brought = case.bring()
            if isinstance(brought, tuple) and isinstance(brought[1], bytes):
                yield brought[1]
    elif target == "source-archive":
        yield from (case.bring()[1] for case in SOURCES if case.name != "source: a bomb")  # type: ignore[misc,index]
    elif target in {"page-html", "page-json"}:
        for case in LINES:
            brought = case.bring()
            page = brought.routes.get(PAGE) if isinstance(brought, Site) else None
            if isinstance(page, FakeAnswer):
                is_html = "html" in dict(page.fields()).get("Content-Type", "")
                if is_html == (target == "page-html"):
                    yield page.body
