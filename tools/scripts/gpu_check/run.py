#!/usr/bin/env python3
"""Checks and times the kernels of this folder on the first GPU.

Exit status: 0 if all checks passed, 1 if one failed, 2 if the command or the
folder is wrong, 3 if there is no device, 4 if nothing failed but checks that
were asked for could not be made, or not in time.
"""

import argparse
import datetime
import json
import os
import random
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

try:
    import numpy  # noqa: F401
except ImportError:
    sys.exit("run.py: NumPy is missing")

from normcheck import ready, sanitize  # noqa: E402
from normcheck.budget import FROM_CUPY, SECTIONS, Budget, order  # noqa: E402
from normcheck.cases import Function, timings  # noqa: E402
from normcheck.driver import CudaError, Driver, NoDevice  # noqa: E402
from normcheck.manifest import Library, ManifestError  # noqa: E402
from normcheck.pool import Pool, WorkerError  # noqa: E402
from normcheck.report import Report  # noqa: E402

NO_DEVICE = 3


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help=f"of {','.join(SECTIONS)}, with commas")
    parser.add_argument("--quick", action="store_true", help="the most telling part")
    parser.add_argument("--minutes", type=float, default=8.0, help="when to stop")
    parser.add_argument("--filter", default="", help="only what has this in its name")
    parser.add_argument("--seed", type=int, default=None, help="of the inputs")
    parser.add_argument("--out", default=os.path.join(HERE, "results"))
    parser.add_argument(
        "--dry-run", action="store_true", help="stop before a device is asked for"
    )
    options = parser.parse_args()
    options.sections = tuple((options.only or ",".join(SECTIONS)).split(","))
    for section in options.sections:
        if section not in SECTIONS:
            parser.error(f"there is no section '{section}'")
    if options.minutes <= 0:
        parser.error("--minutes has to be positive")
    return options


def missing_modules():
    """What cannot be imported, and what is not done without it."""
    import importlib.util

    uses = {
        "torch": "correctness, determinism and timing",
        "triton": "times of Triton's kernels",
        "cupy": "launch from CuPy",
    }
    return {m: use for m, use in uses.items() if not importlib.util.find_spec(m)}


def ask_nvidia(query):
    try:
        result = subprocess.run(
            ["nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader", "-i", "0"],
            capture_output=True,
            encoding="utf-8",
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown: no nvidia-smi"
    return result.stdout.strip() or "unknown"


CLOCKS = "clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem,power.limit,temperature.gpu"


class Run:
    def __init__(self, options, contents, driver, chip):
        self.options = options
        self.seed = options.seed
        if self.seed is None:
            self.seed = random.SystemRandom().randrange(2**31)
        about = {
            "device": f"{driver.name}, {driver.multiprocessors} multiprocessors, "
            f"{driver.l2_bytes >> 20} MiB L2",
            "driver": f"{ask_nvidia('driver_version')}, CUDA {driver.version}",
            "kernels": f"{chip}, built from {contents.get('commit', 'unknown')}",
            "date": datetime.date.today().isoformat(),
            "seed": self.seed,
            f"before ({CLOCKS})": ask_nvidia(CLOCKS),
        }
        self.report = Report(options.out, about)
        self.budget = Budget(options.minutes)
        self.log = open(
            os.path.join(options.out, "log.txt"), "w", encoding="utf-8"
        )
        self.sampler = None
        self.pool = Pool(HERE, self.seed, self.log)
        self.sanitizer = sanitize.find_sanitizer()
        self.missing = missing_modules()
        for name, use in self.missing.items():
            print(f"{name} is missing: no {use}", flush=True)

    def why_not(self, item):
        """Empty if the item can be run."""
        if item.section == "sanitizer" and not self.sanitizer:
            return "compute-sanitizer was not found", False
        if item.section != "sanitizer" and "torch" in self.missing:
            return "torch is missing", item.section != "timing"
        if item.name.startswith(FROM_CUPY) and "cupy" in self.missing:
            return "CuPy is missing", False
        if not self.budget.allows(item):
            return "no time was left", item.section != "timing"
        return "", False

    def sample_clocks(self):
        self.report.about[f"during the first timing ({CLOCKS})"] = ask_nvidia(CLOCKS)

    def results(self, item):
        patience = self.budget.patience(item)
        if item.section == "timing" and self.sampler is None:
            # While the first problem is timed: an idle device has other clocks.
            self.sampler = threading.Timer(3.0, self.sample_clocks)
            self.sampler.start()
        if item.section == "sanitizer":
            tool = item.options[0]
            passed, detail = sanitize.run(
                self.sanitizer, tool, HERE, item.name, patience
            )
            yield {
                "section": "sanitizer",
                "function": item.name,
                "tool": tool,
                "passed": passed,
                "detail": detail,
            }
            return
        yield from self.pool.run(item, patience)

    def run(self, item):
        why, counts = self.why_not(item)
        if why:
            self.report.skip(item.title, why, counts)
            return
        begin, good, count = time.monotonic(), True, 0
        for result in self.results(item):
            count += 1
            if isinstance(result, str):  # The item was not finished.
                if item.section == "timing":
                    self.report.skip(item.title, result, counts=False)
                    print(f"{item.title}: {result}", flush=True)
                    continue
                result = {
                    "section": item.section,
                    "function": item.name,
                    "passed": False,
                    "special": False,
                    "n": 0,
                    "detail": result,
                }
            if not self.report.add(result):
                good = False
                print(f"FAILED {item.title}: {result['detail']}", flush=True)
            elif result["section"] == "timing" and "us" in result:
                print(
                    f"{result['case']} {result['implementation']}: "
                    f"{result['us']} us, {result['TB/s']} TB/s {result['note']}",
                    flush=True,
                )
        seconds = time.monotonic() - begin
        self.budget.took(item, seconds)
        if item.section != "timing":
            state = "passed" if good else "FAILED"
            print(f"{item.title[:100]}: {count} {state}, {seconds:.1f} s", flush=True)
        self.report.write_sometimes()

    def run_all(self, items):
        try:
            for item in items:
                try:
                    self.run(item)
                except WorkerError as error:
                    counts = item.section != "timing"
                    self.report.skip(item.title, f"no worker: {error}", counts)
                    print(f"{item.title}: no worker: {error}", flush=True)
        except KeyboardInterrupt:
            self.report.skip("the rest", "interrupted")
        finally:
            self.pool.stop()
            if self.sampler:
                self.sampler.join()
            self.report.about[f"after ({CLOCKS})"] = ask_nvidia(CLOCKS)
            self.report.write()
            self.report.lines.close()
            self.log.close()
        print(f"results are in {self.options.out}")
        print(self.report.summary())
        return self.report.status()


def main():
    options = parse()
    try:
        with open(os.path.join(HERE, "contents.json"), encoding="utf-8") as file:
            contents = json.load(file)
        if "functions" not in contents:
            raise ManifestError("the folder was not finished")
        functions = [Function(*entry) for entry in contents["functions"]]
        library = Library(os.path.join(HERE, "kernels"))
        for line in ready.check(library, functions):
            print(line)
    except (OSError, ManifestError, KeyError, ValueError) as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    items = [
        item
        for item in order(functions, options.sections, options.quick)
        if options.filter in item.name
    ]
    chosen = {item.name for item in items if item.section == "timing"}
    moved = sum(t.bytes for t in timings() if t.name in chosen)
    print(f"{len(items)} items; one round of all timings moves {moved / 1e9:.1f} GB")
    if not items:
        print("run.py: nothing is selected", file=sys.stderr)
        return 2
    try:
        if options.dry_run:
            raise NoDevice("this is a dry run")
        driver = Driver()
    except NoDevice as error:
        print(f"no device: {error}. Everything is ready up to here.")
        return NO_DEVICE
    except CudaError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return NO_DEVICE
    chip = library.choose(driver.capability)
    if chip is None:
        major, minor = driver.capability
        print(
            f"run.py: {driver.name} is sm_{major}{minor}; there are kernels for "
            f"{', '.join(library.chips)} only",
            file=sys.stderr,
        )
        return NO_DEVICE
    print(f"{driver.name}, kernels for {chip}", flush=True)
    return Run(options, contents, driver, chip).run_all(items)


if __name__ == "__main__":
    sys.exit(main())
