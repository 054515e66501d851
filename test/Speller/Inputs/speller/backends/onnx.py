"""ONNX in the generic form that onnx-mlir reads and writes."""

from ..program import flatten
from .base import Backend, number

NAMES = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "max": "Max",
         "min": "Min", "pow": "Pow", "neg": "Neg", "abs": "Abs", "sqrt": "Sqrt",
         "recip": "Reciprocal", "exp": "Exp"}
# From these on the axes are an operand; before they are an attribute.
REDUCTIONS = {"mean": ("ReduceMeanV13", "ReduceMean"), "sum": ("ReduceSumV11", "ReduceSum"),
              "sumsq": ("ReduceSumSquareV13", "ReduceSumSquare"),
              "l2": ("ReduceL2V13", "ReduceL2"), "amax": ("ReduceMaxV13", "ReduceMax")}


class Onnx(Backend):
    name = "onnx"
    caps = frozenset({"f32", "f64", "f16", "bf16", "dynamic", "f32-epsilon", "broadcasts", "recip", "pow", "abs", "mean",
                      "size", "sumsq", "l2", "slice", "named-layer_norm",
                      "named-rms_norm", "stretched-scale"})

    def op(self, name, pairs, result, attributes=""):
        target = self.fresh()
        attributes = f" {{{attributes}}}" if attributes else ""
        self.line(f'{target} = "onnx.{name}"({", ".join(p[0] for p in pairs)}){attributes} : '
                  f"({', '.join(p[1] for p in pairs)}) -> {result}")
        return target

    def constant(self, text, type_):
        return self.op("Constant", [], type_, f"value = dense<{text}> : {type_}"), type_

    def int_list(self, values):
        return self.constant(str(list(values)), f"tensor<{len(values)}xi64>")

    def value(self, arg):
        return self.names[arg.number], self.type(arg)

    def begin(self):
        self.old = self.chance(0.4)

    # Layouts: trailing dimensions have to meet.

    def operand(self, arg, phys):
        if arg.kind == "const":
            shape = self.rng.choice([[], [], [1]]) if phys else []
            type_ = self.tensor(shape, arg.dtype)
            return self.constant(number(arg.attrs["literal"], arg.dtype), type_)
        pair, phys, have = self.value(arg), list(phys), list(arg.phys)
        tail = phys[len(phys) - len(have):]
        if len(have) <= len(phys) and all(a is None or a == b for a, b in zip(have, tail)):
            return pair
        aligned = self.aligned(arg.phys, phys)
        if self.chance(0.5) and None not in have and not any(
                isinstance(e, tuple) for e in have):
            at = [i for i, e in enumerate(aligned) if e is None]
            type_ = self.tensor(self.sizes(aligned), arg.dtype)
            if self.old:
                return self.op("UnsqueezeV11", [pair], type_, f"axes = {at}"), type_
            return self.op("Unsqueeze", [pair, self.int_list(at)], type_), type_
        return self.reshape(pair[0], arg.phys, aligned, arg.dtype)

    def shape_operand(self, phys):
        if not any(self.p.is_dynamic(e) for e in phys):
            return self.int_list([self.p.extent(e) for e in phys])
        parts = []
        for entry in phys:
            parts.append(self.dim(entry) if self.p.is_dynamic(entry)
                         else self.int_list([self.p.extent(entry)]))
        type_ = f"tensor<{len(phys)}xi64>"
        return self.op("Concat", parts, type_, "axis = 0 : si64"), type_

    def dim(self, dim):
        if ("dim", dim) not in self.cached:
            node = next(n for n in self.p.inputs if dim in n.phys)
            at = node.phys.index(dim)
            self.cached["dim", dim] = self.op(
                "Shape", [self.value(node)], "tensor<1xi64>",
                f"end = {at + 1} : si64, start = {at} : si64")
        return self.cached["dim", dim], "tensor<1xi64>"

    def reshape(self, name, source, target, dtype):
        types = [self.tensor(self.sizes(p), dtype) for p in (source, target)]
        if types[0] == types[1]:
            return name, types[0]
        pairs = [(name, types[0]), self.shape_operand(target)]
        return self.op("Reshape", pairs, types[1], "allowzero = 0 : si64"), types[1]

    # Ops.

    def elementwise(self, node):
        type_ = self.type(node)
        if node.kind == "cast":
            return self.op("Cast", [self.value(node.args[0])], type_,
                           f"saturate = 1 : si64, to = {node.dtype}")
        operands = [self.operand(a, node.phys) for a in node.args]
        return self.op(NAMES[node.kind], operands, type_)

    def on_sum(self, node):
        arg = node.args[0]
        at = [i for i, e in enumerate(arg.phys)
              if e is not None and set(flatten([e])) <= set(node.attrs["axes"])]
        if self.chance(0.5):
            at = [i - len(arg.phys) for i in at]
        old, new = REDUCTIONS[node.kind]
        keep = f"keepdims = {int(node.attrs['keep'])} : si64"
        if self.old:
            return self.op(old, [self.value(arg)], self.type(node), f"axes = {at}, {keep}")
        return self.op(new, [self.value(arg), self.int_list(at)], self.type(node),
                       f"{keep}, noop_with_empty_axes = 0 : si64")

    on_mean = on_sumsq = on_l2 = on_amax = on_sum

    def on_layout(self, node):
        arg = node.args[0]
        name, source = self.names[arg.number], list(arg.phys)
        if flatten(source) != flatten(node.phys):
            split = flatten(source)
            pair = self.reshape(name, source, split, node.dtype)
            source = flatten(node.phys)
            order = [split.index(d) for d in source]
            name = self.op("Transpose", [pair], self.tensor(self.sizes(source), node.dtype),
                           f"perm = {order}")
        return self.reshape(name, source, node.phys, node.dtype)[0]

    def on_bcast(self, node):
        pair = self.operand(node.args[0], node.phys)
        return self.op("Expand", [pair, self.shape_operand(node.phys)], self.type(node))

    def on_relabel(self, node):
        return self.names[node.args[0].number]

    def on_slice(self, node):
        at = node.phys.index(node.attrs["new"])
        parts = [self.int_list([v]) for v in (0, node.attrs["size"], at, 1)]
        return self.op("Slice", [self.value(node.args[0]), *parts], self.type(node))

    def on_size(self, node):
        source, total = node.args[0], None
        scalar = "tensor<i64>"
        shape_type = f"tensor<{len(source.phys)}xi64>"
        shape = self.op("Shape", [self.value(source)], shape_type, "start = 0 : si64")
        for axis in node.attrs["axes"]:
            if axis in source.phys:
                index = self.constant(source.phys.index(axis), scalar)
                dim = self.op("Gather", [(shape, shape_type), index], scalar,
                              "axis = 0 : si64")
            else:
                dim = self.constant(self.p.extents[axis], scalar)[0]
            if total:
                dim = self.op("Mul", [(total, scalar), (dim, scalar)], scalar)
            total = dim
        for _ in range(node.attrs["more"]):
            total = self.op("Add", [(total, scalar), self.constant(1, scalar)], scalar)
        return self.op("Cast", [(total, scalar)], f"tensor<{node.dtype}>",
                       f"saturate = 1 : si64, to = {node.dtype}")

    def on_named(self, node):
        args, type_ = list(node.args), self.type(node)
        x = self.value(args.pop(0))
        sizes = self.sizes(node.attrs["axes"])
        if node.attrs["scale"]:
            scale = self.value(args.pop(0))
        else:
            scale = self.ones(sizes, node.dtype)
        axis = len(node.phys) - len(node.attrs["axes"])
        if self.chance(0.5):
            axis -= len(node.phys)
        text = (f"axis = {axis} : si64, epsilon = {number(node.attrs['eps'], 'f32')} : f32, "
                "stash_type = 1 : si64")
        if node.attrs["norm"] == "rms_norm":
            return self.op("RMSNormalization", [x, scale], type_, text)
        none = self.fresh(), "none"
        self.line(f'{none[0]} = "onnx.NoValue"() {{value}} : () -> none')
        bias = self.value(args.pop(0)) if node.attrs["bias"] else none
        names = [self.fresh() for _ in range(3)]
        pairs = [x, scale, bias]
        self.line(f'{", ".join(names)} = "onnx.LayerNormalization"'
                  f'({", ".join(p[0] for p in pairs)}) {{{text}}} : '
                  f"({', '.join(p[1] for p in pairs)}) -> ({type_}, none, none)")
        return names[0]

    def ones(self, sizes, dtype):
        return self.constant("1.0", self.tensor([abs(s) for s in sizes], dtype))
