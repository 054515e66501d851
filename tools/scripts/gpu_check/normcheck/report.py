"""Writes what was found: as lines, as tables to compute with, and as a page."""

import csv
import json
import os
import time

from normcheck.cases import DTYPES, OPS, timings

_TIMING_COLUMNS = (
    "op", "dtype", "rows", "n", "bytes", "implementation", "us", "best_us",
    "events_us", "single_graph_us", "TB/s", "sets", "aim", "aim_unit", "note",
)  # fmt: skip
_CHECK_COLUMNS = (
    "section", "function", "rows", "n", "output", "special", "tool", "passed",
    "ulps", "of_bound", "exact", "detail",
)  # fmt: skip
_WRITE_SECONDS = 5.0
IMPLEMENTATIONS = ("ours", "copy", "eager", "compile", "triton")


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        cells = (str(cell).replace("|", "/").replace("\n", " ") for cell in row)
        yield "| " + " | ".join(cells) + " |"
    yield ""


def _number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


class Report:
    def __init__(self, folder, about):
        self.folder, self.about = folder, about
        self.timings, self.checks, self.skipped = [], [], []
        self.written = 0.0
        os.makedirs(folder, exist_ok=True)
        self.lines = open(
            os.path.join(folder, "results.jsonl"), "w", encoding="utf-8"
        )

    def add(self, result):
        """Whether it is no failure."""
        self.lines.write(json.dumps(result) + "\n")
        self.lines.flush()
        if result["section"] == "timing":
            self.timings.append(result)
            return True
        self.checks.append(result)
        return result["passed"]

    def skip(self, title, why, counts=True):
        """`counts` says that the checks are incomplete without it."""
        self.skipped.append((title, why, counts))
        self.lines.write(json.dumps({"skipped": title, "why": why}) + "\n")
        self.lines.flush()

    @property
    def passed(self):
        return sum(1 for c in self.checks if c["passed"])

    @property
    def failures(self):
        return [c for c in self.checks if not c["passed"]]

    def summary(self):
        return (
            f"{self.passed} passed, {len(self.failures)} failed, "
            f"{len(self.skipped)} skipped"
        )

    def status(self):
        if self.failures:
            return 1
        return 4 if any(counts for *_, counts in self.skipped) else 0

    def times(self, timing):
        """By implementation, the last that was measured beside our last."""
        return {
            row["implementation"]: row
            for row in self.timings
            if row["case"] == timing.name and "us" in row
        }

    def timing_table(self):
        rows = []
        for timing in timings():
            times = self.times(timing)
            if "ours" not in times:
                continue
            ours = times["ours"]
            copy = times.get("copy")
            of_copy = copy and copy["us"] / ours["us"]
            if timing.is_decode:
                reached, least = ours["us"], timing.aim
                met = reached <= least
            else:
                reached = of_copy if timing.unit == "of the copy" else ours["TB/s"]
                least = timing.aim
                met = reached is not None and round(reached, 2) >= least
            aim = f"{least} {timing.unit} {'met' if met else '**missed**'}"
            cells = [timing.op, timing.dtype, f"{timing.rows} x {timing.n}"]
            cells += [f"{ours['us']:.2f}", _number(ours["TB/s"]), _number(of_copy)]
            cells.append(aim if timing.aim else "-")
            for name in IMPLEMENTATIONS[1:]:
                row = times.get(name)
                cell = "-" if row is None else f"{row['us']:.2f}, {row['TB/s']:.2f}"
                if row and row["note"]:
                    cell += f" ({row['note']})"
                cells.append(cell)
            single = ours.get("single_graph_us")
            cells.append(_number(single))
            rows.append(cells)
        head = ["op", "type", "rows x N", "us", "TB/s", "of the copy", "aim"]
        head += [f"{name}: us, TB/s" for name in IMPLEMENTATIONS[1:]]
        head.append("us, graphs of one launch")
        return table(head, rows) if rows else iter(["Nothing was timed.", ""])

    def check_table(self):
        rows = []
        for op in OPS:
            for dtype in DTYPES:
                of = [
                    c
                    for c in self.checks
                    if c["function"].startswith(f"{op}_{dtype}_")
                    and c["section"] == "correctness"
                ]
                usual = [c for c in of if "ulps" in c and not c["special"]]
                if not of:
                    continue
                lengths = {c["n"] for c in of}
                rows.append(
                    [
                        op,
                        dtype,
                        len(lengths),
                        f"{sum(c['passed'] for c in of)} of {len(of)}",
                        _number(max((c["ulps"] for c in usual), default=None)),
                        _number(max((c["of_bound"] for c in usual), default=None), 3),
                        _number(
                            100 * min((c["exact"] for c in usual), default=0.0), 3
                        ),
                    ]
                )
        head = ["op", "type", "lengths", "passed", "most ulp or steps"]
        head += ["most of the bound", "least % correctly rounded"]
        return table(head, rows) if rows else iter(["Nothing was compared.", ""])

    def page(self):
        yield "# GPU checks"
        yield ""
        yield self.summary() + "."
        yield ""
        for name, value in self.about.items():
            yield f"- {name}: {value}"
        yield ""
        yield "## Times"
        yield ""
        yield (
            "Bytes that have to move, in a graph of many launches, several sets of "
            "buffers in rotation. Decode shapes (an aim in us) use one set, which "
            "stays in L2. Medians of interleaved repeats."
        )
        yield ""
        yield from self.timing_table()
        yield "## Correctness"
        yield ""
        yield from self.check_table()
        for section in ("determinism", "sanitizer"):
            of = [c for c in self.checks if c["section"] == section]
            yield f"{section}: {sum(c['passed'] for c in of)} of {len(of)} passed."
            yield ""
        if self.failures:
            yield "## Failures"
            yield ""
            for c in self.failures[:200]:
                where = [c["function"], c.get("tool"), c.get("output")]
                if c.get("rows"):
                    where.append(f"{c['rows']} x {c['n']}")
                yield f"- {c['section']} {' '.join(filter(None, where))}: {c['detail']}"
            yield ""
        if self.skipped:
            yield "## Skipped"
            yield ""
            for title, why, _ in self.skipped[:200]:
                yield f"- {title[:200]}: {why}"
            yield ""

    def write_sometimes(self):
        """A run that is cut off leaves its last seconds in the lines only."""
        if time.monotonic() - self.written > _WRITE_SECONDS:
            self.write()

    def write(self):
        self.written = time.monotonic()
        for name, columns, rows in (
            ("results.csv", _TIMING_COLUMNS, self.timings),
            ("checks.csv", _CHECK_COLUMNS, self.checks),
        ):
            path = os.path.join(self.folder, name)
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(rows)
        path = os.path.join(self.folder, "results.md")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.page()) + "\n")
