"""Turns what bench-cpu measured into tables and a plot.

usage: bench-cpu.py IN.csv [OUT.svg [PAGE.md]]

Prints the tables; or, with a page, puts them and the plot between its two
comments "measured: begin" and "measured: end". OUT.svg shows the bytes per
second of all implementations over the footprint, with the copies as the roof.

A problem's time is compared with the best copy of the same footprint (the
copy's time over ours), with the plain loops and with the fastest peer (their
time over ours). Peers that are absent are named as absent.
"""

import os
import sys

from bench_cpu_data import LOOPS, OPS, OURS, PEERS, TWO, TYPES, Measured, Problem
from bench_cpu_plot import Plot

# What is aimed at in f32, of the best copy and times the best peer.
TARGETS = {
    ("one row", ("1x4096",)): {
        "layer_norm": (None, 2.5),
        "rms_norm": (None, 3.3),
        "add_rms_norm": (None, 5.0),
    },
    ("in L2", ("8x4096", "128x768")): {
        "layer_norm": (0.42, 1.6),
        "rms_norm": (0.50, 1.2),
        "add_rms_norm": (0.55, 3.0),
        "rms_norm_int8": (0.35, None),
        "layer_norm_backward": (0.43, 2.2),
    },
    ("in L3", ("512x1024",)): {
        "layer_norm": (0.90, 1.5),
        "rms_norm": (0.95, 1.15),
        "add_rms_norm": (0.95, 2.4),
        "rms_norm_int8": (0.70, None),
        "layer_norm_backward": (0.72, 1.6),
    },
    ("about L3", ("4096x768",)): {
        "layer_norm": (0.84, 2.2),
        "rms_norm": (0.94, 2.0),
        "add_rms_norm": (0.65, 2.5),
        "rms_norm_int8": (0.68, None),
        "layer_norm_backward": (0.55, 2.0),
    },
    ("in memory", ("4096x4096", "16384x8192")): {
        "layer_norm": (0.80, 1.5),
        "rms_norm": (0.90, 1.6),
        "add_rms_norm": (0.80, 2.0),
        "rms_norm_int8": (0.65, None),
        "layer_norm_backward": (0.60, 2.1),
    },
}
# Sizes that have work for two threads.
LARGE = ("4096x768", "4096x4096", "16384x8192")


def number(value):
    return "-" if value is None else f"{value:.2f}"


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def target_cell(problems, of_copy, over_peer):
    """The worst of some problems beside what is aimed at."""
    parts = []
    for value, least, unit in (
        (Problem.of_copy, of_copy, ""),
        (Problem.over_peer, over_peer, "x"),
    ):
        if least is None:
            continue
        values = [v for v in map(value, problems) if v is not None]
        if not values:
            parts.append(f"? of {least:.2f}{unit}")
            continue
        mark = "met" if round(min(values), 2) >= least else "**missed**"
        parts.append(f"{min(values):.2f} of {least:.2f}{unit} {mark}")
    return "<br>".join(parts)


def target_table(measured):
    ops = [op for op in OPS if any(op in t for t in TARGETS.values())]
    rows = []
    for (place, sizes), targets in TARGETS.items():
        row = [f"{place}: {', '.join(sizes)}"]
        for op in ops:
            problems = [
                p
                for p in measured.ours()
                if p.op == op and p.type == "f32" and p.size in sizes
            ]
            known = op in targets and problems
            row.append(target_cell(problems, *targets[op]) if known else "-")
        rows.append(row)
    yield from table(["f32", *(OPS[op] for op in ops)], rows)


def rule_table(measured):
    """What is aimed at everywhere."""

    def judge(text, problems, value, least):
        known = [(value(p), p) for p in problems if value(p) is not None]
        if not known:
            return [text, "not measured", "-"]
        met = sum(round(v, 2) >= least for v, _ in known)
        worst, p = min(known, key=lambda pair: pair[0])
        mark = "met" if met == len(known) else "**missed**"
        where = f"{worst:.2f}, {p.op} {p.type} {p.size}"
        return [text, f"{mark}: {met} of {len(known)}", where]

    ours = measured.ours()
    bf16 = [p for p in ours if p.type == "bf16"]
    large = [p for p in ours if p.size in LARGE]
    yield from table(
        ["everywhere", "problems", "least"],
        [
            judge("bf16, 1.6x the best peer", bf16, Problem.over_peer, 1.6),
            judge(
                "two threads 1.8x one, from 4096x768", large, Problem.of_threads, 1.8
            ),
            judge(
                "0.97 of the C loops or better", ours, lambda p: p.over(LOOPS), 0.97
            ),
        ],
    )


def full_table(measured):
    threads = any(TWO in p.times for p in measured.ours())
    head = ["type", "op", "rows x columns", "us", "GB/s", "of the best copy"]
    head += ["x C loops", "x best peer"]
    if threads:
        head.append("x one thread")
    rows = []
    for p in measured.ours():
        own, peer = p.times[OURS], p.best_peer()
        cell = f"{number(p.over(peer))} {peer}" if peer else "-"
        if p.wrong:
            cell += f" ({', '.join(p.wrong)}: wrong)"
        row = [p.type, p.op, p.size, f"{own / 1e3:.1f}", f"{p.bytes / own:.0f}"]
        row += [number(p.of_copy()), number(p.over(LOOPS)), cell]
        if threads:
            row.append(number(p.of_threads()))
        rows.append(row)
    yield from table(head, rows)


def compile_table(measured):
    types = [t for t in TYPES if any(t == key[1] for key in measured.compile)]
    rows = []
    for op in OPS:
        times = [measured.compile.get((op, t)) for t in types]
        if any(times):
            rows.append([op, *(f"{t / 1e6:.0f}" if t else "-" for t in times)])
    if rows:
        yield from table(["compile time, ms", *types], rows)


def report(measured):
    yield from target_table(measured)
    yield from rule_table(measured)
    yield from full_table(measured)
    yield from compile_table(measured)
    present = [f"{p} {measured.versions[p]}" for p in PEERS if p in measured.versions]
    absent = [p for p in PEERS if p not in measured.versions]
    yield f"Peers: {', '.join(present) or 'none'}."
    if absent:
        yield f"Absent: {', '.join(absent)}."


def update(page, text):
    begin, end = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
    with open(page, encoding="utf-8") as file:
        before, found, rest = file.read().partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        sys.exit(f"bench-cpu.py: {page} has no place for what was measured")
    with open(page, "w", encoding="utf-8") as file:
        file.write(before + begin + "\n" + text + "\n" + end + after)


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    measured = Measured(sys.argv[1])
    if not measured.ours():
        sys.exit("bench-cpu.py: nothing of ours was measured")
    text = "\n".join(report(measured)) + "\n"
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(Plot(measured).draw())
    if len(sys.argv) > 3:
        plot = os.path.relpath(sys.argv[2], os.path.dirname(sys.argv[3]) or ".")
        update(sys.argv[3], f"![GB/s of each op over its footprint]({plot})\n\n{text}")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
