"""Cases: a program, the dialect that it is printed in, and what is to come."""

import math

import numpy as np

from .backward import Backward
from .evaluate import evaluate, physical, random_arguments
from .forward import Forward, NotApplicable
from .mutations import MUTATIONS, allowed
from .plan import Chooser, Plan


class Case:
    """One function with its record."""

    def __init__(self, key, name, spelling, mutation):
        self.key, self.name, self.spelling, self.mutation = key, name, spelling, mutation
        self.program, self.plan = spelling.p, spelling.plan
        rng = np.random.default_rng(abs(hash_text(key)))
        self.arguments = random_arguments(self.program, rng, float(spelling.epsilon))
        self.values = evaluate(self.program, self.arguments, [spelling.x_node])
        self.x_value = self.values.pop()

    def slack(self):
        """What rounding literals to their types changes in each result."""
        literal = evaluate(self.program, self.arguments, literals=True)
        return [difference(a, b) for a, b in zip(literal, self.values)]

    def results(self):
        """As the function returns them."""
        return [physical(self.program, node, value)
                for node, value in zip(self.program.results, self.values)]

    def inputs(self):
        return [physical(self.program, node, value)
                for node, value in zip(self.program.inputs, self.arguments)]

    def record(self):
        """What the sidecar says."""
        plan, s = self.plan, self.spelling
        entry = {
            "function": self.name,
            "key": self.key,
            "tags": {k: v for k, v in plan.chooser.log.items()},
            "dtype": plan.dtype,
            "arguments": [n.attrs["role"] for n in self.program.inputs],
        }
        if self.mutation:
            entry.update(mutation=self.mutation, allowed=allowed(self.mutation, plan.kind))
            return entry
        if isinstance(s, Backward):
            entry.update(s.record_entry())
            return entry
        entry.update(
            op=plan.kind,
            axes=list(plan.axes),
            epsilon=s.expected_epsilons(),
            mode=plan.mode,
            scale=s.affine.scale,
            bias=s.affine.bias,
            statistics=s.escapes,
            statistics_extent=s.prefix,
            normalized_type=normalized_type(plan, s),
        )
        return entry


def hash_text(text):
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % (1 << 61)
    return value


def normalized_type(plan, spelling):
    """The rounding before the scale, where the casts of the program say it."""
    corrected = any(f != 1.0 for f, _ in spelling.affine.scale)
    # Named norms round once, at the end.
    if spelling.sum_formed or spelling.is_named or corrected:
        return None
    if plan.casts == "all" and plan.cast_back == "scale":
        return plan.dtype
    return None


def terms_value(terms, arguments, rank):
    total = np.zeros((1,) * rank)
    for factor, indices in terms:
        product = np.full((1,) * rank, factor)
        for index in indices:
            product = product * arguments[index]
        total = total + product
    return total


def closed_form(case):
    """y from the record: the definition of the op, nothing of the spelling."""
    plan, s = case.plan, case.spelling
    if isinstance(s, Backward):
        return s.closed_form(case.arguments)
    x, axes, mode = case.x_value, plan.axes, plan.mode
    epsilon = s.expected_epsilons()[0]
    centred = x - np.mean(x, axis=axes, keepdims=True)
    if plan.kind == "rms_norm":
        centred = x
    first = centred
    if s.prefix:
        first = np.take(centred, range(s.prefix), axis=axes[0])
    v = np.mean(first * first, axis=axes, keepdims=True)
    if mode == "inside":
        root = np.sqrt(v + epsilon)
    elif mode == "outside":
        root = np.sqrt(v) + epsilon
    elif mode == "clamp_var":
        root = np.sqrt(np.maximum(v, epsilon))
    else:
        root = np.maximum(np.sqrt(v), epsilon)
    rank = len(case.program.extents)
    scale = terms_value(s.affine.scale, case.arguments, rank)
    bias = terms_value(s.affine.bias, case.arguments, rank)
    return centred / root * scale + bias


def difference(a, b):
    """The largest relative difference, of magnitudes beside the largest."""
    if a.shape != b.shape:
        a, b = np.broadcast_arrays(a, b)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return math.inf
    scale = max(float(np.abs(b).max(initial=0.0)), 1e-30)
    return float(np.abs(a - b).max(initial=0.0)) / scale


def positive(seed, index, dialect, caps):
    for attempt in range(10):
        key = f"{seed}/{index}/{dialect}/{attempt}"
        plan = Plan(Chooser(key), caps)
        backward = plan.chooser.chance("backward", 0.1)
        spelling = (Backward if backward else Forward)(plan)
        case = Case(key, f"p{index}", spelling, None)
        error = difference(case.values[0], closed_form(case))
        if error > 1e-8:
            raise AssertionError(f"{key}: the spelling is wrong by {error}: "
                                 f"{case.record()}\n{case.program.nodes}")
        return case
    raise AssertionError(f"no spelling for {index}")


def near_miss(seed, index, dialect, caps):
    """A mutation of some positive; which, follows from the index."""
    names = [m for m in MUTATIONS]
    mutation = names[index % len(names)]
    for attempt in range(200):
        if attempt % 50 == 49:
            mutation = names[(index + attempt) % len(names)]
        key = f"{seed}/{index}/{dialect}/m{attempt}"
        try:
            kind = Backward if mutation.startswith("B") else Forward
            spelling = kind(Plan(Chooser(key), caps), mutation)
        except NotApplicable:
            continue
        with np.errstate(all="ignore"):
            case = Case(key, f"n{index}", spelling, mutation)
            error = difference(case.values[0], closed_form(case))
        # A tiny change must be seen beside the rounding of float64, any other
        # beside that of float32.
        least = 1e-9 if mutation == "X3:ulps" else 1e-4
        if mutation == "X18:escape" or error > least:
            return case
    return None
