"""What is measured: one cell is one set of packages under one set of circumstances."""

from enum import Enum
from typing import NamedTuple

from benchmarks.grown import COUNTS


class State(Enum):
    """What an installer finds when it starts. The environment is fresh in the first two."""

    COLD = "an empty cache"
    WARM = "a cache that an earlier run filled"
    DONE = "a cache and an environment that an earlier run filled"


class Cell(NamedTuple):
    """One cell. `variant` names the index (index.VARIANTS); `keyring` names a back end (keyrings.BACKENDS).

    `most_rounds` is for what takes long. A cell of one round has no round before it that does not count.
    """

    name: str
    packages: str
    state: State = State.COLD
    variant: str = "sidecars"
    keyring: str = ""
    is_far: bool = True
    is_dry_run: bool = False
    compiles: bool = False
    with_pip: bool = False
    aim: float | None = None
    most_rounds: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether it is raced on the index of the person's own configuration, which nobody here can count at."""
        return self.variant == "public"


_SMALL_MEDIUM_LARGE = ("small", "medium", "large")


def _each_set(template: Cell, aims: tuple[float, float, float], pip: tuple[str, ...] = ()) -> list[Cell]:
    return [
        template._replace(name=f"{template.name}-{name}", packages=name, aim=aim, with_pip=name in pip)
        for name, aim in zip(_SMALL_MEDIUM_LARGE, aims, strict=True)
    ]


# `aim` is the ratio unlatch/uv that we want to reach or beat.
CELLS: tuple[Cell, ...] = (
    Cell("keyring-small", "small", keyring="file", with_pip=True, aim=0.45),
    Cell("slow-keyring-small", "small", keyring="slow", aim=0.5),
    *_each_set(Cell("cold", ""), (0.75, 0.75, 1.0), pip=("small", "medium")),
    *_each_set(Cell("bare", "", variant="bare"), (0.6, 0.6, 0.9), pip=("small",)),
    *_each_set(Cell("loopback", "", is_far=False), (0.9, 1.2, 1.5)),
    Cell("under-medium", "medium", variant="under"),
    Cell("gzip-medium", "medium", variant="gzip"),
    Cell("html-medium", "medium", variant="html"),
    *_each_set(Cell("warm", "", State.WARM), (1.5, 1.2, 1.0), pip=("medium",)),
    *_each_set(Cell("stale", "", State.WARM, variant="stale"), (0.9, 0.9, 0.9)),
    Cell("compile-medium", "medium", State.WARM, compiles=True, aim=0.05),
    *_each_set(Cell("resolve", "", is_dry_run=True), (0.75, 0.6, 0.9)),
    Cell("nothing-medium", "medium", State.DONE, with_pip=True, aim=2.5),
    *(Cell(f"pins-{count}", f"pins-{count}", variant="grown", is_far=False) for count in COUNTS),
    Cell("warm-pins-1000", "pins-1000", State.WARM, variant="grown", is_far=False),
    Cell("page-200000", "page", variant="grown", is_far=False, is_dry_run=True, most_rounds=3),
    Cell("wheel-2gb", "large-wheel", variant="grown", is_far=False, most_rounds=1),
    *(
        Cell(f"backtrack-{name}", name, variant="public", is_dry_run=True, most_rounds=1)
        for name in ("pyrax", "boto3-s3fs", "airflow")
    ),
)
