#!/usr/bin/env python3
"""Renews the table of docs/benchmarks/gpu.md: what the compiler's plans, ptxas and
the bytes that must move predict for an H100. No GPU is needed, but ptxas is.

usage: gpu-predict.py [--translate PROGRAM] [--ptxas PROGRAM] [--check]

With --check the page is only compared; it fails if it would change.
"""

import argparse
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(HERE, "gpu_code"), os.path.join(ROOT, "python")]

from kernels import MULTIPROCESSORS, compile_functions  # noqa: E402
from normcheck.cases import OPS, timings  # noqa: E402
from rmsnorm_manifest import Function  # noqa: E402

CHIP = "sm_90"
# The model's numbers, in seconds and bytes per second: docs/benchmarks/gpu.md.
COPY = 3.0e12
LATENCY = 0.8e-6
BLOCK_EXCHANGE = 0.1e-6
CLUSTER_EXCHANGE = 0.7e-6
LAUNCH = 1.8e-6
NEXT_LAUNCH = 0.7e-6
PAGE = os.path.join(ROOT, "docs", "benchmarks", "gpu.md")
BEGIN, END = "<!-- gpu-predict.py: begin -->", "<!-- gpu-predict.py: end -->"


def parse():
    parser = argparse.ArgumentParser(prog="gpu-predict.py")
    program = os.path.join(ROOT, "build", "bin", "rmsnorm-translate")
    parser.add_argument("--translate", default=program)
    cuda = os.path.join(os.environ.get("CUDA_HOME", "/usr/local/cuda"), "bin")
    found = shutil.which("ptxas") or shutil.which("ptxas", path=cuda)
    parser.add_argument("--ptxas", default=found)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    if not options.ptxas:
        sys.exit("gpu-predict: there is no ptxas; it is in CUDA's toolkit")
    return options


def plan_of(timing, description):
    op = OPS[timing.op]
    shapes = {
        o.name: o.shape(timing.rows, timing.n)
        for o in op.inputs + op.outputs
        if o.kind != "scalar"
    }
    scalars = {o.name: 1.0 for o in op.inputs if o.kind == "scalar"}
    return Function(description).plan(shapes, scalars)


def exchanges(kernel):
    """Seconds that a block waits for others in each row."""
    count = sum(
        number
        for opcode, number in kernel.ptx.opcodes.items()
        if opcode.startswith(("bar.sync", "barrier.sync", "barrier.cluster.wait"))
    )
    if kernel.cluster > 1:
        return (count - 1) * CLUSTER_EXCHANGE  # one is before the rows
    return count * BLOCK_EXCHANGE


def predict(timing, kernels):
    """A row of the table."""
    kernel = next(k for k in kernels if not k.is_sum)
    chip = MULTIPROCESSORS[CHIP]
    plan = plan_of(timing, kernel.description)
    launch = next(step for step in plan.launches if step.kernel == kernel.name)
    clusters = launch.grid[0] // kernel.cluster
    workspaces = sum(plan.workspaces.values())
    must_move = timing.bytes
    moved = must_move + 2 * workspaces
    # Rows that blocks take at a time, which side by side in a block are one item.
    items = -(-timing.rows // kernel.rows)
    places = max(1, chip.count * kernel.blocks // kernel.cluster)
    rounds = -(-items // min(places, clusters))
    own = LATENCY + exchanges(kernel)
    time = LAUNCH + own + max(moved / COPY, (rounds - 1) * own)
    time += (len(plan.launches) - 1) * (NEXT_LAUNCH + LATENCY)
    predicted = must_move / time
    per_unit = f"{predicted / 1e12:.2f} TB/s"
    aim = f"{timing.aim} {timing.unit}"
    if timing.is_decode:
        per_unit, aim = f"{time * 1e6:.1f} us", f"{timing.aim} us"
    elif timing.unit != "TB/s":
        per_unit = f"{predicted / COPY:.2f} of the copy"
    threads = kernel.blocks * kernel.threads
    ahead = threads * kernel.bytes_ahead()
    loads = kernel.bytes_ahead() // (16 * len(kernel.matrix_inputs()))
    return [
        timing.name,
        f"{kernel.threads} x {loads}",
        str(kernel.rows),
        str(kernel.cluster),
        str(kernel.numbers["registers"]),
        f"{kernel.blocks} ({threads})",
        f"{ahead / 1024:.0f}",
        f"{clusters / places:.2f}",
        f"{must_move / 1e6:.1f}",
        f"{2 * workspaces / 1e6:.1f}" if workspaces else "",
        f"{moved / COPY * 1e6:.1f}",
        f"{time * 1e6:.1f}",
        per_unit,
        aim,
    ]


HEADER = [
    "case",
    "threads x loads",
    "rows of a block",
    "cluster",
    "registers",
    "blocks (threads) at a time",
    "KiB on their way",
    "waves",
    "MB that must move",
    "MB of partial sums",
    "us at the copy's speed",
    "us predicted",
    "that is",
    "aim",
]


def table(options):
    cases = [timing for timing in timings() if not timing.extra]
    functions = list(dict.fromkeys(timing.function for timing in cases))
    with tempfile.TemporaryDirectory() as folder:
        kernels = compile_functions(
            options.translate, options.ptxas, CHIP, functions, os.path.join(folder, "k")
        )
    rows = [HEADER, ["---"] * len(HEADER)]
    for timing in cases:
        own = [k for k in kernels if k.function == timing.function]
        rows.append(predict(timing, own))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main():
    options = parse()
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    renewed = f"{before}{BEGIN}\n{table(options)}\n{END}{after}"
    if options.check:
        if renewed != page:
            sys.exit("gpu-predict: docs/benchmarks/gpu.md has changed: run gpu-predict.py")
        return
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(renewed)


if __name__ == "__main__":
    main()
