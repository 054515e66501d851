"""StableHLO and MHLO ops for the interpreter."""

import re

import numpy as np

from . import ir
from .interpret import Interpreter, constant

BINARY = {
    "add": lambda a, b: a + b, "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b, "divide": lambda a, b: a / b,
    "maximum": np.maximum, "minimum": np.minimum, "power": lambda a, b: a**b,
}
UNARY = {
    "negate": lambda a: -a, "abs": np.abs, "sqrt": np.sqrt, "exponential": np.exp,
    "rsqrt": lambda a: 1 / np.sqrt(a), "convert": lambda a: np.asarray(a, float),
}


class HloInterpreter(Interpreter):
    def execute(self, op):
        dialect, _, name = op.name.partition(".")
        if dialect not in ("stablehlo", "mhlo"):
            return super().execute(op)
        inputs = [self.values[o] for o in op.operands]
        if name in BINARY:
            # No op broadcasts by itself.
            assert np.shape(inputs[0]) == np.shape(inputs[1]), op.types
            value = BINARY[name](*inputs)
        elif name in UNARY:
            value = UNARY[name](inputs[0])
        else:
            value = getattr(self, "hlo_" + name)(op, inputs)
        if isinstance(value, tuple):
            self.values.update(zip(op.results, value))
            return
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        have = list(np.shape(value))
        assert len(have) == len(shape) and all(
            want in (-1, n) for want, n in zip(shape, have)), (op.name, op.types, have)
        self.values[op.results[0]] = value

    def hlo_constant(self, op, inputs):
        return constant(op.attribute("value"))

    def hlo_broadcast_in_dim(self, op, inputs, shape=None):
        value = np.asarray(inputs[0])
        if shape is None:
            shape, _ = ir.tensor_type(ir.result_types(op)[0])
        dims = ir.integers(op.attribute("broadcast_dimensions"))
        assert len(dims) == value.ndim and len(set(dims)) == len(dims), op.types
        wide = [1] * len(shape)
        for at in np.argsort(dims) if dims else []:
            assert value.shape[at] in (1, shape[dims[at]]), op.types
            wide[dims[at]] = value.shape[at]
        value = np.transpose(value, np.argsort(dims) if dims else []).reshape(wide)
        return np.broadcast_to(value, shape)

    def hlo_dynamic_broadcast_in_dim(self, op, inputs):
        return self.hlo_broadcast_in_dim(op, inputs[:1], [int(n) for n in inputs[1]])

    def hlo_reshape(self, op, inputs):
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        return np.reshape(inputs[0], shape)

    def hlo_dynamic_reshape(self, op, inputs):
        return np.reshape(inputs[0], [int(n) for n in inputs[1]])

    def hlo_transpose(self, op, inputs):
        return np.transpose(inputs[0], ir.integers(op.attribute("permutation")))

    def hlo_reduce(self, op, inputs):
        axes = tuple(ir.integers(op.attribute("dimensions")))
        inner = op.regions[0].ops[0].name.partition(".")[2]
        if inner == "maximum":
            return np.maximum(np.max(inputs[0], axis=axes), inputs[1])
        assert inner == "add", inner
        return np.sum(inputs[0], axis=axes) + inputs[1]

    def hlo_dot_general(self, op, inputs):
        text = op.attribute("dot_dimension_numbers")
        dims = {}
        for name in ("lhs_batching", "rhs_batching", "lhs_contracting", "rhs_contracting"):
            found = re.search(name + r"_dimensions = \[([^\]]*)\]", text)
            dims[name] = [int(n) for n in found[1].split(",") if n.strip()] if found else []
        letters = iter("abcdefghijklmnopqrstuvwxyz")
        a = [next(letters) for _ in range(np.ndim(inputs[0]))]
        b = [next(letters) for _ in range(np.ndim(inputs[1]))]
        for kind in ("batching", "contracting"):
            for l, r in zip(dims["lhs_" + kind], dims["rhs_" + kind]):
                b[r] = a[l]
        out = [a[i] for i in dims["lhs_batching"]]
        for side in (a, b):
            other = b if side is a else a
            out += [c for c in side if c not in other]
        return np.einsum(f"{''.join(a)},{''.join(b)}->{''.join(out)}", *inputs)

    def hlo_batch_norm_training(self, op, inputs):
        x, scale, offset = inputs
        at = int(op.attribute("feature_index").split()[0])
        axes = tuple(d for d in range(x.ndim) if d != at)
        eps = float(op.attribute("epsilon").split()[0])
        shape = [n if d == at else 1 for d, n in enumerate(x.shape)]
        mean, var = (f(x, axis=axes, keepdims=True) for f in (np.mean, np.var))
        y = (x - mean) / np.sqrt(var + eps) * scale.reshape(shape) + offset.reshape(shape)
        return y, mean.reshape(-1), var.reshape(-1)

    def hlo_get_dimension_size(self, op, inputs):
        at = int(op.attribute("dimension").split()[0])
        return np.asarray(float(np.shape(inputs[0])[at]))

    def hlo_slice(self, op, inputs):
        limits = ir.integers(op.attribute("limit_indices"))
        return np.asarray(inputs[0])[tuple(slice(0, n) for n in limits)]

    def hlo_compare(self, op, inputs):
        assert "GT" in op.attribute("comparison_direction")
        return np.asarray(inputs[0] > inputs[1])

    def hlo_select(self, op, inputs):
        return np.where(inputs[0], inputs[1], inputs[2])
