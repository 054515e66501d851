"""Which dialects are tested, and what is not yet recognised in them."""

from .backends.hlo import MHLO, StableHLO
from .backends.linalg import Linalg
from .backends.onnx import Onnx
from .backends.torch import Torch
from .backends.tosa import Tosa

BACKENDS = {b.name: b for b in (Linalg, StableHLO, MHLO, Tosa, Torch, Onnx)}

# Dialects whose results are checked; the others are only printed and parsed.
ENABLED = list(BACKENDS)

# Dialects that rmsnorm-run compiles.
EXECUTED = ["linalg"]


def cannot_be_executed(case):
    """What the lowering does not take yet."""
    # A statistic of rank 0 that gets a unit dimension.
    return case.plan.rank == 1 and bool(case.spelling.escapes)


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
GRADIENTS = {
    # Gradients are looked for in linalg only.
    ("missed-backward", "none"): 120,
}
# A LayerNorm of groups, taken for the inside of a group norm.
GROUPS = {("missed", "group-norm"): 6}
GAPS = {
    "linalg": {
        ("missed", "sink-transposed"): 6,
        ("missed", "escape-not-expressible"): 6,
        ("missed", "root-exponent"): 2,
        ("missed", "numerator-not-x"): 2,
        ("missed-backward", "backward-extent-differs"): 12,
        # Saved statistics that kept their unit dimensions.
        ("missed-backward", "backward-not-closed-form"): 90,
        ("missed-backward", "none"): 6,
        ("backward-not-grown", "none"): 12,
        # 1 + w of which 1 went through a rounded 1/N.
        ("wrong-offset", "none"): 1,
        ("not-grown", "none"): 20,
        **GROUPS,
    },
    # A scale after the rows were joined for batch_norm_training and divided
    # again stays outside.
    "stablehlo": {("not-grown", "none"): 14, ("weaker-op", "none"): 3,
                  **GRADIENTS, **GROUPS},
    "mhlo": {("not-grown", "none"): 14, ("weaker-op", "none"): 3,
             **GRADIENTS, **GROUPS},
    "tosa": {("not-grown", "none"): 6, **GRADIENTS, **GROUPS},
    "torch": {("not-grown", "none"): 6, ("missed", "scale-depends-on-x"): 3,
              **GRADIENTS, **GROUPS},
    "onnx": {("not-grown", "none"): 6, ("missed", "scale-depends-on-x"): 3,
             **GRADIENTS, **GROUPS},
}
