"""Spellings of the gradients from saved statistics: CATALOGUE 3.4."""

import numpy as np

from .program import Program
from .statistics import NotApplicable, Statistics


class Backward(Statistics):
    escapes, residual = [], None
    epsilon = 1.0

    def __init__(self, plan, mutation=None):
        self.plan, self.c = plan, plan.chooser
        self.mutation, self.mutated = mutation, False
        # dy, x and the statistics are arguments: that a broadcast stretches none
        # of them is provable for extents that are known only.
        if {"stretches", "broadcasts"} & plan.caps:
            plan.dynamic, plan.row_is_dynamic = set(), False
        self.p = p = Program(plan.extents, plan.dynamic)
        p.axes, p.is_forward = plan.axes, False
        p.python_scalars = "python-scalars" in plan.caps
        self.full = tuple(range(plan.rank))
        self.centred = plan.kind == "layer_norm"
        # The statistics are f32 or wider, whatever x is.
        self.compute = "f64" if plan.dtype == "f64" else "f32"
        self.spell()
        if mutation and not self.mutated:
            raise NotApplicable(mutation)

    def statistic(self, role):
        keep = self.c.chance("saved-keepdims", 0.5) or "keepdims-only" in self.plan.caps
        phys = [None if e in self.plan.axes else e for e in self.full]
        if not keep:
            phys = [e for e in phys if e is not None]
        return self.p.arg(phys, self.compute, role)

    def spell(self):
        p, c, plan = self.p, self.c, self.plan
        mul, add = (lambda a, b: self.binary("mul", a, b)), (lambda a, b: self.binary("add", a, b))
        sub = lambda a, b: p.nary("sub", [a, b])
        dy = p.arg(self.full, plan.dtype, "dy")
        x = self.source = self.x_node = p.arg(self.full, plan.dtype, "x")
        self.roles = {"dy": 0, "x": 1}
        if self.centred:
            mean = self.statistic("mean")
            self.roles["mean"] = mean.attrs["index"]
        r = self.statistic("rstd")
        self.roles["rstd"] = r.attrs["index"]
        self.scale_arg = None
        self.offset = 1.0 if plan.scale == "one" else 0.0
        w = None
        if plan.scale != "no":
            order = [e for e in self.full if e in plan.scale_dims]
            w = self.scale_arg = p.arg(order, plan.affine_type, "scale")
            self.roles["scale"] = w.attrs["index"]
            w = p.cast(w, self.compute)
            if self.offset:
                w = add(self.number(1.0, self.compute), w)
        dyc, h = p.cast(dy, self.compute), p.cast(x, self.compute)
        d = self.d = sub(h, mean) if self.centred else h
        self.n = lambda: self.count(plan.axes, self.compute)
        xhat = mul(d, r)
        g = mul(dyc, w) if w is not None else dyc
        ways = ["textbook", "torch", "split"] + (["autodiff"] if self.centred else [])
        if self.mutation:
            ways = ["textbook"]
        way = c.pick("gradient", ways)
        dx = getattr(self, way)(g, xhat, r, mul, add, sub)
        dx = p.cast(dx, plan.dtype)
        p.results.append(dx)
        self.y_node = dx
        self.parameters(dyc, xhat, mul)

    def total(self, v):
        return self.sum(v, self.plan.axes, "row-sum")

    def divided(self, v):
        if self.c.chance("divide", 0.5) or self.plan.row_is_dynamic:
            return self.binary("div", v, self.n())
        return self.binary("mul", v, self.inverse_count(self.plan.axes, v.dtype))

    def textbook(self, g, xhat, r, mul, add, sub):
        wrong = self.hit("B3:unscaled") and self.scale_arg is not None
        other = self.p.cast(self.p.inputs[0], self.compute) if wrong else g
        if self.mutation == "B3:unscaled" and not wrong:
            raise NotApplicable("no scale")
        projection = mul(xhat, self.divided(self.total(mul(other, xhat))))
        if self.centred and not self.hit("B1:no-mean"):
            inner = sub(g, self.divided(self.total(g)))
        elif not self.centred and self.mutation == "B1:no-mean":
            raise NotApplicable("no mean")
        else:
            inner = g
        inner = add(inner, projection) if self.hit("B2:sign") else sub(inner, projection)
        dx = mul(r, inner)
        return mul(r, dx) if self.hit("B4:rstd-squared") else dx

    def torch(self, g, xhat, r, mul, add, sub):
        """(r / N) * (N * g - sum(g) - xhat * sum(g * xhat))."""
        inner = self.binary("mul", g, self.n())
        if self.centred:
            inner = sub(inner, self.total(g))
        inner = sub(inner, mul(xhat, self.total(mul(g, xhat))))
        return mul(self.divided(r), inner)

    def split(self, g, xhat, r, mul, add, sub):
        first = mul(g, r)
        last = mul(mul(xhat, r), self.divided(self.total(mul(xhat, g))))
        if self.centred:
            first = sub(first, mul(r, self.divided(self.total(g))))
        return sub(first, last)

    def autodiff(self, g, xhat, r, mul, add, sub):
        """F1 + F2 - mean(F2), with the cube of rstd. (The mean of F1 is zero
        where the saved mean is that of x, which nothing here says.)"""
        second = mul(r, g)
        cube = mul(mul(r, r), r)
        half = self.number(-0.5, self.compute)
        two = self.number(2.0, self.compute)
        factor = self.divided(self.binary("mul", mul(cube, half), two))
        first = mul(self.d, mul(self.total(mul(self.d, g)), factor))
        return sub(add(first, second), self.divided(self.total(second)))

    def parameters(self, dy, xhat, mul):
        plan, p, c = self.plan, self.p, self.c
        self.outputs = ["dx"]
        rows = [d for d in self.full if d not in plan.scale_dims]
        if self.scale_arg is not None and rows and c.chance("dscale", 0.6):
            s = self.sum(mul(dy, xhat), rows, "row-sums")
            p.results.append(p.cast(s, plan.affine_type))
            self.outputs.append("dscale")
        if plan.bias and plan.grid and c.chance("dbias", 0.6):
            s = self.sum(dy, plan.grid, "row-sums")
            p.results.append(p.cast(s, plan.affine_type))
            self.outputs.append("dbias")

    def record_entry(self):
        return {"op": self.plan.kind + "_backward", "axes": list(self.plan.axes),
                "roles": self.roles, "offset": self.offset, "results": self.outputs}

    def closed_form(self, arguments):
        axes = self.plan.axes
        value = lambda role: arguments[self.roles[role]]
        d = value("x") - value("mean") if self.centred else value("x")
        r = value("rstd")
        xhat = d * r
        g = value("dy") * (self.offset + (value("scale") if "scale" in self.roles
                                          else 1.0 - self.offset))
        average = lambda v: np.mean(np.broadcast_to(v, value("x").shape), axis=axes,
                                    keepdims=True)
        return r * (g - (average(g) if self.centred else 0.0) - xhat * average(g * xhat))
