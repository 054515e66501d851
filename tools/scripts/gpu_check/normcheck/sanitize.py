"""Runs functions under compute-sanitizer: plain launches on exact allocations,
without torch, so that only our kernels are watched.

  python3 -m normcheck.sanitize FOLDER NAME,NAME,...
"""

import os
import re
import shutil
import subprocess
import sys

import numpy as np

from normcheck.cases import OPS
from normcheck.driver import Driver
from normcheck.manifest import Library
from normcheck.names import find
from normcheck.pool import get_environment

_ERROR_STATUS = 86
_ANY_LENGTHS = (96, 1001, 5000)
_ROWS = 5


def find_sanitizer():
    found = shutil.which("compute-sanitizer")
    for home in (os.environ.get("CUDA_HOME", ""), "/usr/local/cuda"):
        path = os.path.join(home, "bin", "compute-sanitizer")
        if not found and home and os.access(path, os.X_OK):
            found = path
    return found


def run(sanitizer, tool, folder, names, seconds):
    """Whether nothing was found, and the end of what the tool printed."""
    command = [sanitizer, "--tool", tool, "--error-exitcode", str(_ERROR_STATUS)]
    command += [sys.executable, "-m", "normcheck.sanitize", folder, names]
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
            env=get_environment(),
        )
    except subprocess.TimeoutExpired:
        return False, f"{tool}: no end after {seconds:.0f} s"
    lines = (result.stdout + result.stderr).splitlines()
    wrong = [x for x in lines if re.search(r"Error|error|hazard|Invalid|Race", x)]
    passed = result.returncode == 0 and any(x.startswith("ran ") for x in lines)
    return passed, "" if passed else " | ".join((wrong or lines)[:6])[:600]


def numbers(operand, dtype, shape, random):
    """Bits of random numbers."""
    values = random.standard_normal(shape).astype(np.float32)
    element = operand.element(dtype)
    if element == "f16":
        return values.astype(np.float16)
    if element == "bf16":
        return (values.view(np.uint32) >> 16).astype(np.uint16)
    return np.abs(values) if operand.kind == "row" else values


def launch(driver, compiled, function, n):
    op, random = OPS[function.op], np.random.default_rng(n)
    operands = op.inputs + op.outputs
    shapes = [operand.shape(_ROWS, n) for operand in operands]
    pointers, scalars = {}, {}
    for operand, argument, shape in zip(operands, compiled.arguments, shapes):
        name = argument["name"]
        if operand.kind == "scalar":
            scalars[name] = 2.5
            continue
        count = operand.bytes(function.dtype, _ROWS, n)
        pointers[name] = driver.allocate(count)
        if operand in op.inputs:
            array = numbers(operand, function.dtype, shape, random)
            driver.upload(pointers[name], np.ascontiguousarray(array))
    plan = compiled.plan(shapes, scalars)
    for name, count in plan.workspaces.items():
        pointers[name] = driver.allocate(count)
    run_all = driver.prepare(compiled.image, plan, pointers)
    # Once more: what the first call left must do no harm.
    for _ in range(2):
        run_all()
    driver.synchronize()
    for pointer in pointers.values():
        driver.free(pointer)
    return 2 * len(plan.launches)


def main():
    folder, names = sys.argv[1], sys.argv[2].split(",")
    driver = Driver()
    driver.make_current()
    library = Library(os.path.join(folder, "kernels"))
    functions = library.functions(library.choose(driver.capability))
    count = 0
    for name in names:
        function = find(name)
        for n in [function.n] if function.n else _ANY_LENGTHS:
            count += launch(driver, functions[name], function, n)
    print(f"ran {count} launches", flush=True)


if __name__ == "__main__":
    main()
