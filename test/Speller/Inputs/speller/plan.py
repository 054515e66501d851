"""What is spelled: the norm itself, before any choice of spelling."""

import random

from .program import round_to

EPSILONS = [1e-12, 1e-8, 1e-6, 1e-6, 1e-5, 1e-5, 1e-5, 1e-4, 1e-3, 1e-2, 0.0]
# Rank -> axes that occur, the usual ones more than once.
AXES = {
    1: [(0,)],
    2: [(1,), (1,), (1,), (0,)],
    3: [(2,), (2,), (2,), (1,), (1, 2), (0,)],
    4: [(3,), (3,), (1,), (2, 3), (1, 2, 3), (1, 3), (2,)],
    5: [(4,), (2,), (3, 4), (2, 3, 4)],
}


class Chooser:
    """Choices that depend on the seed and the name of the site alone: a
    mutation at one site leaves all other choices as they were."""

    def __init__(self, key):
        self.key, self.counts, self.log = key, {}, {}

    def rng(self, site):
        count = self.counts[site] = self.counts.get(site, -1) + 1
        return random.Random(f"{self.key}/{site}/{count}")

    def pick(self, site, options, weights=None):
        rng = self.rng(site)
        choice = rng.choices(list(options), weights)[0]
        self.log[site] = choice
        return choice

    def chance(self, site, probability):
        hit = self.rng(site).random() < probability
        if hit:
            self.log[site] = True
        return hit


class Plan:
    """The norm of one function: everything but its spelling."""

    def __init__(self, chooser, caps):
        c = self.chooser = chooser
        self.caps = caps
        self.kind = c.pick("kind", ["rms_norm", "layer_norm"])
        self.rank = c.pick("rank", [1, 2, 3, 4, 5], [1, 6, 6, 3, 1])
        self.axes = c.pick("axes", AXES[self.rank])
        self.grid = [d for d in range(self.rank) if d not in self.axes]
        self._extents()
        self._types()
        self._epsilon()
        self._affine()
        self._before()
        self._keep_provable()

    def _extents(self):
        c = self.chooser
        small = self.rank > 3
        self.extents = []
        for dim in range(self.rank):
            row = dim in self.axes
            several = len(self.axes) > 1
            options = [2, 3, 4] if small or several else [4, 5, 6, 7, 8, 12, 16]
            if not row:
                options = [2, 3, 4, 5] if not small else [2, 3]
            self.extents.append(c.pick("extent", options))
        # A square: what lands on the wrong dimension still fits.
        if self.grid and c.chance("square-domain", 0.3):
            self.extents[self.grid[-1]] = self.extents[self.axes[-1]]
        elif self.grid and c.chance("unit-grid", 0.1):
            self.extents[self.grid[0]] = 1
        how = c.pick("dynamic", ["no", "grid", "all"], [8, 2, 1])
        self.dynamic = set()
        if how == "grid":
            self.dynamic = {d for d in self.grid if self.extents[d] > 1}
        if how == "all":
            self.dynamic = {d for d in range(self.rank) if self.extents[d] > 1}
        if "dynamic" not in self.caps:
            self.dynamic = set()
        if not {"size", "mean"} & self.caps:
            self.dynamic -= set(self.axes)
        if "one-dynamic" in self.caps:
            self.dynamic = set(sorted(self.dynamic)[:1])
        self.row_is_dynamic = bool(self.dynamic & set(self.axes))
        self.n = 1
        for axis in self.axes:
            self.n *= self.extents[axis]

    def _keep_provable(self):
        """A broadcast may stretch an extent that is not known to be more than
        one, so of two operands with such extents nothing follows."""
        if "stretches" in self.caps or "broadcasts" in self.caps:
            if self.scale != "no":
                self.dynamic -= set(self.scale_dims)
            if self.bias:
                self.dynamic -= set(self.bias_dims)
        if "broadcasts" in self.caps and self.before in ("residual", "gate"):
            self.dynamic = set()
        self.row_is_dynamic = bool(self.dynamic & set(self.axes))

    def _types(self):
        c = self.chooser
        self.dtype = c.pick(
            "dtype", [t for t in ("f32", "bf16", "f16", "f64") if t in self.caps],
            [6 if t == "f32" else 1 if t == "f64" else 2
             for t in ("f32", "bf16", "f16", "f64") if t in self.caps])
        narrow = self.dtype in ("f16", "bf16")
        # Where the type changes: nowhere; before everything; only around the
        # statistics; f64 statistics of an f32 x.
        casts = ["none"]
        if narrow:
            casts = ["none", "all", "all", "all", "statistics"]
        elif self.dtype == "f32" and "f64" in self.caps:
            casts = ["none"] * 8 + ["statistics"]
        self.casts = c.pick("casts", casts)
        self.compute = self.dtype
        if self.casts != "none":
            self.compute = "f32" if narrow else "f64"
        # Cast back before the scale (R1), after it (R2), after the bias.
        self.cast_back = "none"
        if self.casts == "all":
            self.cast_back = c.pick("cast-back", ["scale", "bias", "end", "never"],
                                    [4, 4, 4, 1])

    def _epsilon(self):
        c = self.chooser
        eps = c.pick("epsilon", EPSILONS)
        if self.compute == "f16":
            eps = max(eps, 1e-4)
        modes = ["inside"] * 12 + ["outside", "clamp_var", "clamp_norm"]
        self.mode = c.pick("mode", modes)
        if self.mode != "inside" and eps == 0.0:
            eps = 1e-5
        # How far the literal itself is rounded: it may come from a wider or a
        # narrower type than that of the statistics.
        self.epsilon_type = self.compute
        if self.compute == "f32" and c.chance("epsilon-rounded", 0.05):
            self.epsilon_type = c.pick("epsilon-type", ["bf16"])
        if "python-scalars" in self.caps:
            self.epsilon_type = "f64"
        self.epsilon = round_to(eps, self.epsilon_type)

    def _affine(self):
        c = self.chooser
        self.scale = c.pick("scale", ["no", "row", "one"], [3, 9, 2])
        self.bias = c.chance("bias", 0.6 if self.kind == "layer_norm" else 0.2)
        self.scale_dims = self._affine_dims("scale-dims")
        self.bias_dims = self._affine_dims("bias-dims")
        wide = [self.dtype]
        if self.casts == "all":
            wide = [self.dtype, self.dtype, "f32"]
        self.affine_type = c.pick("affine-type", wide)

    def _affine_dims(self, site):
        """Row dimensions, and for a few norms dimensions of the grid too."""
        kinds = {"axes": 12}
        kinds["scalar"] = 1
        # One grid dimension has to be left, or it is no scale of a row.
        if len([d for d in self.grid if self.extents[d] > 1]) > 1:
            kinds.update(head=1, batch=1)
        if len(self.axes) > 1:
            kinds["part"] = 3
        kind = self.chooser.pick(site, list(kinds), list(kinds.values()))
        if kind == "scalar":
            return ()
        if kind == "head":
            return tuple(sorted({self.grid[-1], *self.axes}))
        if kind == "batch":
            return tuple(sorted({self.grid[0], *self.axes}))
        if kind == "part":
            return (self.chooser.pick(site + "-part", self.axes),)
        return self.axes

    def _before(self):
        """What x is made of, and where it stands."""
        c = self.chooser
        self.before = c.pick(
            "before", ["nothing", "residual", "factor", "gate"], [16, 4, 1, 1])
        self.residual_used = c.chance("residual-used", 0.4)
        views = {"plain": 10}
        if self.rank > 1:
            views.update(transposed=2)
        if not self.dynamic:
            views["unit"] = 2
        # Groups that nothing follows along the row are those of a group norm.
        follows = (self.scale != "no" and set(self.scale_dims) & set(self.axes)
                   or self.bias and set(self.bias_dims) & set(self.axes))
        if (self.rank in (2, 3, 4) and not self.dynamic and self.axes == (self.rank - 1,)
                and (self.kind == "rms_norm" or follows)):
            views["grouped"] = 1
        if len(self.grid) > 1 and not self.dynamic and self.grid[:2] == [0, 1]:
            views["flat"] = 1
        self.view = c.pick("view", list(views), list(views.values()))
