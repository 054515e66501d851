"""The end of a spelling: how statistics, scale and bias are applied, and the
record of what that is."""

import math
from fractions import Fraction

from .program import round_to, wider
from .statistics import NotApplicable


def meet(f, a, b):
    """Both in the wider of their types."""
    dtype = wider(a.dtype, b.dtype)
    return f.p.cast(a, dtype), f.p.cast(b, dtype)


def multiply(f, a, b):
    return f.binary("mul", *meet(f, a, b))


def add(f, a, b):
    return f.binary("add", *meet(f, a, b))


def affine_arg(f, dims, role):
    """Scale or bias, at times with unit dimensions."""
    plan, c = f.plan, f.c
    order = [e for e in f.full if e in dims]
    phys = order
    if set(order) != set(dims):
        phys = order = list(dims)
    elif c.chance("affine-unit", 0.25):
        phys = [e if e in dims else None for e in f.full]
        while phys and phys[0] is None and c.chance("affine-strip", 0.6):
            phys = phys[1:]
    arg = f.p.arg(phys, plan.affine_type, role)
    if None in phys and not f.p.dynamic and c.chance("affine-squeeze", 0.3):
        arg = f.p.layout(arg, [e for e in phys if e is not None])
    return arg


class Affine:
    """Terms of scale and bias: lists of (number, argument indices)."""

    def __init__(self):
        self.scale, self.bias = [(1.0, [])], []

    @staticmethod
    def times(terms, factor, args=()):
        return [(c * factor, sorted([*a, *args])) for c, a in terms]


def index(node):
    """The argument behind a cast or a reshape of one."""
    while node.kind != "arg":
        node = node.args[0]
    return node.attrs["index"]


def apply_root(f, value, how, r):
    if how == "mul":
        return multiply(f, value, r)
    return f.p.nary("div", list(meet(f, value, r)))


def numerator(f, h, mean):
    """What is divided by the root, and its sign."""
    p, c = f.p, f.c
    if f.mutation == "X6:numerator":
        f.hit("X6:numerator")
        other = f.extra(h.phys, h.dtype, "x")
        h = other if f.plan.kind == "rms_norm" else p.nary("add", [h, other])
    if mean is None:
        if f.hit("X11:centred-over-rms"):
            return p.nary("sub", [h, f.mean(h, f.plan.axes, "mean")]), 1.0
        return h, 1.0
    if f.hit("X11:not-centred"):
        return h, 1.0
    if f.mutation not in (None, "X7:other-mean") and f.centred is not None \
            and f.mutation != "X6:numerator":
        return f.centred, 1.0
    if c.chance("reversed", 0.08):
        return p.nary("sub", [mean, h]), -1.0
    if f.centred is not None and f.mutation != "X6:numerator" and c.chance("shared", 0.7):
        return f.centred, 1.0
    if f.mean_again is not None and f.plan.casts != "statistics":
        mean = f.mean_again
    return f.centre(h, mean), 1.0


def scale_factor(f, dtype):
    """The scale as one value, and its terms."""
    plan, p = f.plan, f.p
    w = affine_arg(f, plan.scale_dims, "scale")
    i = index(w)
    if plan.scale == "row":
        return w, [(1.0, [i])]
    w = p.cast(w, wider(w.dtype, dtype))
    one = f.number(1.0, w.dtype)
    return f.binary("add", one, w), [(1.0, []), (1.0, [i])]


def finish(f, h, mean, how, r):
    plan, p, c = f.plan, f.p, f.c
    out = Affine()
    orders = ["normal"] * 6
    if plan.scale != "no":
        orders += ["scale-root", "scale-root", "scale-x", "bias-first"]
        if plan.kind == "layer_norm" and how == "mul":
            orders += ["fold"] * 3
    if plan.cast_back in ("scale", "bias") or f.mutation or f.normalized is not None:
        orders = ["normal"]
    order = c.pick("order", orders)
    if order == "bias-first" and not f.plan.bias:
        order = "normal"
    if how == "mul":
        f.rstd_node = r
    f.mean_node = mean

    if f.normalized is not None:
        y = affine(f, f.normalized, "normal", out)
    elif order == "fold":
        y = fold(f, h, mean, r, out)
    else:
        x, sign = numerator(f, h, mean)
        out.scale = [(sign, [])]
        if f.hit("X9:x-twice"):
            x = p.nary("mul", [x, x])
        if order == "scale-root":
            w, terms = scale_factor(f, r.dtype)
            if how == "mul":
                s = multiply(f, w, r)
            else:
                s = p.nary("div", list(meet(f, w, r)))
            y = multiply(f, x, s)
            out.scale = Affine.times(terms, sign)
        elif order == "scale-x":
            w, terms = scale_factor(f, x.dtype)
            y = apply_root(f, multiply(f, x, w), how, r)
            out.scale = Affine.times(terms, sign)
        else:
            y = x if f.hit("X11:centring-only") else apply_root(f, x, how, r)
            if f.hit("X9:xhat-twice"):
                y = p.nary("mul", [y, y])
            y = affine(f, y, order, out)
        if order in ("scale-root", "scale-x") and plan.bias:
            b = affine_arg(f, plan.bias_dims, "bias")
            y = add(f, y, b)
            out.bias = [(1.0, [index(b)])]
    f.affine = out
    end(f, y)


def fold(f, h, mean, r, out):
    """x * s + (b - mean * s) and its relatives, s = scale * rstd."""
    p, c, plan = f.p, f.c, f.plan
    w, out.scale = scale_factor(f, r.dtype)
    s = multiply(f, w, r)
    h, s = meet(f, h, s)
    mean, _ = meet(f, mean, s)
    bias = None
    if plan.bias:
        b = affine_arg(f, plan.bias_dims, "bias")
        out.bias = [(1.0, [index(b)])]
        bias = p.cast(b, s.dtype)
        if bias.dtype != s.dtype:
            s, h, mean = (p.cast(v, bias.dtype) for v in (s, h, mean))
    xs, ms = f.binary("mul", h, s), f.binary("mul", mean, s)
    if bias is None:
        return p.nary("sub", [xs, ms])
    ways = ["b-ms", "b-ms", "xs-ms", "xs+b"] + f.has("fma@fma")
    way = c.pick("fold", ways)
    if way == "b-ms":
        return f.binary("add", xs, p.nary("sub", [bias, ms]))
    if way == "xs-ms":
        return f.binary("add", p.nary("sub", [xs, ms]), bias)
    if way == "xs+b":
        return p.nary("sub", [f.binary("add", xs, bias), ms])
    return p.nary("fma", [h, s, p.nary("sub", [bias, ms])])


def affine(f, y, order, out):
    """Scale and bias after the normalised value."""
    plan, p, c = f.plan, f.p, f.c
    if plan.cast_back == "scale":
        y = p.cast(y, plan.dtype)
    if f.pending and c.chance("root-n-first", 0.5):
        y = root_n(f, y)
    if f.hit("X8:row-scale"):
        if not plan.grid or any(isinstance(e, tuple) for e in f.full):
            raise NotApplicable("no rows")
        row = f.extra([e for e in f.full if e in plan.grid], y.dtype, "scale")
        y = p.nary("mul", [y, row])
    if f.hit("X8:scale-of-x"):
        y = p.nary("mul", [y, p.cast(f.x_node, y.dtype)])
    if order == "bias-first":
        b = affine_arg(f, plan.bias_dims, "bias")
        y = add(f, y, b)
        out.bias = [(1.0, [index(b)])]
    if plan.scale == "one" and c.chance("distributed", 0.3) and not f.mutation:
        w = affine_arg(f, plan.scale_dims, "scale")
        y = add(f, y, multiply(f, y, w))
        terms = [(1.0, []), (1.0, [index(w)])]
    elif plan.scale != "no":
        w, terms = scale_factor(f, y.dtype)
        y = multiply(f, y, w)
    else:
        terms = [(1.0, [])]
    out.scale = [(a * b, sorted(i + j)) for a, i in out.scale for b, j in terms]
    out.bias = [(a * b, sorted(i + j)) for a, i in out.bias for b, j in terms]
    if plan.cast_back == "bias":
        y = p.cast(y, plan.dtype)
    if plan.bias and order != "bias-first":
        b = affine_arg(f, plan.bias_dims, "bias")
        y = add(f, y, b)
        out.bias = [(1.0, [index(b)])]
    return y


def root_n(f, y):
    value, _ = f.pending
    f.pending = None
    return f.binary("mul", y, f.number(value, y.dtype, exact=value))


def end(f, y):
    plan, p, c = f.plan, f.p, f.c
    if f.pending:
        # The root of N comes last only where no bias was added before.
        if f.affine.bias:
            factor = f.pending[0]
            f.affine.bias = Affine.times(f.affine.bias, factor)
        y = root_n(f, y)
    # With a number that is not the root of N the sum form is an L2 norm.
    if c.chance("post-factor", 0.04) and not f.sum_formed:
        factor = c.pick("post", [0.5, 2.0, -1.0])
        y = f.binary("mul", y, f.number(factor, y.dtype))
        f.affine.scale = Affine.times(f.affine.scale, factor)
        f.affine.bias = Affine.times(f.affine.bias, factor)
    if f.unbiased:
        f.affine.scale = Affine.times(f.affine.scale, math.sqrt((plan.n - 1) / plan.n))
    if plan.cast_back != "never":
        y = p.cast(y, plan.dtype)
    f.y_node = y
    if f.full != f.arg_phys and c.chance("view-back", 0.8):
        y = p.layout(y, f.arg_phys)
    p.results.append(y)
    f.escapes = []
    own = not (f.unbiased or f.sum_formed or plan.casts == "statistics")
    if own and c.chance("escape", 0.15):
        nodes = [n for n in (f.mean_node, f.rstd_node) if n is not None]
        for node in nodes:
            if not node.dims & set(plan.axes) and c.chance("escape-this", 0.7):
                f.escapes.append("rstd" if node is f.rstd_node else "mean")
                p.results.append(node)
    if f.residual is not None:
        p.results.append(f.residual)
    if f.hit("X18:escape"):
        f.p.results.append(f.binary("mul", y, y))


def finish_named(f, x):
    """One op of the dialect with everything in it."""
    plan, p = f.plan, f.p
    out, args = Affine(), [x]
    f.is_named = True
    has_bias = plan.bias and plan.kind == "layer_norm" and plan.scale == "row"
    if plan.scale == "row":
        w = p.arg(plan.axes, plan.dtype, "scale")
        args.append(w)
        out.scale = [(1.0, [index(w)])]
    if has_bias:
        b = p.arg(plan.axes, plan.dtype, "bias")
        args.append(b)
        out.bias = [(1.0, [index(b)])]
    eps = round_to(plan.epsilon, "f32") if "f32-epsilon" in plan.caps else plan.epsilon
    f.epsilon = Fraction(eps)
    y = p.add("named", args, x.phys, x.dtype, norm=plan.kind, axes=plan.axes,
              eps=eps, scale=plan.scale == "row", bias=bool(has_bias))
    f.x_node, f.y_node, f.affine, f.escapes = x, y, out, []
    p.results.append(y)
    if f.residual is not None:
        p.results.append(f.residual)
