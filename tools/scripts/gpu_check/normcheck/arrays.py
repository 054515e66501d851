"""What references and comparisons need of NumPy and of torch, by one set of
names, so that the formulas that run on a GPU are tested without one.

Values are f64. Elements that were stored come as bits, in integers.
"""

import numpy as np

# Bits of the significand with the leading one, the least exponent of a normal
# number, and the largest number.
FORMATS = {
    "f64": (53, -1022, 1.7976931348623157e308),
    "f32": (24, -126, 3.4028234663852886e38),
    "bf16": (8, -126, 3.3895313892515355e38),
    "f16": (11, -14, 65504.0),
    "f8E4M3FN": (4, -6, 448.0),
}


def unit(dtype):
    """The unit roundoff."""
    return 2.0 ** -FORMATS[dtype][0]


def tiny(dtype):
    """The smallest positive number."""
    digits, exponent, _ = FORMATS[dtype]
    return 2.0 ** (exponent - digits + 1)


def smallest_normal(dtype):
    return 2.0 ** FORMATS[dtype][1]


def decode_float8(code):
    """The value of a code of e4m3fn."""
    sign = -1.0 if code & 0x80 else 1.0
    exponent, fraction = code >> 3 & 15, code & 7
    if code & 0x7F == 0x7F:
        return float("nan")
    if exponent == 0:
        return sign * fraction * 2.0**-9
    return sign * (8 + fraction) * 2.0 ** (exponent - 10)


FLOAT8 = np.array([decode_float8(code) for code in range(256)])


class NumPy:
    """Arrays of NumPy."""

    where = staticmethod(np.where)
    maximum = staticmethod(np.maximum)
    abs = staticmethod(np.abs)
    sqrt = staticmethod(np.sqrt)
    isnan = staticmethod(np.isnan)
    isinf = staticmethod(np.isinf)
    round = staticmethod(np.rint)

    @staticmethod
    def sum(a, axis):
        return a.sum(axis, keepdims=True)

    @staticmethod
    def amax(a, axis):
        return a.max(axis, keepdims=True)

    @staticmethod
    def clip(a, low, high):
        return np.clip(a, low, high)

    @staticmethod
    def fill(a, where, value):
        return np.where(where, value, a)

    @staticmethod
    def exponent(a):
        """e, where |a| is in [2^(e-1), 2^e)."""
        return np.frexp(a)[1].astype(np.float64)

    @staticmethod
    def exp2(a):
        return np.exp2(a)

    @staticmethod
    def table(values, codes):
        return values[codes.astype(np.int64)]


class Torch:
    """Tensors of torch, on any device."""

    def __init__(self):
        import torch

        self.torch = torch
        self.where, self.maximum = torch.where, torch.maximum
        self.abs, self.sqrt, self.exp2 = torch.abs, torch.sqrt, torch.exp2
        self.isnan, self.isinf, self.round = torch.isnan, torch.isinf, torch.round
        self.clip = torch.clamp

    def sum(self, a, axis):
        return a.sum(axis, keepdim=True)

    def amax(self, a, axis):
        return a.amax(axis, keepdim=True)

    def fill(self, a, where, value):
        return a.masked_fill(where, value)

    def exponent(self, a):
        return self.torch.frexp(a)[1].to(self.torch.float64)

    def table(self, values, codes):
        tensor = self.torch.from_numpy(values).to(codes.device)
        return tensor[codes.to(self.torch.int64) & 255]


def exponent_of(xp, value, least):
    """Of the leading bit, but not below `least`, which zero has, too."""
    exponent = xp.clip(xp.exponent(value) - 1, least, 1023)
    return xp.fill(exponent, value == 0, float(least))


def round_to(xp, value, dtype):
    """To nearest, ties to even; infinite beyond the range."""
    digits, least, most = FORMATS[dtype]
    with np.errstate(invalid="ignore", over="ignore"):
        exponent = exponent_of(xp, value, least)
        step = xp.exp2(exponent - digits + 1)
        rounded = xp.round(value / step) * step
        rounded = xp.fill(rounded, rounded > most, np.inf)
        rounded = xp.fill(rounded, rounded < -most, -np.inf)
        special = xp.isnan(value) | xp.isinf(value)
        return xp.where(special, value, rounded)


def ulp(xp, magnitude, dtype):
    """The distance of numbers as large as this."""
    digits, least, _ = FORMATS[dtype]
    return xp.exp2(exponent_of(xp, magnitude, least) - digits + 1)
