"""Reads the manifests that `rmsnorm-translate` writes for device code, and says
what has to be launched for given shapes. Needs Python's standard library only;
docs/GPU.md has examples.

    manifest = Manifest.read("norm.json")
    plan = manifest.function("rms_norm", capability=90).plan(
        {"x": (128, 4096), "w": (4096,), "y": (128, 4096)})
    for launch in plan.launches: ...
"""

import ast
import ctypes
import json
import operator
from dataclasses import dataclass, field

_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_CALLS = {"min": min, "max": max}


def evaluate(expression, symbols):
    """The value of a number or of an expression of the manifest. Nothing but
    arithmetic is evaluated, whatever the text is."""
    if isinstance(expression, int):
        return expression

    def visit(node):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        if isinstance(node, ast.Name) and node.id in symbols:
            return symbols[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            return _BINARY[type(node.op)](visit(node.left), visit(node.right))
        if isinstance(node, ast.UnaryOp):
            if isinstance(node.op, ast.USub):
                return -visit(node.operand)
            if isinstance(node.op, ast.Not):
                return not visit(node.operand)
        if isinstance(node, ast.BoolOp):
            # Not more than decides it, as in Python.
            stop = isinstance(node.op, ast.Or)
            value = not stop
            for operand in node.values:
                value = bool(visit(operand))
                if value == stop:
                    break
            return value
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            compare = _COMPARE.get(type(node.ops[0]))
            if compare:
                return compare(visit(node.left), visit(node.comparators[0]))
        if isinstance(node, ast.IfExp):
            return visit(node.body if visit(node.test) else node.orelse)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _CALLS
            and node.args
            and not node.keywords
        ):
            return _CALLS[node.func.id](*map(visit, node.args))
        raise ValueError(f"no expression of sizes: {expression!r}")

    return visit(ast.parse(expression, mode="eval").body)


# What a scalar of a kernel is for ctypes. Floats that ctypes lacks are passed by
# their bits.
_CTYPES = {
    "i64": ctypes.c_int64,
    "f32": ctypes.c_float,
    "f64": ctypes.c_double,
    "f16": ctypes.c_uint16,
    "bf16": ctypes.c_uint16,
    "i32": ctypes.c_int32,
    "i16": ctypes.c_int16,
    "i8": ctypes.c_int8,
    "i1": ctypes.c_bool,
}
_BITS = {"f32": ctypes.c_uint32, "f64": ctypes.c_uint64}


@dataclass
class Parameter:
    """A parameter of a kernel: the address of `buffer`, or `value`. A bf16 or f16
    is the integer that its bits are."""

    type: str
    value: object = None
    buffer: str = None

    def ctype(self):
        if self.buffer is not None:
            return ctypes.c_void_p
        return _CTYPES[self.type]


@dataclass
class Launch:
    kernel: str
    grid: tuple
    block: tuple
    cluster: tuple
    shared_bytes: int
    programmatic_launch: bool
    parameters: list

    def ctypes_arguments(self, addresses):
        """The values and types of the parameters; `addresses` has the address of
        each buffer and workspace."""
        values = tuple(
            addresses[p.buffer] if p.buffer is not None else p.value
            for p in self.parameters
        )
        return values, tuple(p.ctype() for p in self.parameters)

    def numpy_arguments(self, buffers):
        """The parameters as numpy's scalars, and as what `buffers` has."""
        import numpy

        return tuple(
            buffers[p.buffer]
            if p.buffer is not None
            else numpy.dtype(p.ctype()).type(p.value)
            for p in self.parameters
        )

    def pack(self, addresses):
        """The parameters one by one as bytes."""
        values, types = self.ctypes_arguments(addresses)
        return [bytes(type_(value)) for value, type_ in zip(values, types)]


@dataclass
class Copy:
    """Bytes that are copied from one buffer to another one."""

    source: str
    destination: str
    bytes: int


@dataclass
class Plan:
    symbols: dict
    workspaces: dict = field(default_factory=dict)
    launches: list = field(default_factory=list)


class Function:
    def __init__(self, data):
        self.data = data
        self.name = data["name"]
        self.arguments = data["arguments"]

    def bind(self, shapes, scalars=()):
        """The values of symbols. Shapes and the manifest's must agree."""
        symbols = {
            name: int(value)
            for name, value in dict(scalars).items()
            if name in self.data["symbols"]
        }
        pending = []
        for argument in self.arguments:
            if "shape" not in argument:
                continue
            name, expected = argument["name"], argument["shape"]
            if name not in shapes:
                continue
            shape = tuple(shapes[name])
            if len(shape) != len(expected):
                raise ValueError(f"{name} has rank {len(shape)}, not {len(expected)}")
            for size, extent in zip(expected, shape):
                if isinstance(size, str) and size.isidentifier():
                    symbols.setdefault(size, extent)
                pending.append((name, size, extent))
        missing = [name for name in self.data["symbols"] if name not in symbols]
        if missing:
            raise ValueError(f"nothing says what {', '.join(missing)} is")
        for name, size, extent in pending:
            if evaluate(size, symbols) != extent:
                raise ValueError(f"{name} has a size of {extent}, not {size}")
        return symbols

    def plan(self, shapes, scalars=()):
        """What to launch, in order, for the shapes of arguments by name, and for
        the values of those that are scalars."""
        scalars = dict(scalars)
        symbols = self.bind(shapes, scalars)
        plan = Plan(symbols)
        for workspace in self.data["workspaces"]:
            plan.workspaces[workspace["name"]] = evaluate(workspace["bytes"], symbols)
        for launch in self.data["launches"]:
            condition = launch["condition"]
            if condition is not None and not evaluate(condition, symbols):
                continue
            if "copy" in launch:
                copy = launch["copy"]
                size = evaluate(copy["bytes"], symbols)
                plan.launches.append(Copy(copy["from"], copy["to"], size))
                continue
            plan.launches.append(
                Launch(
                    launch["kernel"],
                    tuple(evaluate(size, symbols) for size in launch["grid"]),
                    tuple(launch["block"]),
                    tuple(launch["cluster"]),
                    launch["shared_bytes"],
                    launch["programmatic_launch"],
                    [_read_parameter(p, symbols, scalars) for p in launch["parameters"]],
                )
            )
        return plan


def _read_parameter(data, symbols, scalars):
    if "pointer" in data:
        return Parameter("pointer", buffer=data["pointer"])
    if "bits" in data:
        bits = data["bits"]
        (type_,) = set(data) - {"bits"}
        if type_ in _BITS:
            raw = bytes(_BITS[type_](bits))
            return Parameter(type_, _CTYPES[type_].from_buffer_copy(raw).value)
        return Parameter(type_, _CTYPES[type_](bits).value)
    ((type_, value),) = data.items()
    if type_ == "i64" and value not in scalars:
        return Parameter(type_, evaluate(value, symbols))
    return Parameter(type_, scalars[value])


class Manifest:
    def __init__(self, data):
        if data["version"] != 1:
            raise ValueError(f"this is version {data['version']} of manifests, not 1")
        self.data = data
        self.image = data["image"]

    @classmethod
    def read(cls, path):
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def target(self, capability):
        """What there is for a device, whose compute capability 9.0 is 90: the
        newest that it can run."""

        def runs(target):
            own = target["capability"]
            suffix = target["chip"][-1]
            if suffix == "a":
                return capability == own
            same = capability // 10 == own // 10
            return capability >= own and (
                same or ("ptx" in target["code"] and suffix != "f")
            )

        targets = [target for target in self.data["targets"] if runs(target)]
        if not targets:
            chips = ", ".join(self.data["chips"])
            raise ValueError(f"{self.image} is for {chips}, not sm_{capability}")
        return max(targets, key=lambda target: target["capability"])

    def function(self, name, capability):
        for function in self.target(capability)["functions"]:
            if function["name"] == name:
                return Function(function)
        raise KeyError(name)
