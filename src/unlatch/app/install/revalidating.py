"""A choice that rests on stale pages: all of them are asked about at once, and it stands if each is as it was.

While the answers are on their way it is staged, beside where it will be. What was chosen need not be chosen anew, so
neither the solver is loaded nor what reads pages and requirements. Where a page is another one the run goes on from
what was read, and nothing is asked twice.
"""

import threading
from collections.abc import Callable

from unlatch.app.install.head_start import HeadStart
from unlatch.app.install.known import Known
from unlatch.app.results import Changes
from unlatch.app.wiring.basis import Freshness
from unlatch.app.wiring.parts import Parts
from unlatch.model.errors import UnlatchError
from unlatch.model.frozen import replace
from unlatch.model.index import Index, Kind

_MOMENT = 0.1  # seconds


def take_up(parts: Parts, known: Known) -> Changes | None:
    """Place what is known if its pages are as they were; else return None.

    Raise as `taking_up.place_again` does. An index that does not let us in is no error here: whoever asks next is told.
    """
    questions = _Questions(parts, known)
    from unlatch.app.credentials.offer import offer  # noqa: PLC0415 - the questions are on their way first
    from unlatch.app.install.taking_up import place_again  # noqa: PLC0415 - as above

    try:
        changes = place_again(known, parts.listener, questions.are_unchanged)
    except UnlatchError:
        offer(parts)
        raise
    if changes is None:
        return None
    offer(parts)
    pages = parts.pages
    return replace(changes, freshness=Freshness.of(pages.used.values())) if pages.has_written else changes


class _Questions:
    """Asks the indexes about pages, side by side."""

    def __init__(self, parts: Parts, known: Known) -> None:
        self._pages = parts.pages
        # The URLs of indexes are known without their userinfo: what opens them comes from the settings of this run.
        settings = parts.settings
        self._indexes = {(index.url, index.kind): index for index in (*settings.indexes, *settings.find_links)}
        self._waiting = list(known.pages)
        self._is_unchanged = True
        count = min(settings.concurrency, len(self._waiting))
        asked = [index for (url, _), index in self._indexes.items() if any(url == page[0] for page in self._waiting)]
        # Of several indexes the pages of one may all be fresh, and then nobody looks for what opens it.
        if len(asked) == 1 and not settings.offline:
            HeadStart(parts, asked[0], count).go_on()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def are_unchanged(self, check: Callable[[], None]) -> bool:
        """Wait for the answers, and `check` every moment. Return whether every page is as it was."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(_MOMENT)
                check()
        return self._is_unchanged

    def _ask(self) -> None:
        while self._is_unchanged and self._waiting:
            try:
                page = self._waiting.pop()
            except IndexError:
                return
            if not self._stands(*page):
                self._is_unchanged = False

    def _stands(self, index_url: str, url: str, about: str) -> bool:
        index: Index | None = self._indexes.get((index_url, Kind.SIMPLE if about else Kind.FLAT))
        try:
            return index is not None and self._pages.is_unchanged(index, url, about)
        except Exception:  # noqa: BLE001 - whoever asks for the page next is given it again
            return False
