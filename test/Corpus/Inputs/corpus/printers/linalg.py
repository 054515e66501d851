"""linalg on tensors as torch-mlir lowers torch to it.

Each operation is a `linalg.generic`; scalars are constants of the function,
in f64 and rounded in the body where f32 has not the same number; a mean is a
sum divided by N; products accumulate in f32.
"""
from ..builder import Builder, Value, broadcast, is_dynamic
from ..literals import rounded, spelled
from .text import Names, resource_key, resources, shaped
from .torch import LONG

INFIX = {
    "add": "arith.addf",
    "sub": "arith.subf",
    "mul": "arith.mulf",
    "div": "arith.divf",
    "max": "arith.maximumf",
}
PREFIX = {"neg": "arith.negf"}
WIDTH = {"bf16": 16, "f16": 16, "f32": 32, "f64": 64}


def typed(value):
    return shaped(value.shape, value.dtype)


def product(extents):
    numbers = [extent for extent in extents if extent != 1]
    if len(numbers) == 1:
        return numbers[0]
    result = 1
    for number in numbers:
        result *= number
    return result


class Linalg(Builder):
    roots = ("math.sqrt", "math.rsqrt")
    ids = "i64"

    def __init__(self, name, norm_style="", dtype="f32"):
        super().__init__(norm_style)
        self.module, self.dtype = name, dtype
        self.names, self.lines, self.arguments = Names(), [], []
        self.constants, self.maps, self.dims = {}, {}, {}
        self.blobs, self.keys = {}, {}

    # Values.

    def argument(self, shape, dtype):
        value = Value(f"%arg{len(self.arguments)}", tuple(shape), dtype)
        self.arguments.append(value)
        for axis, extent in enumerate(shape):
            if is_dynamic(extent) and extent not in self.dims:
                self.dims[extent] = name = self.names.fresh("dim")
                at = self.scalar(axis, "index")
                self.line(f"{name} = tensor.dim {value.name}, {at} : {typed(value)}")
        return value

    def weight(self, *shape, dtype=None):
        dtype = dtype or self.dtype
        key = f"torch_tensor_{'_'.join(map(str, shape))}_torch.{LONG[dtype]}"
        number = self.keys[key] = self.keys.get(key, -1) + 1
        key = resource_key(key + (f"_{number}" if number else ""))
        if len(shape) == 1:
            self.blobs[key] = shape, dtype
        text = f"dense_resource<{key}> : {shaped(shape, dtype)}"
        name = self.names.fresh("cst")
        self.constants[text] = name
        return Value(name, shape, dtype)

    def scalar(self, value, dtype):
        if dtype == "index":
            text, hint = f"{value} : index", f"c{value}"
        elif dtype[0] == "i":
            text, hint = f"{value} : {dtype}", f"c{value}_{dtype}"
        else:
            text, hint = f"{spelled(value, dtype)} : {dtype}", "cst"
        if text not in self.constants:
            self.constants[text] = self.names.fresh(hint)
        return self.constants[text]

    def line(self, text):
        self.lines.append("    " + text)

    def emit(self, op, text, shape, dtype):
        self.count(op)
        value = Value(self.names.fresh(), tuple(shape), dtype)
        self.line(f"{value.name} = {text}")
        return value

    def extents(self, shape):
        """Of a shape that may be dynamic, as operands."""
        return ", ".join(self.dims.get(extent, str(extent)) for extent in shape)

    def empty(self, shape, dtype):
        dynamic = ", ".join(self.dims[e] for e in shape if is_dynamic(e))
        text = f"tensor.empty({dynamic}) : {shaped(shape, dtype)}"
        return self.emit("tensor.empty", text, shape, dtype)

    def filled(self, value, shape, dtype):
        scalar, out = self.scalar(value, dtype), self.empty(shape, dtype)
        text = f"linalg.fill ins({scalar} : {dtype}) outs({out.name} : {typed(out)})"
        return self.emit("linalg.fill", f"{text} -> {typed(out)}", shape, dtype)

    def map(self, rank, results):
        dims = ", ".join(f"d{i}" for i in range(rank))
        text = f"affine_map<({dims}) -> ({', '.join(map(str, results))})>"
        if text not in self.maps:
            self.maps[text] = f"#map{len(self.maps) or ''}"
        return self.maps[text]

    def read_map(self, value, shape):
        """How an operand is read when the result has that shape."""
        shift = len(shape) - len(value.shape)
        results = [
            "0" if extent == 1 and shape[shift + i] != 1 else f"d{shift + i}"
            for i, extent in enumerate(value.shape)
        ]
        return self.map(len(shape), results)

    def generic(self, inputs, maps, outs, reductions, body):
        """`body` gets the names of the block's arguments, and a function that
        adds an op; it returns the name of the result."""
        rank = len(maps[-1][0])
        words = ["reduction" if i in reductions else "parallel" for i in range(rank)]
        names = [self.names.fresh("in") for _ in inputs] + [
            self.names.fresh("out") for _ in outs
        ]
        block = ", ".join(
            f"{name}: {value.dtype}" for name, value in zip(names, [*inputs, *outs])
        )
        lines = []

        def op(name, operands, types):
            self.count(name)
            result = self.names.fresh()
            lines.append(f"      {result} = {name} {operands} : {types}")
            return result

        results = body(op, *names)
        results = results if isinstance(results, list) else [results]
        types = ", ".join(map(typed, outs))
        text = f"linalg.generic {{indexing_maps = [{', '.join(m[1] for m in maps)}],"
        text += ' iterator_types = ["' + '", "'.join(words) + '"]}'
        if inputs:
            text += f" ins({', '.join(v.name for v in inputs)} :"
            text += f" {', '.join(map(typed, inputs))})"
        text += f" outs({', '.join(v.name for v in outs)} : {types}) {{"
        self.count("linalg.generic")
        if len(outs) == 1:
            binding = self.names.fresh()
            parts = [binding]
        else:
            binding, parts = self.names.several(len(outs))
            types = f"({types})"
        self.line(f"{binding} = {text}")
        self.line(f"^bb0({block}):")
        self.lines += lines
        kinds = ", ".join(value.dtype for value in outs)
        self.line(f"  linalg.yield {', '.join(results)} : {kinds}")
        self.line(f"}} -> {types}")
        return [Value(part, *out[1:]) for part, out in zip(parts, outs)]

    def elementwise(self, inputs, shape, dtype, body):
        out = self.empty(shape, dtype)
        maps = [(shape, self.read_map(value, shape)) for value in inputs]
        maps.append((shape, self.read_map(out, shape)))
        return self.generic(inputs, maps, [out], (), body)[0]

    def finish(self, *results):
        head = ", ".join(f"{value.name}: {typed(value)}" for value in self.arguments)
        types = ", ".join(map(typed, results))
        right = types if len(results) == 1 else f"({types})"
        names = ", ".join(value.name for value in results)
        lines = [f"{name} = {text}" for text, name in self.maps.items()]
        lines += ["module {", f"  func.func @main({head}) -> {right} {{"]
        lines += [f"    {n} = arith.constant {t}" for t, n in self.constants.items()]
        lines += [*self.lines, f"    return {names} : {types}", "  }", "}"]
        return "\n".join(lines) + "\n\n" + resources(self.blobs)

    # Primitive operations.

    def number(self, op, value, dtype):
        """A scalar in a body."""
        if rounded(value, dtype) == value:
            return self.scalar(value, dtype)
        return op("arith.truncf", self.scalar(value, "f64"), f"f64 to {dtype}")

    def binary(self, op, a, b):
        values = [value for value in (a, b) if isinstance(value, Value)]
        shape, dtype = broadcast(*(v.shape for v in values)), values[0].dtype

        def body(add, *names):
            names = iter(names)
            left = next(names) if isinstance(a, Value) else self.number(add, a, dtype)
            right = next(names) if isinstance(b, Value) else self.number(add, b, dtype)
            return add(INFIX[op], f"{left}, {right}", dtype)

        return self.elementwise(values, shape, dtype, body)

    def unary(self, op, a):
        def body(add, x, _):
            if op != "sigmoid":
                return add(PREFIX.get(op, f"math.{op}"), x, a.dtype)
            one = self.scalar(1.0, a.dtype)
            exponent = add("math.exp", add("arith.negf", x, a.dtype), a.dtype)
            exponent = add("arith.addf", f"{exponent}, {one}", a.dtype)
            return add("arith.divf", f"{one}, {exponent}", a.dtype)

        return self.elementwise([a], a.shape, a.dtype, body)

    def power(self, a, exponent):
        def body(add, x, _):
            if exponent == 2:
                two = self.scalar(2, "i64")
                return add("math.fpowi", f"{x}, {two}", f"{a.dtype}, i64")
            number = self.scalar(float(exponent), a.dtype)
            return add("math.powf", f"{x}, {number}", a.dtype)

        return self.elementwise([a], a.shape, a.dtype, body)

    def convert(self, a, dtype):
        if a.dtype == dtype:
            return a
        op = "arith.extf" if WIDTH[a.dtype] < WIDTH[dtype] else "arith.truncf"

        def body(add, x, _):
            return add(op, x, f"{a.dtype} to {dtype}")

        return self.elementwise([a], a.shape, dtype, body)

    def reduced(self, a, axes, keep):
        axes = [axis % len(a.shape) for axis in axes]
        shape = [1 if i in axes else e for i, e in enumerate(a.shape)]
        results = ["0" if i in axes else f"d{i}" for i in range(len(shape))]
        if not keep:
            shape = [e for i, e in enumerate(a.shape) if i not in axes]
            results = [r for r in results if r != "0"]
        maps = [(a.shape, self.read_map(a, a.shape))]
        return axes, shape, maps, (a.shape, self.map(len(a.shape), results))

    def total(self, a, axes, keep=True):
        axes, shape, maps, to = self.reduced(a, axes, keep)
        start = self.filled(0.0, shape, a.dtype)

        def body(add, x, sum_):
            return add("arith.addf", f"{x}, {sum_}", a.dtype)

        return self.generic([a], [*maps, to], [start], axes, body)[0]

    def maximum_of(self, a, axis):  # max.dim: with its indices
        axes, shape, maps, to = self.reduced(a, [axis], True)
        at = self.filled(0, shape, "i64")
        start = self.filled(float("-inf"), shape, a.dtype)

        def body(add, x, best, place):
            self.count("linalg.index")
            index = add("linalg.index", str(axes[0]), "index")
            index = add("arith.index_cast", index, "index to i64")
            largest = add("arith.maximumf", f"{x}, {best}", a.dtype)
            more = add("arith.cmpf", f"ogt, {x}, {best}", a.dtype)
            return [largest, add("arith.select", f"{more}, {index}, {place}", "i64")]

        return self.generic([a], [*maps, to, to], [start, at], axes, body)[0]

    def reshape(self, a, *shape):
        small, large = sorted((a.shape, shape), key=len)
        if len(small) == len(large):
            if a.shape == shape:
                return a
            return self.reshape(self.reshape(a, product(a.shape)), *shape)
        groups, i = [], 0
        for at, extent in enumerate(small):
            group = [i]
            i += 1
            last = at == len(small) - 1
            while i < len(large) and (
                product(large[j] for j in group) != extent or last
            ):
                group.append(i)
                i += 1
            groups.append("[" + ", ".join(map(str, group)) + "]")
        grouping = "[" + ", ".join(groups) + "]"
        if len(shape) < len(a.shape):
            text = f"tensor.collapse_shape {a.name} {grouping} : {typed(a)}"
            op = "tensor.collapse_shape"
        else:
            text = f"tensor.expand_shape {a.name} {grouping} output_shape"
            text += f" [{self.extents(shape)}] : {typed(a)}"
            op = "tensor.expand_shape"
        return self.emit(op, f"{text} into {shaped(shape, a.dtype)}", shape, a.dtype)

    def transpose(self, a, *permutation):
        out = self.empty([a.shape[i] for i in permutation], a.dtype)
        text = f"linalg.transpose ins({a.name} : {typed(a)}) outs({out.name} :"
        text += f" {typed(out)}) permutation = [{', '.join(map(str, permutation))}]"
        return self.emit("linalg.transpose", text, *out[1:])

    def slice(self, a, axis, start, end):
        axis %= len(a.shape)
        starts, shape = ["0"] * len(a.shape), list(a.shape)
        starts[axis], shape[axis] = str(start), end - start
        text = f"tensor.extract_slice {a.name}[{', '.join(starts)}]"
        text += f" [{self.extents(shape)}] [{', '.join('1' for _ in shape)}]"
        text += f" : {typed(a)} to {shaped(shape, a.dtype)}"
        return self.emit("tensor.extract_slice", text, shape, a.dtype)

    def concat(self, values, axis):
        axis %= len(values[0].shape)
        shape = list(values[0].shape)
        shape[axis] = sum(value.shape[axis] for value in values)
        text = f"tensor.concat dim({axis}) {', '.join(v.name for v in values)} :"
        text += f" ({', '.join(map(typed, values))}) -> {shaped(shape, values[0].dtype)}"
        return self.emit("tensor.concat", text, shape, values[0].dtype)

    def expand(self, a, *shape):
        return self.elementwise([a], shape, a.dtype, lambda add, x, _: x)
