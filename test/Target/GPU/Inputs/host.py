"""Runs the host functions of norm-to-gpu-launches, in generic form, as the CPU
would, in 64-bit arithmetic, and compares the launches with those that the
manifest says.

Usage: host.py MODULE MANIFEST CHIP
"""

import json
import random
import re
import sys

from rmsnorm_manifest import Copy, Function

MASK = (1 << 64) - 1


def signed(value):
    value &= MASK
    return value - (1 << 64) if value >> 63 else value


def truncated(lhs, rhs):
    quotient = abs(lhs) // abs(rhs)
    return quotient if (lhs < 0) == (rhs < 0) else -quotient


UNSIGNED = {
    "divui": lambda a, b: a // b,
    "ceildivui": lambda a, b: -(-a // b),
    "remui": lambda a, b: a % b,
    "minui": min,
    "maxui": max,
}
SIGNED = {
    "addi": lambda a, b: a + b,
    "subi": lambda a, b: a - b,
    "muli": lambda a, b: a * b,
    "andi": lambda a, b: a & b,
    "ori": lambda a, b: a | b,
    "xori": lambda a, b: a ^ b,
    "divsi": truncated,
    "minsi": min,
    "maxsi": max,
}
COMPARE = "eq ne slt sle sgt sge ult ule ugt uge".split()


def compare(predicate, lhs, rhs):
    name = COMPARE[predicate]
    if name.startswith("u"):
        lhs, rhs = lhs & MASK, rhs & MASK
    name = name[-2:]
    return {
        "eq": lhs == rhs,
        "ne": lhs != rhs,
        "lt": lhs < rhs,
        "le": lhs <= rhs,
        "gt": lhs > rhs,
        "ge": lhs >= rhs,
    }[name]


OP = re.compile(
    r'^(?:(?P<results>%[^=]*) = )?"(?P<name>[\w.]+)"\((?P<operands>[^)]*)\)(?P<rest>.*)$'
)


class Host:
    """One function: lines of ops, whose regions are in lines of their own."""

    def __init__(self, lines):
        self.lines = lines

    def run(self, memrefs, scalars):
        """`memrefs` and `scalars` have names and shapes, or values, by the name
        of the argument."""
        self.values = {}
        self.launches = []
        self.workspaces = {}
        header = self.lines[1]
        for value in re.findall(r"(%\w+):", header):
            self.values[value] = memrefs.get(value, scalars.get(value))
        self.block(2)
        return self.launches

    def find_end(self, start):
        """The line that ends the region that begins behind line `start`."""
        indent = len(self.lines[start]) - len(self.lines[start].lstrip())
        for number in range(start + 1, len(self.lines)):
            line = self.lines[number]
            if len(line) - len(line.lstrip()) == indent and line.lstrip()[0] == "}":
                return number
        raise AssertionError("no end")

    def block(self, number):
        while True:
            text = self.lines[number].strip()
            if text.startswith("}"):
                return
            match = OP.match(text)
            assert match, text
            if match["name"] == "scf.if":
                (condition,) = self.operands(match)
                middle = self.find_end(number)
                branches = [number + 1]
                end = middle
                if self.lines[middle].strip().startswith("}, {"):
                    branches.append(middle + 1)
                    end = self.find_end(middle)
                if condition:
                    self.block(branches[0])
                elif len(branches) == 2:
                    self.block(branches[1])
                number = end + 1
                continue
            if match["name"] in ("func.return", "scf.yield"):
                return
            self.op(match)
            number += 1

    def operands(self, match):
        names = [name for name in match["operands"].split(", ") if name]
        return [self.get(name) for name in names]

    def get(self, name):
        if "#" in name:
            base, index = name.split("#")
            return self.values[base][int(index)]
        return self.values[name]

    def op(self, match):
        name, rest = match["name"], match["rest"]
        operands = self.operands(match)
        result = match["results"]
        if name == "arith.constant":
            value = re.search(r"value = ([^:}>]+)", rest)[1].strip()
            value = {"true": "1", "false": "0"}.get(value, value)
            number = float(value)
            self.values[result] = int(number) if number == int(number) else number
        elif name == "arith.cmpi":
            predicate = int(re.search(r"predicate = (\d+)", rest)[1])
            self.values[result] = compare(predicate, *operands)
        elif name == "arith.select":
            self.values[result] = operands[1] if operands[0] else operands[2]
        elif name.startswith("arith."):
            name = name.removeprefix("arith.")
            if name in UNSIGNED:
                value = UNSIGNED[name](*(operand & MASK for operand in operands))
            else:
                value = SIGNED[name](*operands)
            self.values[result] = signed(value)
        elif name == "memref.dim":
            (_, shape), index = operands
            self.values[result] = shape[index]
        elif name == "memref.extract_strided_metadata":
            buffer, shape = operands[0]
            strides, stride = [], 1
            for size in reversed(shape):
                strides.insert(0, stride)
                stride *= size
            self.values[result.split(":")[0]] = [(buffer, ()), 0, *shape, *strides]
        elif name == "gpu.alloc":
            type_ = re.search(r"-> memref<([^>]*)>", rest)[1]
            *sizes, element = type_.split("x")
            dynamic = iter(operands)
            shape = tuple(next(dynamic) if s == "?" else int(s) for s in sizes)
            buffer = f"w{len(self.workspaces)}"
            bits = int(re.search(r"\d+$", element)[0])
            total = bits // 8
            for size in shape:
                total *= size
            self.workspaces[buffer] = total
            self.values[result] = (buffer, shape)
        elif name == "gpu.dealloc":
            pass
        elif name == "gpu.memcpy":
            (to, _), (source, _) = operands
            self.launches.append(("copy", source, to))
        elif name == "gpu.launch_func":
            kernel = re.search(r"kernel = @\w+::@(\w+)", rest)[1]
            segments = [
                int(n)
                for n in re.search(r"operandSegmentSizes = array<i32: ([^>]*)>", rest)[1].split(", ")
            ]
            groups = []
            for count in segments:
                groups.append(operands[:count])
                operands = operands[count:]
            sizes = [group[0] if group else 1 for group in groups[1:10]]
            shared = groups[10][0] if groups[10] else 0
            arguments = [v[0] if isinstance(v, tuple) else v for v in groups[11]]
            self.launches.append(
                (kernel, *map(tuple, (sizes[:3], sizes[3:6], sizes[6:])), shared, arguments)
            )
        else:
            raise AssertionError(name)


def read_functions(path):
    functions, lines = {}, None
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if re.match(r'  "func.func"\(\)', line):
            lines = [line]
            functions[re.search(r'sym_name = "(\w+)"', line)[1]] = lines
        elif lines is not None:
            lines.append(line)
            if line.startswith("  })"):
                lines = None
    return functions


def check(host, function, symbols):
    names = [argument["name"] for argument in function.arguments]
    header = re.findall(r"%\w+(?=:)", host.lines[1])
    memrefs, scalars, shapes, values = {}, {}, {}, {}
    for value, name, argument in zip(header, names, function.arguments):
        if "shape" in argument:
            shape = tuple(
                size if isinstance(size, int) else symbols[size]
                for size in argument["shape"]
            )
            memrefs[value] = (name, shape)
            shapes[name] = shape
        elif argument["type"] == "index":
            scalars[value] = values[name] = symbols[name]
        else:
            scalars[value] = values[name] = 0.5
    launches = [
        # What has no blocks is not launched.
        launch
        for launch in host.run(memrefs, scalars)
        if launch[0] == "copy" or 0 not in launch[1]
    ]
    plan = function.plan(shapes, values)
    said = []
    for launch in plan.launches:
        if isinstance(launch, Copy):
            said.append(("copy", launch.source, launch.destination))
            continue
        arguments = [p.buffer if p.buffer is not None else p.value for p in launch.parameters]
        said.append(
            (launch.kernel, launch.grid, launch.block, launch.cluster, launch.shared_bytes, arguments)
        )
    # Kernels of different modules may have got other names.
    rename = {}
    for ours, theirs in zip(launches, said):
        assert rename.setdefault(theirs[0], ours[0]) == ours[0], (ours, theirs)
    said = [(rename.get(launch[0]), *launch[1:]) for launch in said]
    assert launches == said, f"{function.name} {symbols}:\n{launches}\n{said}"
    for name, size in host.workspaces.items():
        assert plan.workspaces[name] == size, (function.name, symbols, name)
    return len(said)


def main():
    module, manifest, chip = sys.argv[1:]
    hosts = read_functions(module)
    with open(manifest, encoding="utf-8") as file:
        data = json.load(file)
    (target,) = (target for target in data["targets"] if target["chip"] == chip)
    generator = random.Random(1)
    launches = 0
    for entry in target["functions"]:
        function = Function(entry)
        for _ in range(200):
            symbols = {
                name: generator.choice(
                    [0, 1, 8, 255, 256, 257, 4096, generator.randrange(1 << generator.randrange(1, 20))]
                )
                for name in entry["symbols"]
            }
            launches += check(Host(hosts[entry["name"]]), function, symbols)
    print(f"{len(target['functions'])} functions, {launches} launches alike")


main()
