"""Checks the assembly of kernels for AMD's GPUs: nothing is in private memory,
and rows are loaded and stored 16 bytes at a time where their length allows that.

usage: check_amd.py SCRIPTS OPT CHIP OUT
"""

import os
import re
import subprocess
import sys

SCRIPTS, OPT, CHIP, OUT = sys.argv[1:]
sys.path.insert(0, os.path.join(SCRIPTS, "gpu_check"))

from normcheck.cases import BYTES, OPS, Function  # noqa: E402
from programs import module  # noqa: E402

LENGTHS = (64, 512, 1000, 1001, 4096, 16384, 65536, 0)
_METADATA = re.compile(r"\.(private_segment_fixed_size|[sv]gpr_spill_count): +(\d+)")
_STRING = re.compile(r'assembly = "((?:[^"\\]|\\.)*)"')


def compile_functions(functions):
    """The assembly of each function's kernels."""
    path = os.path.join(OUT, f"{functions[0].group}.mlir")
    with open(path, "w", encoding="utf-8") as file:
        file.write(module(functions))
    pipeline = f"--norm-to-gpu=chip={CHIP} format=isa"
    command = [OPT, path, "--norm-fuse", pipeline]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    texts = [
        re.sub(
            rb"\\([0-9A-F]{2})", lambda m: bytes([int(m.group(1), 16)]), text.encode()
        ).decode()
        for text in _STRING.findall(result.stdout)
    ]
    if len(texts) != len(functions):
        sys.exit(f"{path}: {len(texts)} modules for {len(functions)} functions")
    return texts


def is_wide(function):
    """Whether chunks of 16 bytes have no rest; of any length, in some kernels."""
    return function.n * BYTES[function.dtype] % 16 == 0


def check(function, text):
    numbers = _METADATA.findall(text)
    if not numbers:
        yield "no kernel has metadata"
    for name, number in numbers:
        if int(number):
            yield f"{name} {number}"
    if re.search(r"^\s*(scratch_|buffer_(load|store)_)", text, re.M):
        yield "accesses to scratch"
    stored = min(BYTES[o.element(function.dtype)] for o in OPS[function.op].outputs)
    wanted = ["global_load_dwordx4"]
    # Codes of one byte are stored in chunks as the elements that they come of.
    if stored >= BYTES[function.dtype]:
        wanted.append("global_store_dwordx4")
    for instruction in wanted:
        if is_wide(function) and not re.search(rf"\b{instruction}\b", text):
            yield f"no {instruction}"


def main():
    os.makedirs(OUT, exist_ok=True)
    modules = faults = 0
    for op in OPS:
        for dtype in ("bf16", "f32"):
            functions = [Function(op, dtype, n) for n in LENGTHS]
            for function, text in zip(functions, compile_functions(functions)):
                modules += 1
                for fault in check(function, text):
                    faults += 1
                    print(f"{function.name} {CHIP}: {fault}")
    print(f"{CHIP}: {modules} functions, {faults} faults")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
