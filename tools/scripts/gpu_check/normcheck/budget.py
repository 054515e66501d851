"""What is run, in the order of importance, as long as there is time."""

import time
from dataclasses import dataclass

from normcheck.cases import OPS, Function, timings

SECTIONS = ("correctness", "determinism", "sanitizer", "timing")
_FIRST_LENGTHS = {"bf16": (1001, 4096), "f32": (4096, 16384), "f16": (4096,)}
# Before the name of a function that CuPy launches.
FROM_CUPY = "cupy:"
_CUPY_FUNCTION = Function("rms_norm", "bf16", 4096)
_USUAL_PEERS = ("copy", "eager", "triton")
SANITIZER_TOOLS = ("memcheck", "racecheck", "synccheck", "initcheck")
# Functions that a sanitizer runs together: it takes seconds to start.
_SANITIZED_LENGTHS = (64, 1001, 4096, 16384, 0)


@dataclass(frozen=True)
class Item:
    section: str
    # A function's name, a timing's, or a group of functions for a sanitizer.
    name: str
    # What the item may take; also when it is taken for hanging.
    seconds: float
    quick: bool = False
    options: tuple = ()

    @property
    def title(self):
        return " ".join([self.section, self.name, *self.options])


def _is_first(function):
    return function.n in _FIRST_LENGTHS[function.dtype]


def _timing_items(quick):
    table = [t for t in timings() if not t.extra]
    extra = [t for t in timings() if t.extra]
    if quick:
        table, extra = table[:8], []
    usual = [Item("timing", t.name, 15, quick, _USUAL_PEERS) for t in table]
    compiled = [Item("timing", t.name, 40, quick, ("copy", "compile")) for t in table]
    more = [Item("timing", t.name, 15, quick, _USUAL_PEERS) for t in extra]
    return usual, [] if quick else compiled, more


def _sanitizer_items(functions, tools):
    groups = []
    for op in OPS:
        of = [f for f in functions if f.op == op and f.dtype != "f16"]
        names = [f.name for f in of if f.n in _SANITIZED_LENGTHS]
        if names:
            groups.append(names)
    return [
        Item("sanitizer", ",".join(names), 60, options=(tool,))
        for tool in tools
        for names in groups
    ]


def order(functions, sections=SECTIONS, quick=False):
    """All items; what tells the most comes first."""
    functions = [f if isinstance(f, Function) else Function(*f) for f in functions]
    first = [f for f in functions if _is_first(f)]
    rest = [f for f in functions if not _is_first(f)]
    known = set(functions)
    usual, compiled, more = (
        [i for i in items if any(t.name == i.name and t.function in known
                                 for t in timings())]
        for items in _timing_items(quick)
    )  # fmt: skip

    def of(section, functions, quick):
        return [Item(section, f.name, 10, quick) for f in functions]

    items = of("correctness", first, True)
    items += of("determinism", [f for f in first if f.dtype == "bf16"], True)
    if _CUPY_FUNCTION in known:
        items.append(Item("correctness", FROM_CUPY + _CUPY_FUNCTION.name, 20, True))
    items += usual
    items += _sanitizer_items(functions, SANITIZER_TOOLS[: 1 if quick else 2])
    if not quick:
        items += of("correctness", [*rest, *first], False)
        others = [f for f in functions if f.dtype != "f16"]
        items += of("determinism", others, False)
        items += compiled
        items += _sanitizer_items(functions, SANITIZER_TOOLS[2:])
        items += more
    return [item for item in items if item.section in sections]


class Budget:
    def __init__(self, minutes, clock=time.monotonic):
        self.clock, self.end = clock, clock() + 60 * minutes
        # The seconds that items of a section took, on average.
        self.seen = {}

    def left(self):
        return max(0.0, self.end - self.clock())

    def took(self, item, seconds):
        count, mean = self.seen.get((item.section, item.options), (0, 0.0))
        mean = (count * mean + seconds) / (count + 1)
        self.seen[(item.section, item.options)] = (count + 1, mean)

    def allows(self, item):
        """Whether the item probably ends in time."""
        _, mean = self.seen.get((item.section, item.options), (0, item.seconds / 4))
        return self.left() > mean

    def patience(self, item):
        """How long to wait for the item before it is taken for hanging."""
        return max(5.0, min(4 * item.seconds, self.left() + 5.0))
