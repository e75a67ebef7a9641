"""Under which keys pages are kept, and in which form: whoever asks whether there is one needs no more."""

from unlatch.model.index import Index

# Raised when the form of an entry, a listing or a row changes.
_PAGE_FORM = 4
# The newest marshal format that every supported Python reads.
MARSHAL_VERSION = 4


def page_key(index: Index, url: str) -> str:
    """Return the key of what was made of an index's page. It belongs to the index's clean URL and the page's."""
    return f"{_PAGE_FORM} {index.kind.value} {index.url}\n{url}"
