"""Functions and timings by their names."""

from normcheck.cases import DTYPES, OPS, Function, timings


def find(name):
    for op in OPS:
        for dtype in DTYPES:
            rest = name.removeprefix(f"{op}_{dtype}_")
            if rest != name:
                return Function(op, dtype, 0 if rest == "any" else int(rest))
    raise ValueError(f"no function is named {name}")


def find_timing(name):
    return next(timing for timing in timings() if timing.name == name)
