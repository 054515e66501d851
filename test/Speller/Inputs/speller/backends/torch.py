"""The torch dialect in the generic form, as FX importers write it."""

from ..program import flatten
from .base import Backend, number

UNARY = {"neg": "neg", "abs": "abs", "sqrt": "sqrt", "rsqrt": "rsqrt",
         "recip": "reciprocal", "square": "square", "exp": "exp"}
DTYPES = {"f16": 5, "f32": 6, "f64": 7, "bf16": 15}
SCALARS = {"bool": "i1", "int": "i64", "float": "f64"}


class Torch(Backend):
    name = "torch"
    caps = frozenset({"f32", "f64", "f16", "bf16", "dynamic", "broadcasts", "rsqrt", "recip", "square",
                      "pow", "abs", "mean", "size", "var", "l2", "slice", "dynamic-slice",
                      "python-scalars", "named-layer_norm", "named-rms_norm"})

    def tensor(self, shape, dtype):
        sizes = ",".join("?" if d < 0 else str(d) for d in shape)
        return f"!torch.vtensor<[{sizes}],{dtype}>"

    # Scalars and lists.

    def op(self, name, operands, types, result, hint=""):
        target = self.fresh(hint)
        self.line(f'{target} = "torch.{name}"({", ".join(operands)}) : '
                  f"({', '.join(types)}) -> {result}")
        return target

    def scalar(self, kind, value):
        key = (kind, value)
        if key not in self.cached:
            name = self.cached[key] = self.fresh(kind)
            if kind == "none":
                self.lines.insert(0, f'  {name} = "torch.constant.none"() : () -> !torch.none')
            else:
                text = number(value, "f64") if kind == "float" else str(value).lower()
                typed = text if kind == "bool" else f"{text} : {SCALARS[kind]}"
                self.lines.insert(0, f'  {name} = "torch.constant.{kind}"() '
                                     f"<{{value = {typed}}}> : () -> !torch.{kind}")
        return self.cached[key], f"!torch.{kind}"

    def ints(self, values):
        pairs = [v if isinstance(v, tuple) else self.scalar("int", v) for v in values]
        name = self.op("prim.ListConstruct", [p[0] for p in pairs], [p[1] for p in pairs],
                       "!torch.list<int>")
        return name, "!torch.list<int>"

    def aten(self, name, node_type, *pairs):
        return self.op("aten." + name, [p[0] for p in pairs], [p[1] for p in pairs], node_type)

    def value(self, arg):
        return self.names[arg.number], self.type(arg)

    # Layouts: trailing dimensions have to meet.

    def operand(self, arg, phys):
        if arg.kind == "const":
            return None
        pair = self.value(arg)
        phys, have = list(phys), list(arg.phys)
        tail = phys[len(phys) - len(have):]
        if len(have) <= len(phys) and all(a is None or a == b for a, b in zip(have, tail)):
            if len(have) < len(phys) or have == tail or self.chance(0.85):
                return pair
            return self.expand(pair, arg, phys)
        aligned = self.aligned(arg.phys, phys)
        if self.chance(0.5) and None not in have and not any(
                isinstance(e, tuple) for e in have):
            # One unsqueeze for each missing dimension.
            at = list(have)
            for i, entry in enumerate(aligned):
                if i >= len(at) or at[i] != entry:
                    at.insert(i, None)
                    type_ = self.tensor(self.sizes(at), arg.dtype)
                    pair = self.aten("unsqueeze", type_, pair, self.scalar("int", i)), type_
            return pair
        return self.view(pair[0], arg.phys, aligned, arg.dtype)

    def expand(self, pair, arg, phys):
        type_ = self.tensor(self.sizes(phys), arg.dtype)
        sizes = [self.size_of(e) if self.p.is_dynamic(e) else self.p.extent(e) for e in phys]
        return self.aten("expand", type_, pair, self.ints(sizes),
                         self.scalar("bool", False)), type_

    def size_of(self, dim):
        if ("size", dim) not in self.cached:
            node = next(n for n in self.p.inputs if dim in n.phys)
            name = self.aten("size.int", "!torch.int", self.value(node),
                             self.scalar("int", node.phys.index(dim)))
            self.cached["size", dim] = name
        return self.cached["size", dim], "!torch.int"

    def view(self, name, source, target, dtype):
        types = [self.tensor(self.sizes(p), dtype) for p in (source, target)]
        if types[0] == types[1]:
            return name, types[0]
        sizes = [self.size_of(e) if self.p.is_dynamic(e) else self.p.extent(e)
                 for e in target]
        op = self.rng.choice(["view", "reshape"])
        return self.aten(op, types[1], (name, types[0]), self.ints(sizes)), types[1]

    # Ops.

    def elementwise(self, node):
        kind, type_ = node.kind, self.type(node)
        if kind == "cast":
            return self.cast(node)
        if kind in UNARY:
            return self.aten(UNARY[kind], type_, self.value(node.args[0]))
        a, b = node.args
        if a.kind == "const" or a.kind == "size":
            return self.reversed(node, a, b)
        left = self.operand(a, node.phys)
        one = self.scalar("int", 1)
        if b.kind == "const" and kind not in ("max", "min"):
            number = self.scalar("float", b.attrs["literal"])
            if float(b.attrs["literal"]).is_integer() and self.chance(0.5):
                number = self.scalar("int", int(b.attrs["literal"]))
            if kind == "pow":
                return self.aten("pow.Tensor_Scalar", type_, left, number)
            extra = [one] if kind in ("add", "sub") else []
            return self.aten(kind + ".Scalar", type_, left, number, *extra)
        if b.kind == "const":
            number = self.scalar("float", b.attrs["literal"])
            if kind == "max" and self.chance(0.5):
                return self.aten("clamp_min", type_, left, number)
            none = self.scalar("none", 0)
            ends = (number, none) if kind == "max" else (none, number)
            return self.aten("clamp", type_, left, *ends)
        if b.kind == "size":
            extra = [one] if kind in ("add", "sub") else []
            return self.aten(kind + ".Scalar", type_, left, self.value(b), *extra)
        right = self.operand(b, node.phys)
        if kind in ("max", "min"):
            return self.aten({"max": "maximum", "min": "minimum"}[kind], type_, left, right)
        extra = [one] if kind in ("add", "sub") else []
        return self.aten(kind + ".Tensor", type_, left, right, *extra)

    def reversed(self, node, a, b):
        """A scalar on the left."""
        kind, type_ = node.kind, self.type(node)
        right = self.operand(b, node.phys)
        number = self.value(a) if a.kind == "size" else \
            self.scalar("float", a.attrs["literal"])
        one = self.scalar("int", 1)
        if kind in ("add", "mul"):
            extra = [one] if kind == "add" else []
            return self.aten(kind + ".Scalar", type_, right, number, *extra)
        if kind == "max":
            return self.aten("clamp_min", type_, right, number)
        if kind == "sub":
            return self.aten("rsub.Scalar", type_, right, number, one)
        # number / b
        inverse = self.aten("reciprocal", type_, right)
        if a.attrs["literal"] == 1.0:
            return inverse
        return self.aten("mul.Scalar", type_, (inverse, type_), number)

    def type(self, node):
        return "!torch.int" if node.kind == "size" else super().type(node)

    def cast(self, node):
        dtype = self.scalar("int", DTYPES[node.dtype])
        value, no = self.value(node.args[0]), self.scalar("bool", False)
        if self.chance(0.4):
            return self.op("prims.convert_element_type", [value[0], dtype[0]],
                           [value[1], dtype[1]], self.type(node))
        return self.aten("to.dtype", self.type(node), value, dtype, no, no,
                         self.scalar("none", 0))

    def reduced(self, node):
        arg = node.args[0]
        at = [i for i, e in enumerate(arg.phys)
              if e is not None and set(flatten([e])) <= set(node.attrs["axes"])]
        if self.chance(0.5):
            at = [i - len(arg.phys) for i in at]
        return self.ints(at)

    def on_sum(self, node):
        keep, none = self.scalar("bool", node.attrs["keep"]), self.scalar("none", 0)
        value, at = self.value(node.args[0]), self.reduced(node)
        if node.kind == "amax":
            return self.aten("amax", self.type(node), value, at, keep)
        if node.kind == "var":
            ddof = node.attrs["correction"]
            if self.chance(0.5):
                return self.aten("var.correction", self.type(node), value, at,
                                 self.scalar("int", ddof), keep)
            return self.aten("var.dim", self.type(node), value, at,
                             self.scalar("bool", bool(ddof)), keep)
        if node.kind == "l2":
            return self.aten("linalg_vector_norm", self.type(node), value,
                             self.scalar("int", 2), at, keep, none)
        op = {"sum": "sum.dim_IntList", "mean": "mean.dim"}[node.kind]
        return self.aten(op, self.type(node), value, at, keep, none)

    on_mean = on_amax = on_var = on_l2 = on_sum

    def on_layout(self, node):
        arg = node.args[0]
        name, source = self.names[arg.number], list(arg.phys)
        if flatten(source) != flatten(node.phys):
            split = flatten(source)
            name, type_ = self.view(name, source, split, node.dtype)
            source = flatten(node.phys)
            order = [split.index(d) for d in source]
            result = self.tensor(self.sizes(source), node.dtype)
            moved = [i for i, d in enumerate(order) if i != d]
            if len(moved) == 2 and self.chance(0.5):
                name = self.aten("transpose.int", result, (name, type_),
                                 self.scalar("int", moved[0]), self.scalar("int", moved[1]))
            else:
                name = self.aten("permute", result, (name, type_), self.ints(order))
        return self.view(name, source, node.phys, node.dtype)[0]

    def on_bcast(self, node):
        arg = node.args[0]
        aligned = self.aligned(arg.phys, node.phys)
        pair = self.view(self.names[arg.number], arg.phys, aligned, arg.dtype)
        return self.expand(pair, arg, node.phys)[0]

    def on_relabel(self, node):
        return self.names[node.args[0].number]

    def on_slice(self, node):
        at = node.phys.index(node.attrs["new"])
        return self.aten("slice.Tensor", self.type(node), self.value(node.args[0]),
                         self.scalar("int", at), self.scalar("int", 0),
                         self.scalar("int", node.attrs["size"]), self.scalar("int", 1))

    def on_size(self, node):
        source, total = node.args[0], None
        for axis in node.attrs["axes"]:
            if axis in source.phys:
                dim = self.aten("size.int", "!torch.int", self.value(source),
                                self.scalar("int", source.phys.index(axis)))
            else:
                dim = self.scalar("int", self.p.extents[axis])[0]
            if total:
                dim = self.op("aten.mul.int", [total, dim], ["!torch.int"] * 2, "!torch.int")
            total = dim
        for _ in range(node.attrs["more"]):
            total = self.op("aten.add.int", [total, self.scalar("int", 1)[0]],
                            ["!torch.int"] * 2, "!torch.int")
        return total

    def on_named(self, node):
        args = list(node.args)
        x, type_ = self.value(args.pop(0)), self.type(node)
        none = self.scalar("none", 0)
        weight = self.value(args.pop(0)) if node.attrs["scale"] else none
        bias = self.value(args.pop(0)) if node.attrs["bias"] else none
        shape = self.ints([self.size_of(a) if self.p.is_dynamic(a) else self.p.extent(a)
                           for a in node.attrs["axes"]])
        eps = self.scalar("float", node.attrs["eps"])
        if node.attrs["norm"] == "rms_norm":
            return self.aten("rms_norm", type_, x, shape, weight, eps)
        if self.chance(0.5):
            return self.aten("layer_norm", type_, x, shape, weight, bias, eps,
                             self.scalar("bool", True))
        stat = self.tensor(self.sizes([None if e in node.attrs["axes"] else e
                                       for e in node.phys]), node.dtype)
        pairs = [x, shape, weight, bias, eps]
        name = self.fresh()
        self.line(f'{name}:3 = "torch.aten.native_layer_norm"({", ".join(p[0] for p in pairs)})'
                  f" : ({', '.join(p[1] for p in pairs)}) -> ({type_}, {stat}, {stat})")
        return name + "#0"
