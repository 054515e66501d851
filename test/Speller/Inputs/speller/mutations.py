"""Near-misses: one change to a spelling that makes it something else.

Each is applied where `Statistics.hit` or `Forward.hit` asks for it, so that
the rest of the spelling stays as it was. "none": nothing may be raised.
"inner": a norm is left inside and may be raised, if it computes the same.
"""

import struct

import numpy as np

MUTATIONS = {
    "X1:mean-axes": "none",
    "X1:variance-axes": "none",
    "X2:statistic": "none",
    "X2:mean": "none",
    "X3:n-plus-one": "none",
    "X3:other-extent": "none",
    "X3:inverse": "none",
    "X3:ulps": "none",
    "X4:cube": "none",
    "X4:fourth": "none",
    "X4:inverse": "none",
    "X4:quarter": "none",
    "X5:times-epsilon": "none",
    "X6:numerator": "none",
    "X6:shifted": "none",
    "X6:product": "none",
    "X7:plus": "none",
    "X7:swapped": "none",
    "X7:other-mean": "none",
    "X8:row-scale": "inner",
    "X8:scale-of-x": "inner",
    "X9:x-twice": "none",
    "X9:xhat-twice": "inner",
    "X10:slice": "none",
    "X11:absolute": "none",
    "X11:not-centred": "none",
    "X11:centred-over-rms": "none",
    "X11:centring-only": "none",
    "X12:mask": "none",
    "X13:exponential": "none",
    "X13:running": "none",
    "X14:max": "none",
    "X14:init": "none",
    "X15:negative": "none",
    "X15:argument": "none",
    "X15:per-row": "none",
    "X15:nan": "none",
    "X18:escape": "inner",
    "X21:other-extent": "none",
    "B1:no-mean": "none",
    "B2:sign": "none",
    "B3:unscaled": "none",
    "B4:rstd-squared": "inner",
}


# Around a wrongly centred x, the RMSNorm of what was centred is left.
CENTRING = ("X1:mean-axes", "X1:variance-axes", "X2:mean", "X3:n-plus-one",
            "X3:other-extent", "X3:inverse", "X3:ulps", "X6:shifted",
            "X7:other-mean", "X14:max", "X14:init", "X21:other-extent")


def allowed(mutation, kind):
    if kind == "layer_norm" and mutation in CENTRING:
        return "inner"
    # N may happen to be that of the other axes.
    if mutation == "X1:variance-axes":
        return "inner"
    return MUTATIONS[mutation]


def ulps_away(value, dtype, steps):
    """The number of `dtype` that is `steps` above `value`."""
    if dtype == "f64":
        for _ in range(steps):
            value = float(np.nextafter(value, np.inf))
        return value
    if dtype == "f16":
        bits = int(np.float16(value).view(np.uint16)) + steps
        return float(np.uint16(bits).view(np.float16))
    bits = struct.unpack("<I", struct.pack("<f", value))[0]
    if dtype == "bf16":
        bits = (bits + 0x8000 & 0xFFFF0000) + (steps << 16)
    else:
        bits += steps
    return struct.unpack("<f", struct.pack("<I", bits))[0]
