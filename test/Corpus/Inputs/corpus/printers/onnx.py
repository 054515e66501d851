"""ONNX as onnx-mlir prints it.

Ops are in generic form, with the names of the model's nodes; weights are
constants whose values are elided. LayerNorm is one op from opset 17 on and
taken apart before ("decomposed"); RMSNorm is always taken apart.
"""
from ..builder import Builder, Value, broadcast
from ..literals import spelled
from .text import Names, braces, shaped

INFIX = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "max": "Max"}
PREFIX = {
    "exp": "Exp",
    "sqrt": "Sqrt",
    "tanh": "Tanh",
    "erf": "Erf",
    "sigmoid": "Sigmoid",
    "neg": "Neg",
    "cos": "Cos",
    "sin": "Sin",
}


def typed(value):
    return shaped(value.shape, value.dtype)


class ONNX(Builder):
    roots = ("onnx.Sqrt",)
    ids = "i64"

    def __init__(self, name, norm_style="", dtype="f32"):
        super().__init__(norm_style)
        self.module, self.dtype = name, dtype
        self.names, self.arguments = Names(), []
        self.weights, self.lines, self.nodes = [], [], {}

    def argument(self, shape, dtype):
        value = Value(f"%arg{len(self.arguments)}", tuple(shape), dtype)
        self.arguments.append(value)
        return value

    def weight(self, *shape, dtype=None):
        return self.constant("dense_resource<__elided__>", shape, dtype or self.dtype)

    def constant(self, text, shape, dtype):
        value = Value(self.names.fresh(), tuple(shape), dtype)
        self.lines.append(f"    {value.name} = onnx.Constant {text} : {typed(value)}")
        return value

    def number(self, value, dtype):
        return self.constant(f"dense<{spelled(value, dtype)}>", [], dtype)

    def list(self, numbers):
        return self.constant(f"dense<{braces(numbers)}>", [len(numbers)], "i64")

    def node(self, op, operands, shape, dtype, attributes=""):
        return self.nodes_of(op, operands, [(shape, dtype)], attributes)[0]

    def nodes_of(self, op, operands, types, attributes="", absent=0):
        self.count(f"onnx.{op}")
        number = self.nodes[op] = self.nodes.get(op, -1) + 1
        attributes = [attributes] if attributes else []
        attributes.append(f'onnx_node_name = "/{op}{f"_{number}" if number else ""}"')
        values = [Value(self.names.fresh(), tuple(s), t) for s, t in types]
        names = [value.name for value in values]
        names += [self.names.fresh() for _ in range(absent)]
        right = [*map(typed, values), *["none"] * absent]
        right = right[0] if len(right) == 1 else f"({', '.join(right)})"
        self.lines.append(
            f'    {", ".join(names)} = "onnx.{op}"({", ".join(v.name for v in operands)})'
            f" {{{', '.join(sorted(attributes))}}} :"
            f" ({', '.join(map(typed, operands))}) -> {right}"
        )
        return values

    def finish(self, *results):
        def listed(values, word):
            return ", ".join(
                f'{value.name}: {typed(value)} {{onnx.name = "{word}_{i}"}}'
                for i, value in enumerate(values)
            )

        types = ", ".join(
            f'{typed(value)} {{onnx.name = "output_{i}"}}'
            for i, value in enumerate(results)
        )
        names = ", ".join(value.name for value in results)
        lines = [
            'module attributes {llvm.data_layout = "e-m:e-i64:64-n32:64",'
            ' llvm.target_triple = "x86_64-unknown-linux-gnu",'
            f' "onnx-mlir.symbol-postfix" = "{self.module}"}} {{',
            f"  func.func @main_graph({listed(self.arguments, 'input')}) -> ({types}) {{",
            *self.lines,
            f"    onnx.Return {names} : {', '.join(map(typed, results))}",
            "  }",
            '  "onnx.EntryPoint"() {func = @main_graph} : () -> ()',
            "}",
        ]
        return "\n".join(lines) + "\n"

    # Primitive operations.

    def binary(self, op, a, b):
        if not isinstance(a, Value):
            a = self.number(a, b.dtype)
        if not isinstance(b, Value):
            b = self.number(b, a.dtype)
        shape = broadcast(a.shape, b.shape)
        return self.node(INFIX[op], [a, b], shape, a.dtype)

    def unary(self, op, a):
        if op == "rsqrt":  # which ONNX has not
            root = self.unary("sqrt", a)
            return self.div(1.0, root)
        return self.node(PREFIX[op], [a], a.shape, a.dtype)

    def power(self, a, exponent):
        return self.node("Pow", [a, self.number(float(exponent), "f32")], a.shape, a.dtype)

    def square(self, a):
        return self.power(a, 2)

    def reduction(self, op, a, axes, keep, by_operand):
        inside = [axis % len(a.shape) for axis in axes]
        shape = [1 if i in inside else e for i, e in enumerate(a.shape)]
        if not keep:
            shape = [e for i, e in enumerate(a.shape) if i not in inside]
        attributes = f"keepdims = {int(keep)} : si64"
        if by_operand:
            attributes += ", noop_with_empty_axes = 0 : si64"
            return self.node(op, [a, self.list(axes)], shape, a.dtype, attributes)
        return self.node(op, [a], shape, a.dtype, f"axes = {braces(axes)}, {attributes}")

    def total(self, a, axes, keep=True):
        return self.reduction("ReduceSum", a, list(axes), keep, True)

    def mean(self, a, axes, keep=True):
        return self.reduction("ReduceMeanV13", a, list(axes), keep, False)

    def reshape(self, a, *shape):
        attributes = "allowzero = 0 : si64"
        return self.node("Reshape", [a, self.list(shape)], shape, a.dtype, attributes)

    def transpose(self, a, *permutation):
        shape = [a.shape[i] for i in permutation]
        return self.node("Transpose", [a], shape, a.dtype, f"perm = {braces(permutation)}")

    def slice(self, a, axis, start, end):
        shape = list(a.shape)
        shape[axis] = end - start
        operands = [a, *(self.list([n]) for n in (start, end, axis, 1))]
        return self.node("Slice", operands, shape, a.dtype)

    def concat(self, values, axis):
        shape = list(values[0].shape)
        shape[axis] = sum(value.shape[axis] for value in values)
        return self.node("Concat", values, shape, values[0].dtype, f"axis = {axis} : si64")

    def convert(self, a, dtype):
        if a.dtype == dtype:
            return a
        return self.node("Cast", [a], a.shape, dtype, f"saturate = 1 : si64, to = {dtype}")

    def expand(self, a, *shape):
        return self.node("Expand", [a, self.list(shape)], shape, a.dtype)

    def matmul(self, a, b):
        return self.node("MatMul", [a, b], (*a.shape[:-1], b.shape[-1]), a.dtype)

    def where(self, mask, a, b):
        shape = broadcast(mask.shape, a.shape)
        return self.node("Where", [mask, a, self.number(b, a.dtype)], shape, a.dtype)

    def positions(self, length, dtype):
        numbers = [spelled(float(i), dtype) for i in range(length)]
        return self.constant(f"dense<{braces(numbers)}>", [length], dtype)

    def causal_mask(self, length):
        ones = self.constant("dense<true>", [length, length], "i1")
        attributes = "upper = 0 : si64"
        lower = self.node("Trilu", [ones, self.list([0])], ones.shape, "i1", attributes)
        return self.reshape(lower, 1, 1, length, length)

    def embedding(self, table, ids):
        shape = (*ids.shape, table.shape[1])
        return self.node("Gather", [table, ids], shape, table.dtype, "axis = 0 : si64")

    def softmax(self, a):
        return self.node("Softmax", [a], a.shape, a.dtype, "axis = -1 : si64")

    def patches(self, images, kernel, bias):
        size = kernel.shape[2]
        batch, _, height, width = images.shape
        shape = (batch, kernel.shape[0], height // size, width // size)
        attributes = 'auto_pad = "NOTSET", dilations = [1, 1], group = 1 : si64,'
        attributes += f" kernel_shape = [{size}, {size}], pads = [0, 0, 0, 0],"
        attributes += f" strides = [{size}, {size}]"
        operands = [images, kernel, bias]
        return self.node("Conv", operands, shape, images.dtype, attributes)

    # Norms.

    def layer_norm(self, x, scale, bias, epsilon):
        with self.norm("layer_norm", x, [-1], epsilon, scale, bias):
            if self.style == "op":
                attributes = f"axis = -1 : si64, epsilon = {spelled(epsilon, 'f32')}"
                attributes += " : f32, stash_type = 1 : si64"
                types = [(x.shape, x.dtype)]
                operands = [x, scale, bias]
                return self.nodes_of(
                    "LayerNormalization", operands, types, attributes, absent=2
                )[0]
            centred = self.sub(x, self.mean(x, [-1]))
            variance = self.mean(self.square(centred), [-1])
            y = self.div(centred, self.sqrt(self.add(variance, epsilon)))
            return self.add(self.mul(y, scale), bias)
