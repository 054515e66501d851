"""TOSA as registered: equal ranks, one axis a reduction, shapes as operands."""

from ..program import flatten
from .base import Backend, initial, number

NAMES = {
    "add": "add", "sub": "sub", "max": "maximum", "min": "minimum", "pow": "pow",
    "abs": "abs", "rsqrt": "rsqrt", "recip": "reciprocal", "exp": "exp",
}


class Tosa(Backend):
    name = "tosa"
    caps = frozenset({"f32", "f16", "bf16", "dynamic", "broadcasts", "one-dynamic", "rsqrt", "recip",
                      "pow", "abs", "slice", "keepdims-only", "one-axis"})

    def const(self, value, shape, dtype):
        type_ = self.tensor(shape, dtype)
        name = self.fresh("c")
        self.line(f'{name} = "tosa.const"() <{{values = dense<{number(value, dtype)}> : '
                  f"{type_}}}> : () -> {type_}")
        return name

    def shape_const(self, values):
        name = self.fresh("h")
        body = f"dense<{list(values)}>" if values else "dense<>"
        self.line(f"{name} = tosa.const_shape {{values = {body} : "
                  f"tensor<{len(values)}xindex>}} : () -> !tosa.shape<{len(values)}>")
        return name, f"!tosa.shape<{len(values)}>"

    def reshape(self, name, source, target, dtype):
        sizes, want = self.sizes(source), self.sizes(target)
        if sizes == want:
            return name
        shape, shape_type = self.shape_const(want)
        result = self.fresh()
        self.line(f"{result} = tosa.reshape {name}, {shape} : "
                  f"({self.tensor(sizes, dtype)}, {shape_type}) -> {self.tensor(want, dtype)}")
        return result

    def operand(self, arg, phys):
        """With as many dimensions as the result; the name and the type."""
        if arg.kind == "const":
            full = self.chance(0.3) and not any(self.p.is_dynamic(e) for e in phys)
            shape = self.sizes(phys) if full else [1] * len(phys)
            return (self.const(arg.attrs["literal"], shape, arg.dtype),
                    self.tensor(shape, arg.dtype))
        name = self.names[arg.number]
        if arg.phys == tuple(phys):
            return name, self.type(arg)
        aligned = self.aligned(arg.phys, phys)
        assert aligned is not None, (arg.phys, phys)
        name = self.reshape(name, arg.phys, aligned, arg.dtype)
        return name, self.tensor(self.sizes(aligned), arg.dtype)

    def binary(self, name, a, b, type_):
        result = self.fresh()
        operands, types = [a[0], b[0]], [a[1], b[1]]
        if name == "mul":
            shift = self.fresh("c")
            self.line(f'{shift} = "tosa.const"() <{{values = dense<0> : tensor<1xi8>}}> : '
                      "() -> tensor<1xi8>")
            operands.append(shift)
            types.append("tensor<1xi8>")
        self.line(f"{result} = tosa.{name} {', '.join(operands)} : "
                  f"({', '.join(types)}) -> {type_}")
        return result

    def unary(self, name, operand, type_):
        result = self.fresh()
        self.line(f"{result} = tosa.{name} {operand[0]} : ({operand[1]}) -> {type_}")
        return result

    def elementwise(self, node):
        type_, kind = self.type(node), node.kind
        operands = [self.operand(a, node.phys) for a in node.args]
        if kind == "cast":
            return self.unary("cast", operands[0], type_)
        if kind == "mul":
            return self.binary("mul", *operands, type_)
        if kind == "div":
            first = node.args[0]
            inverse = self.unary("reciprocal", operands[1], operands[1][1])
            if first.kind == "const" and first.attrs["literal"] == 1.0 \
                    and operands[1][1] == type_:
                return inverse
            return self.binary("mul", operands[0], (inverse, operands[1][1]), type_)
        if kind == "sqrt":
            half = [1] * len(node.phys)
            half = self.const(0.5, half, node.dtype), self.tensor(half, node.dtype)
            return self.binary("pow", operands[0], half, type_)
        if kind == "neg":
            zero = self.const(0.0, [1], node.dtype)
            result, one = self.fresh(), self.tensor([1], node.dtype)
            self.line(f"{result} = tosa.negate {operands[0][0]}, {zero}, {zero} : "
                      f"({type_}, {one}, {one}) -> {type_}")
            return result
        if len(operands) == 1:
            return self.unary(NAMES[kind], operands[0], type_)
        return self.binary(NAMES[kind], *operands, type_)

    def on_sum(self, node):
        arg, name = node.args[0], self.names[node.args[0].number]
        phys = list(arg.phys)
        for i, entry in enumerate(arg.phys):
            if entry is None or not set(flatten([entry])) <= set(node.attrs["axes"]):
                continue
            before = self.tensor(self.sizes(phys), node.dtype)
            phys[i] = None
            after = self.tensor(self.sizes(phys), node.dtype)
            result = self.fresh()
            op = {"amax": "reduce_max"}.get(node.kind, "reduce_sum")
            self.line(f"{result} = tosa.{op} {name} {{axis = {i} : i32}} : "
                      f"({before}) -> {after}")
            name = result
        assert initial(node) in (0.0, -float("inf"))
        return name

    on_amax = on_sum

    def on_layout(self, node):
        arg = node.args[0]
        name, source = self.names[arg.number], list(arg.phys)
        if flatten(source) != flatten(node.phys):
            split = flatten(source)
            name = self.reshape(name, source, split, node.dtype)
            source = flatten(node.phys)
            order = [split.index(d) for d in source]
            result = self.fresh()
            self.line(f"{result} = tosa.transpose {name} {{perms = array<i32: "
                      f"{', '.join(map(str, order))}>}} : "
                      f"({self.tensor(self.sizes(split), node.dtype)}) -> "
                      f"{self.tensor(self.sizes(source), node.dtype)}")
            name = result
        return self.reshape(name, source, node.phys, node.dtype)

    def on_bcast(self, node):
        """A tile, or the addition of zeros."""
        arg = node.args[0]
        name, type_ = self.operand(arg, node.phys)
        want = self.type(node)
        if type_ == want:
            return name
        if any(self.p.is_dynamic(e) for e in node.phys) or arg.kind == "const":
            zeros = self.const(0.0, [1] * len(node.phys), node.dtype)
            if any(self.p.is_dynamic(e) for e in node.phys):
                return self.names[arg.number] if arg.phys == node.phys else \
                    self.binary("add", (name, type_), self.zeros_like(node, zeros), want)
            full = self.const(0.0, self.sizes(node.phys), node.dtype)
            return self.binary("add", (name, type_), (full, want), want)
        aligned = self.aligned(arg.phys, node.phys)
        times = [1 if a == e or e is None else self.p.extent(e)
                 for a, e in zip(aligned, node.phys)]
        shape, shape_type = self.shape_const(times)
        result = self.fresh()
        self.line(f"{result} = tosa.tile {name}, {shape} : ({type_}, {shape_type}) -> {want}")
        return result

    def zeros_like(self, node, zeros):
        """Zeros of a dynamic shape: the last value of that layout, times zero."""
        source = next(n for n in reversed(self.p.nodes)
                      if n.phys == node.phys and n.dtype == node.dtype
                      and n.number in self.names)
        ones = self.tensor([1] * len(node.phys), node.dtype)
        type_ = self.type(node)
        return self.binary("mul", (self.names[source.number], type_), (zeros, ones), type_), type_

    def on_relabel(self, node):
        return self.names[node.args[0].number]

    def on_slice(self, node):
        arg = node.args[0]
        start, start_type = self.shape_const([0] * len(node.phys))
        size, size_type = self.shape_const(self.sizes(node.phys))
        result = self.fresh()
        self.line(f"{result} = tosa.slice {self.names[arg.number]}, {start}, {size} : "
                  f"({self.type(arg)}, {start_type}, {size_type}) -> {self.type(node)}")
        return result
