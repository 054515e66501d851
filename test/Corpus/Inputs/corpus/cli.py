"""Makes the modules, raises them, and compares with the record.

usage: corpus_main.py [PREFIX...] --tool rmsnorm-opt --stock mlir-opt --out DIR
           [--docs docs/Corpus.md]     check, and that the table has the results
       corpus_main.py [PREFIX...] --out DIR --table     print the table
       corpus_main.py --list | --print MODULE
"""
import argparse
import pathlib
import sys

from . import catalogue, check


def row_of(name, outcome):
    entry = catalogue.MODULES[name]
    note = entry.gap
    if outcome.excused:
        note += ("; " if note else "") + "an L2 normalisation is raised, too"
    return (
        f"| `{name}` | {entry.about} | {outcome.ops} | {outcome.expected} |"
        f" {outcome.raised} of {outcome.norms} | {note} |"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("prefixes", nargs="*")
    parser.add_argument("--tool", default="rmsnorm-opt")
    parser.add_argument("--stock", help="an mlir-opt that reads the results")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--docs", type=pathlib.Path)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--print", dest="only_print")
    options = parser.parse_args()
    if options.list:
        print("\n".join(catalogue.MODULES))
        return 0
    if options.only_print:
        sys.stdout.write(catalogue.make(options.only_print)[0])
        return 0

    documented = options.docs.read_text().splitlines() if options.docs else None
    failures = 0
    for name in catalogue.MODULES:
        if options.prefixes and not name.startswith(tuple(options.prefixes)):
            continue
        text, builder = catalogue.make(name)
        path = options.out / (name.replace("/", "-") + ".mlir")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        outcome = check.check(path, builder, options.tool, options.stock)
        row = row_of(name, outcome)
        if options.table:
            print(row)
            continue
        gap = catalogue.MODULES[name].gap
        for problem in outcome.problems:
            print(f"{name}: {'known gap: ' if gap else ''}{problem}")
        failures += bool(outcome.problems and not gap)
        if documented is not None and row not in documented:
            print(f"{name}: {options.docs} has not the row\n{row}")
            failures += 1
        print(f"{name}: {outcome.facts()}")
    return int(failures > 0)
