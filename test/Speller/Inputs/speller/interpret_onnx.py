"""ONNX ops for the interpreter."""

import numpy as np

from . import ir
from .interpret import Interpreter, constant

OPS = {
    "Add": lambda a, b: a + b, "Sub": lambda a, b: a - b, "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b, "Pow": lambda a, b: a**b, "Max": np.maximum,
    "Min": np.minimum, "Neg": lambda a: -a, "Abs": np.abs, "Sqrt": np.sqrt,
    "Reciprocal": lambda a: 1 / a, "Exp": np.exp, "Cast": lambda a: np.asarray(a, float),
}
REDUCE = {
    "ReduceSum": np.sum, "ReduceMean": np.mean, "ReduceMax": np.max,
    "ReduceSumSquare": lambda x, **k: np.sum(x * x, **k),
    "ReduceL2": lambda x, **k: np.sqrt(np.sum(x * x, **k)),
}


def integer(op, name, default="0"):
    return int(op.attribute(name, default).split()[0])


class OnnxInterpreter(Interpreter):
    def execute(self, op):
        dialect, _, name = op.name.partition(".")
        if dialect != "onnx":
            return super().execute(op)
        inputs = [self.values[o] for o in op.operands]
        base = name.split("V1")[0]
        if name in OPS:
            value = OPS[name](*inputs)
        elif base in REDUCE:
            axes = inputs[1] if len(inputs) > 1 else ir.integers(op.attribute("axes"))
            value = REDUCE[base](inputs[0], axis=tuple(int(a) for a in axes),
                                 keepdims=bool(integer(op, "keepdims", "1")))
        else:
            value = getattr(self, "onnx_" + base)(op, inputs)
        if not isinstance(value, tuple):
            value = (value,)
        shape, _ = ir.tensor_type(ir.result_types(op)[0])
        if shape is not None:
            have = list(np.shape(value[0]))
            assert len(shape) == len(have) and all(
                w in (-1, h) for w, h in zip(shape, have)), (op.name, op.types, have)
        for result, item in zip(op.results, value):
            self.values[result] = item

    def onnx_Constant(self, op, inputs):
        return constant(op.attribute("value"))

    def onnx_NoValue(self, op, inputs):
        return None

    def onnx_Reshape(self, op, inputs):
        return np.reshape(inputs[0], [int(n) for n in inputs[1]])

    def onnx_Unsqueeze(self, op, inputs):
        axes = inputs[1] if len(inputs) > 1 else ir.integers(op.attribute("axes"))
        value = inputs[0]
        for axis in sorted(int(a) for a in axes):
            value = np.expand_dims(value, axis)
        return value

    def onnx_Expand(self, op, inputs):
        return np.broadcast_to(inputs[0], [int(n) for n in inputs[1]])

    def onnx_Transpose(self, op, inputs):
        return np.transpose(inputs[0], ir.integers(op.attribute("perm")))

    def onnx_Concat(self, op, inputs):
        return np.concatenate(inputs)

    def onnx_Shape(self, op, inputs):
        shape = list(np.shape(inputs[0]))
        end = op.attribute("end")
        end = int(end.split()[0]) if end else len(shape)
        return np.array(shape[integer(op, "start"):end], float)

    def onnx_Gather(self, op, inputs):
        return np.asarray(inputs[0][int(inputs[1])])

    def onnx_Slice(self, op, inputs):
        value, start, end, axis, _ = inputs
        return np.take(value, range(int(start[0]), int(end[0])), axis=int(axis[0]))

    def onnx_LayerNormalization(self, op, inputs):
        x, scale = inputs[:2]
        axes = tuple(range(integer(op, "axis") % np.ndim(x), np.ndim(x)))
        eps = float(op.attribute("epsilon").split()[0])
        mean = np.mean(x, axis=axes, keepdims=True)
        y = (x - mean) / np.sqrt(np.var(x, axis=axes, keepdims=True) + eps) * scale
        return (y if inputs[2] is None else y + inputs[2]), None, None

    def onnx_RMSNormalization(self, op, inputs):
        x, scale = inputs
        axes = tuple(range(integer(op, "axis") % np.ndim(x), np.ndim(x)))
        eps = float(op.attribute("epsilon").split()[0])
        return x / np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps) * scale
