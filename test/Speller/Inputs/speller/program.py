"""Abstract programs: SSA over tensors whose dimensions have names.

A program has a domain, a list of extents. A value follows some of the domain's
dimensions; what it computes depends on those alone. How it is laid out is its
`phys`: one entry for each dimension of the tensor that is printed, which is a
dimension of the domain, None for an extent of one, or a tuple of dimensions
that a reshape has merged. Broadcasts, reshapes, squeezes and transpositions
hence change `phys` and nothing else.
"""

import struct

import numpy as np

WIDTH = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}


def round_to(value, dtype):
    """`value` as the nearest number of `dtype`."""
    if dtype == "f64":
        return float(value)
    if dtype == "bf16":
        bits = struct.unpack("<I", struct.pack("<f", float(value)))[0]
        bits += 0x7FFF + (bits >> 16 & 1)
        return struct.unpack("<f", struct.pack("<I", bits & 0xFFFF0000))[0]
    return float({"f32": np.float32, "f16": np.float16}[dtype](float(value)))


def wider(a, b):
    return a if WIDTH[a] >= WIDTH[b] else b


def flatten(phys):
    dims = []
    for entry in phys:
        if isinstance(entry, tuple):
            dims.extend(entry)
        elif entry is not None:
            dims.append(entry)
    return dims


class Node:
    """One operation with one result; `args` are nodes."""

    def __init__(self, number, kind, args, attrs, phys, dtype):
        self.number, self.kind, self.args = number, kind, list(args)
        self.attrs, self.phys, self.dtype = attrs, tuple(phys), dtype

    @property
    def dims(self):
        return set(flatten(self.phys))

    def __repr__(self):
        args = ", ".join(f"v{a.number}" for a in self.args)
        return f"v{self.number} = {self.kind}({args}) {self.attrs} {self.phys} {self.dtype}"


class Program:
    """Nodes in the order in which they are printed; builds them too."""

    def __init__(self, extents, dynamic=()):
        self.extents, self.dynamic = list(extents), set(dynamic)
        self.nodes, self.inputs, self.results = [], [], []

    def add(self, kind, args, phys, dtype, **attrs):
        node = Node(len(self.nodes), kind, args, attrs, phys, dtype)
        self.nodes.append(node)
        return node

    # Shapes.

    def extent(self, entry):
        if entry is None:
            return 1
        size = 1
        for dim in entry if isinstance(entry, tuple) else (entry,):
            size *= self.extents[dim]
        return size

    def is_dynamic(self, entry):
        dims = entry if isinstance(entry, tuple) else (entry,)
        return any(dim in self.dynamic for dim in dims)

    def shape(self, node):
        """Extents as they are declared: -1 where dynamic."""
        return [-1 if self.is_dynamic(e) else self.extent(e) for e in node.phys]

    # Leaves.

    python_scalars = False
    is_forward = True

    def arg(self, phys, dtype, role):
        node = self.add("arg", [], phys, dtype, index=len(self.inputs), role=role)
        self.inputs.append(node)
        return node

    def const(self, value, dtype, exact=None, literal=None):
        """A literal. `exact` is the number that it stands for, if rounding to
        the type changes it."""
        if literal is None:
            literal = float(value) if self.python_scalars else round_to(value, dtype)
        exact = literal if exact is None else exact
        return self.add("const", [], (), dtype, literal=literal, exact=float(exact))

    # Operations.

    def unary(self, kind, a, **attrs):
        return self.add(kind, [a], a.phys, a.dtype, **attrs)

    def join(self, args):
        """The layout of an element-wise result."""
        args = [a for a in args if a.kind != "const"] or args[:1]
        dims = set().union(*(a.dims for a in args))
        full = [a for a in args if a.dims == dims]
        if full:
            return max(full, key=lambda a: len(a.phys)).phys
        entries = {e for a in args for e in a.phys if e is not None}
        return tuple(sorted(entries, key=self.position))

    def position(self, entry):
        first = entry[0] if isinstance(entry, tuple) else entry
        return self.layout_order.index(first)

    layout_order = tuple(range(16))

    def nary(self, kind, args, **attrs):
        if len({a.dtype for a in args}) != 1:
            raise ValueError(f"{kind} of {args}")
        return self.add(kind, args, self.join(args), args[0].dtype, **attrs)

    def cast(self, a, dtype):
        if a.dtype == dtype:
            return a
        node = self.unary("cast", a)
        node.dtype = dtype
        return node

    def reduce(self, kind, a, axes, keep, **attrs):
        phys = []
        for entry in a.phys:
            dims = entry if isinstance(entry, tuple) else (entry,)
            if entry is None or not set(dims) <= set(axes):
                phys.append(entry)
            elif keep:
                phys.append(None)
        return self.add(kind, [a], phys, a.dtype, axes=tuple(axes), keep=keep, **attrs)

    def layout(self, a, phys):
        if tuple(phys) == a.phys:
            return a
        node = self.unary("layout", a)
        node.phys = tuple(phys)
        return node

    def broadcast(self, a, phys):
        """To all of the dimensions of `phys`."""
        if tuple(phys) == a.phys and a.kind != "const":
            return a
        return self.add("bcast", [a], phys, a.dtype)

    def slice(self, a, dim, size):
        """The first elements along a dimension; they get a dimension of the
        domain for themselves."""
        new = len(self.extents)
        self.extents.append(size)
        order = list(self.layout_order)
        order = [d for d in order if d != new]
        order.insert(order.index(dim) + 1, new)
        self.layout_order = order
        phys = tuple(new if e == dim else e for e in a.phys)
        return self.add("slice", [a], phys, a.dtype, dim=dim, new=new, size=size), new

    def relabel(self, a, mapping, phys=None):
        """The same tensor, taken for one that follows other dimensions."""
        phys = tuple(mapping.get(e, e) for e in (phys or a.phys))
        return self.add("relabel", [a], phys, a.dtype, mapping=mapping)
