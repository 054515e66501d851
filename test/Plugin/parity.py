#!/usr/bin/env python3
"""Stock mlir-opt with the plugin must do byte for byte what rmsnorm-opt does.

usage: parity.py TEST_DIR MLIR_OPT PLUGIN PIPELINE...

Runs both on every .mlir file below TEST_DIR and compares output, diagnostics
and exit codes, for each pipeline (passes inside builtin.module). Files are run
in batches, and those of a batch that differs one by one. Files named
*.pretty.mlir are left out: they hold the pretty form of dialects for which
rmsnorm-opt has readers and mlir-opt has not.
"""
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Inputs"))
from batches import batches, join, split


def compare(text, stock, pipeline):
    """What differs, or nothing, and how many parts of the output have norms."""

    def run(command):
        options = [
            "--split-input-file",
            "--allow-unregistered-dialect",
            f"--pass-pipeline=builtin.module({pipeline})",
        ]
        return subprocess.run([*command, *options], input=text, capture_output=True)

    want, got = run(["rmsnorm-opt"]), run(stock)
    norms = sum("norm." in part for part in split(want.stdout.decode()))
    if want.returncode < 0:
        return f"rmsnorm-opt died with signal {-want.returncode}", norms
    for name in ("returncode", "stdout", "stderr"):
        if getattr(want, name) != getattr(got, name):
            return f"{name} differs", norms
    return "", norms


def main():
    directory, mlir_opt, plugin, *pipelines = sys.argv[1:]
    stock = [mlir_opt, f"--load-dialect-plugin={plugin}", f"--load-pass-plugin={plugin}"]
    paths = sorted(
        path
        for path in pathlib.Path(directory).rglob("*.mlir")
        if not path.name.endswith(".pretty.mlir")
    )

    def check(job):
        batch, pipeline = job
        texts = [path.read_text() for path in batch]
        problem, norms = compare(join(texts).encode(), stock, pipeline)
        if not problem:
            return [], norms
        alone = [(path, compare(text.encode(), stock, pipeline)[0]) for path, text in zip(batch, texts)]
        named = [f"{path}: {pipeline}: {why}" for path, why in alone if why]
        return named or [f"{batch[0]} to {batch[-1]}: {pipeline}: {problem}"], norms

    jobs = [(batch, pipeline) for batch in batches(paths) for pipeline in pipelines]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(check, jobs))
    problems = [line for lines, _ in results for line in lines]
    print(*problems, sep="\n")
    print(
        f"{len(paths)} files, {len(paths) * len(pipelines)} runs,"
        f" {sum(norms for _, norms in results)} of them print norm ops,"
        f" {len(problems)} differ"
    )
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
