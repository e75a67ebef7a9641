"""A resolution apart from any environment's packages: what `lock`, `compile` and `download` begin with."""

import os
from collections.abc import Mapping, Sequence

from packaging.version import Version

from unlatch.app.request.target import find_python, find_target
from unlatch.app.request.wanted import Wanted, read_wanted, request_of
from unlatch.app.run.packages import Packages
from unlatch.app.run.resolved import resolved
from unlatch.app.run.supply import Supply
from unlatch.app.wiring.parts import Parts
from unlatch.model.distribution import File
from unlatch.model.errors import ConfigurationError
from unlatch.model.frozen import replace
from unlatch.model.index import Kind
from unlatch.model.name import NormalizedName
from unlatch.model.source import Source, parse_source
from unlatch.model.tuples import NamedTuple
from unlatch.resolve.candidate import Candidate, Rules
from unlatch.resolve.request import Request, Resolution


class Apart(NamedTuple):
    """What was asked for and found, and where it comes from."""

    wanted: Wanted
    request: Request
    resolution: Resolution
    supply: Supply
    packages: Packages

    def files(self, candidate: Candidate) -> Sequence[File]:
        """Return the files of a candidate's version that may be chosen; of one from a URL, the file there."""
        index = candidate.index
        project = None if index is None else self.supply.repository.project(candidate.name)
        if project is None or index is None:
            return (self.packages.locate(candidate)[0],)
        policy = self.request.policy
        rules = Rules(self.request.target, policy, self.resolution.hashes)
        limit = None if index.kind is Kind.FLAT else policy.limit_for(candidate.name)
        return [
            file
            for release in project.releases
            if release.version == candidate.version and release.index == index
            for file in release.files
            if rules.admits(candidate.name, file, limit)
        ]

    def source(self, candidate: Candidate) -> Source:
        """Return the source of a candidate that was named by its URL: as it was asked for, where it was."""
        assert candidate.url is not None
        found = parse_source(candidate.url, is_windows=os.name == "nt").source
        for asked in self.wanted.requirements:
            if asked.url == found.address and asked.source is not None:
                return asked.source
        return found

    def commit(self, candidate: Candidate) -> str:
        """Return the commit of a candidate that is a repository."""
        vcs_info = self.packages.sources.direct_url(candidate).vcs_info
        assert vcs_info is not None
        return vcs_info.commit_id


def resolve_apart(parts: Parts, preferred: Mapping[NormalizedName, Version]) -> Apart:
    """Find what the settings ask for, as if nothing was installed; `preferred` versions are taken where they fit.

    Raise UnlatchError.
    """
    wanted = read_wanted(parts)
    if not (wanted.requirements or wanted.unnamed):
        raise ConfigurationError("nothing is asked for: the files that were named have no requirements")
    parts.heed(wanted.settings)
    supply = Supply(parts, wanted, ())
    target = find_target(parts, find_python(parts, any_python=True))
    request = replace(request_of(wanted, target, {}), preferred=preferred)
    packages = Packages(parts, supply, wanted, target, {})
    if wanted.unnamed:
        wanted = packages.sources.named(wanted)
        request = replace(request_of(wanted, target, {}), preferred=preferred)
    resolution = resolved(request, packages, parts)
    for warning in resolution.warnings:
        parts.listener(warning)
    return Apart(wanted, request, resolution, supply, packages)
