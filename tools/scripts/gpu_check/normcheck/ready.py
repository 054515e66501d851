"""All that can be checked without a device: that each function is there for each
chip, and what would be launched for each number of rows."""

import os

from normcheck.cases import ANY_LENGTHS, OPS, timings
from normcheck.driver import get_config
from normcheck.manifest import ManifestError, kernels, pack

_FATBIN_MAGIC = b"\x50\xed\x55\xba"
_ROWS = (1, 5, 34, 1000, 150001)
# The limits of every device.
_MOST_BLOCKS, _MOST_THREADS, _MOST_CLUSTER = 2**31 - 1, 1024, 8
_MOST_SHARED = 227 << 10


def check_image(path):
    if not os.path.exists(path):
        raise ManifestError(f"there is no {path}")
    with open(path, "rb") as file:
        start = file.read(4)
    if start not in (_FATBIN_MAGIC, b"\x7fELF") and not start.startswith(b"//"):
        raise ManifestError(f"{path} is neither a fatbin, a cubin nor PTX")


def check_launch(launch):
    threads = launch.block[0] * launch.block[1] * launch.block[2]
    cluster = launch.cluster[0] * launch.cluster[1] * launch.cluster[2]
    if not 1 <= threads <= _MOST_THREADS or launch.grid[0] > _MOST_BLOCKS:
        raise ManifestError(f"{launch.kernel}: {launch.grid} of {launch.block}")
    if cluster > _MOST_CLUSTER or not 0 <= launch.shared_bytes <= _MOST_SHARED:
        raise ManifestError(
            f"{launch.kernel}: a cluster of {cluster}, {launch.shared_bytes} bytes"
        )


def plan(compiled, function, rows, n):
    """The launches, with parameters packed for addresses that are none."""
    op = OPS[function.op]
    operands = op.inputs + op.outputs
    shapes = [operand.shape(rows, n) for operand in operands]
    scalars = {
        argument["name"]: 1.0
        for operand, argument in zip(operands, compiled.arguments)
        if operand.kind == "scalar"
    }
    for operand, argument in zip(operands, compiled.arguments):
        if argument["type"] != operand.element(function.dtype):
            raise ManifestError(
                f"{function.name}: {argument['name']} is of {argument['type']}, "
                f"not {operand.element(function.dtype)}"
            )
    result = compiled.plan(shapes, scalars)
    pointers = {argument["name"]: 256 for argument in compiled.arguments}
    pointers.update(dict.fromkeys(result.workspaces, 512))
    if not kernels(result):
        raise ManifestError(f"{function.name}: nothing is launched for {rows}x{n}")
    for launch in kernels(result):
        check_launch(launch)
        pack(launch, pointers)
        get_config(launch, None)
    return result


def check(library, functions):
    """Raises a ManifestError, or returns a line for each chip."""
    lines = []
    for chip in library.chips:
        found, launches = set(), 0
        there = library.functions(chip)
        for function in functions:
            if function.name not in there:
                raise ManifestError(f"{function.name} is not there for {chip}")
            compiled = there[function.name]
            check_image(compiled.image)
            lengths = [function.n] if function.n else ANY_LENGTHS
            rows = {*_ROWS, *(t.rows for t in timings() if t.function == function)}
            for n in lengths:
                for count in sorted(rows):
                    for launch in kernels(plan(compiled, function, count, n)):
                        found.add((compiled.image, launch.kernel))
                        launches += 1
        lines.append(
            f"{chip}: {len(functions)} functions, {len(found)} kernels, "
            f"{launches} launches can be made"
        )
    return lines
