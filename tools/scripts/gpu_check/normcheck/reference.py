"""What the ops give in f64, and how far off a kernel may be: docs/Numerics.md,
with the likely depth of sums whose rows are shared by 32 threads or more."""

import math

import numpy as np

from normcheck.arrays import FORMATS, tiny, unit
from normcheck.cases import EPSILON, FLOAT8_MAX, OPS

_U = unit("f32")
_TINY = tiny("f32")
_EPSILON = float(np.float32(EPSILON))
_LARGEST = FORMATS["f32"][2]


class Expected:
    """Values of a result, the bounds of their errors, and the magnitudes that
    are added to get them, in whose units an error is told."""

    def __init__(self, value, bound, scale):
        self.value, self.bound, self.scale = value, bound, scale


def likely(depth):
    """Errors of random numbers add up like a walk."""
    return min(depth, 6.0 * math.sqrt(depth))


def gamma(depth):
    return depth * _U / (1 - depth * _U)


def row_depth(n):
    return likely(min(n, math.ceil(n / 32) + 8))


def _rounded(xp, value, error, dtype):
    """The bound after rounding to the type of the result."""
    return error + unit(dtype) * (xp.abs(value) + error) + tiny(dtype)


def _statistics(xp, x, centres):
    """The mean, x without it, rstd, and the errors of the three, the last one
    relative."""
    n = x.shape[1]
    depth = row_depth(n)
    mean, mean_error, centred, centred_error = None, 0.0, x, 0.0
    if centres:
        mean = xp.sum(x, 1) / n
        mean_error = (gamma(depth + 1) + 2 * _U) * xp.sum(xp.abs(x), 1) / n
        centred = x - mean
        centred_error = mean_error + _U * xp.abs(centred)
    squares = xp.sum(centred * centred, 1)
    # As in f32, where squares overflow; the root is zero then.
    squares = xp.fill(squares, squares > _LARGEST, np.inf)
    variance = squares / n + _EPSILON
    rstd = 1 / xp.sqrt(variance)
    ratio = mean_error * mean_error / variance
    relative = 0.5 * (gamma(depth + 6) + ratio) + 4 * _U
    return mean, mean_error, centred, centred_error, rstd, relative


def _plain(function, xp, inputs, x):
    op = OPS[function.op]
    dtype = function.dtype
    mean, mean_error, c, c_error, rstd, relative = _statistics(xp, x, op.centres)
    w = inputs["w"]
    y = c * rstd * w
    error = c_error * rstd * xp.abs(w) + xp.abs(y) * (relative + 4 * _U)
    scale = xp.abs(y)
    if op.centres:
        n = x.shape[1]
        typical = xp.maximum(xp.abs(x), xp.sum(xp.abs(x), 1) / n)
        b = inputs["b"]
        scale = xp.maximum(typical * rstd * xp.abs(w), xp.abs(b) + xp.abs(x) * 0)
        y = y + b
        error = error + _U * (xp.abs(y) + error)
    result = {"y": Expected(y, _rounded(xp, y, error, dtype), scale)}
    if "mean" in (o.name for o in op.outputs):
        mean_bound = mean_error + _U * xp.abs(mean) + _TINY
        n = x.shape[1]
        result["mean"] = Expected(mean, mean_bound, xp.sum(xp.abs(x), 1) / n)
        result["rstd"] = Expected(rstd, rstd * (relative + _U), rstd)
    return result


def _codes(function, xp, inputs, x):
    dynamic = len(OPS[function.op].outputs) > 1
    _, _, c, _, rstd, relative = _statistics(xp, x, False)
    scaled = c * inputs["w"]
    if not dynamic:
        value = scaled * (rstd * inputs["k"])
        error = xp.abs(value) * (relative + 6 * _U)
        value = xp.clip(value, -FLOAT8_MAX, FLOAT8_MAX)
        return {"q": Expected(value, error, xp.abs(value))}
    largest = xp.amax(xp.abs(scaled), 1)
    most = 127.0 if function.op == "rms_norm_int8" else FLOAT8_MAX
    value = scaled * (most / largest)
    # Where this overflows in f32, codes are undefined.
    undefined = (most / largest > _LARGEST) | xp.isnan(value)
    value = xp.fill(value, undefined, np.nan)
    error = most * 6 * _U + xp.abs(value) * 0
    factor = largest * rstd / most
    bound = xp.abs(factor) * (relative + 6 * _U) + 2 * _TINY
    return {
        "q": Expected(value, error, xp.abs(value)),
        "factor": Expected(factor, bound, xp.abs(factor)),
    }


def _backward(function, xp, inputs):
    op, dtype = OPS[function.op], function.dtype
    dy, x, w, rstd = (inputs[name] for name in ("dy", "x", "w", "rstd"))
    rstd = rstd.reshape(-1, 1)
    rows, n = x.shape
    depth = row_depth(n)
    centred = x - inputs["mean"].reshape(-1, 1) if op.centres else x
    xhat, g = centred * rstd, dy * w
    xhat_error = 3 * _U * xp.abs(xhat)
    product = xp.sum(g * xhat, 1) / n
    product_size = xp.sum(xp.abs(g * xhat), 1) / n
    product_error = (gamma(depth + 1) + 8 * _U) * product_size
    inner, magnitude = g, xp.abs(g)
    inner_error = 2 * _U * xp.abs(g)
    if op.centres:
        of_g, size = xp.sum(g, 1) / n, xp.sum(xp.abs(g), 1) / n
        inner = g - of_g
        inner_error = inner_error + (gamma(depth + 1) + 4 * _U) * size
        magnitude = xp.maximum(magnitude, size)
    along = xhat * product
    error = inner_error + xp.abs(xhat) * product_error + xhat_error * xp.abs(product)
    error = error + 6 * _U * (magnitude + xp.abs(along))
    dx = (inner - along) * rstd
    scale = xp.maximum(magnitude, xp.abs(xhat) * product_size) * rstd
    error = error * rstd + 2 * _U * xp.abs(dx)
    result = {"dx": Expected(dx, _rounded(xp, dx, error, dtype), scale)}
    over_rows = gamma(likely(rows) + 4) + 4 * _U
    sums = [("dscale", dy * xhat)] + ([("dbias", dy)] if op.centres else [])
    for name, terms in sums:
        total = xp.sum(terms, 0).reshape(-1)
        error = over_rows * xp.sum(xp.abs(terms), 0).reshape(-1)
        walk = xp.sqrt(xp.sum(terms * terms, 0)).reshape(-1)
        bound = _rounded(xp, total, error, dtype)
        result[name] = Expected(total, bound, xp.maximum(xp.abs(total), walk))
    return result


def expected(function, xp, inputs, outputs=None):
    """Of each result by its name. `inputs` are f64; `outputs`, decoded as far as
    they are there, are what has to be rounded before it is used."""
    with np.errstate(all="ignore"):
        if OPS[function.op].backward:
            return _backward(function, xp, inputs)
        x = inputs["x"]
        if OPS[function.op].outputs[0].name == "q":
            return _codes(function, xp, inputs, x)
        if function.op != "add_rms_norm":
            return _plain(function, xp, inputs, x)
        s = x + inputs["r"]
        # A bound of a bit more than a half unit: f32 may round first.
        bound = unit(function.dtype) * (1 + 2.0**-8) * xp.abs(s)
        result = _plain(function, xp, inputs, outputs["s"])
        size = xp.maximum(xp.abs(x), xp.abs(inputs["r"]))
        result["s"] = Expected(s, bound + tiny(function.dtype), size)
        return result
