"""A resolution over the indexes of a run; where nobody has a package, the error tells who was asked."""

from unlatch.app.request.choosing import pinned_of
from unlatch.app.wiring.parts import Parts
from unlatch.auth.services import service_of
from unlatch.model.errors import NotFound
from unlatch.model.index import Index
from unlatch.model.url import shown
from unlatch.resolve.port import Packages
from unlatch.resolve.request import Request, Resolution
from unlatch.resolve.solve import resolve


def resolved(request: Request, packages: Packages, parts: Parts) -> Resolution:
    """Return what the resolver finds. Raise what it and the port raise."""
    try:
        return resolve(request, packages)
    except NotFound as error:
        raise NotFound(error.message, details=[*error.details, *asked(parts)], hint=error.hint) from error


def asked(parts: Parts) -> list[str]:
    """Return a line for each index of a run that was asked."""
    settings = parts.settings
    indexes = [index for index in settings.indexes if not index.explicit]
    told = [_asked(index, parts) for index in indexes] or ["asked: no index (--no-index)"]
    for name, index in pinned_of(settings).items():
        told.append(f"{_asked(index, parts)} for {name} alone")
    return told


def _asked(index: Index, parts: Parts) -> str:
    """Return who was asked, and as whom: there are indexes that say to strangers that they have nothing."""
    if index.is_file:
        return f"asked: {shown(index.url)}"
    service = service_of(index.url)
    is_open = service is not None and service.is_public
    is_stranger = not is_open and parts.ladder.accesses.of(index).is_stranger
    return f"asked: {shown(index.url)}" + (" (without credentials)" if is_stranger else "")
