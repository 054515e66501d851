"""Manifests: what to launch for given extents, and with which parameters."""

import ast
import ctypes
import json
import os
import re
from dataclasses import dataclass, field

_NODES = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp,
    ast.Call, ast.Name, ast.Constant, ast.Load,
    ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.USub, ast.UAdd,
    ast.And, ast.Or, ast.Not,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
)  # fmt: skip
_FUNCTIONS = {"min": min, "max": max}
_CTYPES = {
    "i8": ctypes.c_int8, "i16": ctypes.c_int16, "i32": ctypes.c_int32,
    "i64": ctypes.c_int64, "f32": ctypes.c_float, "f64": ctypes.c_double,
}  # fmt: skip
# Of constants, which may be of other types, there are the bits.
_BITS = {
    "i1": ctypes.c_uint8, "i8": ctypes.c_uint8, "i16": ctypes.c_uint16,
    "f16": ctypes.c_uint16, "bf16": ctypes.c_uint16, "i32": ctypes.c_uint32,
    "f32": ctypes.c_uint32, "i64": ctypes.c_uint64, "f64": ctypes.c_uint64,
    "index": ctypes.c_uint64,
}  # fmt: skip
_compiled = {}


class ManifestError(Exception):
    pass


def evaluate(expression, symbols):
    """A number, or an expression over the symbols."""
    if not isinstance(expression, str):
        if isinstance(expression, (bool, int, float)):
            return expression
        raise ManifestError(f"no expression: {expression!r}")
    code = _compiled.get(expression)
    if code is None:
        try:
            tree = ast.parse(expression, mode="eval")
        except SyntaxError as error:
            raise ManifestError(f"{expression!r}: {error.msg}") from None
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and (
                not isinstance(node.func, ast.Name)
                or node.func.id not in _FUNCTIONS
                or node.keywords
            )
            is_text = isinstance(node, ast.Constant) and not isinstance(
                node.value, (int, float)
            )
            if called or is_text or not isinstance(node, _NODES):
                raise ManifestError(f"{expression!r} has more than arithmetic")
        code = _compiled[expression] = compile(tree, "<manifest>", "eval")
    try:
        return eval(code, {"__builtins__": {}, **_FUNCTIONS}, dict(symbols))
    except (NameError, ZeroDivisionError, TypeError) as error:
        raise ManifestError(f"{expression!r}: {error}") from None


@dataclass
class Launch:
    kernel: str
    grid: tuple
    block: tuple
    cluster: tuple
    shared: int
    programmatic: bool
    # Pairs of a kind and a value: of "pointer" the name of an argument or a
    # workspace, of a type of _CTYPES a number, of a type of _BITS behind "bits:"
    # the bits.
    parameters: list


@dataclass
class Copy:
    """From one buffer to another; both have a name."""

    source: str
    target: str
    bytes: int


@dataclass
class Plan:
    # Of Launch and Copy.
    steps: list
    # Bytes by name.
    workspaces: dict

    @property
    def launches(self):
        return [step for step in self.steps if isinstance(step, Launch)]


def _three(values, symbols, where):
    values = [int(evaluate(value, symbols)) for value in values or [1, 1, 1]]
    values += [1] * (3 - len(values))
    if len(values) != 3 or min(values) < 1:
        raise ManifestError(f"{where}: {values} are no extents of a launch")
    return tuple(values)


def _parameter(kernel, parameter, values, known):
    entries = dict(parameter)
    bits = entries.pop("bits", None)
    if len(entries) != 1:
        raise ManifestError(f"{kernel}: no parameter: {parameter}")
    ((kind, value),) = entries.items()
    if kind == "pointer":
        if value not in known:
            raise ManifestError(f"{kernel}: no buffer is named {value}")
        return kind, value
    if bits is not None and kind in _BITS:
        return f"bits:{kind}", bits
    if kind not in _CTYPES:
        raise ManifestError(f"{kernel}: no parameter: {parameter}")
    return kind, evaluate(value, values)


@dataclass
class CompiledFunction:
    """A function of a manifest, for one chip."""

    name: str
    arguments: list
    description: dict
    image: str
    chip: str
    _names: dict = field(default_factory=dict)

    def bind(self, shapes):
        """The symbols, from the shapes of all arguments, in their order."""
        symbols = {}
        if len(shapes) != len(self.arguments):
            raise ManifestError(
                f"{self.name} has {len(self.arguments)} arguments, not {len(shapes)}"
            )
        for argument, shape in zip(self.arguments, shapes):
            wanted = argument.get("shape") or []
            if len(wanted) != len(shape):
                raise ManifestError(f"{self.name}: {argument['name']} is no {shape}")
            for want, extent in zip(wanted, shape):
                is_symbol = isinstance(want, str) and want.isidentifier()
                if is_symbol and symbols.setdefault(want, extent) == extent:
                    continue
                if is_symbol or evaluate(want, symbols) != extent:
                    raise ManifestError(
                        f"{self.name}: {argument['name']} has extent {extent}, "
                        f"not {want}"
                    )
        for name in self.description.get("symbols", []):
            if name not in symbols:
                raise ManifestError(f"{self.name}: nothing gives the symbol {name}")
        return symbols

    def plan(self, symbols, scalars=None):
        """What to launch; `scalars` are the values of the arguments that are
        passed by value."""
        values = {**symbols, **(scalars or {})}
        workspaces = {
            w["name"]: int(evaluate(w["bytes"], symbols))
            for w in self.description.get("workspaces", [])
        }
        known = {a["name"] for a in self.arguments} | set(workspaces)
        steps = []
        for entry in self.description["launches"]:
            condition = entry.get("condition")
            if condition is not None and not evaluate(condition, symbols):
                continue
            if "copy" in entry:
                copy = entry["copy"]
                for name in (copy["from"], copy["to"]):
                    if name not in known:
                        raise ManifestError(f"{self.name}: no buffer is named {name}")
                count = int(evaluate(copy["bytes"], symbols))
                steps.append(Copy(copy["from"], copy["to"], count))
                continue
            kernel = entry["kernel"]
            parameters = [
                _parameter(kernel, parameter, values, known)
                for parameter in entry["parameters"]
            ]
            steps.append(
                Launch(
                    kernel,
                    _three(entry["grid"], symbols, kernel),
                    _three(entry["block"], symbols, kernel),
                    _three(entry.get("cluster"), symbols, kernel),
                    int(evaluate(entry.get("shared_bytes", 0), symbols)),
                    bool(entry.get("programmatic_launch", False)),
                    parameters,
                )
            )
        plan = Plan(steps, workspaces)
        for launch in plan.launches:
            if any(g % c for g, c in zip(launch.grid, launch.cluster)):
                raise ManifestError(f"{launch.kernel}: the grid is no whole clusters")
        return plan


def pack(parameters, pointers):
    """The parameters as cuLaunchKernel takes them: an array of addresses, and
    the storage that it points into."""
    storage = []
    for kind, value in parameters:
        if kind == "pointer":
            storage.append(ctypes.c_uint64(pointers[value]))
        elif kind.startswith("bits:"):
            storage.append(_BITS[kind.removeprefix("bits:")](value))
        elif kind[0] == "f":
            storage.append(_CTYPES[kind](value))
        else:
            bits = 8 * ctypes.sizeof(_CTYPES[kind])
            if not -(2 ** (bits - 1)) <= int(value) < 2**bits:
                raise ManifestError(f"{value} is no {kind}")
            storage.append(_CTYPES[kind](int(value)))
    addresses = (ctypes.c_void_p * len(storage))(
        *(ctypes.addressof(value) for value in storage)
    )
    return addresses, storage


def _capability(chip):
    found = re.fullmatch(r"sm_(\d+)(\d)[af]?", chip)
    return (int(found[1]), int(found[2])) if found else None


def choose_chip(chips, capability, portable=()):
    """The newest of the chips whose binaries run on a device: those of the same
    major version and of no greater minor one; or else those that there is PTX
    for, which the driver compiles for newer devices. None if there is none."""
    fitting = [
        chip
        for chip in chips
        if (of := _capability(chip))
        and of[0] == capability[0]
        and of[1] <= capability[1]
        and not (chip[-1] in "af" and of != capability)
    ]
    fitting = fitting or [
        chip
        for chip in portable
        if chip[-1] not in "af" and (_capability(chip) or (99, 0)) <= capability
    ]
    return max(fitting, key=lambda chip: (_capability(chip), chip), default=None)


class Library:
    """All manifests of a folder."""

    def __init__(self, folder):
        self.targets, self.portable = {}, set()
        names = sorted(n for n in os.listdir(folder) if n.endswith(".json"))
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                try:
                    manifest = json.load(file)
                except ValueError as error:
                    raise ManifestError(f"{name}: {error}") from None
            if manifest.get("version") != 1:
                raise ManifestError(f"{name}: no manifest of version 1")
            # Beside the manifest, wherever it was when it was written.
            image = os.path.join(folder, os.path.basename(manifest["image"]))
            targets = manifest.get("targets") or [
                {"chip": chip, "functions": manifest["functions"]}
                for chip in manifest["chips"]
            ]
            for target in targets:
                functions = self.targets.setdefault(target["chip"], {})
                if "ptx" in target.get("code", []):
                    self.portable.add(target["chip"])
                for entry in target["functions"]:
                    functions[entry["name"]] = CompiledFunction(
                        entry["name"], entry["arguments"], entry, image, target["chip"]
                    )
        if not self.targets:
            raise ManifestError(f"{folder} has no manifests")

    @property
    def chips(self):
        return sorted(self.targets)

    def functions(self, chip):
        return self.targets[chip]

    def choose(self, capability):
        return choose_chip(self.chips, capability, sorted(self.portable))
