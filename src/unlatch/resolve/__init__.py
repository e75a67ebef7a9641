"""Resolution: which version of which package, decided without I/O over a port that knows the packages.

`resolve` asks the port (`Packages`), walks ahead greedily so that everything is wanted at once, and hands what does
not fit to a complete solver. `satisfied` answers the commonest case, that there is nothing to do.
"""

from unlatch.resolve.candidate import Candidate
from unlatch.resolve.policy import ALL, Order, Policy, PreReleases
from unlatch.resolve.port import Packages
from unlatch.resolve.request import Asked, Request, Resolution
from unlatch.resolve.satisfied import satisfied
from unlatch.resolve.solve import LIMIT, resolve

__all__ = [
    "ALL",
    "LIMIT",
    "Asked",
    "Candidate",
    "Order",
    "Packages",
    "Policy",
    "PreReleases",
    "Request",
    "Resolution",
    "resolve",
    "satisfied",
]
