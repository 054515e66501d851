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
GAPS = {}
