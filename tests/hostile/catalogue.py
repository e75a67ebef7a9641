"""The catalogue: every bad input, by where it comes from, in the order of the document."""

from tests.hostile.archives import CONTAINER, HEADERS, LIMITS
from tests.hostile.case import Case
from tests.hostile.pages import LINES, UNREADABLE
from tests.hostile.servers import SERVERS
from tests.hostile.sidecars import SIDECARS
from tests.hostile.sources import SOURCES
from tests.hostile.wheels import DESCRIPTION, HARMLESS, PATHS, PLACES, RECORD

GROUPS: dict[str, list[Case]] = {
    "Archives that say two things": CONTAINER,
    "Members that are not what they claim": HEADERS,
    "Archives that are too much": LIMITS,
    "Members' names and kinds": PATHS,
    "What a wheel says of itself": DESCRIPTION,
    "RECORD": RECORD,
    "Files and scripts that do not belong there": PLACES,
    "Wheels that are installed without what is wrong with them": HARMLESS,
    "Archives of source": SOURCES,
    "Pages that cannot be read": UNREADABLE,
    "Lines on a page": LINES,
    "Metadata beside a wheel": SIDECARS,
    "Servers": SERVERS,
}
CASES = {case.name: case for cases in GROUPS.values() for case in cases}
