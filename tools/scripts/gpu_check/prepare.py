"""Compiles the kernels that are checked on a GPU, and puts all that the check
needs into one folder.

usage: prepare.py TRANSLATE OUT [options]; see gpu-check.sh
"""

import argparse
import concurrent.futures
import json
import os
import random
import shutil
import stat
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, HERE)

from normcheck.cases import OPS, functions  # noqa: E402
from programs import module  # noqa: E402

MOST_BYTES = 60 << 20
_SHORTEST, _LONGEST = 64, 262144
_RUN = """#!/bin/sh
exec python3 "$(dirname "$0")/run.py" "$@"
"""


def parse():
    parser = argparse.ArgumentParser(prog="gpu-check.sh")
    parser.add_argument("translate", help="rmsnorm-translate")
    parser.add_argument("out")
    parser.add_argument("--chips", default="sm_80,sm_90")
    parser.add_argument("--ops", default=",".join(OPS), help="with commas")
    parser.add_argument("--quick", action="store_true", help="two lengths in bf16")
    parser.add_argument("--fresh", type=int, default=3, help="lengths by chance")
    parser.add_argument("--seed", type=int, default=None, help="of these")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.ops = options.ops.split(",")
    for op in options.ops:
        if op not in OPS:
            parser.error(f"there is no op '{op}'")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(2**31)
    return options


def fresh_lengths(count, seed):
    """Log-uniform: as many short rows as long ones."""
    chance = random.Random(seed)
    ratio = _LONGEST / _SHORTEST
    return [round(_SHORTEST * ratio ** chance.random()) for _ in range(count)]


def write_contents(out, contents):
    """Until all is there the folder has no contents."""
    with open(os.path.join(out, "contents.json"), "w", encoding="utf-8") as file:
        json.dump(contents, file, indent=1)


def make_folder(out):
    """An empty folder; of what is there, only what this made is removed."""
    if os.path.isdir(out) and os.listdir(out):
        if not os.path.exists(os.path.join(out, "contents.json")):
            sys.exit(f"gpu-check: {out} has something else in it")
        shutil.rmtree(out)
    for name in ("kernels", "sources"):
        os.makedirs(os.path.join(out, name))
    write_contents(out, {})


def compile_group(options, group, members):
    source = os.path.join(options.out, "sources", f"{group}.mlir")
    with open(source, "w", encoding="utf-8") as file:
        file.write(module(members))
    kernels = os.path.join(options.out, "kernels", group)
    command = [options.translate, "--norm-to-fatbin", f"--chip={options.chips}"]
    command += [source, "-o", f"{kernels}.fatbin", f"--manifest={kernels}.json"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    if result.returncode:
        return f"{' '.join(command)}\n{result.stderr}"
    if result.stderr:
        print(result.stderr, file=sys.stderr, end="")
    return ""


def size_of(folder):
    return sum(
        os.path.getsize(os.path.join(path, name))
        for path, _, names in os.walk(folder)
        for name in names
    )


def copy_driver(out):
    shutil.copy(os.path.join(HERE, "run.py"), out)
    shutil.copy(os.path.join(ROOT, "python", "rmsnorm_manifest.py"), out)
    shutil.copytree(
        os.path.join(HERE, "normcheck"),
        os.path.join(out, "normcheck"),
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    path = os.path.join(out, "run")
    with open(path, "w", encoding="utf-8") as file:
        file.write(_RUN)
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def get_commit():
    result = subprocess.run(
        ["git", "-C", HERE, "describe", "--always", "--dirty"],
        capture_output=True,
        encoding="utf-8",
    )
    return result.stdout.strip() or "unknown"


def main():
    options = parse()
    fresh = fresh_lengths(options.fresh, options.seed)
    chosen = [f for f in functions(fresh, options.quick) if f.op in options.ops]
    groups = {}
    for function in chosen:
        groups.setdefault(function.group, []).append(function)
    make_folder(options.out)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        errors = list(
            pool.map(lambda group: compile_group(options, *group), groups.items())
        )
    if any(errors):
        sys.exit("gpu-check: " + "\n".join(filter(None, errors)))
    copy_driver(options.out)
    contents = {
        "commit": get_commit(),
        "seed": options.seed,
        "fresh": fresh,
        "functions": [[f.op, f.dtype, f.n] for f in chosen],
    }
    write_contents(options.out, contents)
    size = size_of(options.out)
    print(
        f"{len(chosen)} functions in {len(groups)} files for {options.chips}; fresh "
        f"lengths {fresh or 'none'} of seed {options.seed}"
    )
    print(f"{options.out}: {size / 2**20:.1f} MiB of at most {MOST_BYTES >> 20}")
    if size > MOST_BYTES:
        sys.exit("gpu-check: that is too large")


if __name__ == "__main__":
    main()
