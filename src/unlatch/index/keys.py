"""Under which keys pages are kept: whoever asks whether the cache has one needs no more than this to be loaded."""

from unlatch.model.index import Index

# Raised when the form of an entry, a listing or a row changes.
_PAGE_FORM = 3


def page_key(index: Index, url: str) -> str:
    """Return the key of what was made of an index's page. It belongs to the index's clean URL and the page's."""
    return f"{_PAGE_FORM} {index.kind.value} {index.url}\n{url}"
