"""The command line: checks many functions, or shows one."""

import argparse
import collections
import json
import multiprocessing
import os
import sys

from . import check, config, execute
from .generate import near_miss, positive
from .plan import Chooser

BATCH = 100


def make(seed, index, dialect, is_positive):
    """A case and its text; None if the mutation has no place."""
    backend = config.BACKENDS[dialect]
    generate = positive if is_positive else near_miss
    case = generate(seed, index, dialect, backend.caps)
    if case is None:
        return None, ""
    return case, backend(case.program, case.name, case.key).text()


def passes_for(seed, start, dialect):
    options = config.PASSES.get(dialect, [[]])
    return Chooser(f"{seed}/{start}/{dialect}").pick("passes", options)


def run_batch(job):
    tool, seed, dialect, start, size, is_positive, only_parse, folder = job
    made = [make(seed, i, dialect, is_positive) for i in range(start, start + size)]
    made = [(case, text) for case, text in made if case]
    cases, texts = [c for c, _ in made], [t for _, t in made]
    if folder:
        stem = f"{folder}/{dialect}-{'p' if is_positive else 'n'}{start}"
        with open(stem + ".mlir", "w") as out:
            out.write("\n".join(texts))
        with open(stem + ".json", "w") as out:
            json.dump([c.record() for c in cases], out, indent=1, default=str)
    tags = collections.Counter()
    if only_parse:
        failures = check.parse_batch(tool, cases, texts)
    else:
        passes = passes_for(seed, start, dialect)
        failures = check.check_batch(tool, cases, texts, passes, tags)
    for case in cases:
        tags["dtype " + case.plan.dtype] += 1
        tags["mutation " + case.mutation if case.mutation else case.plan.kind] += 1
    return dialect, is_positive, len(cases), tags, [
        (f.kind, f.guard(), f.case.name, f.case.key, f.detail, f.reason, f.text)
        for f in failures]


def run_one(job):
    """Compiles and runs one positive."""
    runner, seed, dialect, index = job
    case, text = make(seed, index, dialect, True)
    wrong = execute.execute(runner, case, text, config.EXECUTED[dialect])
    return dialect, index, case.key, text, wrong


def run_many(arguments, pool):
    """The number of functions whose results are off."""
    jobs = [(arguments.runner, arguments.seed, dialect, index)
            for dialect in arguments.dialects.split(",")
            if dialect in config.EXECUTED
            for index in range(arguments.execute)]
    bad = ran = 0
    for dialect, index, key, text, wrong in pool.imap_unordered(run_one, jobs):
        ran += wrong != "not raised"
        if wrong and wrong != "not raised":
            bad += 1
            if bad <= arguments.verbose:
                print(f"--seed {arguments.seed} --index {index} --dialect {dialect} "
                      f"({key}) computes something else\n{wrong}\n{text}")
    print(f"{ran} functions executed, {bad} out of bounds")
    return bad


def show(arguments):
    """One function, its record and what becomes of it."""
    is_positive = not arguments.near_miss
    case, text = make(arguments.seed, arguments.index, arguments.dialect, is_positive)
    if case is None:
        sys.exit("the mutation has no place here")
    print(text)
    print(json.dumps(case.record(), indent=1, default=str))
    start = arguments.index // BATCH * BATCH
    passes = passes_for(arguments.seed, start, arguments.dialect)
    print("passes:", *passes)
    for failure in check.check_batch(arguments.tool, [case], [text], passes):
        print(f"{failure.kind}: {failure.detail}\n{failure.reason}")


def gaps_exceeded(dialect, counts, total):
    """Kinds of failure that are more than the known gaps."""
    known = config.GAPS.get(dialect, {})
    exceeded = []
    for key, count in counts.items():
        allowed = known.get(key, known.get((key[0], "*")))
        if allowed is None or count > allowed * total / 10000:
            exceeded.append(key)
    return exceeded


def main():
    parser = argparse.ArgumentParser(prog="speller", description=__doc__)
    parser.add_argument("--tool", default="rmsnorm-opt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--positives", type=int, default=500, help="in each dialect")
    parser.add_argument("--near-misses", type=int, default=500, help="in each dialect")
    parser.add_argument("--dialects", default=",".join(config.ENABLED))
    parser.add_argument("--execute", type=int, default=0, metavar="N",
                        help="run the first N positives in each dialect that can be")
    parser.add_argument("--runner", default="rmsnorm-run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--parse", action="store_true", help="only parse what is printed")
    parser.add_argument("--write", metavar="DIR", help="keep modules and records there")
    parser.add_argument("--verbose", type=int, default=3, metavar="N",
                        help="failures of a kind that are printed")
    parser.add_argument("--index", type=int, help="show this function only")
    parser.add_argument("--dialect", default="linalg", help="of --index")
    parser.add_argument("--near-miss", action="store_true", help="--index of a near-miss")
    parser.add_argument("--list-enabled", action="store_true")
    parser.add_argument("--list-dialects", action="store_true")
    arguments = parser.parse_args()
    if arguments.list_enabled:
        return print(" ".join(config.ENABLED))
    if arguments.list_dialects:
        return print(",".join(config.BACKENDS))
    if arguments.index is not None:
        return show(arguments)
    if arguments.write:
        os.makedirs(arguments.write, exist_ok=True)

    jobs = []
    for dialect in arguments.dialects.split(","):
        for is_positive, count in ((True, arguments.positives),
                                   (False, arguments.near_misses)):
            for start in range(0, count, BATCH):
                jobs.append((arguments.tool, arguments.seed, dialect, start,
                             min(BATCH, count - start), is_positive,
                             arguments.parse, arguments.write))
    totals, failures = collections.Counter(), {}
    tags = collections.Counter()
    with multiprocessing.Pool(arguments.jobs) as pool:
        for dialect, is_positive, size, seen, failed in pool.imap_unordered(run_batch, jobs):
            totals[dialect, is_positive] += size
            tags += seen
            for failure in failed:
                failures.setdefault((dialect, *failure[:2]), []).append(failure)
        bad = report(arguments, totals, failures)
        if arguments.execute:
            bad += run_many(arguments, pool)
    if not arguments.parse:
        print(f"{tags['verified']} norms verified in {tags['rows']} rows")
    types = sorted(k.split()[1] for k in tags if k.startswith("dtype"))
    positives = sum(n for (_, p), n in totals.items() if p)
    near = sum(n for (_, p), n in totals.items() if not p)
    print(f"{positives} positives and {near} near-misses in "
          f"{len({d for d, _ in totals})} dialects and {', '.join(types)}: "
          f"{bad} unexpected")
    sys.exit(bad != 0)


def report(arguments, totals, failures):
    """Prints failures; the number of those that are no known gaps."""
    bad = 0
    for dialect in sorted({d for d, _ in totals}):
        counts = {key[1:]: len(found) for key, found in failures.items()
                  if key[0] == dialect}
        exceeded = gaps_exceeded(dialect, counts, totals[dialect, True])
        for key, count in sorted(counts.items()):
            unexpected = key in exceeded
            bad += count if unexpected else 0
            kind = "UNEXPECTED" if unexpected else "known gap"
            print(f"{dialect}: {kind}: {count} {key[0]} ({key[1]})")
            found = failures[(dialect, *key)] if unexpected else []
            for _, _, name, where, detail, reason, text in found[:arguments.verbose]:
                index = name[1:]
                near = " --near-miss" if name[0] == "n" else ""
                print(f"--seed {arguments.seed} --index {index} --dialect {dialect}"
                      f"{near} ({where})\n{detail}\n{reason}\n{text}")
    return bad
