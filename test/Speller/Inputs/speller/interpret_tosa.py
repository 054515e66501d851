"""TOSA ops for the interpreter."""

import numpy as np

from . import ir
from .interpret import Interpreter, constant

OPS = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "pow": lambda a, b: a**b,
    "maximum": np.maximum, "minimum": np.minimum, "abs": np.abs, "exp": np.exp,
    "rsqrt": lambda a: 1 / np.sqrt(a), "reciprocal": lambda a: 1 / a,
    "cast": lambda a: a, "mul": lambda a, b, shift: a * b,
    "negate": lambda a, in_zero, out_zero: -a,
}


class TosaInterpreter(Interpreter):
    def execute(self, op):
        dialect, _, name = op.name.partition(".")
        if dialect != "tosa":
            return super().execute(op)
        inputs = [self.values[o] for o in op.operands]
        if name in OPS:
            ranks = {np.ndim(i) for i in inputs[:2]}
            assert len(ranks) == 1 or name == "negate", op.types
            value = OPS[name](*inputs)
        else:
            value = getattr(self, "tosa_" + name)(op, inputs)
        self.values[op.results[0]] = value

    def tosa_const(self, op, inputs):
        return constant(op.attribute("values"))

    def tosa_const_shape(self, op, inputs):
        return ir.integers(op.attribute("values"))

    def tosa_reshape(self, op, inputs):
        return np.reshape(inputs[0], inputs[1])

    def tosa_transpose(self, op, inputs):
        return np.transpose(inputs[0], ir.integers(op.attribute("perms")))

    def tosa_tile(self, op, inputs):
        return np.tile(inputs[0], inputs[1])

    def tosa_slice(self, op, inputs):
        index = tuple(slice(a, None if n < 0 else a + n) for a, n in zip(*inputs[1:]))
        return np.asarray(inputs[0])[index]

    def tosa_reduce_sum(self, op, inputs):
        axis = int(op.attribute("axis").split()[0])
        return np.sum(inputs[0], axis=axis, keepdims=True)

    def tosa_reduce_max(self, op, inputs):
        axis = int(op.attribute("axis").split()[0])
        return np.max(inputs[0], axis=axis, keepdims=True)
