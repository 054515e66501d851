"""linalg, tensor, arith and math on tensors, as front ends lower to them."""

from ..program import flatten
from .base import initial, number
from .linalg_layout import LinalgLayout

BODY = {
    "add": "arith.addf", "sub": "arith.subf", "mul": "arith.mulf",
    "div": "arith.divf", "max": "arith.maximumf", "min": "arith.minimumf",
    "pow": "math.powf", "fma": "math.fma", "neg": "arith.negf",
    "abs": "math.absf", "sqrt": "math.sqrt", "rsqrt": "math.rsqrt",
    "exp": "math.exp",
}
NAMED = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "div", "max": "max",
    "neg": "negf", "abs": "abs", "sqrt": "sqrt", "rsqrt": "rsqrt",
    "recip": "reciprocal", "square": "square", "exp": "exp", "pow": "powf",
}


class Linalg(LinalgLayout):
    name = "linalg"
    caps = frozenset({"f32", "f64", "f16", "bf16", "dynamic", "rsqrt", "recip",
                      "square", "pow", "powi", "abs", "fma", "size", "slice",
                      "dynamic-slice",
                      "init", "sumsq", "dot_self", "sqdiff"})

    def begin(self):
        # One style for most of a function, as a producer has it.
        self.style = self.rng.choice(["generic", "generic", "tensor", "named"])
        self.where = self.rng.choice(["outside", "inside", "tensor"])

    def now(self):
        return self.style if self.chance(0.85) else self.rng.choice(
            ["generic", "tensor", "named"])

    # Pieces.

    def constant(self, value, type_):
        dtype = type_.split("x")[-1].rstrip(">").split("<")[-1]
        text = number(value, dtype)
        if type_.startswith("tensor"):
            text = f"dense<{text}>"
        name = self.fresh("c")
        self.line(f"{name} = arith.constant {text} : {type_}")
        return name

    def index(self, value):
        key = ("index", value)
        if key not in self.cached:
            self.cached[key] = self.fresh("i")
            self.lines.insert(0, f"  {self.cached[key]} = arith.constant {value} : index")
        return self.cached[key]

    def dim(self, dim):
        """The extent of a dynamic dimension, from an argument that has it."""
        key = ("dim", dim)
        if key not in self.cached:
            for node in self.p.inputs:
                if dim in node.phys:
                    break
            self.cached[key] = self.fresh("n")
            at = self.index(node.phys.index(dim))
            self.line(f"{self.cached[key]} = tensor.dim {self.names[node.number]}, "
                      f"{at} : {self.type(node)}")
        return self.cached[key]

    def dynamic_sizes(self, phys):
        return [self.dim(e) for e in phys if self.p.is_dynamic(e)]

    def empty(self, phys, dtype):
        sizes = self.dynamic_sizes(phys)
        name = self.fresh("e")
        type_ = self.tensor(self.sizes(phys), dtype)
        self.line(f"{name} = tensor.empty({', '.join(sizes)}) : {type_}")
        return name, type_

    def fill(self, value, phys, dtype):
        zero = self.constant(value, dtype)
        empty, type_ = self.empty(phys, dtype)
        name = self.fresh("f")
        self.line(f"{name} = linalg.fill ins({zero} : {dtype}) outs({empty} : {type_}) "
                  f"-> {type_}")
        return name, type_

    @staticmethod
    def map(loops, phys, target=None):
        """From loops, one for each entry of `loops`, to a tensor's indices."""
        results = []
        for entry in phys:
            results.append("0" if entry is None else f"d{list(loops).index(entry)}")
        dims = ", ".join(f"d{i}" for i in range(len(loops)))
        return f"affine_map<({dims}) -> ({', '.join(results)})>"

    def loops_of(self, phys, inputs):
        """Names for the loops: units of the result get one of their own."""
        return [("unit", i) if e is None else e for i, e in enumerate(phys)]

    def generic(self, inputs, phys, dtype, body, kinds=None, loops=None, init=None,
                out_phys=None):
        """inputs: (name, type, phys). body(names, out) prints lines and
        returns the name that is yielded."""
        loops = loops or self.loops_of(phys, inputs)
        named = [e if e is not None else l for e, l in zip(phys, loops)] \
            if out_phys is None else out_phys
        maps = [self.map(loops, p) for _, _, p in inputs] + [self.map(loops, named)]
        if init is None:
            init = self.empty(phys, dtype)
        kinds = kinds or ["parallel"] * len(loops)
        name = self.fresh()
        header = f"{name} = linalg.generic {{indexing_maps = [{', '.join(maps)}], " \
                 f"iterator_types = [{', '.join(chr(34) + k + chr(34) for k in kinds)}]}}"
        if inputs:
            header += f" ins({', '.join(i[0] for i in inputs)} : " \
                      f"{', '.join(i[1] for i in inputs)})"
        self.line(header + f" outs({init[0]} : {init[1]}) {{")
        args = [self.fresh("b") for _ in inputs]
        out = self.fresh("o")
        pairs = [f"{a}: {element(t)}" for a, (_, t, _) in zip(args, inputs)]
        self.line(f"^bb0({', '.join([*pairs, f'{out}: {dtype}'])}):")
        self.line(f"  linalg.yield {body(args, out)} : {dtype}")
        self.line(f"}} -> {init[1]}")
        return name

    # Element-wise ops.

    def scalar_op(self, node, names, dtype=None):
        """The scalar ops of one node; returns the result's name."""
        dtype, kind = dtype or node.dtype, node.kind
        name = self.fresh("s")
        if kind == "cast":
            source = node.args[0].dtype
            wide = {"bf16": 0, "f16": 0, "f32": 1, "f64": 2}
            op = "arith.extf" if wide[source] < wide[dtype] else "arith.truncf"
            self.line(f"  {name} = {op} {names[0]} : {source} to {dtype}")
        elif kind == "square":
            self.line(f"  {name} = arith.mulf {names[0]}, {names[0]} : {dtype}")
        elif kind == "recip":
            one = self.constant(1.0, dtype)
            self.line(f"  {name} = arith.divf {one}, {names[0]} : {dtype}")
        elif kind == "powi":
            power = self.fresh("c")
            self.line(f"  {power} = arith.constant {node.attrs['exponent']} : i32")
            self.line(f"  {name} = math.fpowi {names[0]}, {power} : {dtype}, i32")
        elif kind == "sqdiff":
            d = self.fresh("s")
            self.line(f"  {d} = arith.subf {names[0]}, {names[1]} : {dtype}")
            self.line(f"  {name} = arith.mulf {d}, {d} : {dtype}")
        else:
            self.line(f"  {name} = {BODY[kind]} {', '.join(names)} : {dtype}")
        return name

    def elementwise(self, node):
        style = self.now()
        composite = node.kind in ("powi", "sqdiff", "cast", "square", "recip")
        if style == "tensor" and node.phys:
            return self.on_tensors(node)
        if style == "named" and node.kind in NAMED and node.phys:
            return self.named_op(node)
        del composite
        inputs, slots = [], []
        outside = self.where == "outside"
        for arg in node.args:
            if arg.kind == "const" and (outside or self.where == "inside"):
                slots.append(("const", arg))
            elif arg.kind == "const":
                slots.append(len(inputs))
                inputs.append(self.splat(arg, node.phys))
            elif not arg.phys and arg.kind == "size":
                slots.append(("name", self.names[arg.number]))
            else:
                name, type_, phys = self.names[arg.number], self.type(arg), arg.phys
                known = [i for i, have in enumerate(inputs) if have[0] == name]
                if known and self.chance(0.5):
                    slots.append(known[0])
                    continue
                slots.append(len(inputs))
                inputs.append((name, type_, phys))
        before = {}
        if outside:
            for slot in slots:
                if isinstance(slot, tuple) and slot[0] == "const":
                    before[slot[1].number] = self.scalar_const(slot[1])

        def body(names, out):
            operands = []
            for slot in slots:
                if isinstance(slot, int):
                    operands.append(names[slot])
                elif slot[0] == "name":
                    operands.append(slot[1])
                elif outside:
                    operands.append(before[slot[1].number])
                else:
                    operands.append(self.constant(slot[1].attrs["literal"], slot[1].dtype))
            return self.scalar_op(node, operands)

        return self.generic(inputs, node.phys, node.dtype, body)

    def scalar_const(self, node):
        return self.constant(node.attrs["literal"], node.dtype)

    def splat(self, node, phys):
        """A constant as a tensor that broadcasts to `phys`."""
        how = self.rng.choice(["full", "full", "scalar"])
        if how == "full" and not any(self.p.is_dynamic(e) for e in phys):
            type_ = self.tensor(self.sizes(phys), node.dtype)
            return self.constant(node.attrs["literal"], type_), type_, phys
        type_ = f"tensor<{node.dtype}>"
        return self.constant(node.attrs["literal"], type_), type_, ()

    def on_tensors(self, node):
        """arith and math ops on whole tensors, after explicit broadcasts."""
        type_ = self.type(node)
        operands = [self.whole(arg, node.phys) for arg in node.args]
        name = self.fresh()
        kind = node.kind
        if kind == "cast":
            source = self.tensor(self.sizes(node.phys), node.args[0].dtype)
            op = "extf" if self.widens(node) else "truncf"
            self.line(f"{name} = arith.{op} {operands[0]} : {source} to {type_}")
        elif kind == "square":
            self.line(f"{name} = arith.mulf {operands[0]}, {operands[0]} : {type_}")
        elif kind == "recip":
            one = self.whole_const(1.0, node.dtype, node.phys)
            self.line(f"{name} = arith.divf {one}, {operands[0]} : {type_}")
        elif kind in ("powi", "sqdiff"):
            return self.generic_of(node)
        else:
            self.line(f"{name} = {BODY[kind]} {', '.join(operands)} : {type_}")
        return name

    @staticmethod
    def widens(node):
        order = {"bf16": 0, "f16": 0, "f32": 1, "f64": 2}
        return order[node.args[0].dtype] < order[node.dtype]

    def generic_of(self, node):
        style, self.style = self.style, "generic"
        chance, self.chance = self.chance, lambda p: True
        try:
            return self.elementwise(node)
        finally:
            self.style, self.chance = style, chance

    def whole_const(self, value, dtype, phys):
        sizes = self.sizes(phys)
        if any(s < 0 for s in sizes):
            if self.chance(0.5):
                return self.fill(value, phys, dtype)[0]
            scalar = self.constant(value, dtype)
            name = self.fresh()
            dims = ", ".join(self.dynamic_sizes(phys))
            self.line(f"{name} = tensor.splat {scalar}[{dims}] : {self.tensor(sizes, dtype)}")
            return name
        return self.constant(value, self.tensor(sizes, dtype))

    def whole(self, arg, phys):
        """An operand as a tensor with exactly the layout `phys`."""
        if arg.kind == "const":
            return self.whole_const(arg.attrs["literal"], arg.dtype, phys)
        if arg.kind == "size":
            name = self.fresh()
            type_ = self.tensor(self.sizes(phys), arg.dtype)
            dims = ", ".join(self.dynamic_sizes(phys))
            dims = f"[{dims}]" if dims else ""
            self.line(f"{name} = tensor.splat {self.names[arg.number]}{dims} : {type_}")
            return name
        if arg.phys == tuple(phys):
            return self.names[arg.number]
        return self.spread(self.names[arg.number], arg, phys)

    def spread(self, name, arg, phys):
        bare = [e for e in arg.phys if e is not None]
        order = [e for e in phys if e in bare]
        if self.chance(0.5) and order == bare:
            if None in arg.phys:
                name = self.reshape(name, arg.phys, bare, arg.dtype)
            missing = [i for i, e in enumerate(phys) if e is None or e not in bare]
            empty, type_ = self.empty(phys, arg.dtype)
            result = self.fresh()
            source = self.tensor(self.sizes(bare), arg.dtype)
            self.line(f"{result} = linalg.broadcast ins({name} : {source}) "
                      f"outs({empty} : {type_}) dimensions = {missing}")
            return result
        inputs = [(name, self.type(arg), arg.phys)]
        return self.generic(inputs, phys, arg.dtype, lambda names, out: names[0])

    def named_op(self, node):
        operands = [self.whole(arg, node.phys) for arg in node.args]
        empty, type_ = self.empty(node.phys, node.dtype)
        name = self.fresh()
        self.line(f"{name} = linalg.{NAMED[node.kind]} ins({', '.join(operands)} : "
                  f"{', '.join([type_] * len(operands))}) outs({empty} : {type_}) -> {type_}")
        return name

    # Reductions.

    def on_sum(self, node):
        arg, axes = node.args[0], node.attrs["axes"]
        value = initial(node)
        square = node.kind in ("sumsq", "dot_self")
        reduced = [i for i, e in enumerate(arg.phys)
                   if e is not None and set(flatten([e])) <= set(axes)]
        named = not square and not node.attrs["keep"] and self.now() != "generic"
        out = [e for i, e in enumerate(arg.phys) if i not in reduced]
        if named and self.chance(0.6) and not any(
                self.p.is_dynamic(e) for e in out):
            type_ = self.tensor(self.sizes(out), node.dtype)
            init = self.constant(value, type_), type_
        else:
            phys = [None if i in reduced else e for i, e in enumerate(arg.phys)] \
                if node.attrs["keep"] else out
            init = self.fill(value, phys, node.dtype)
        op = {"amax": "arith.maximumf", "prod": "arith.mulf"}.get(node.kind, "arith.addf")
        if named:
            name = self.fresh()
            self.line(f"{name} = linalg.reduce {{ {op} }} ins({self.names[arg.number]} : "
                      f"{self.type(arg)}) outs({init[0]} : {init[1]}) dimensions = {reduced}")
            return name
        loops = [("unit", i) if e is None else e for i, e in enumerate(arg.phys)]
        kinds = ["reduction" if i in reduced else "parallel" for i in range(len(loops))]
        inputs = [(self.names[arg.number], self.type(arg), loops)]
        if node.kind == "dot_self":
            inputs *= 2
        target = []
        for i, loop in enumerate(loops):
            if i not in reduced:
                target.append(loop)
            elif node.attrs["keep"]:
                target.append(None)

        def body(names, acc):
            value = names[0]
            if square:
                value = self.fresh("s")
                self.line(f"  {value} = arith.mulf {names[0]}, {names[-1]} : {node.dtype}")
            operands = [acc, value] if self.chance(0.5) else [value, acc]
            name = self.fresh("s")
            self.line(f"  {name} = {op} {', '.join(operands)} : {node.dtype}")
            return name

        return self.generic(inputs, None, node.dtype, body, kinds, loops, init, target)

    on_amax = on_prod = on_sumsq = on_dot_self = on_sum


def element(type_):
    """The element type of the text of a tensor type."""
    return type_[:-1].split("x")[-1].replace("tensor<", "")
