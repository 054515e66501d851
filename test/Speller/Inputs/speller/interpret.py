"""Computes raised functions in float64: norm ops by their definition, and what
is left of linalg, arith, math and tensor around them."""

import re
import struct

import numpy as np

from . import ir
from .program import WIDTH, round_to


class Unsupported(Exception):
    """The function has an op that is not known here."""


SCALAR = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.divf": lambda a, b: a / b,
    "arith.negf": lambda a: -a,
    "arith.maximumf": np.maximum,
    "arith.minimumf": np.minimum,
    "arith.extf": lambda a: a,
    "arith.truncf": lambda a: a,
    "arith.addi": lambda a, b: a + b,
    "arith.muli": lambda a, b: a * b,
    "arith.index_cast": lambda a: a,
    "arith.sitofp": lambda a: np.asarray(a, float),
    "math.sqrt": np.sqrt,
    "math.rsqrt": lambda a: 1 / np.sqrt(a),
    "math.absf": np.abs,
    "math.exp": np.exp,
    "math.powf": lambda a, b: a**b,
    "math.fpowi": lambda a, b: a**b,
    "math.fma": lambda a, b, c: a * b + c,
}


def float_of(text, element):
    if text.startswith("0x"):
        bits = int(text, 16)
        if element == "f32":
            return struct.unpack("<f", struct.pack("<I", bits))[0]
        if element == "f64":
            return struct.unpack("<d", struct.pack("<Q", bits))[0]
        if element == "bf16":
            return struct.unpack("<f", struct.pack("<I", bits << 16))[0]
        return float(np.uint16(bits).view(np.float16))
    return round_to(float(text), element) if element in WIDTH else float(text)


def constant(text):
    """A number, or an array of the shape of a dense attribute."""
    match = re.match(r"dense<(.*)> : (tensor<.*>)$", text)
    if match:
        shape, element = ir.tensor_type(match[2])
        numbers = re.findall(r"0x[0-9A-Fa-f]+|[-+.\w]+", match[1])
        values = np.array([float_of(n, element) for n in numbers])
        if values.size == 1:
            return np.full(shape, values[0])
        return values.reshape(shape)
    value, _, element = text.partition(" : ")
    if value in ("true", "false"):
        return float(value == "true")
    return float_of(value, element)


class Interpreter:
    def __init__(self, aliases, functions=None):
        self.aliases, self.functions = aliases, functions or {}
        self.values = {}

    def run(self, function, arguments):
        block = function.regions[0]
        for (name, _), value in zip(block.arguments, arguments):
            self.values[name] = value
        for op in block.ops:
            if op.name in ("func.return", "return"):
                return [self.values[o] for o in op.operands]
            self.execute(op)
        raise Unsupported("no return")

    def execute(self, op):
        inputs = [self.values[o] for o in op.operands]
        method = getattr(self, "on_" + op.name.replace(".", "_"), None)
        if method:
            results = method(op, inputs)
        elif op.name in SCALAR:
            results = SCALAR[op.name](*inputs)
        elif op.name.startswith("linalg.") and op.regions:
            results = self.structured(op, inputs)
        else:
            raise Unsupported(op.name)
        if not isinstance(results, tuple):
            results = (results,)
        for name, value in zip(op.results, results):
            self.values[name] = value

    # The norm dialect.

    def norm(self, op, inputs, centred):
        sizes = ir.integers(op.attribute("operandSegmentSizes"))
        x = inputs[0]
        axes = tuple(ir.integers(op.attribute("axes")))
        epsilon = float(op.attribute("epsilon").split()[0])
        mode = int(op.attribute("epsilon_mode", "0").split()[0])
        offset = float(op.attribute("scale_offset", "0.0").split()[0])
        mean = np.mean(x, axis=axes, keepdims=True)
        d = x - mean if centred else x
        first = d
        if op.attribute("statistics_extent"):
            k = int(op.attribute("statistics_extent").split()[0])
            first = np.take(d, range(k), axis=axes[0])
        v = np.mean(first * first, axis=axes, keepdims=True)
        root = [np.sqrt(v + epsilon), np.sqrt(v) + epsilon,
                np.sqrt(np.maximum(v, epsilon)), np.maximum(np.sqrt(v), epsilon)][mode]
        y = d / root
        rest = inputs[1:]
        if sizes[1]:
            y = y * (offset + self.column(rest.pop(0), op, "scale_dims", x))
        if sizes[2]:
            y = y + self.column(rest.pop(0), op, "bias_dims", x)
        grid = [n for d_, n in enumerate(x.shape) if d_ not in axes]
        mean, rstd = mean.reshape(grid), (1 / root).reshape(grid)
        segments = op.attribute("resultSegmentSizes")
        if not centred:
            return y, rstd
        has = ir.integers(segments)
        return (y, *([mean] if has[1] else []), *([rstd] if has[2] else []))

    def backward(self, op, inputs, centred):
        axes = tuple(ir.integers(op.attribute("axes")))
        offset = float(op.attribute("scale_offset", "0.0").split()[0])
        dy, x = inputs[:2]
        rest = list(inputs[2:])
        row = [1 if d in axes else n for d, n in enumerate(x.shape)]
        mean = np.reshape(rest.pop(0), row) if centred else 0.0
        r = np.reshape(rest.pop(0), row)
        scale = offset + self.column(rest.pop(0), op, "scale_dims", x) if rest else 1.0
        xhat, g = (x - mean) * r, dy * scale
        average = lambda v: np.mean(v, axis=axes, keepdims=True)
        dx = r * (g - (average(g) if centred else 0.0) - xhat * average(g * xhat))
        has = ir.integers(op.attribute("resultSegmentSizes"))
        results = [dx]
        for present, value, name in ((has[1], dy * xhat, "scale_dims"),
                                     (has[2], dy, "bias_dims")):
            if present:
                dims = ir.integers(op.attribute(name))
                gone = tuple(d for d in range(x.ndim) if d not in dims)
                results.append(np.sum(value, axis=gone))
        return tuple(results)

    def on_norm_rms_norm_backward(self, op, inputs):
        return self.backward(op, inputs, False)

    def on_norm_layer_norm_backward(self, op, inputs):
        return self.backward(op, inputs, True)

    @staticmethod
    def column(value, op, name, x):
        dims = ir.integers(op.attribute(name))
        shape = [n if d in dims else 1 for d, n in enumerate(x.shape)]
        return np.asarray(value).reshape(shape)

    def on_norm_rms_norm(self, op, inputs):
        return self.norm(op, inputs, False)

    def on_norm_layer_norm(self, op, inputs):
        return self.norm(op, inputs, True)

    # Calls.

    def on_func_call(self, op, inputs):
        callee = self.functions[op.attribute("callee").lstrip("@")]
        inner = type(self)(self.aliases, self.functions)
        return tuple(inner.run(callee, inputs))

    on_call = on_func_call

    # Structured ops.

    def maps(self, op):
        result = []
        for text in ir.split(op.attribute("indexing_maps").strip()[1:-1]):
            text = self.aliases.get(text, text)
            loops, results = re.search(r"\(([^()]*)\) -> \(([^()]*)\)>", text).groups()
            count = len([d for d in loops.split(",") if d.strip()])
            exprs = [r.strip() for r in results.split(",") if r.strip()]
            result.append((count, exprs))
        return result

    @staticmethod
    def to_loops(value, count, exprs):
        """`value` with one dimension for each loop."""
        value = np.asarray(value, float)
        index = tuple(slice(None) if e.startswith("d") else 0 for e in exprs)
        value = value[index]
        loops = [int(e[1:]) for e in exprs if e.startswith("d")]
        if len(set(loops)) != len(loops):
            raise Unsupported("diagonal")
        order = np.argsort(loops)
        value = np.transpose(value, order)
        shape = [1] * count
        for at, loop in enumerate(sorted(loops)):
            shape[loop] = value.shape[at]
        return value.reshape(shape)

    def structured(self, op, inputs):
        block = op.regions[0]
        count = len(block.arguments)
        if op.name in ("linalg.generic",):
            maps = self.maps(op)
            loops = maps[0][0]
        else:
            loops = inputs[0].ndim
            identity = [f"d{i}" for i in range(loops)]
            maps = [(loops, identity)] * count
            if op.name == "linalg.reduce":
                gone = ir.integers(op.attribute("dimensions"))
                maps[-1] = (loops, [d for i, d in enumerate(identity) if i not in gone])
        outs = len(op.results)
        extents = [1] * loops
        for value, (_, exprs) in zip(inputs, maps):
            for at, expr in enumerate(exprs):
                if expr.startswith("d"):
                    extents[int(expr[1:])] = np.shape(value)[at]
        wide = [self.to_loops(v, loops, m[1]) for v, m in zip(inputs, maps)]
        out_maps = [m[1] for m in maps[len(maps) - outs:]]
        kept = [{int(e[1:]) for e in m if e.startswith("d")} for m in out_maps]
        reduces = any(len(k) < loops for k in kept)
        for (name, _), value in zip(block.arguments, wide):
            self.values[name] = value
        largest = reduces and any(o.name == "arith.maximumf" for o in block.ops)
        if reduces:
            for name, _ in block.arguments[-outs:]:
                self.values[name] = -np.inf if largest else 0.0
        yielded = []
        for inner in block.ops:
            if inner.name == "linalg.yield":
                yielded = [self.values[o] for o in inner.operands]
            else:
                self.execute(inner)
        results = []
        for value, exprs, keep, init in zip(yielded, out_maps, kept, inputs[-outs:]):
            value = np.broadcast_to(value, extents)
            gone = tuple(i for i in range(loops) if i not in keep)
            value = (np.max if largest else np.sum)(value, axis=gone)
            left = sorted(keep)
            order = [left.index(int(e[1:])) for e in exprs if e.startswith("d")]
            value = np.transpose(value, order).reshape(np.shape(init))
            if reduces:
                value = np.maximum(value, init) if largest else value + init
            results.append(value)
        return tuple(results)

    def on_linalg_fill(self, op, inputs):
        return np.full(np.shape(inputs[1]), float(inputs[0]))

    def on_linalg_broadcast(self, op, inputs):
        value = inputs[0]
        for dim in sorted(ir.integers(op.attribute("dimensions"))):
            value = np.expand_dims(value, dim)
        return np.broadcast_to(value, np.shape(inputs[1]))

    def on_linalg_transpose(self, op, inputs):
        return np.transpose(inputs[0], ir.integers(op.attribute("permutation")))

    # tensor and arith.

    def on_arith_constant(self, op, inputs):
        return constant(op.attribute("value"))

    def on_tensor_empty(self, op, inputs):
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        sizes = iter(inputs)
        return np.zeros([int(next(sizes)) if n < 0 else n for n in shape])

    def on_tensor_splat(self, op, inputs):
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        sizes = iter(inputs[1:])
        return np.full([int(next(sizes)) if n < 0 else n for n in shape], inputs[0])

    def on_tensor_dim(self, op, inputs):
        return np.shape(inputs[0])[int(inputs[1])]

    def on_tensor_cast(self, op, inputs):
        return inputs[0]

    def on_builtin_unrealized_conversion_cast(self, op, inputs):
        return inputs[0]

    def on_tensor_from_elements(self, op, inputs):
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        return np.array([float(i) for i in inputs]).reshape(shape)

    def on_tensor_extract(self, op, inputs):
        return np.asarray(inputs[0])[tuple(int(i) for i in inputs[1:])]

    def on_tensor_collapse_shape(self, op, inputs):
        groups = [ir.integers(g) for g in ir.split(op.attribute("reassociation").strip()[1:-1])]
        shape = np.shape(inputs[0])
        return np.reshape(inputs[0], [int(np.prod([shape[d] for d in g])) for g in groups])

    def on_tensor_expand_shape(self, op, inputs):
        static = ir.integers(op.attribute("static_output_shape"))
        sizes = iter(inputs[1:])
        shape = [int(next(sizes)) if n < 0 else n for n in static]
        return np.reshape(inputs[0], shape)

    def on_tensor_extract_slice(self, op, inputs):
        at = ir.integers(op.attribute("static_offsets"))
        sizes = ir.integers(op.attribute("static_sizes"))
        rest = iter(inputs[1:])
        sizes = [int(next(rest)) if n < 0 else n for n in sizes]
        index = tuple(slice(a, a + n) for a, n in zip(at, sizes))
        return np.asarray(inputs[0])[index]
