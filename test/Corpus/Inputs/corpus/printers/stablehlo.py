"""StableHLO as JAX prints it with `lowered.as_text()`.

Broadcasts are explicit, and take two steps where ranks differ. What jnp
jits by itself (`_var`, `_where`, `_take`, `clip`, `silu`, `gelu`) is a private
function. Weights are arguments. Norms are spelled as the libraries do:

    flax       E[x^2] - E[x]^2, clamped at zero; rstd * scale first
    two-pass   flax with use_fast_variance=False
    equinox    jnp.var, clamped at zero, under vmap
    hf         x / sqrt(v), of Hugging Face's Flax models
    maxtext    x * rsqrt(v), scaled in the type of x
"""
from ..builder import Builder, Value, broadcast
from ..literals import spelled
from .text import Names, braces, shaped

INFIX = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "max": "maximum",
    "min": "minimum",
    "pow": "power",
    "and": "and",
}
PREFIX = {
    "exp": "exponential",
    "sigmoid": "logistic",
    "neg": "negate",
    "cos": "cosine",
    "sin": "sine",
}
PRECISION = "precision = [DEFAULT, DEFAULT]"


def typed(value):
    return shaped(value.shape, value.dtype)


class Function:
    def __init__(self, name, visibility):
        self.name, self.visibility = name, visibility
        self.names, self.arguments, self.lines = Names(), [], []
        self.indent = "    "
        self.constants = {}

    def text(self, results):
        attributes = ' {jax.result_info = "result"}'
        if self.visibility == "private":
            attributes = ""
        types = ", ".join(typed(value) + attributes for value in results)
        head = ", ".join(f"{value.name}: {typed(value)}" for value in self.arguments)
        if len(results) != 1 or attributes:
            types = f"({types})"
        names = ", ".join(value.name for value in results)
        types_only = ", ".join(map(typed, results))
        return "\n".join(
            [f"  func.func {self.visibility} @{self.name}({head}) -> {types} {{"]
            + self.lines
            + [f"    return {names} : {types_only}", "  }"]
        )


class StableHLO(Builder):
    roots = ("stablehlo.sqrt", "stablehlo.rsqrt")

    def __init__(self, name, norm_style, dtype="f32"):
        super().__init__(norm_style)
        self.module, self.dtype = name, dtype
        self.function = Function("main", "public")
        self.private, self.symbols, self.callees = [], set(), {}

    # Functions.

    def argument(self, shape, dtype):
        name = f"%arg{len(self.function.arguments)}"
        self.function.arguments.append(Value(name, tuple(shape), dtype))
        return self.function.arguments[-1]

    def weight(self, *shape, dtype=None):
        return self.argument(shape, dtype or self.dtype)

    def call(self, name, arguments, body, key=None):
        """Of a private function, which `body` makes unless it is there."""
        signature = (name, key, *(value[1:] for value in arguments))
        if signature not in self.callees:
            symbol, number = name, -1
            while symbol in self.symbols:
                number += 1
                symbol = f"{name}_{number}"
            self.symbols.add(symbol)
            caller, self.function = self.function, Function(symbol, "private")
            place = len(self.private)
            self.private.append(None)
            inner = [self.argument(value.shape, value.dtype) for value in arguments]
            results = body(*inner)
            results = results if isinstance(results, list) else [results]
            self.private[place] = self.function.text(results)
            self.function = caller
            self.callees[signature] = symbol, [value[1:] for value in results]
        symbol, types = self.callees[signature]
        names = ", ".join(value.name for value in arguments)
        left = ", ".join(map(typed, arguments))
        right = ", ".join(shaped(*t) for t in types)
        keyword = "call" if self.function.indent == "    " else "func.call"
        if len(types) == 1:
            text = f"{keyword} @{symbol}({names}) : ({left}) -> {right}"
            return self.emit("func.call", text, *types[0])
        binding, parts = self.function.names.several(len(types))
        self.line(f"{binding} = {keyword} @{symbol}({names}) : ({left}) -> ({right})")
        return [Value(part, *t) for part, t in zip(parts, types)]

    def line(self, text):
        self.function.lines.append(self.function.indent + text)

    def emit(self, op, text, shape, dtype, hint=None):
        self.count(op)
        name = self.function.names.fresh(hint)
        self.line(f"{name} = {text}")
        return Value(name, tuple(shape), dtype)

    def op(self, name, operands, types, shape, dtype):
        return self.emit(
            "stablehlo." + name, f"stablehlo.{name} {operands} : {types}", shape, dtype
        )

    def moved(self, name, a, attributes, shape, dtype=None):
        dtype = dtype or a.dtype
        types = f"({typed(a)}) -> {shaped(shape, dtype)}"
        return self.op(name, a.name + attributes, types, shape, dtype)

    def finish(self, *results):
        body = [self.function.text(results)] + self.private
        return (
            f"module @jit_{self.module} attributes {{mhlo.num_partitions = 1 : i32,"
            " mhlo.num_replicas = 1 : i32} {\n" + "\n".join(body) + "\n}\n"
        )

    # Constants and shapes.

    def constant(self, value, dtype, shape=()):
        word = value if isinstance(value, str) else spelled(value, dtype)
        hint = "cst" if dtype[0] in "fb" else "c"
        text = f"stablehlo.constant dense<{word}> : {shaped(shape, dtype)}"
        return self.emit("stablehlo.constant", text, shape, dtype, hint)

    def splat(self, value, shape, dtype):
        if not shape:
            return self.constant(value, dtype)
        return self.in_dim(self.constant(value, dtype), [], shape)

    def in_dim(self, a, dims, shape):
        return self.moved("broadcast_in_dim", a, f", dims = {braces(dims)}", shape)

    def expand(self, a, *shape):
        rank, own = len(shape), len(a.shape)
        if own < rank:  # [C] -> [1, 1, C]
            padded = (1,) * (rank - own) + a.shape
            a = self.in_dim(a, range(rank - own, rank), padded)
        if a.shape != tuple(shape):
            a = self.in_dim(a, range(rank), shape)
        return a

    def binary(self, op, a, b):
        if not isinstance(a, Value):
            a = self.splat(a, b.shape, b.dtype)
        if not isinstance(b, Value):
            b = self.splat(b, a.shape, a.dtype)
        shape = broadcast(a.shape, b.shape)
        a, b = self.expand(a, *shape), self.expand(b, *shape)
        assert a.dtype == b.dtype, (op, a, b)
        return self.op(INFIX[op], f"{a.name}, {b.name}", typed(a), shape, a.dtype)

    def unary(self, op, a):
        if op == "erf":
            return self.custom_call("mhlo.erf", a, "mhlo.attributes = {}, mhlo.version = 1 : i64")
        return self.op(PREFIX.get(op, op), a.name, typed(a), a.shape, a.dtype)

    def custom_call(self, target, a, attributes):
        text = f"stablehlo.custom_call @{target}({a.name}) {{{attributes}}}"
        text += f" : ({typed(a)}) -> {typed(a)}"
        return self.emit("stablehlo.custom_call", text, a.shape, a.dtype)

    def power(self, a, exponent):  # lax.integer_pow
        result = a
        for _ in range(exponent - 1):
            result = self.mul(result, a)
        return result

    def reduce(self, word, a, axes, start):
        axes = sorted(axis % len(a.shape) for axis in axes)
        shape = [extent for i, extent in enumerate(a.shape) if i not in axes]
        init = self.constant(start, a.dtype)
        text = f"stablehlo.reduce({a.name} init: {init.name}) applies stablehlo.{word}"
        text += f" across dimensions = {braces(axes)} : ({typed(a)}, {typed(init)})"
        text += f" -> {shaped(shape, a.dtype)}"
        return self.emit("stablehlo.reduce", text, shape, a.dtype), axes

    def kept(self, a, like, axes):
        shape = [1 if i in axes else extent for i, extent in enumerate(like.shape)]
        dims = [i for i in range(len(shape)) if i not in axes]
        return self.in_dim(a, dims, shape)

    def total(self, a, axes, keep=True):
        result, axes = self.reduce("add", a, axes, 0.0)
        return self.kept(result, a, axes) if keep else result

    def maximum_of(self, a, axis):
        result, axes = self.reduce("maximum", a, [axis], float("-inf"))
        result = self.maximum(float("-inf"), result)
        return self.kept(result, a, axes)

    def reshape(self, a, *shape):
        return self.moved("reshape", a, "", shape)

    def transpose(self, a, *permutation):
        shape = [a.shape[i] for i in permutation]
        return self.moved("transpose", a, f", dims = {braces(permutation)}", shape)

    def slice(self, a, axis, start, end):
        axis %= len(a.shape)
        ranges = [f"0:{extent}" for extent in a.shape]
        ranges[axis] = f"{start}:{end}"
        shape = list(a.shape)
        shape[axis] = end - start
        return self.moved("slice", a, " " + braces(ranges), shape)

    def concat(self, values, axis):
        axis %= len(values[0].shape)
        shape = list(values[0].shape)
        shape[axis] = sum(value.shape[axis] for value in values)
        operands = ", ".join(value.name for value in values) + f", dim = {axis}"
        types = f"({', '.join(map(typed, values))}) -> {shaped(shape, values[0].dtype)}"
        return self.op("concatenate", operands, types, shape, values[0].dtype)

    def convert(self, a, dtype):
        return a if a.dtype == dtype else self.moved("convert", a, "", a.shape, dtype)

    def positions(self, length, dtype):
        text = f"stablehlo.iota dim = 0 : {shaped([length], dtype)}"
        return self.emit("stablehlo.iota", text, [length], dtype)

    def compare(self, direction, a, b, kind):
        operands = f" {direction}, {a.name}, {b.name},  {kind}"
        types = f"({typed(a)}, {typed(b)}) -> {shaped(a.shape, 'i1')}"
        return self.op("compare", operands, types, a.shape, "i1")

    def select(self, mask, a, b):
        operands = f"{mask.name}, {a.name}, {b.name}"
        types = f"{typed(mask)}, {typed(a)}"
        return self.op("select", operands, types, a.shape, a.dtype)

    # Contractions, gathers, convolutions.

    def dot(self, a, b, contracting, batching=((), ())):
        shape = [a.shape[i] for i in batching[0]]
        for side, value in enumerate((a, b)):
            gone = (*batching[side], *contracting[side])
            shape += [e for i, e in enumerate(value.shape) if i not in gone]
        text = f"{a.name}, {b.name}, "
        if batching[0]:
            text += f"batching_dims = {braces(batching[0])} x {braces(batching[1])}, "
        text += f"contracting_dims = {braces(contracting[0])} x "
        text += f"{braces(contracting[1])}, {PRECISION}"
        types = f"({typed(a)}, {typed(b)}) -> {shaped(shape, a.dtype)}"
        return self.op("dot_general", text, types, shape, a.dtype)

    def matmul(self, a, b):
        batch = tuple(range(len(b.shape) - 2))
        last = len(a.shape) - 1
        return self.dot(a, b, ((last,), (len(batch),)), (batch, batch))

    def causal_mask(self, length):
        at = self.positions(length, "i32")
        rows, columns = self.in_dim(at, [0], [length, 1]), self.in_dim(at, [1], [1, length])
        rows = self.in_dim(rows, [0, 1], [length, length])
        columns = self.in_dim(columns, [0, 1], [length, length])
        mask = self.compare("GE", rows, columns, "SIGNED")
        return self.in_dim(mask, [2, 3], [1, 1, length, length])

    def where(self, mask, a, b):
        b = self.constant(b, a.dtype)

        def body(mask, a, b):
            mask = self.expand(mask, *a.shape) if mask.shape else mask
            return self.select(mask, a, self.in_dim(b, [], a.shape))

        return self.call("_where", [mask, a, b], body)

    def embedding(self, table, ids):
        return self.call("_take", [table, ids], self.take)

    def take(self, table, ids):
        rows, width = table.shape
        batch = list(range(len(ids.shape)))
        one = (*ids.shape, 1)
        negative = self.compare("LT", ids, self.splat(0, ids.shape, "i32"), "SIGNED")
        wrapped = self.add(ids, rows)
        at = self.call("_where", [negative, wrapped, ids], self.select, "ids")
        at = self.in_dim(at, batch, one)
        low = self.compare("GE", at, self.splat(0, one, "i32"), "SIGNED")
        last = self.expand(self.constant(rows - 1, "i32", (1,)), *one)
        inside = self.binary("and", low, self.compare("LE", at, last, "SIGNED"))
        inside, _ = self.reduce("and", inside, [-1], "true")
        shape = (*ids.shape, width)
        dims = f"offset_dims = [{len(batch)}], collapsed_slice_dims = [0],"
        dims += f" start_index_map = [0], index_vector_dim = {len(batch)}"
        text = f'"stablehlo.gather"({table.name}, {at.name}) <{{dimension_numbers ='
        text += f" #stablehlo.gather<{dims}>, indices_are_sorted = false, slice_sizes ="
        text += f" array<i64: 1, {width}>}}> : ({typed(table)}, {typed(at)}) -> "
        text += shaped(shape, table.dtype)
        rows = self.emit("stablehlo.gather", text, shape, table.dtype)
        inside = self.in_dim(inside, batch, shape)
        return self.select(inside, rows, self.splat(float("nan"), shape, table.dtype))

    def patches(self, images, kernel, bias):
        size = kernel.shape[2]
        batch, _, height, width = images.shape
        shape = (batch, kernel.shape[0], height // size, width // size)
        text = f"stablehlo.convolution({images.name}, {kernel.name}) dim_numbers ="
        text += " [b, f, 0, 1]x[o, i, 0, 1]->[b, f, 0, 1], window = {stride ="
        text += f" [{size}, {size}], pad = [[0, 0], [0, 0]], lhs_dilate = [1, 1],"
        text += " rhs_dilate = [1, 1]} {batch_group_count = 1 : i64, feature_group_count"
        text += " = 1 : i64, precision_config = [#stablehlo<precision DEFAULT>,"
        text += f" #stablehlo<precision DEFAULT>]}} : ({typed(images)}, {typed(kernel)})"
        text += f" -> {shaped(shape, images.dtype)}"
        result = self.emit("stablehlo.convolution", text, shape, images.dtype)
        return self.add(result, self.reshape(bias, 1, bias.shape[0], 1, 1))
