"""Says for each runtime function whose name MLIR holds whether a library has
it. Those of sparse tensors and of tensor maps are not for norms."""
import ctypes
import glob
import re
import sys

mlir = glob.glob(sys.argv[1] + "/libMLIR.so*")[0]
library = ctypes.CDLL(sys.argv[2])
with open(mlir, "rb") as file:
    names = set(re.findall(rb"\0(mgpu[A-Z]\w+)(?=\0)", file.read()))
other = re.compile(rb"Sp[A-Z]|Sparse|Sp?(GEMM|Mat)|SDDMM|Dn|Cs[rc]|Coo|Bsr|TensorMap")
for name in sorted(name for name in names if not other.search(name)):
    state = "there" if hasattr(library, name.decode()) else "missing"
    print(f"{name.decode()}: {state}")
