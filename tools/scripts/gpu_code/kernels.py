"""Compiles functions to PTX and assembles that: all that is known of their
kernels without a GPU."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "gpu_check"))

import ptx  # noqa: E402
import sass  # noqa: E402
from normcheck.cases import BYTES, OPS, Function  # noqa: E402
from programs import module  # noqa: E402

_NAME = re.compile(r"Compiling entry function '(\w+)'")
_NUMBERS = {
    "stack": r"(\d+) bytes stack frame",
    "spill_stores": r"(\d+) bytes spill stores",
    "spill_loads": r"(\d+) bytes spill loads",
    "registers": r"Used (\d+) registers",
    "shared": r"(\d+) bytes smem",
}


# Chunks of an input that a thread has at the most, and in each turn of a loop
# over those of a row that fits no registers: lib/Conversion/RowwiseToGPU.
MOST_STEPS, LOOP_STEPS = 8, 4


@dataclass
class Multiprocessor:
    """As CUDA's programming guide has them, in "Compute Capabilities"."""

    count: int
    threads: int = 2048
    blocks: int = 32
    registers: int = 65536
    shared: int = 0  # for all blocks; each takes 1 KiB more than it asks for
    block_shared: int = 0


MULTIPROCESSORS = {
    "sm_80": Multiprocessor(108, shared=164 << 10, block_shared=163 << 10),
    "sm_90": Multiprocessor(132, shared=228 << 10, block_shared=227 << 10),
}


@dataclass
class Kernel:
    function: Function
    chip: str
    description: dict  # the function in the manifest
    launch: dict
    ptx: ptx.PtxKernel
    sass: dict
    numbers: dict  # what ptxas says

    @property
    def name(self):
        return self.launch["kernel"]

    @property
    def is_sum(self):
        """Whether it adds partial sums."""
        return "_sum" in self.name[len(self.function.name) :]

    @property
    def threads(self):
        return self.launch["block"][0]

    @property
    def cluster(self):
        return self.launch["cluster"][0]

    @property
    def shared(self):
        return self.numbers["shared"] + self.launch["shared_bytes"]

    @property
    def blocks(self):
        """That a multiprocessor holds at a time. Registers are given to warps
        in units of 256, and each of the four parts has a quarter of them."""
        chip = MULTIPROCESSORS[self.chip]
        warps = -(-self.threads // 32)
        per_warp = -(-self.numbers["registers"] * 32 // 256) * 256
        by_registers = chip.registers // 4 // per_warp * 4 // warps
        by_shared = chip.shared // (self.shared + 1024)
        return min(chip.threads // (warps * 32), chip.blocks, by_registers, by_shared)

    def elements(self):
        """The kind of each operand of the op, and the bytes of an element."""
        op = OPS[self.function.op]
        return {
            o.name: (o.kind, BYTES[o.element(self.function.dtype)])
            for o in op.inputs + op.outputs
        }

    def matrix_loads(self):
        elements = self.elements()
        return [
            access
            for access in self.ptx.accesses
            if not access.is_store
            and elements.get(self.operand(access), ("", 0))[0] == "matrix"
            and self.operand(access) in (o.name for o in OPS[self.function.op].inputs)
        ]

    def matrix_inputs(self):
        return {self.operand(access) for access in self.matrix_loads()}

    @property
    def rows(self):
        """Of a block at a time; of such that fit registers."""
        name = min(self.matrix_inputs())
        loads = sum(self.operand(access) == name for access in self.matrix_loads())
        if OPS[self.function.op].backward:
            loads //= 2
        chunks = -(-self.function.n // self.vector())
        sharers = -(-chunks // loads)
        if sharers > 32 or not self.fits_registers:
            return 1
        return self.threads // (1 << (sharers - 1).bit_length())

    def vector(self):
        """Elements of a chunk."""
        widest = max(self.matrix_loads(), key=lambda access: access.bytes)
        return widest.bytes // self.elements()[self.operand(widest)][1]

    def function_vectors(self):
        """Elements of a chunk that the length of the rows allows; if that is not
        known, kernels are there for either case."""
        widest = 16 // BYTES[self.function.dtype]
        if not self.function.n:
            return (widest, 1)
        while self.function.n % widest:
            widest //= 2
        return (widest,)

    @property
    def fits_registers(self):
        """Whether threads have their elements in registers; with rows of any
        length, whether they may."""
        chunks = self.threads * self.cluster * MOST_STEPS
        return self.function.n <= chunks * self.vector()

    def bytes_ahead(self):
        """Of the rows, that a thread has on their way at a time."""
        loads = self.matrix_loads()
        if OPS[self.function.op].backward:
            # The first row before the loop, and in it the next.
            loads = loads[: len(loads) // 2]
        if self.function.n and self.fits_registers:
            return sum(access.bytes for access in loads)
        inputs = {self.operand(access) for access in loads}
        widest = max(access.bytes for access in loads)
        return widest * min(LOOP_STEPS * len(inputs), len(loads))

    def operand(self, access):
        """What it reads or writes: the operand of the op, or a workspace."""
        return self.launch["parameters"][access.parameter]["pointer"]


def _assemble(ptxas, chip, source, cubin):
    command = [ptxas, "-v", f"-arch={chip}", source, "-o", cubin]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    numbers = {}
    parts = _NAME.split(result.stdout + result.stderr)
    for name, text in zip(parts[1::2], parts[2::2]):
        numbers[name] = {}
        for number, pattern in _NUMBERS.items():
            found = re.search(pattern, text)
            numbers[name][number] = int(found.group(1)) if found else 0
    return numbers


def compile_functions(translate, ptxas, chip, functions, out):
    """The kernels of functions, in files that begin with `out`."""
    with open(f"{out}.mlir", "w", encoding="utf-8") as file:
        file.write(module(functions))
    command = [translate, "--norm-to-ptx", f"--chip={chip}", f"{out}.mlir"]
    command += ["-o", f"{out}.ptx", f"--manifest={out}.json"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{result.stderr}")
    numbers = _assemble(ptxas, chip, f"{out}.ptx", f"{out}.cubin")
    with open(f"{out}.ptx", encoding="utf-8") as file:
        texts = ptx.read(file.read())
    with open(f"{out}.cubin", "rb") as file:
        codes = sass.read(file.read())
    with open(f"{out}.json", encoding="utf-8") as file:
        manifest = json.load(file)
    by_name = {function.name: function for function in functions}
    kernels = []
    for described in manifest["targets"][0]["functions"]:
        for launch in described["launches"]:
            if "kernel" not in launch:
                continue  # a copy
            name = launch["kernel"]
            kernels.append(
                Kernel(
                    by_name[described["name"]],
                    chip,
                    described,
                    launch,
                    texts[name],
                    codes[name],
                    numbers[name],
                )
            )
    return kernels
