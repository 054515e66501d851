"""Makes the modules, raises them, and compares with the record.

usage: corpus_main.py MODULE...  --tool rmsnorm-opt --stock mlir-opt --out DIR
       corpus_main.py --list | --print MODULE | --table | --time
"""
import argparse
import pathlib
import sys

from . import catalogue, check


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--tool", default="rmsnorm-opt")
    parser.add_argument("--stock", help="an mlir-opt that reads the results")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--print", dest="only_print")
    options = parser.parse_args()
    if options.list:
        print("\n".join(catalogue.MODULES))
        return 0
    if options.only_print:
        sys.stdout.write(catalogue.make(options.only_print)[0])
        return 0
    failures = 0
    for name in catalogue.MODULES:
        if not name.startswith(tuple(options.modules) or ""):
            continue
        text, builder = catalogue.make(name)
        path = options.out / (name.replace("/", "-") + ".mlir")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        problems, facts = check.check(path, builder, options.tool, options.stock)
        gap = catalogue.MODULES[name].gap
        for problem in problems:
            print(f"{name}: {'known gap: ' if gap else ''}{problem}")
        failures += bool(problems and not gap)
        print(f"{name}: {facts}")
    return int(failures > 0)
