"""Spellings of squares, means, variances and roots: CATALOGUE axes 3.1."""

import math

from .mutations import ulps_away


class NotApplicable(Exception):
    """The plan has no place for the mutation."""


class Statistics:
    """The part of a spelling that computes statistics of rows; `Forward` and
    `Backward` build on it. Attributes: plan, p (the program), c (choices)."""

    def hit(self, mutation):
        """True where the mutation that is asked for happens."""
        if self.mutation != mutation:
            return False
        self.mutated = True
        return True

    def has(self, *options):
        """The options that the dialect has; an option's need is after '@'."""
        names = []
        for option in options:
            name, _, need = option.partition("@")
            if not need or all(n in self.plan.caps for n in need.split("+")):
                names.append(name)
        return names

    def choose(self, site, *options):
        return self.c.pick(site, self.has(*options))

    # Small things.

    def number(self, value, dtype, exact=None, literal=None):
        return self.p.const(value, dtype, exact, literal)

    def binary(self, kind, a, b):
        """Operands of commutative ops come in either order."""
        commutes = kind in ("add", "mul", "max", "min")
        if commutes and self.c.chance("swap", 0.5):
            a, b = b, a
        return self.p.nary(kind, [a, b])

    def maybe_spread(self, v):
        """A statistic is at times broadcast early, and at times gets its unit
        dimensions, or loses them, by a reshape."""
        how = self.c.pick("spread", ["no", "full", "reshape"], [16, 2, 2])
        if how == "full" and v.dims:
            return self.p.broadcast(v, self.full)
        if how == "reshape" and v.dims != set(range(self.plan.rank)):
            kept = [
                e if v.dims >= set(e if isinstance(e, tuple) else [e]) else None
                for e in self.full
            ]
            bare = [e for e in kept if e is not None]
            if bare and not self.p.dynamic:
                return self.p.layout(v, bare if len(v.phys) == len(kept) else kept)
        return v

    # Squares.

    def square(self, v):
        if self.hit("X4:cube"):
            return self.p.nary("mul", [self.p.nary("mul", [v, v]), v])
        if self.hit("X4:fourth"):
            square = self.p.nary("mul", [v, v])
            return self.p.nary("mul", [square, square])
        if self.hit("X11:absolute"):
            return self.p.unary("abs", v)
        if self.hit("X13:exponential"):
            return self.p.unary("exp", v)
        if self.hit("X12:mask"):
            mask = self.extra(v.phys, v.dtype, "mask")
            return self.p.nary("mul", [self.p.nary("mul", [v, v]), mask])
        if self.hit("X6:product"):
            other = self.extra(v.phys, v.dtype, "x")
            return self.p.nary("mul", [v, other])
        how = self.choose("square", "mul", "mul", "pow@pow", "square@square",
                          "powi@powi", "abs@abs", "abs-pow@abs+pow", "sqdiff@sqdiff")
        if how == "mul":
            return self.p.nary("mul", [v, v])
        if how == "square":
            return self.p.unary("square", v)
        if how == "powi":
            return self.p.unary("powi", v, exponent=2)
        if how == "sqdiff":
            return self.p.nary("sqdiff", [v, self.number(0.0, v.dtype)])
        if how == "abs":
            a = self.p.unary("abs", v)
            return self.p.nary("mul", [a, a])
        if how == "abs-pow":
            v = self.p.unary("abs", v)
        return self.p.nary("pow", [v, self.number(2.0, v.dtype)])

    # Sums and means.

    def keep(self):
        return self.c.chance("keepdims", 0.5) or "keepdims-only" in self.plan.caps

    def sum(self, v, axes, site="sum"):
        axes = list(axes)
        if self.hit("X14:max"):
            return self.p.reduce("amax", v, axes, self.keep())
        attrs = {}
        if "init" in self.plan.caps and self.hit("X14:init"):
            attrs["init"] = self.c.pick("init", [1.0, 0.5, -2.0])
        if len(axes) > 1 and (self.c.chance(site + "-split", 0.25)
                              or "one-axis" in self.plan.caps):
            merged = any(isinstance(e, tuple) and set(e) & set(axes) for e in v.phys)
            if not merged:
                for axis in self.c.rng("order").sample(axes, len(axes)):
                    v = self.p.reduce("sum", v, [axis], self.keep(), **attrs)
                return v
        kind = "sum"
        if not attrs:
            kind = self.choose(site + "-op", "sum", "sum", "sum", "dot_ones@dot_ones")
        return self.p.reduce(kind, v, axes, self.keep(), **attrs)

    def count(self, axes, dtype):
        """N as a number, or from the shape."""
        n = 1
        for axis in axes:
            n *= self.plan.extents[axis]
        dynamic = bool(set(axes) & self.p.dynamic)
        if dynamic or (self.c.chance("size", 0.1) and "size" in self.plan.caps):
            more = 1 if self.hit("X21:other-extent") else 0
            return self.p.add("size", [self.source], (), dtype, axes=tuple(axes),
                              more=more)
        if self.hit("X3:n-plus-one"):
            return self.number(n + 1, dtype)
        if self.hit("X3:other-extent"):
            other = [self.plan.extents[d] for d in self.plan.grid]
            # A rational root of the ratio is a factor that x may have.
            other = [m for m in other
                     if m != n - 1 and math.isqrt(m * n) ** 2 != m * n]
            if not other:
                raise NotApplicable("no other extent")
            return self.number(self.c.pick("other-extent", other), dtype)
        return self.number(n, dtype)

    def inverse_count(self, axes, dtype, power=1.0):
        n = 1
        for axis in axes:
            n *= self.plan.extents[axis]
        exact = n**-power
        if self.hit("X3:ulps"):
            return self.number(ulps_away(exact, dtype, 4), dtype)
        if self.hit("X3:inverse"):
            return self.number(1 / (n + 1), dtype)
        return self.number(exact, dtype, exact=exact)

    def mean(self, v, axes, site):
        """The mean over `axes` of v."""
        row_dynamic = bool(set(axes) & self.p.dynamic)
        ways = self.has("op@mean", "div", "div", "pre-div", "dot_mean@dot_mean")
        if row_dynamic:
            ways = self.has("op@mean", "div", "pre-div")
            ways = [w for w in ways if w == "op" or "size" in self.plan.caps]
        else:
            ways += ["mul", "mul", "pre-mul"]
        how = self.c.pick(site, ways)
        if how == "op":
            v = self.p.reduce("mean", v, axes, self.keep())
        elif how == "div":
            v = self.binary("div", self.sum(v, axes, site + "-sum"),
                            self.count(axes, v.dtype))
        elif how == "mul":
            v = self.binary("mul", self.sum(v, axes, site + "-sum"),
                            self.inverse_count(axes, v.dtype))
        elif how == "pre-div":
            v = self.sum(self.binary("div", v, self.count(axes, v.dtype)), axes)
        elif how == "pre-mul":
            v = self.sum(self.binary("mul", v, self.inverse_count(axes, v.dtype)), axes)
        else:
            inverse = self.inverse_count(axes, v.dtype)
            v = self.p.reduce("dot_mean", v, axes, self.keep(), **inverse.attrs)
        return self.maybe_spread(v)

    def mean_of_squares(self, v, axes, site):
        ways = ["plain"] * 6 + self.has("sumsq@sumsq", "l2@l2", "dot_self@dot_self")
        if not set(axes) & self.p.dynamic and v.dtype in ("f32", "f64"):
            ways.append("scaled")
        if self.mutation:
            ways = ["plain"]
        how = self.c.pick(site + "-squares", ways)
        if how == "plain":
            return self.mean(self.square(v), axes, site)
        if how == "scaled":
            # Each element divided by the root of N first: cannot overflow.
            root = self.inverse_count(axes, v.dtype, power=0.5)
            return self.sum(self.square(self.binary("mul", v, root)), axes)
        s = self.p.reduce(how, v, axes, self.keep())
        if how == "l2":
            s = self.square(s)
        return self.binary("div", s, self.count(axes, v.dtype))

    # Roots.

    def root(self, v, mode, epsilon):
        """('mul', r) or ('div', s): how x has to be scaled to be normalised."""
        one = lambda: self.number(1.0, v.dtype)
        if mode in ("outside", "clamp_norm"):
            s = self.p.unary("sqrt", v)
            s = self.binary("add" if mode == "outside" else "max", s, epsilon)
            how = self.choose("root-outside", "x/s", "1/s", "recip@recip", "pow@pow")
            if how == "x/s":
                return "div", s
            if how == "1/s":
                return "mul", self.p.nary("div", [one(), s])
            if how == "recip":
                return "mul", self.p.unary("recip", s)
            return "mul", self.p.nary("pow", [s, self.number(-1.0, v.dtype)])
        if mode == "clamp_var":
            v = self.binary("max", v, epsilon)
        elif epsilon is not None:
            v = self.add_epsilon(v, epsilon)
        v = self.maybe_spread(v)
        if self.hit("X4:inverse"):
            return "div", v
        if self.hit("X4:quarter"):
            return "div", self.p.unary("sqrt", self.p.unary("sqrt", v))
        how = self.choose(
            "root", "rsqrt@rsqrt", "rsqrt@rsqrt", "rsqrt@rsqrt", "1/sqrt",
            "recip-sqrt@recip", "sqrt-recip@recip", "sqrt-1/v", "pow-half@pow",
            "pow-pow@pow", "sqrt-pow@pow", "x/sqrt", "x/sqrt", "x/pow@pow")
        half = lambda e: self.number(e, v.dtype)
        if how == "rsqrt":
            return "mul", self.p.unary("rsqrt", v)
        if how == "sqrt-recip":
            return "mul", self.p.unary("sqrt", self.p.unary("recip", v))
        if how == "sqrt-1/v":
            return "mul", self.p.unary("sqrt", self.p.nary("div", [one(), v]))
        if how == "pow-half":
            return "mul", self.p.nary("pow", [v, half(-0.5)])
        if how == "x/pow":
            return "div", self.p.nary("pow", [v, half(0.5)])
        if how == "pow-pow":
            v = self.p.nary("pow", [v, half(0.5)])
            return "mul", self.p.nary("pow", [v, half(-1.0)])
        s = self.p.unary("sqrt", v)
        if how == "x/sqrt":
            return "div", s
        if how == "1/sqrt":
            return "mul", self.p.nary("div", [one(), s])
        if how == "recip-sqrt":
            return "mul", self.p.unary("recip", s)
        return "mul", self.p.nary("pow", [s, half(-1.0)])

    def add_epsilon(self, v, epsilon):
        if self.hit("X5:times-epsilon"):
            return self.p.nary("mul", [v, epsilon])
        if self.hit("X15:negative"):
            return self.p.nary("sub", [v, epsilon])
        if self.hit("X15:argument"):
            return self.p.nary("add", [v, self.extra((), v.dtype, "variance")])
        if self.hit("X15:per-row"):
            return self.p.nary("add", [v, self.extra(v.phys, v.dtype, "variance")])
        if self.hit("X15:nan"):
            return self.p.nary("add", [v, self.number(math.nan, v.dtype)])
        return self.binary("add", v, epsilon)
