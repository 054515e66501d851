"""Compares what a kernel wrote with what is expected."""

from dataclasses import dataclass

import numpy as np

from normcheck.arrays import FLOAT8, exponent_of, round_to, smallest_normal, ulp

# Of elements that have to be the reference, correctly rounded, and units in the
# last place that nothing may be off by, on normally distributed numbers.
LEAST_EXACT = {"forward": 0.999, "backward": 0.99}
MOST_ULPS = {"forward": 8.0, "backward": 24.0}


@dataclass
class Verdict:
    wrong: str = ""
    ulps: float = 0.0
    # The largest part of its bound that an error is.
    ratio: float = 0.0
    exact: float = 1.0


def _first(xp, bad):
    """The index of the first that is true."""
    flat = bad.reshape(-1)
    return int(flat.argmax() if isinstance(flat, np.ndarray) else flat.int().argmax())


def _report(xp, name, bad, got, want, bound):
    index = _first(xp, bad)
    values = [float(a.reshape(-1)[index]) for a in (got, want, bound)]
    count = int(bad.sum())
    return (
        f"{name}: {count} wrong, first at {index}: {values[0]!r}, "
        f"not {values[1]!r} within {values[2]:.3g}"
    )


def judge_floats(xp, name, got, want, dtype):
    """`got` is decoded, `want` an Expected."""
    with np.errstate(all="ignore"):
        value = want.value.reshape(got.shape)
        bound = want.bound.reshape(got.shape)
        rounded = round_to(xp, value, dtype)
        same = (got == rounded) | (xp.isnan(got) & xp.isnan(value))
        # Conversions may take subnormal results for zero.
        small = (got == 0) & (xp.abs(value) <= smallest_normal(dtype))
        error = xp.abs(got - value)
        good = same | small | (error <= bound)
        verdict = Verdict()
        if not bool(good.all()):
            verdict.wrong = _report(xp, name, ~good, got, value, bound)
        finite = ~(xp.isnan(error) | xp.isinf(error) | small | xp.isnan(bound))
        size = xp.maximum(want.scale.reshape(got.shape), xp.abs(value))
        finite = finite & ~xp.isinf(bound) & ~xp.isinf(size)
        units = xp.fill(error / ulp(xp, size, dtype), ~finite, 0.0)
        verdict.ulps = float(units.max())
        verdict.ratio = float(xp.fill(error / bound, ~finite, 0.0).max())
        verdict.exact = float((same | small).sum()) / max(int(np.prod(got.shape)), 1)
        return verdict


def judge_int8(xp, name, codes, want):
    """`codes` are f64. Undefined where NaN would be converted."""
    with np.errstate(all="ignore"):
        value = want.value
        defined = ~xp.isnan(value)
        good = (xp.abs(codes - value) <= 0.5 + want.bound) | ~defined
        verdict = Verdict()
        if not bool(good.all()):
            verdict.wrong = _report(xp, name, ~good, codes, value, want.bound)
        count = max(int(defined.sum()), 1)
        same = (codes == xp.round(value)) & defined
        verdict.exact = int(same.sum()) / count
        step = xp.abs(codes - xp.round(value))
        verdict.ulps = float(xp.fill(step, ~defined, 0.0).max())
        return verdict


# By code, its place in the order of values; the zeros have the same.
_PLACES = np.array(
    [-(code & 0x7F) if code & 0x80 else code for code in range(256)], dtype=np.float64
)


def judge_float8(xp, name, codes, want):
    """`codes` are bits, in integers. They may be one step off, where the exact
    value is as near to the middle of two as its error is large."""
    with np.errstate(all="ignore"):
        value = want.value
        got = xp.table(FLOAT8, codes)
        rounded = round_to(xp, value, "f8E4M3FN")
        both_nan = xp.isnan(got) & xp.isnan(value)
        same = (got == rounded) | both_nan
        step = ulp(xp, xp.maximum(xp.abs(got), xp.abs(rounded)), "f8E4M3FN")
        is_near = xp.abs(got - value) <= 0.5 * step + want.bound
        is_next = xp.abs(got - rounded) <= step
        # Codes of what is converted from NaN or is infinite are NaN or anything.
        undefined = xp.isnan(value)
        good = same | (is_near & is_next) | undefined
        verdict = Verdict()
        if not bool(good.all()):
            verdict.wrong = _report(xp, name, ~good, got, value, want.bound)
        count = max(int((~undefined).sum()), 1)
        verdict.exact = int((same & ~undefined).sum()) / count
        off = xp.abs(xp.table(_PLACES, codes) - _place(xp, rounded))
        verdict.ulps = float(xp.fill(off, undefined | xp.isnan(off), 0.0).max())
        return verdict


def _place(xp, value):
    """The place of a value of e4m3 in their order."""
    size = xp.abs(value)
    exponent = exponent_of(xp, size, -6)
    fraction = size / xp.exp2(exponent - 3)
    place = fraction + (exponent + 6) * 8
    return xp.where(value < 0, -place, place)


def judge(function, xp, operand, stored, want):
    """`stored` are bits of 8-bit floats, the values of everything else."""
    element = operand.element(function.dtype)
    if element == "i8":
        return judge_int8(xp, operand.name, stored, want)
    if element == "f8E4M3FN":
        return judge_float8(xp, operand.name, stored, want)
    return judge_floats(xp, operand.name, stored, want, element)


def check_quality(op, operand, dtype, verdict, count):
    """What is seen on normally distributed numbers is less than any bound that
    is proved. Empty, or what is worse than that; `count` elements, of which a
    few are no share."""
    kind = "backward" if op.backward else "forward"
    element = operand.element(dtype)
    if element == "f32":
        if verdict.ulps > MOST_ULPS[kind]:
            return f"{operand.name}: {verdict.ulps:.1f} ulp, not {MOST_ULPS[kind]}"
        return ""
    if verdict.exact < LEAST_EXACT[kind] and count >= 4096:
        return (
            f"{operand.name}: {100 * verdict.exact:.2f} % correctly rounded, "
            f"not {100 * LEAST_EXACT[kind]} %"
        )
    return ""
