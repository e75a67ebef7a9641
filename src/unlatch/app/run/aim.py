"""What commands that install differ in: who they are, and how the pins are found."""

from collections.abc import Callable

from unlatch.app.run.packages import Packages
from unlatch.app.run.resolved import resolved
from unlatch.app.wiring.parts import Parts
from unlatch.model.frozen import frozen
from unlatch.resolve.request import Request, Resolution


@frozen(kw_only=True)
class Aim:
    """One command's way: `command` is what others are told who wait for the environment, `choose` finds the pins."""

    command: str = "unlatch install"
    choose: Callable[[Request, Packages, Parts], Resolution] = resolved
