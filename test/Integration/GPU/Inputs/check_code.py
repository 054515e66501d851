"""Checks the code of kernels for many ops and lengths of rows, as ptxas makes it.

usage: check_code.py SCRIPTS TRANSLATE PTXAS CHIP OUT [LENGTH ...]

Lengths are of rows in elements, 2 or more, 0 for any; without them it takes its
own.
Prints a line for each fault, and fails if there is one. What is right:
- nothing spills, and no thread has memory of its own;
- a multiprocessor holds as many blocks as the plan says, and with accesses of 16
  bytes these have 32 KiB of the rows on their way;
- every element is accessed in chunks that are as wide as the length of the row
  allows, up to 16 bytes, in PTX and in machine code; what all rows share comes
  through the read-only path;
- nothing is called, and there is no division for each element.
"""

import concurrent.futures
import os
import sys
from collections import Counter

SCRIPTS, TRANSLATE, PTXAS, CHIP, OUT = sys.argv[1:6]
sys.path.insert(0, os.path.join(SCRIPTS, "gpu_code"))

from kernels import MULTIPROCESSORS, compile_functions  # noqa: E402
from normcheck.cases import DTYPES, OPS, Function  # noqa: E402

LENGTHS = (64, 96, 250, 256, 512, 768, 1000, 1001, 1024, 2048, 3000, 4096, 5120)
LENGTHS += (7168, 7680, 8192, 12288, 16384, 32768, 65536, 131072, 262144, 0)
# Of f16 one of each class: it differs from bf16 in its conversions only.
FEW = (64, 1001, 4096, 32768, 0)
if sys.argv[6:]:
    LENGTHS = FEW = tuple(int(length) for length in sys.argv[6:])
# Of the rows, in a multiprocessor: bandwidth times latency, and a part more. An
# A100 has two thirds of an H100's bandwidth, for nearly as many.
IN_FLIGHT = {"sm_80": 20 << 10, "sm_90": 32 << 10}
# Backward ops always have the next row on its way, and store a third of the bytes.
IN_FLIGHT_AHEAD = 20 << 10
# Beside those of the mean: of quantisation, and of a variance's root.
MOST_DIVISIONS = 4


def bytes_on_their_way(kernel):
    """Of the rows, in a multiprocessor."""
    return kernel.blocks * kernel.threads * kernel.bytes_ahead()


def check_limits(kernel):
    for what in ("stack", "spill_stores", "spill_loads"):
        if kernel.numbers[what]:
            yield f"{what}: {kernel.numbers[what]} bytes"
    if kernel.blocks < kernel.ptx.resident:
        yield (
            f"{kernel.blocks} blocks of {kernel.threads} threads with "
            f"{kernel.numbers['registers']} registers, not {kernel.ptx.resident}"
        )
    if kernel.ptx.threads != kernel.threads:
        yield f"compiled for {kernel.ptx.threads} threads, not {kernel.threads}"
    if kernel.numbers["shared"] > 48 << 10:
        yield f"{kernel.numbers['shared']} bytes of static shared memory"
    if kernel.shared > MULTIPROCESSORS[kernel.chip].block_shared:
        yield f"{kernel.shared} bytes of shared memory"


def check_accesses(kernel):
    if kernel.is_sum:
        return
    vector = kernel.vector()
    if vector not in kernel.function_vectors():
        yield f"chunks of {vector} elements, not {kernel.function_vectors()}"
    elements = kernel.elements()
    for access in kernel.ptx.accesses:
        name = kernel.operand(access)
        kind, size = elements.get(name, ("workspace", 4))
        width = size if kind == "row" else min(16, size * vector)
        what = "stores" if access.is_store else "loads"
        if access.bytes != width:
            yield f"{what} {access.bytes} bytes of {name}, not {width}"
        if kind == "column" and not (access.is_store or access.is_readonly):
            yield f"loads {name} as if it could change"
    if 16 in (a.bytes for a in kernel.matrix_loads()):
        is_ahead = OPS[kernel.function.op].backward
        enough = IN_FLIGHT_AHEAD if is_ahead else IN_FLIGHT[CHIP]
        if bytes_on_their_way(kernel) < enough:
            yield f"{bytes_on_their_way(kernel)} bytes on their way"


def check_code(kernel):
    for opcode in kernel.ptx.opcodes:
        if opcode.startswith(("call", "div.s64", "div.u64", "rem.s64", "rem.u64")):
            yield f"PTX has {opcode}"
    divisions = sum(
        count
        for opcode, count in kernel.ptx.opcodes.items()
        if opcode.startswith(("div.", "sqrt.rn", "rcp.rn"))
    )
    if divisions > MOST_DIVISIONS:
        yield f"{divisions} divisions"
    remote = sum(
        count
        for opcode, count in kernel.ptx.opcodes.items()
        if opcode.startswith("st.shared::cluster")
    )
    for name, count in kernel.sass.items():
        operation = name.split(".")[0]
        if operation in ("LDL", "STL", "LD") or name == "CALL.ABS":
            yield f"machine code has {name}"
        if operation == "ST" and count > remote:
            yield f"{count} {name} for {remote} stores to a cluster"
        if name == "CALL.REL" and count > divisions:
            yield f"{count} calls for {divisions} divisions"
    for operation, is_store in (("LDG", False), ("STG", True)):
        # ptxas may do the same in two places, but not in parts.
        wanted = Counter(
            min(32, a.bytes * 8) if a.bytes < 4 else a.bytes * 8
            for a in kernel.ptx.accesses
            if a.is_store == is_store
        )
        found = Counter()
        for name, count in kernel.sass.items():
            if name.startswith(operation + "."):
                width = name.split(".")[1].lstrip("US")
                found[int(width)] += count
        if set(wanted) != set(found):
            yield f"{operation} of {sorted(found)} bits for {sorted(wanted)} in PTX"


def main():
    groups = [
        [Function(op, dtype, n) for n in (FEW if dtype == "f16" else LENGTHS)]
        for op in OPS
        for dtype in DTYPES
    ]
    os.makedirs(OUT, exist_ok=True)

    def build(group):
        out = os.path.join(OUT, group[0].group)
        return compile_functions(TRANSLATE, PTXAS, CHIP, group, out)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        kernels = [kernel for group in pool.map(build, groups) for kernel in group]
    faults = 0
    for kernel in kernels:
        found = Counter()
        for check in (check_limits, check_accesses, check_code):
            found.update(check(kernel))
        for fault, count in found.items():
            faults += 1
            print(f"{kernel.name} {CHIP}: {fault}", f"({count} times)" * (count > 1))
    print(f"{CHIP}: {len(kernels)} kernels, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
