"""torch as torch-mlir's FX importer prints it.

Weights are literals with resources, arguments that are no tensors constants of
their own, lists are constructed. A dynamic extent has a symbol, to which each
value is bound. Norms are spelled as exported with more or fewer decompositions:

    layer_norm   one op
    native       one op with three results
    var_mean     var_mean.correction, rsqrt
    centred      mean.dim of x and of its squares
    hf           pow, mean.dim, rsqrt, with casts to f32 and back
    rms_norm     one op
"""
from ..builder import Builder, Value, broadcast, is_dynamic
from ..literals import spelled
from .text import Names, resource_key, resources, shaped

DTYPES = {"f64": 7, "f32": 6, "f16": 5, "bf16": 15, "i64": 4, "i1": 11}
LONG = {"f32": "float32", "bf16": "bfloat16", "f16": "float16", "i64": "int64"}
WORDS = {"add": "add", "sub": "sub", "mul": "mul", "div": "div"}


class List(list):
    """Of tensors: `torch.prim.ListConstruct` of values."""


def typed(value):
    return tensor_type(value.shape, value.dtype)


def tensor_type(shape, dtype):
    extents = ",".join("?" if is_dynamic(e) else str(e) for e in shape)
    return f"!torch.vtensor<[{extents}],{'s' + dtype if dtype == 'i64' else dtype}>"


class Torch(Builder):
    roots = ("torch.aten.sqrt", "torch.aten.rsqrt")
    ids = "i64"

    def __init__(self, name, norm_style, dtype="f32"):
        super().__init__(norm_style)
        self.module, self.dtype = name, dtype
        self.names, self.lines, self.arguments = Names(), [], []
        self.blobs, self.keys = {}, {}
        self.sizes = {}  # of each symbol: the symbolic_int, and size.int

    # Values.

    def argument(self, shape, dtype):
        value = Value(f"%arg{len(self.arguments)}", tuple(shape), dtype)
        self.arguments.append(value)
        for axis, extent in enumerate(shape):
            if is_dynamic(extent) and extent not in self.sizes:
                symbol = self.names.fresh()
                self.line(
                    f'{symbol} = torch.symbolic_int "{extent}" '
                    "{min_val = 2, max_val = 4096} : !torch.int"
                )
                self.sizes[extent] = symbol, None
                size = self.aten("size.int", [value, axis], [], "int")
                self.sizes[extent] = symbol, size
        self.bind(value)
        return value

    def bind(self, value):
        if any(map(is_dynamic, value.shape)):
            extents = ", ".join(map(str, value.shape))
            symbols = ", ".join(symbol for symbol, _ in self.sizes.values())
            names = ", ".join(self.sizes)
            self.line(
                f"torch.bind_symbolic_shape {value.name}, [{symbols}],"
                f" affine_map<()[{names}] -> ({extents})> : {typed(value)}"
            )

    def weight(self, *shape, dtype=None):
        dtype = dtype or self.dtype
        key = f"torch_tensor_{'_'.join(map(str, shape))}_torch.{LONG[dtype]}"
        number = self.keys[key] = self.keys.get(key, -1) + 1
        key = resource_key(key + (f"_{number}" if number else ""))
        if len(shape) == 1:
            self.blobs[key] = shape, dtype
        text = f"torch.vtensor.literal(dense_resource<{key}> : {shaped(shape, dtype)})"
        return self.emit("torch.vtensor.literal", text, shape, dtype)

    def literal(self, value, dtype):
        text = f"torch.vtensor.literal(dense<{spelled(value, dtype)}> : tensor<{dtype}>)"
        return self.emit("torch.vtensor.literal", text, [], dtype)

    def line(self, text):
        self.lines.append("    " + text)

    def emit(self, op, text, shape, dtype):
        self.count(op)
        value = Value(self.names.fresh(), tuple(shape), dtype)
        self.line(f"{value.name} = {text} : {typed(value)}")
        return value

    def constant(self, value):
        """The name and the type of an argument that is no tensor."""
        if isinstance(value, Value):
            return value.name, typed(value)
        if isinstance(value, list):
            parts = [self.constant(part) for part in value]
            types = ", ".join(t for _, t in parts)
            kind = "vtensor" if isinstance(value, List) else "int"
            name = self.names.fresh()
            self.line(
                f"{name} = torch.prim.ListConstruct"
                f" {', '.join(n for n, _ in parts)} : ({types}) -> !torch.list<{kind}>"
            )
            return name, f"!torch.list<{kind}>"
        if is_dynamic(value) and value in self.sizes:
            return self.sizes[value][1], "!torch.int"
        if value is None:
            hint, text, kind = "none", "none", "none"
        elif isinstance(value, bool):
            word = str(value).lower()
            hint, text, kind = word, f"bool {word}", "bool"
        elif isinstance(value, int):
            hint, text, kind = f"int{value}", f"int {value}", "int"
        elif isinstance(value, float):
            hint = f"float{value:.6e}".replace("+", "")
            text, kind = f"float {spelled(value, 'f64')}", "float"
        else:
            hint, text, kind = "str", f'str "{value}"', "str"
        name = self.names.fresh(hint)
        self.line(f"{name} = torch.constant.{text}")
        return name, f"!torch.{kind}"

    def aten(self, name, arguments, shape, dtype, namespace="aten"):
        pairs = [self.constant(argument) for argument in arguments]
        op = f"torch.{namespace}.{name}"
        self.count(op)
        text = f"{op} {', '.join(n for n, _ in pairs)} : {', '.join(t for _, t in pairs)}"
        result = self.names.fresh()
        if dtype == "int":
            self.line(f"{result} = {text} -> !torch.int")
            return result
        value = Value(result, tuple(shape), dtype)
        self.line(f"{result} = {text} -> {typed(value)}")
        self.bind(value)
        return value

    def several(self, name, arguments, types):
        pairs = [self.constant(argument) for argument in arguments]
        self.count(f"torch.aten.{name}")
        values = [Value(self.names.fresh(f"result{i}"), *t) for i, t in enumerate(types)]
        self.line(
            f"{', '.join(value.name for value in values)} = torch.aten.{name}"
            f" {', '.join(n for n, _ in pairs)} : {', '.join(t for _, t in pairs)}"
            f" -> {', '.join(map(typed, values))}"
        )
        return values

    def finish(self, *results):
        head = ", ".join(f"{value.name}: {typed(value)}" for value in self.arguments)
        types = ", ".join(map(typed, results))
        right = types if len(results) == 1 else f"({types})"
        names = ", ".join(value.name for value in results)
        lines = [
            "module {",
            f"  func.func @main({head}) -> {right}"
            " attributes {torch.assume_strict_symbolic_shapes} {",
            *self.lines,
            f"    return {names} : {types}",
            "  }",
            "}",
        ]
        return "\n".join(lines) + "\n\n" + resources(self.blobs)

    # Primitive operations.

    def binary(self, op, a, b):
        if not isinstance(a, Value):
            assert op == "sub"
            return self.aten("rsub.Scalar", [b, a, 1], b.shape, b.dtype)
        alpha = [1] if op in ("add", "sub") else []
        if not isinstance(b, Value):
            if op == "max":
                return self.aten("clamp_min", [a, b], a.shape, a.dtype)
            return self.aten(f"{WORDS[op]}.Scalar", [a, b, *alpha], a.shape, a.dtype)
        shape = broadcast(a.shape, b.shape)
        name = "maximum" if op == "max" else f"{WORDS[op]}.Tensor"
        return self.aten(name, [a, b, *alpha], shape, a.dtype)

    def unary(self, op, a):
        return self.aten(op, [a], a.shape, a.dtype)

    def power(self, a, exponent):
        number = exponent if exponent == 2 else float(exponent)
        return self.aten("pow.Tensor_Scalar", [a, number], a.shape, a.dtype)

    def kept_shape(self, a, axes, keep):
        axes = [axis % len(a.shape) for axis in axes]
        if keep:
            return [1 if i in axes else e for i, e in enumerate(a.shape)]
        return [e for i, e in enumerate(a.shape) if i not in axes]

    def total(self, a, axes, keep=True):
        shape = self.kept_shape(a, axes, keep)
        return self.aten("sum.dim_IntList", [a, list(axes), keep, None], shape, a.dtype)

    def mean(self, a, axes, keep=True):
        shape = self.kept_shape(a, axes, keep)
        return self.aten("mean.dim", [a, list(axes), keep, None], shape, a.dtype)

    def variance(self, a, axes):
        shape = self.kept_shape(a, axes, True)
        return self.aten("var.correction", [a, list(axes), 0, True], shape, a.dtype)

    def vector_norm(self, a):
        shape = self.kept_shape(a, [-1], True)
        arguments = [a, 2.0, [-1], True, None]
        return self.aten("linalg_vector_norm", arguments, shape, a.dtype)

    def reshape(self, a, *shape):
        return self.aten("view", [a, list(shape)], shape, a.dtype)

    def transpose(self, a, *permutation):
        shape = [a.shape[i] for i in permutation]
        moved = [i for i, to in enumerate(permutation) if i != to]
        if len(moved) == 2:
            return self.aten("transpose.int", [a, *moved], shape, a.dtype)
        return self.aten("permute", [a, list(permutation)], shape, a.dtype)

    def slice(self, a, axis, start, end):
        shape = list(a.shape)
        shape[axis] = end - start
        return self.aten("slice.Tensor", [a, axis, start, end, 1], shape, a.dtype)

    def concat(self, values, axis):
        shape = list(values[0].shape)
        shape[axis] = sum(value.shape[axis] for value in values)
        return self.aten("cat", [List(values), axis], shape, values[0].dtype)

    def convert(self, a, dtype):
        if a.dtype == dtype:
            return a
        arguments = [a, DTYPES[dtype]]
        return self.aten("convert_element_type", arguments, a.shape, dtype, "prims")

    def expand(self, a, *shape):
        return self.aten("expand", [a, list(shape), False], shape, a.dtype)

    def matmul(self, a, b):
        shape = (*a.shape[:-1], b.shape[-1])
        return self.aten("matmul", [a, b], shape, a.dtype)

    def where(self, mask, a, b):
        shape = broadcast(mask.shape, a.shape)
        return self.aten("where.self", [mask, a, self.literal(b, a.dtype)], shape, a.dtype)

    def positions(self, length, dtype):
        arguments = [0, length, DTYPES[dtype], None, "cpu", False]
        return self.aten("arange.start", arguments, [length], dtype)

    def causal_mask(self, length):
        arguments = [[length, length], DTYPES["i1"], None, "cpu", False]
        ones = self.aten("ones", arguments, [length, length], "i1")
        lower = self.aten("tril", [ones, 0], ones.shape, "i1")
        return self.reshape(lower, 1, 1, length, length)

    def embedding(self, table, ids):
        shape = (*ids.shape, table.shape[1])
        return self.aten("embedding", [table, ids, -1, False, False], shape, table.dtype)

    def patches(self, images, kernel, bias):
        size = kernel.shape[2]
        batch, _, height, width = images.shape
        shape = (batch, kernel.shape[0], height // size, width // size)
        steps = [[size, size], [0, 0], [1, 1], False, [0, 0], 1]
        return self.aten("convolution", [images, kernel, bias, *steps], shape, images.dtype)

    # Layers.

    def layer_norm(self, x, scale, bias, epsilon):
        with self.norm("layer_norm", x, [-1], epsilon, scale, bias):
            row, width = (*x.shape[:-1], 1), [x.shape[-1]]
            if self.style == "layer_norm":
                arguments = [x, width, scale, bias, epsilon, True]
                return self.aten("layer_norm", arguments, x.shape, x.dtype)
            if self.style == "native":
                types = [(x.shape, x.dtype), (row, "f32"), (row, "f32")]
                arguments = [x, width, scale, bias, epsilon]
                return self.several("native_layer_norm", arguments, types)[0]
            if self.style == "var_mean":
                types = [(row, x.dtype)] * 2
                arguments = [x, [-1], 0, True]
                variance, mean = self.several("var_mean.correction", arguments, types)
                root = self.rsqrt(self.add(variance, epsilon))
                y = self.mul(self.sub(x, mean), root)
            else:
                centred = self.sub(x, self.mean(x, [-1]))
                variance = self.mean(self.power(centred, 2), [-1])
                y = self.div(centred, self.sqrt(self.add(variance, epsilon)))
            return self.add(self.mul(y, scale), bias)

    def rms_norm(self, x, scale, epsilon):
        if self.style == "hf":
            return super().rms_norm(x, scale, epsilon)
        with self.norm("rms_norm", x, [-1], epsilon, scale, None):
            arguments = [x, [x.shape[-1]], scale, epsilon]
            return self.aten("rms_norm", arguments, x.shape, x.dtype)

    def linear(self, x, outputs, bias=True):
        weight = self.weight(outputs, x.shape[-1])
        arguments = [x, weight, self.weight(outputs) if bias else None]
        return self.aten("linear", arguments, (*x.shape[:-1], outputs), x.dtype)

    def softmax(self, a):
        y = self.aten("softmax.int", [a, -1, DTYPES["f32"]], a.shape, "f32")
        return self.convert(y, a.dtype)

    def gelu_erf(self, a):
        return self.aten("gelu", [a, "none"], a.shape, a.dtype)

    def silu(self, a):
        return self.aten("silu", [a], a.shape, a.dtype)
