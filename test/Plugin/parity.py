#!/usr/bin/env python3
"""Stock mlir-opt with the plugin must do byte for byte what rmsnorm-opt does.

usage: parity.py TEST_DIR MLIR_OPT PLUGIN PIPELINE...

Runs both on every .mlir file below TEST_DIR and compares output, diagnostics
and exit codes, for each pipeline (passes inside builtin.module). Files named
*.pretty.mlir are left out: they hold the pretty form of dialects for which
rmsnorm-opt has readers and mlir-opt has not.
"""
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr


def compare(path, stock, pipeline):
    options = [
        str(path),
        "--split-input-file",
        "--allow-unregistered-dialect",
        f"--pass-pipeline=builtin.module({pipeline})",
    ]
    want = run(["rmsnorm-opt", *options])
    got = run([*stock, *options])
    if want[0] < 0:
        return f"rmsnorm-opt died with signal {-want[0]}", want
    for name, a, b in zip(("exit code", "output", "diagnostics"), want, got):
        if a != b:
            return f"{name} differs", want
    return "", want


def main():
    directory, mlir_opt, plugin, *pipelines = sys.argv[1:]
    stock = [mlir_opt, f"--load-dialect-plugin={plugin}", f"--load-pass-plugin={plugin}"]
    paths = sorted(
        path
        for path in pathlib.Path(directory).rglob("*.mlir")
        if not path.name.endswith(".pretty.mlir")
    )
    jobs = [(path, pipeline) for path in paths for pipeline in pipelines]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: compare(job[0], stock, job[1]), jobs))
    failures = 0
    for (path, pipeline), (problem, _) in zip(jobs, results):
        if problem:
            failures += 1
            print(f"{path}: {pipeline}: {problem}")
    transformed = sum(code == 0 and b"norm." in out for _, (code, out, _) in results)
    print(
        f"{len(paths)} files, {len(jobs)} runs, {transformed} of them print norm ops,"
        f" {failures} differ"
    )
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
