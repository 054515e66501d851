"""StableHLO and MHLO in the generic form."""

from ..program import flatten
from .base import Backend, initial, number

NAMES = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "divide",
    "max": "maximum", "min": "minimum", "pow": "power", "neg": "negate",
    "abs": "abs", "sqrt": "sqrt", "rsqrt": "rsqrt", "exp": "exponential",
    "cast": "convert",
}


class StableHLO(Backend):
    name = "stablehlo"
    caps = frozenset({"f32", "f64", "f16", "bf16", "dynamic", "stretches", "rsqrt", "pow",
                      "abs", "size", "init", "slice", "dot_ones", "dot_mean",
                      "dot_self", "var", "batch-norm"})

    # Text.

    def array(self, values):
        return f"array<i64{': ' if values else ''}{', '.join(map(str, values))}>"

    def attributes(self, text):
        return f" <{{{text}}}>"

    def enum(self, kind, value):
        return f"#{self.name}<{kind} {value}>"

    def op(self, name, operands, types, result, attributes="", lines=None):
        target = self.fresh()
        text = f'{target} = "{self.name}.{name}"({", ".join(operands)})'
        text += self.attributes(attributes) if attributes else ""
        text += f" : ({', '.join(types)}) -> {result}"
        (self.lines.append if lines is None else lines.append)("  " + text)
        return target

    def constant(self, value, type_, dtype, lines=None):
        text = f"value = dense<{number(value, dtype)}> : {type_}"
        return self.op("constant", [], [], type_, text, lines)

    # Shapes.

    def index(self, value):
        name = self.fresh("i")
        self.line(f"{name} = arith.constant {value} : index")
        return name

    def dim(self, dim):
        if ("dim", dim) not in self.cached:
            node = next(n for n in self.p.inputs if dim in n.phys)
            at = self.index(node.phys.index(dim))
            name = self.cached["dim", dim] = self.fresh("n")
            self.line(f"{name} = tensor.dim {self.names[node.number]}, {at} : "
                      f"{self.type(node)}")
        return self.cached["dim", dim]

    def shape_operand(self, phys):
        sizes = [self.dim(e) if self.p.is_dynamic(e) else self.index(self.p.extent(e))
                 for e in phys]
        name, type_ = self.fresh("n"), f"tensor<{len(sizes)}xindex>"
        self.line(f"{name} = tensor.from_elements {', '.join(sizes)} : {type_}")
        return name, type_

    def is_dynamic(self, phys):
        return any(self.p.is_dynamic(e) for e in phys)

    def broadcast(self, name, type_, dims, phys, dtype):
        result = self.tensor(self.sizes(phys), dtype)
        at = f"broadcast_dimensions = {self.array(dims)}"
        if self.is_dynamic(phys):
            shape, shape_type = self.shape_operand(phys)
            return self.op("dynamic_broadcast_in_dim", [name, shape],
                           [type_, shape_type], result, at)
        return self.op("broadcast_in_dim", [name], [type_], result, at)

    def reshape(self, name, source, target, dtype):
        types = (self.tensor(self.sizes(source), dtype),
                 self.tensor(self.sizes(target), dtype))
        if types[0] == types[1]:
            return name
        if self.is_dynamic(target):
            shape, shape_type = self.shape_operand(target)
            return self.op("dynamic_reshape", [name, shape], [types[0], shape_type], types[1])
        return self.op("reshape", [name], [types[0]], types[1])

    def whole(self, arg, phys):
        """An operand with exactly the layout `phys`."""
        type_ = self.tensor(self.sizes(phys), arg.dtype)
        if arg.kind == "const":
            value = arg.attrs["literal"]
            if not phys or (not self.is_dynamic(phys) and self.chance(0.5)):
                return self.constant(value, type_, arg.dtype)
            scalar = f"tensor<{arg.dtype}>"
            return self.broadcast(self.constant(value, scalar, arg.dtype), scalar, [],
                                  phys, arg.dtype)
        name = self.names[arg.number]
        if arg.phys == tuple(phys):
            return name
        return self.spread(name, arg, phys)

    def spread(self, name, arg, phys):
        source = list(arg.phys)
        # Unit dimensions first go, or stay where the target has room for them.
        aligned = self.aligned(arg.phys, phys)
        if None in source and (aligned is None or self.chance(0.5)):
            bare = [e for e in source if e is not None]
            name = self.reshape(name, source, bare, arg.dtype)
            source = bare
        elif aligned is not None and len(source) != len(phys) and self.chance(0.3):
            name = self.reshape(name, source, aligned, arg.dtype)
            source = list(aligned)
        fits = len(source) == len(phys) and all(
            e is None or e == p for e, p in zip(source, phys))
        if None in source and not fits:
            bare = [e for e in source if e is not None]
            name = self.reshape(name, source, bare, arg.dtype)
            source = bare
        dims = [list(phys).index(e) if e is not None else i for i, e in enumerate(source)]
        type_ = self.tensor(self.sizes(source), arg.dtype)
        return self.broadcast(name, type_, dims, phys, arg.dtype)

    # Ops.

    def elementwise(self, node):
        type_ = self.type(node)
        operands = [self.whole(a, node.phys) for a in node.args]
        types = [self.tensor(self.sizes(node.phys), a.dtype) for a in node.args]
        return self.op(NAMES[node.kind], operands, types, type_)

    def reduce_lines(self, name, type_, positions, dtype, result, value=0.0,
                     op="add", lines=None):
        scalar = f"tensor<{dtype}>"
        zero = self.constant(value, scalar, dtype, lines)
        target, a, b, s = (self.fresh() for _ in range(4))
        out = self.lines if lines is None else lines
        pair = [a, b] if self.chance(0.5) else [b, a]
        before = self.attributes(f"dimensions = {self.array(positions)}")
        after = ""
        if not before.strip().startswith("<"):
            before, after = "", before
        out += [
            f'  {target} = "{self.name}.reduce"({name}, {zero}){before} ({{',
            f"  ^bb0({a}: {scalar}, {b}: {scalar}):",
            f'    {s} = "{self.name}.{op}"({", ".join(pair)}) : ({scalar}, {scalar}) -> {scalar}',
            f'    "{self.name}.return"({s}) : ({scalar}) -> ()',
            f"  }}){after} : ({type_}, {scalar}) -> {result}",
        ]
        return target

    def reduced(self, node):
        arg = node.args[0]
        return [i for i, e in enumerate(arg.phys)
                if e is not None and set(flatten([e])) <= set(node.attrs["axes"])]

    def keep(self, node, name):
        """Unit dimensions for those that were reduced, if they are kept."""
        arg = node.args[0]
        gone = self.reduced(node)
        bare = [e for i, e in enumerate(arg.phys) if i not in gone]
        if not node.attrs["keep"]:
            return name
        if self.chance(0.5):
            return self.reshape(name, bare, node.phys, node.dtype)
        dims = [i for i in range(len(arg.phys)) if i not in gone]
        return self.broadcast(name, self.tensor(self.sizes(bare), node.dtype), dims,
                              node.phys, node.dtype)

    def on_sum(self, node):
        arg = node.args[0]
        gone = self.reduced(node)
        bare = [e for i, e in enumerate(arg.phys) if i not in gone]
        op = {"amax": "maximum"}.get(node.kind, "add")
        name = self.reduce_lines(
            self.names[arg.number], self.type(arg), gone, node.dtype,
            self.tensor(self.sizes(bare), node.dtype), initial(node), op)
        return self.keep(node, name)

    on_amax = on_sum

    def dot(self, node, other, other_type, batch, contract, other_contract):
        arg = node.args[0]
        gone = self.reduced(node)
        bare = [e for i, e in enumerate(arg.phys) if i not in gone]
        parts = []
        if batch:
            parts += [f"lhs_batching_dimensions = {batch}",
                      f"rhs_batching_dimensions = {batch}"]
        parts += [f"lhs_contracting_dimensions = {contract}",
                  f"rhs_contracting_dimensions = {other_contract}"]
        attribute = f"dot_dimension_numbers = #{self.name}.dot<{', '.join(parts)}>"
        name = self.op("dot_general", [self.names[arg.number], other],
                       [self.type(arg), other_type],
                       self.tensor(self.sizes(bare), node.dtype), attribute)
        return self.keep(node, name)

    def on_dot_ones(self, node):
        gone = self.reduced(node)
        entries = [node.args[0].phys[i] for i in gone]
        if self.is_dynamic(entries):
            return self.on_sum(node)
        type_ = self.tensor(self.sizes(entries), node.dtype)
        ones = self.constant(node.attrs.get("literal", 1.0), type_, node.dtype)
        return self.dot(node, ones, type_, [], gone, list(range(len(gone))))

    on_dot_mean = on_dot_ones

    def on_dot_self(self, node):
        arg, gone = node.args[0], self.reduced(node)
        batch = [i for i in range(len(arg.phys)) if i not in gone]
        return self.dot(node, self.names[arg.number], self.type(arg), batch, gone, gone)

    def on_layout(self, node):
        arg = node.args[0]
        name, source = self.names[arg.number], list(arg.phys)
        if flatten(source) != flatten(node.phys):
            split = flatten(source)
            name = self.reshape(name, source, split, node.dtype)
            order = [split.index(d) for d in flatten(node.phys)]
            target = flatten(node.phys)
            name = self.op("transpose", [name],
                           [self.tensor(self.sizes(split), node.dtype)],
                           self.tensor(self.sizes(target), node.dtype),
                           f"permutation = {self.array(order)}")
            source = target
        return self.reshape(name, source, node.phys, node.dtype)

    def on_bcast(self, node):
        return self.whole(node.args[0], node.phys)

    def on_relabel(self, node):
        return self.names[node.args[0].number]

    def on_slice(self, node):
        sizes = self.sizes(node.phys)
        text = (f"limit_indices = {self.array(sizes)}, "
                f"start_indices = {self.array([0] * len(sizes))}, "
                f"strides = {self.array([1] * len(sizes))}")
        arg = node.args[0]
        return self.op("slice", [self.names[arg.number]], [self.type(arg)],
                       self.type(node), text)

    def on_size(self, node):
        source, total, scalar = node.args[0], None, "tensor<i32>"
        for axis in node.attrs["axes"]:
            if axis in source.phys:
                at = source.phys.index(axis)
                dim = self.op("get_dimension_size", [self.names[source.number]],
                              [self.type(source)], scalar, f"dimension = {at} : i64")
            else:
                dim = self.integer(self.p.extents[axis])
            if total:
                dim = self.op("multiply", [total, dim], [scalar] * 2, scalar)
            total = dim
        for _ in range(node.attrs["more"]):
            total = self.op("add", [total, self.integer(1)], [scalar] * 2, scalar)
        return self.op("convert", [total], [scalar], f"tensor<{node.dtype}>")

    def integer(self, value):
        return self.op("constant", [], [], "tensor<i32>",
                       f"value = dense<{value}> : tensor<i32>")

    def on_named(self, node):
        """batch_norm_training of [1, rows, row] with the rows for channels."""
        type_, rows = self.type(node), self.p.extent(node.phys[1])
        channel = self.tensor([rows], node.dtype)
        one = self.constant(1.0, channel, node.dtype)
        zero = self.constant(0.0, channel, node.dtype)
        arg, name = node.args[0], self.fresh()
        attributes = self.attributes(
            f"epsilon = {number(node.attrs['eps'], 'f32')} : f32, feature_index = 1 : i64")
        self.line(f'{name}:3 = "{self.name}.batch_norm_training"'
                  f"({self.names[arg.number]}, {one}, {zero}){attributes} : "
                  f"({type_}, {channel}, {channel}) -> ({type_}, {channel}, {channel})")
        return name + "#0"

    # A private callee for the variance, which has one for a select.

    def on_var(self, node):
        arg, t = node.args[0], node.dtype
        gone = self.reduced(node)
        bare = [e for i, e in enumerate(arg.phys) if i not in gone]
        kept = [None if i in gone else e for i, e in enumerate(arg.phys)]
        x_type = self.type(arg)
        stat, unit = (self.tensor(self.sizes(p), t) for p in (bare, kept))
        n = 1
        for axis in node.attrs["axes"]:
            n *= self.p.extents[axis]
        if self.is_dynamic(arg.phys):
            return self.inline_var(node)
        lines = []
        out = lambda name, operands, types, result, text="": self.op(
            name, operands, types, result, text, lines)
        dims = [i for i in range(len(arg.phys)) if i not in gone]
        up = f"broadcast_dimensions = {self.array(dims)}"
        full = f"broadcast_dimensions = {self.array(range(len(arg.phys)))}"
        s = self.reduce_lines("%x", x_type, gone, t, stat, lines=lines)
        s = out("broadcast_in_dim", [s], [stat], unit, up)
        count = self.constant(n, f"tensor<{t}>", t, lines)
        wide = out("broadcast_in_dim", [count], [f"tensor<{t}>"], unit,
                   f"broadcast_dimensions = {self.array([])}")
        mean = out("divide", [s, wide], [unit] * 2, unit)
        mean = out("broadcast_in_dim", [mean], [unit], x_type, full)
        d = out("subtract", ["%x", mean], [x_type] * 2, x_type)
        sq = out("multiply", [d, d], [x_type] * 2, x_type)
        ddof = out("convert", ["%ddof"], ["tensor<i32>"], f"tensor<{t}>")
        divisor = out("subtract", [count, ddof], [f"tensor<{t}>"] * 2, f"tensor<{t}>")
        s = self.reduce_lines(sq, x_type, gone, t, stat, lines=lines)
        s = out("broadcast_in_dim", [s], [stat], unit, up)
        wide = out("broadcast_in_dim", [divisor], [f"tensor<{t}>"], unit,
                   f"broadcast_dimensions = {self.array([])}")
        v = out("divide", [s, wide], [unit] * 2, unit)
        zero = self.constant(0.0, f"tensor<{t}>", t, lines)
        positive = out("compare", [divisor, zero], [f"tensor<{t}>"] * 2, "tensor<i1>",
                       f"comparison_direction = {self.enum('comparison_direction', 'GT')}")
        nan = self.constant(float("nan"), f"tensor<{t}>", t, lines)
        where, var = f"_where_{self.function}_{node.number}", f"_var_{self.function}_{node.number}"
        result = self.fresh()
        lines.append(f"  {result} = func.call @{where}({positive}, {v}, {nan}) : "
                     f"(tensor<i1>, {unit}, tensor<{t}>) -> {unit}")
        head = f"func.func private @{var}(%x: {x_type}, %ddof: tensor<i32>) -> {unit} {{"
        self.helpers.append("\n".join(
            [head, *lines, f"  return {result} : {unit}", "}"]))
        lines = []
        at = f"broadcast_dimensions = {self.array([])}"
        p = self.op("broadcast_in_dim", ["%p"], ["tensor<i1>"], unit.replace(t, "i1"), at, lines)
        b = self.op("broadcast_in_dim", ["%b"], [f"tensor<{t}>"], unit, at, lines)
        r = self.op("select", [p, "%a", b], [unit.replace(t, "i1"), unit, unit], unit, "", lines)
        head = (f"func.func private @{where}(%p: tensor<i1>, %a: {unit}, "
                f"%b: tensor<{t}>) -> {unit} {{")
        self.helpers.append("\n".join([head, *lines, f"  return {r} : {unit}", "}"]))
        ddof = self.integer(node.attrs["correction"])
        name = self.fresh()
        self.line(f"{name} = func.call @{var}({self.names[arg.number]}, {ddof}) : "
                  f"({x_type}, tensor<i32>) -> {unit}")
        return self.reshape(name, kept, node.phys, t)

    def inline_var(self, node):
        """Dynamic shapes: two passes in place."""
        p, arg, axes = self.p, node.args[0], node.attrs["axes"]
        start = len(p.nodes)
        n = p.add("size", [p.inputs[0]], (), node.dtype, axes=axes, more=0)
        if p.inputs[0].phys != tuple(range(len(p.inputs[0].phys))):
            n = p.add("size", [arg], (), node.dtype, axes=axes, more=0)
        mean = p.nary("div", [p.reduce("sum", arg, axes, True), n])
        d = p.nary("sub", [arg, mean])
        v = p.nary("div", [p.reduce("sum", p.nary("mul", [d, d]), axes,
                                    node.attrs["keep"]), n])
        made = p.nodes[start:]
        del p.nodes[start:]
        for inner in made:
            inner.number += 10000
            if inner.kind != "const":
                method = getattr(self, "on_" + inner.kind, None) or self.elementwise
                self.names[inner.number] = method(inner)
        return self.names[v.number]


class MHLO(StableHLO):
    """The same ops with the attributes of the older form."""

    name = "mhlo"

    def array(self, values):
        values = list(values)
        body = f"[{', '.join(map(str, values))}]" if values else ""
        return f"dense<{body}> : tensor<{len(values)}xi64>"

    def attributes(self, text):
        return f" {{{text}}}"
