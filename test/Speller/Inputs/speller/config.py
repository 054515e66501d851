"""Which dialects are tested, and what is not yet recognised in them."""

from .backends.hlo import MHLO, StableHLO
from .backends.linalg import Linalg
from .backends.onnx import Onnx
from .backends.torch import Torch
from .backends.tosa import Tosa

BACKENDS = {b.name: b for b in (Linalg, StableHLO, MHLO, Tosa, Torch, Onnx)}

# Dialects whose results are checked; the others are only printed and parsed.
ENABLED = ["linalg"]

# Dialects that rmsnorm-run compiles.
EXECUTED = ["linalg"]

# Upstream passes that producers run before; one list is drawn for each module.
PASSES = {
    "linalg": [
        [], [], [],
        ["canonicalize", "cse"],
        ["func.func(linalg-generalize-named-ops)"],
        ["func.func(convert-elementwise-to-linalg)"],
        ["func.func(linalg-fuse-elementwise-ops)", "canonicalize", "cse"],
        ["func.func(linalg-fold-unit-extent-dims)", "cse"],
    ],
}

# Positives that are not raised, or not to the full, yet: the kind of failure
# and the guard that refuses, and how many in a thousand may be. Lower a number
# when the recogniser learns; nothing else may ever fail.
GAPS = {
    "linalg": {
        # math.powf whose exponent is a fill, a splat or an operand.
        ("missed", "none"): 110,
        # A sum over one axis after another.
        ("missed", "no-squares"): 40,
        # Extents of x that are those of what x is computed from.
        ("missed", "divisor-not-n-dynamic"): 12,
        ("missed", "mean-square-mixup"): 12,
        ("missed", "sink-extent-differs"): 15,
        ("missed", "sink-transposed"): 10,
        ("weaker-op", "none"): 2,
        # A root of a dynamic N apart from the root of the sum.
        ("missed", "root-exponent"): 7,
        # Statistics that are rounded and reshaped before x is centred.
        ("missed", "numerator-not-x"): 14,
        ("missed", "escape-not-expressible"): 10,
        ("missed", "backward-not-closed-form"): 5,
        # The gradients of scale and bias of a single row of a dynamic extent.
        ("backward-not-grown", "none"): 1,
        ("not-grown", "none"): 15,
        ("wrong-rounding", "none"): 1,
        ("x-not-argument", "none"): 1,
        # Guards that refuse one in thousands.
        ("missed", "*"): 1,
    },
}
