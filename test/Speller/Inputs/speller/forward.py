"""Spellings of the forward norms: CATALOGUE 3.2, 3.3 and 3.5."""

import math
from fractions import Fraction

from .affine import finish, finish_named
from .program import Program, round_to
from .statistics import NotApplicable, Statistics


class Forward(Statistics):
    def __init__(self, plan, mutation=None):
        self.plan, self.c = plan, plan.chooser
        self.mutation, self.mutated = mutation, False
        self.p = p = Program(plan.extents, plan.dynamic)
        p.axes = plan.axes
        p.python_scalars = "python-scalars" in plan.caps
        self.factor, self.pending = 1.0, None
        self.epsilon = Fraction(plan.epsilon)
        self.epsilon_root = None
        self.spell()
        if mutation and not self.mutated:
            raise NotApplicable(mutation)

    def extra(self, phys, dtype, role):
        """Another argument, for a mutation."""
        return self.p.arg(phys, dtype, role)

    # x.

    def input(self):
        plan, p, c = self.plan, self.p, self.c
        plain = tuple(range(plan.rank))
        view = plan.view
        if view == "flat" and {0, 1} & ({*plan.scale_dims, *plan.bias_dims}):
            view = "plain"
        self.arg_phys = plain
        if view == "grouped":
            self.arg_phys = plain[:-2] + (plain[-2:],)
        x = self.x_arg = p.arg(self.arg_phys, plan.dtype, "x")
        self.source = x
        self.full = plain
        if view == "transposed":
            order = list(plain)
            while order == list(plain):
                order = c.rng("order").sample(plain, plan.rank)
            p.layout_order = order
            self.full = tuple(order)
        elif view == "unit":
            at = c.pick("unit-at", range(plan.rank + 1))
            self.full = plain[:at] + (None,) + plain[at:]
        elif view == "flat":
            self.full = (plain[:2],) + plain[2:]
        before = plan.before
        early = before != "nothing" and c.chance("before-view", 0.5)
        if early:
            x = self.compose(x)
        x = p.layout(x, self.full)
        if before != "nothing" and not early:
            x = self.compose(x)
        return x

    def compose(self, x):
        """Something that x is made of, which the norm may or may not take in."""
        p, c = self.p, self.c
        how = self.plan.before
        if how == "factor":
            self.factor = c.pick("factor", [0.5, 2.0, -1.0, -0.25, 3.0])
            return self.binary("mul", x, self.number(self.factor, x.dtype))
        other = p.arg(x.phys, x.dtype, "residual" if how == "residual" else "gate")
        x = self.binary("add" if how == "residual" else "mul", x, other)
        if self.plan.residual_used and how == "residual":
            self.residual = x
        return x

    residual = None
    sum_formed = False

    # LayerNorm's and RMSNorm's statistics.

    def over(self, v):
        """A statistic that lands on another dimension of the same extent."""
        plan = self.plan
        pairs = [
            (g, a) for g in plan.grid for a in plan.axes
            if g in v.dims and a not in v.dims
            and plan.extents[g] == plan.extents[a] > 1
            and (g in plan.dynamic) == (a in plan.dynamic)
        ]
        if not pairs:
            raise NotApplicable("no square")
        g, a = self.c.pick("square-pair", pairs)
        bare = [e for e in v.phys if e is not None]
        if any(isinstance(e, tuple) for e in bare):
            raise NotApplicable("merged dimensions")
        v = self.p.layout(v, bare)
        bare = [a if e == g else e for e in bare]
        if sorted(bare, key=self.p.position) != bare:
            raise NotApplicable("order")
        return self.p.relabel(v, {g: a})

    def other_axes(self):
        """Other axes than the norm's."""
        plan = self.plan
        options = [d for d in range(plan.rank)]
        subsets = [
            tuple(d for d in options if mask >> d & 1)
            for mask in range(1, 1 << plan.rank)
        ]
        subsets = [
            s for s in subsets
            if tuple(plan.axes) != s and not set(s) & self.p.dynamic
            and any((d in s) != (d in plan.axes) and plan.extents[d] > 1
                    for d in options)
        ]
        merged = [set(e) for e in self.full if isinstance(e, tuple)]
        subsets = [s for s in subsets if all(m <= set(s) or not m & set(s) for m in merged)]
        if not subsets:
            raise NotApplicable("no other axes")
        return self.c.pick("other-axes", subsets)

    def moments(self, h):
        """(mean or None, statistic) of h in h's type."""
        plan = self.plan
        axes = plan.axes
        if plan.kind == "rms_norm":
            self.mean_node = None
            if self.hit("X1:variance-axes"):
                # The divisor is the one of the norm's own axes.
                s = self.sum(self.square(h), self.other_axes())
                return None, self.binary("div", s, self.count(axes, h.dtype))
            source = h
            if not self.mutation and self.c.chance("prefix", 0.04):
                v = self.prefix_mean(h)
                if v is not None:
                    return None, v
            if self.hit("X10:slice"):
                return None, self.sliced_mean(h)
            if self.hit("X6:shifted"):
                source = self.p.nary("add", [h, self.extra(h.phys, h.dtype, "x")])
            return None, self.mean_of_squares(source, axes, "mean-square")
        mean_axes = self.other_axes() if self.hit("X1:mean-axes") else axes
        mean_of = h
        if self.hit("X7:other-mean"):
            mean_of = self.extra(h.phys, h.dtype, "x")
        mean = self.mean(mean_of, mean_axes, "mean")
        if self.hit("X2:mean"):
            mean = self.over(mean)
        ways = ["centred"] * 5 + ["again", "again-mean", "e2", "e2", "clamped",
                                  "sums", "sums-mean"]
        ways += self.has("var@var", "var@var")
        if mean_axes != axes or mean_of is not h or self.mutation == "X2:mean":
            ways = ["centred"]
        if self.mutation in ("X7:plus", "X7:swapped"):
            ways = ["e2"]
        how = self.c.pick("variance", ways)
        return mean, self.variance(h, mean, how)

    prefix = None

    def prefix_mean(self, h):
        """The mean square of the first elements (R12)."""
        plan = self.plan
        axis, n = plan.axes[-1], plan.n
        if len(plan.axes) > 1 or n < 3 or not self.can_slice(h, axis):
            return None
        self.prefix = self.c.pick("prefix-size", range(2, n))
        h, new = self.p.slice(h, axis, self.prefix)
        s = self.sum(self.square(h), [new])
        return self.binary("div", s, self.number(self.prefix, h.dtype))

    def can_slice(self, h, axis):
        merged = any(isinstance(e, tuple) and axis in e for e in h.phys)
        dynamic = self.p.dynamic and "dynamic-slice" not in self.plan.caps
        return ("slice" in self.plan.caps and not merged and not dynamic
                and axis not in self.p.dynamic)

    def sliced_mean(self, h):
        """Over the first elements only, but divided by all."""
        axis = self.plan.axes[-1]
        n = self.plan.extents[axis]
        if n < 3 or not self.can_slice(h, axis):
            raise NotApplicable("no slice")
        first = self.c.pick("slice", [
            k for k in range(1, n) if math.isqrt(k * n) ** 2 != k * n])
        h, new = self.p.slice(h, axis, first)
        s = self.sum(self.square(h), [new if a == axis else a for a in self.plan.axes])
        return self.binary("div", s, self.count(self.plan.axes, h.dtype))

    def centre(self, h, mean):
        how = self.c.pick("centre", ["sub", "sub", "sub", "sub", "neg"])
        if how == "neg":
            return self.binary("add", h, self.p.unary("neg", mean))
        return self.p.nary("sub", [h, mean])

    def variance(self, h, mean, how):
        p, axes, dtype = self.p, self.plan.axes, h.dtype
        if how == "var":
            corrected = self.c.chance("unbiased", 0.3) and not self.p.dynamic
            self.unbiased = corrected
            return p.reduce("var", h, axes, self.keep(), correction=int(corrected))
        if how in ("centred", "again", "again-mean"):
            d = self.centre(h, mean)
            if self.hit("X6:shifted"):
                d = p.nary("add", [d, self.extra(d.phys, d.dtype, "x")])
            if how == "centred":
                self.centred = d
            if how == "again-mean":
                self.mean_again = self.mean(h, axes, "mean-again")
            n = self.plan.n
            if (self.c.chance("unbiased", 0.12) and not self.plan.row_is_dynamic
                    and n > 1 and self.mutation is None):
                self.unbiased = True
                s = self.sum(self.square(d), axes)
                if self.c.chance("unbiased-mul", 0.4):
                    return self.binary("mul", s, self.number(
                        1 / (n - 1), dtype, exact=1 / (n - 1)))
                return self.binary("div", s, self.number(n - 1, dtype))
            if self.hit("X10:slice"):
                return self.sliced_mean(d)
            if self.hit("X1:variance-axes"):
                other = self.other_axes()
                return self.mean(self.square(d), other, "variance-mean")
            return self.mean_of_squares(d, axes, "variance-mean")
        if how in ("e2", "clamped"):
            squares = self.mean_of_squares(h, axes, "mean-square")
            square = self.square(mean)
            if self.hit("X7:plus"):
                return p.nary("add", [squares, square])
            if self.hit("X7:swapped"):
                return p.nary("sub", [square, squares])
            v = p.nary("sub", [squares, square])
            if how == "clamped":
                v = self.binary("max", v, self.number(0.0, dtype))
            return v
        # (sum of squares - sum * sum / N) / N
        squares = self.sum(self.square(h), axes)
        total = self.sum(h, axes)
        n = lambda: self.count(axes, dtype)
        if how == "sums-mean":
            return self.binary(
                "div", p.nary("sub", [squares, self.binary("mul", total, mean)]), n())
        if self.c.chance("sums-outside", 0.5):
            mean_square = self.square(self.binary("div", total, n()))
            return p.nary("sub", [self.binary("div", squares, n()), mean_square])
        over = self.binary("div", self.square(total), n())
        return self.binary("div", p.nary("sub", [squares, over]), n())

    centred = mean_again = None
    unbiased = False
    mean_node = rstd_node = None

    # The whole.

    def spell(self):
        plan, p, c = self.plan, self.p, self.c
        x = self.input()
        if self.named(x):
            return
        self.x_node = x
        h = p.cast(x, plan.compute) if plan.casts == "all" else x
        inner = p.cast(x, plan.compute) if plan.casts == "statistics" else h
        if self.batch_norm(h):
            finish(self, h, None, "mul", None)
            return
        sum_form = self.sum_form(inner)
        if sum_form:
            mean, (how, r) = None, sum_form
        else:
            mean, v = self.moments(inner)
            if self.hit("X13:running"):
                v = self.extra(v.phys, v.dtype, "variance")
            v = self.maybe_spread(v)
            epsilon = None
            if plan.epsilon or plan.mode != "inside":
                epsilon = self.number(plan.epsilon, inner.dtype)
            how, r = self.root(v, plan.mode, epsilon)
            if self.unbiased:
                n = plan.n
                if plan.mode in ("inside", "clamp_var"):
                    self.epsilon *= Fraction(n - 1, n)
                else:
                    self.epsilon_root = math.sqrt((n - 1) / n)
        if self.hit("X2:statistic"):
            r = self.over(r)
        if plan.casts == "statistics":
            r = p.cast(r, h.dtype)
            mean = mean and p.cast(mean, h.dtype)
            self.centred = None
        finish(self, h, mean, how, r)

    def named(self, x):
        """A norm that the dialect has one op for."""
        plan, c = self.plan, self.c
        if self.mutation or f"named-{plan.kind}" not in plan.caps:
            return False
        first = plan.rank - len(plan.axes)
        usable = (plan.axes == tuple(range(first, plan.rank)) and plan.view == "plain"
                  and plan.mode == "inside" and plan.epsilon > 0
                  and (plan.dtype != "f64" or self.p.python_scalars)
                  and plan.before != "factor")
        # ONNX stretches a scale of extent one, which a dynamic one may have.
        usable &= not (plan.row_is_dynamic and "stretched-scale" in plan.caps)
        if not usable or not c.chance("named", 0.15):
            return False
        finish_named(self, x)
        return True

    normalized, is_named = None, False

    def batch_norm(self, h):
        """The op of another norm, over rows that were made its channels (A10)."""
        plan = self.plan
        first = plan.rank - len(plan.axes)
        usable = ("batch-norm" in plan.caps and plan.kind == "layer_norm"
                  and plan.axes == tuple(range(first, plan.rank)) and plan.grid
                  and plan.view == "plain" and not plan.dynamic and plan.epsilon > 0
                  and plan.mode == "inside" and plan.casts != "statistics"
                  and h.dtype == "f32" and not self.mutation)
        if not usable or not self.c.chance("batch-norm", 0.1):
            return False
        p, row, grid = self.p, tuple(plan.axes), tuple(plan.grid)
        rows = p.layout(h, [None, grid if len(grid) > 1 else grid[0],
                            row if len(row) > 1 else row[0]])
        y = p.add("named", [rows], rows.phys, h.dtype, norm="batch_norm",
                  axes=plan.axes, eps=plan.epsilon, scale=False, bias=False)
        self.normalized = p.layout(y, h.phys)
        return True

    def sum_form(self, h):
        """RMSNorm without a division by N: x * sqrt(N) / sqrt(sum + N e)."""
        plan, p = self.plan, self.p
        if (plan.kind != "rms_norm" or plan.row_is_dynamic or self.mutation
                or plan.mode not in ("inside", "clamp_norm")
                or not self.c.chance("sum-form", 0.08)):
            return None
        n = plan.n
        if "l2" in plan.caps and plan.mode == "clamp_norm":
            s = self.square(p.reduce("l2", h, plan.axes, self.keep()))
        else:
            s = self.sum(self.square(h), plan.axes)
        if plan.mode == "clamp_norm":
            self.epsilon_root = 1 / math.sqrt(n)
            epsilon = self.number(plan.epsilon, h.dtype)
        else:
            epsilon = self.number(plan.epsilon * n, h.dtype) if plan.epsilon else None
            self.epsilon = Fraction(epsilon.attrs["literal"] if epsilon else 0) / n
        self.pending = (math.sqrt(n), h.dtype)
        self.sum_formed = True
        return self.root(s, plan.mode, epsilon)

    def expected_epsilons(self):
        """What the op may say, near x and far from it."""
        value = float(self.epsilon)
        if self.epsilon_root:
            value = float(self.epsilon) * self.epsilon_root
        results = [value]
        if abs(self.factor) != 1.0:
            square = self.plan.mode in ("inside", "clamp_var")
            by = Fraction(self.factor) ** 2 if square else abs(Fraction(self.factor))
            results.append(float(Fraction(value) / by))
        if self.p.python_scalars:
            # A program may say that the scalar is rounded on its way.
            results += [round_to(v, self.plan.compute) for v in results]
        return results
