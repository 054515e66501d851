"""Which dialects are tested, and what is not yet recognised in them."""

from .backends.hlo import MHLO, StableHLO
from .backends.linalg import Linalg
from .backends.onnx import Onnx
from .backends.torch import Torch
from .backends.tosa import Tosa

BACKENDS = {b.name: b for b in (Linalg, StableHLO, MHLO, Tosa, Torch, Onnx)}

# Dialects whose results are checked; the others are only printed and parsed.
ENABLED = list(BACKENDS)

# Dialects that rmsnorm-run compiles, and the pipeline that does it where it is
# not the default.
EXECUTED = {
    "linalg": None,
    "tosa": "builtin.module(func.func(tosa-to-linalg-named,tosa-to-linalg,"
            "tosa-to-arith{include-apply-rescale=true},tosa-to-tensor),norm-to-cpu)",
}

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

# Positives that are not raised, or not to the full: the kind of failure and the
# guard that refuses, and how many in ten thousand may be. Nothing else may fail.
GAPS = {}
