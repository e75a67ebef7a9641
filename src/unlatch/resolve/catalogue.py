"""What one resolution knows: which candidates a requirement leaves, and what a candidate needs.

A catalogue only learns. Where it learns something that changes an earlier answer (an installed package's page had to
be opened after all; a requirement turned up that lets pre-releases or a yanked version count), `edition` grows, and
whoever built on the earlier answers starts again. Packages are strings: "name", or "name[extra]" for an extra, which
is a package of its own that needs its project at the same position.
"""

from collections.abc import Iterable

from unlatch.model.errors import ResolutionError
from unlatch.model.metadata import Metadata
from unlatch.model.name import NormalizedName, normalize
from unlatch.model.source import address_of
from unlatch.model.text import printable
from unlatch.model.url import shown
from unlatch.resolve.candidate import Candidate, Gate, Refusal, Rules
from unlatch.resolve.direct import candidate_at
from unlatch.resolve.hashes import accepted_hashes
from unlatch.resolve.listing import EVERY, Listing, Precedence, first_where
from unlatch.resolve.overrides import Overrides
from unlatch.resolve.policy import Order
from unlatch.resolve.port import Packages
from unlatch.resolve.request import Asked, Request
from unlatch.resolve.requirement import Need, Reader, UnreadableRequirement, split_package


class Catalogue:
    """The listings of one resolution and the needs of their candidates. It asks the port, and waits for it."""

    def __init__(self, request: Request, packages: Packages) -> None:
        self.edition = 0
        self._request = request
        self._packages = packages
        self._reader = Reader(request.target.markers)
        self._listings: dict[NormalizedName, Listing] = {}
        self._expected: set[NormalizedName] = set()
        self._urls: dict[NormalizedName, str] = {}
        overrides = self._applying(request.overrides)
        overridden = frozenset(normalize(asked.requirement.name) for asked in request.overrides)
        self._overrides = Overrides(overrides, overridden, request.excluded)
        self.asked = tuple(self._overrides.of_asked(self._applying(request.requirements)))
        self.constraints: dict[NormalizedName, list[tuple[Asked, Need]]] = {}
        constraints = self._applying(request.constraints)
        for asked, need in constraints:
            self.constraints.setdefault(need.name, []).append((asked, need))
        self.given = (*self.asked, *constraints, *overrides)
        self._needs_given: dict[NormalizedName, list[Need]] = {}
        for _, need in self.given:
            self._needs_given.setdefault(need.name, []).append(need)
            if not self._declare(need):
                urls = f"{shown(self._urls[need.name])} and {shown(need.url or '')}"
                raise ResolutionError(f"two URLs were given for {need.name}: {urls}")
        self.rules = Rules(request.target, request.policy, accepted_hashes(self.given))

    def follow_urls(self) -> None:
        """Let count what the wheels given by URL need by URL, before anything else is weighed.

        A dependency's URL counts only if it was given directly, or if its parent came from a URL itself.
        """
        packages = [package for _, need in self.asked if need.url is not None for package in need.packages]
        if packages:
            self.expect(need for _, need in self.asked)
        for package in packages:
            needs = self.read(package, 0)
            if not isinstance(needs, Refusal):
                found = (needed for need in needs if need.url is not None for needed in need.packages)
                packages.extend(needed for needed in dict.fromkeys(found) if needed not in packages)

    def listing(self, name: NormalizedName) -> Listing:
        """Return the project's listing. Its page is not asked for while what is installed will do."""
        known = self._listings.get(name)
        if known is None:
            known = self._listings[name] = self._list(name)
        return known

    def allowed(self, need: Need) -> int:
        """Return the positions that a need and the constraints leave of its project's listing."""
        listing = self.listing(need.name)
        bits = listing.allowed.get(need.text)
        if bits is None:
            if listing.is_closed and not self._keeps(need.name, (need,)):
                listing = self._open(listing)
            self._note(listing, need)
            bits = EVERY if listing.is_closed or not need.specifier else listing.matching(need.specifier)
            if not listing.is_closed:
                for _, constraint in self.constraints.get(need.name, ()):
                    bits &= listing.matching(constraint.specifier)
            listing.allowed[need.text] = bits
        listing.is_told = True
        return bits

    def choose(self, package: str, bits: int) -> int | None:
        """Return the best position of a set that can be used, its metadata included; open the page if need be."""
        name, _ = split_package(package)
        listing = self.listing(name)
        while True:
            position = listing.pick(bits, self.rules)
            if position is None:
                if not listing.is_closed:
                    return None
                listing = self._open(listing)
            elif any(isinstance(self.read(part, position), Refusal) for part in dict.fromkeys((name, package))):
                bits &= ~(1 << position)
            else:
                return position

    def pick(self, name: NormalizedName, bits: int) -> int | None:
        """Return the best position of a set by what its page tells, without looking at metadata."""
        return self.listing(name).pick(bits, self.rules)

    def read(self, package: str, position: int) -> tuple[Need, ...] | Refusal:
        """Return what a package needs at a position besides its own project, or why it cannot be used."""
        name, extra = split_package(package)
        listing = self.listing(name)
        known = listing.read.get((position, extra))
        if known is None:
            known = self._read(listing, position, extra)
            listing.read[position, extra] = known
            if isinstance(known, Refusal) and extra is None:
                listing.refuse(position, known)
        return known

    def dependencies(self, package: str, position: int) -> dict[str, int]:
        """Return the positions that a package at a position allows of each package that it needs."""
        name, extra = split_package(package)
        needs = self.read(package, position)
        assert not isinstance(needs, Refusal)
        self.expect(needs)
        result = {str(name): 1 << position} if extra is not None else {}
        for need in needs:
            bits = self.allowed(need)
            if need.name == name:
                bits &= 1 << position
            for needed in need.packages:
                result[needed] = result.get(needed, EVERY) & bits
        return result

    def metadata(self, name: NormalizedName, position: int) -> Metadata:
        """Return the metadata of the candidate at a position."""
        listing = self.listing(name)
        known = listing.metadata.get(position)
        if known is None:
            known = listing.metadata[position] = self._packages.metadata(self.candidate(name, position))
        return known

    def candidate(self, name: NormalizedName, position: int) -> Candidate:
        """Return the candidate at a position; it must not have been refused."""
        candidate = self.listing(name).judge(position, self.rules)
        assert isinstance(candidate, Candidate)
        return candidate

    def expect(self, needs: Iterable[Need]) -> None:
        """Have the pages asked for that these needs will want."""
        names = dict.fromkeys(need.name for need in needs if self._wants_page(need))
        fresh = [name for name in names if name not in self._expected]
        if fresh:
            self._expected.update(fresh)
            self._packages.expect(fresh)

    def expect_metadata(self, name: NormalizedName, position: int) -> None:
        """Have the metadata of the candidate at a position asked for."""
        listing = self.listing(name)
        candidate = self.candidate(name, position)
        if not candidate.is_installed and position not in listing.expected:
            listing.expected.add(position)
            self._packages.expect_metadata(candidate)

    def expect_next(self, name: NormalizedName, bits: int, count: int) -> None:
        """Have the metadata asked for of the candidates that will be tried next."""
        for _ in range(count):
            position = self.pick(name, bits)
            if position is None:
                return
            self.expect_metadata(name, position)
            bits &= ~(1 << position)

    def _applying(self, given: Iterable[Asked]) -> tuple[tuple[Asked, Need], ...]:
        """Return those whose marker holds in the target, as needs."""
        return tuple((asked, Need.of(asked.requirement)) for asked in given if self._reader.wants(asked.requirement))

    def _list(self, name: NormalizedName) -> Listing:
        url = self._urls.get(name)
        if url is not None:
            listing = Listing(name, kept=candidate_at(name, url, self.rules, self._packages.direct))
        elif self._keeps(name, (need for _, need in self.constraints.get(name, ()))):
            installed = Candidate(name, self._request.installed[name], is_installed=True)
            listing = Listing(name, kept=installed, is_closed=True)
        else:
            listing = self._page(name)
        for need in self._needs_given.get(name, ()):
            self._note(listing, need, is_given=True)
        return listing

    def _page(self, name: NormalizedName) -> Listing:
        """Return the listing of all there is, with what is installed first if it is to be kept, else by version."""
        project = self._packages.project(name)
        version, stays = self._request.installed.get(name), self._request.keeps(name)
        locked = self._request.preference(name) if version is None else None
        precedence = Precedence(locked, is_kept_first=stays, from_oldest=self._takes_oldest(name))
        if version is None:
            return Listing(name, project, precedence=precedence)
        kept, kept_at = Candidate(name, version, is_installed=True), 0
        if not stays and project is not None:
            releases = project.releases
            kept_at = first_where(len(releases), lambda index: releases[index].version <= version)
        return Listing(name, project, kept=kept, kept_at=kept_at, precedence=precedence)

    def _takes_oldest(self, name: NormalizedName) -> bool:
        order = self._request.policy.order
        is_asked = order is Order.LOWEST_DIRECT and any(need.name == name for _, need in self.asked)
        return order is Order.LOWEST or is_asked

    def _open(self, closed: Listing) -> Listing:
        """Ask for the page of an installed package that may have to change."""
        opened = self._page(closed.name)
        opened.inherit(closed)
        self._listings[closed.name] = opened
        self.edition += closed.is_told
        return opened

    def _keeps(self, name: NormalizedName, needs: Iterable[Need]) -> bool:
        """Whether a version is installed that should stay, and these needs allow it."""
        if not self._request.keeps(name):
            return False
        version = self._request.installed[name]
        return all(need.url is None and need.specifier.contains(version) for need in needs)

    def _wants_page(self, need: Need) -> bool:
        known = self._listings.get(need.name)
        if known is not None:
            return known.is_closed and not self._keeps(need.name, (need,))
        limits = (need, *(constraint for _, constraint in self.constraints.get(need.name, ())))
        return need.name not in self._urls and not self._keeps(need.name, limits)

    def _note(self, listing: Listing, need: Need, *, is_given: bool = False) -> None:
        """Take to heart what a requirement lets in: pre-releases by mentioning one, a yanked version by naming it."""
        policy = self.rules.policy.prereleases_for(need.name)
        if need.specifier.mention_prereleases and (policy.counts_asked if is_given else policy.counts_needed):
            self.edition += listing.admit_pre()
        if need.is_pin:
            self.edition += listing.pin(need.specifier)

    def _declare(self, need: Need) -> bool:
        """Let a URL count for its project. Return False when another one does already."""
        if need.url is None:
            return True
        declared = self._urls.setdefault(need.name, need.url)
        return address_of(declared) == address_of(need.url)

    def _read(self, listing: Listing, position: int, extra: NormalizedName | None) -> tuple[Need, ...] | Refusal:
        candidate, metadata = self.candidate(listing.name, position), self.metadata(listing.name, position)
        if not candidate.is_installed:
            if (metadata.name, metadata.version) != (candidate.name, candidate.version):
                return Refusal(Gate.METADATA, f"has the metadata of {metadata.name} {metadata.version}")
            if not self.rules.fits_python(metadata.requires_python):
                return Refusal(Gate.PYTHON, metadata.requires_python or "")
        if self._request.policy.no_deps:
            return ()
        try:
            needs = tuple(self._overrides.of_needs(self._reader.needs(metadata.requires_dist, extra)))
        except UnreadableRequirement as error:
            return Refusal(Gate.METADATA, f"has a requirement that cannot be read: {printable(str(error))}")
        if candidate.is_installed:  # where a dependency once came from does not matter any more
            return tuple(
                Need.named(need.name, need.extras, need.specifier, None, str(need.specifier)) for need in needs
            )
        return next(filter(None, (self._refused_url(candidate, need) for need in needs)), needs)

    def _refused_url(self, candidate: Candidate, need: Need) -> Refusal | None:
        if need.url is None:
            return None
        is_allowed = need.name in self._urls or (candidate.url is not None and need.name not in self._listings)
        if is_allowed and self._declare(need):
            return None
        return Refusal(Gate.METADATA, f"needs {need.text}, a URL that was not given directly")
