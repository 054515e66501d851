"""Evaluates abstract programs in float64, without any rounding of values."""

import numpy as np


def _sum(x, axes):
    return np.sum(x, axis=tuple(axes), keepdims=True)


def _size(program, axes):
    size = 1
    for axis in axes:
        size *= program.extents[axis]
    return size


UNARY = {
    "neg": lambda a: -a,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "rsqrt": lambda a: 1 / np.sqrt(a),
    "recip": lambda a: 1 / a,
    "square": lambda a: a * a,
    "exp": np.exp,
    "logistic": lambda a: 1 / (1 + np.exp(-a)),
}
NARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "max": np.maximum,
    "min": np.minimum,
    "pow": lambda a, b: a**b,
    "sqdiff": lambda a, b: (a - b) ** 2,
    "fma": lambda a, b, c: a * b + c,
}
IDENTITY = ("cast", "layout", "bcast", "nan_guard")


def _reduce(node, x, exact):
    axes, kind = node.attrs["axes"], node.kind
    n = 1
    for axis in axes:
        n *= x.shape[axis]
    if kind in ("sum", "dot_ones"):
        return _sum(x, axes) + node.attrs.get("init", 0.0)
    if kind == "mean":
        return _sum(x, axes) / n
    if kind == "dot_mean":
        return _sum(x, axes) * node.attrs[exact]
    if kind == "prod":
        return np.prod(x, axis=tuple(axes), keepdims=True)
    if kind == "amax":
        return np.max(x, axis=tuple(axes), keepdims=True)
    if kind in ("sumsq", "dot_self"):
        return _sum(x * x, axes)
    if kind == "l2":
        return np.sqrt(_sum(x * x, axes))
    if kind == "var":
        d = x - _sum(x, axes) / n
        return _sum(d * d, axes) / (n - node.attrs["correction"])
    raise KeyError(kind)


def _named(node, inputs):
    """Ops that are a whole norm, and batch_norm_training without affine."""
    x, axes = inputs[0], node.attrs["axes"]
    n = 1
    for axis in axes:
        n *= x.shape[axis]
    mean = 0.0 if node.attrs["norm"] == "rms_norm" else _sum(x, axes) / n
    d = x - mean
    y = d / np.sqrt(_sum(d * d, axes) / n + node.attrs["eps"])
    rest = list(inputs[1:])
    if node.attrs["scale"]:
        y = y * (rest.pop(0) + node.attrs.get("offset", 0.0))
    if node.attrs["bias"]:
        y = y + rest.pop(0)
    return y


def evaluate(program, arguments, extra=(), literals=False):
    """Values of the results, and of the nodes `extra`, for `arguments`, arrays of the domain's rank whose extents are 1
    where the argument does not follow the dimension. Every value has the
    domain's rank. With `literals`, numbers are as they are printed."""
    rank = len(program.extents)
    values, exact = {}, "literal" if literals else "exact"
    for node in program.nodes:
        inputs = [values[a.number] for a in node.args]
        kind = node.kind
        if kind == "arg":
            value = arguments[node.attrs["index"]]
        elif kind == "const":
            value = np.full((1,) * rank, node.attrs[exact])
        elif kind in IDENTITY:
            value = inputs[0]
        elif kind == "size":
            value = np.full((1,) * rank, float(_size(program, node.attrs["axes"])))
            value = value + node.attrs.get("more", 0)
        elif kind in UNARY:
            value = UNARY[kind](inputs[0])
        elif kind == "powi":
            value = inputs[0] ** node.attrs["exponent"]
        elif kind in NARY:
            value = NARY[kind](*inputs)
        elif kind == "relabel":
            value = inputs[0]
            for old, new in node.attrs["mapping"].items():
                value = np.swapaxes(value, old, new)
        elif kind == "slice":
            dim = node.attrs["dim"]
            value = np.take(inputs[0], range(node.attrs["size"]), axis=dim)
            value = np.swapaxes(value, dim, node.attrs["new"])
        elif kind == "named":
            value = _named(node, inputs)
        else:
            value = _reduce(node, inputs[0], exact)
        values[node.number] = value
    return [values[r.number] for r in [*program.results, *extra]]


def physical(program, node, value):
    """`value` as the tensor that is printed: in the layout of `node`."""
    dims = [d for d in range(len(program.extents)) if d in node.dims]
    shape = [program.extents[d] if d in node.dims else 1 for d in range(value.ndim)]
    value = np.broadcast_to(value, shape).reshape([program.extents[d] for d in dims])
    order = []
    for entry in node.phys:
        order += list(entry) if isinstance(entry, tuple) else [entry]
    order = [d for d in order if d is not None]
    value = np.transpose(value, [dims.index(d) for d in order])
    return value.reshape([program.extent(e) for e in node.phys])


def random_arguments(program, rng, epsilon):
    """Rows of many magnitudes, so that epsilon and clamps matter in some."""
    arguments = []
    for node in program.inputs:
        shape = [
            n if d in node.dims else 1 for d, n in enumerate(program.extents)
        ]
        value = rng.standard_normal(shape)
        if node.attrs["role"] in ("x", "residual") and program.is_forward:
            rows = [
                n if d in node.dims and d not in program.axes else 1
                for d, n in enumerate(program.extents)
            ]
            low = max(-3.0, 0.5 * np.log10(epsilon) - 0.5) if epsilon > 0 else -1
            value = (value + 0.5) * 10 ** rng.uniform(low, 0.5, rows)
        if node.attrs["role"] in ("variance", "rstd"):
            value = np.abs(value)
        arguments.append(value)
    return arguments
