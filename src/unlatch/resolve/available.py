"""Which versions of a project could be chosen if nothing was said of them."""

from unlatch.model.distribution import Project
from unlatch.model.target import Target
from unlatch.resolve.candidate import Candidate, Rules
from unlatch.resolve.listing import Listing
from unlatch.resolve.policy import Policy


def available(project: Project, target: Target, policy: Policy) -> list[Candidate]:
    """Return a candidate for each version that suits the target and the policy, newest first, without yanked ones."""
    listing = Listing(project.name, project)
    rules = Rules(target, policy, {})
    found: dict[str, Candidate] = {}
    for position in range(listing.size):
        candidate = listing.judge(position, rules)
        if isinstance(candidate, Candidate):
            found.setdefault(str(candidate.version), candidate)
    return sorted(found.values(), key=lambda candidate: candidate.version, reverse=True)
