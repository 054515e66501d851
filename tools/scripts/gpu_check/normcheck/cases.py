"""The ops, their operands, the functions that are compiled, and what is timed.

Both sides use it: the one that compiles, and the one that has the GPU.
"""

from dataclasses import dataclass

EPSILON = 1.0e-5
DTYPES = ("bf16", "f32", "f16")
BYTES = {"f64": 8, "f32": 4, "bf16": 2, "f16": 2, "i8": 1, "f8E4M3FN": 1, "i32": 4}
FLOAT8_MAX = 448.0


@dataclass(frozen=True)
class Operand:
    """Of kind matrix (rows x N), column (N), row (rows) or scalar (by value);
    without a type it has that of the function."""

    name: str
    kind: str
    type: str = ""

    def element(self, dtype):
        return self.type or dtype

    def shape(self, rows, n):
        return {"matrix": (rows, n), "column": (n,), "row": (rows,), "scalar": ()}[
            self.kind
        ]

    def bytes(self, dtype, rows, n):
        count = 1
        for extent in self.shape(rows, n):
            count *= extent
        return count * BYTES[self.element(dtype)]


@dataclass(frozen=True)
class Op:
    name: str
    inputs: tuple
    outputs: tuple
    centres: bool = False
    backward: bool = False

    def footprint(self, dtype, rows, n):
        """Bytes that have to be read and written. Scalars are parameters."""
        return sum(
            o.bytes(dtype, rows, n)
            for o in self.inputs + self.outputs
            if o.kind != "scalar"
        )


def _op(name, inputs, outputs, **flags):
    return name, Op(name, tuple(inputs), tuple(outputs), **flags)


_X, _W, _B = Operand("x", "matrix"), Operand("w", "column"), Operand("b", "column")
_DY, _Y, _DX = (Operand(name, "matrix") for name in ("dy", "y", "dx"))
_MEAN, _RSTD = Operand("mean", "row", "f32"), Operand("rstd", "row", "f32")
_FACTOR = Operand("factor", "row", "f32")
_INT8, _FLOAT8 = Operand("q", "matrix", "i8"), Operand("q", "matrix", "f8E4M3FN")

OPS = dict(
    [
        _op("rms_norm", [_X, _W], [_Y]),
        _op("layer_norm", [_X, _W, _B], [_Y], centres=True),
        _op("layer_norm_saved", [_X, _W, _B], [_Y, _MEAN, _RSTD], centres=True),
        _op(
            "add_rms_norm",
            [_X, Operand("r", "matrix"), _W],
            [_Y, Operand("s", "matrix")],
        ),
        _op("rms_norm_int8", [_X, _W], [_INT8, _FACTOR]),
        _op("rms_norm_fp8", [_X, _W], [_FLOAT8, _FACTOR]),
        _op("rms_norm_fp8_static", [_X, _W, Operand("k", "scalar", "f32")], [_FLOAT8]),
        _op(
            "rms_norm_backward",
            [_DY, _X, _RSTD, _W],
            [_DX, Operand("dscale", "column")],
            backward=True,
        ),
        _op(
            "layer_norm_backward",
            [_DY, _X, _MEAN, _RSTD, _W],
            [_DX, Operand("dscale", "column"), Operand("dbias", "column")],
            centres=True,
            backward=True,
        ),
    ]
)


@dataclass(frozen=True)
class Function:
    """An op on rows of n elements, or of any number with n = 0."""

    op: str
    dtype: str
    n: int

    @property
    def group(self):
        return f"{self.op}_{self.dtype}"

    @property
    def name(self):
        return f"{self.group}_{self.n or 'any'}"


# From several rows to a warp to a cluster; powers of two, other multiples of
# 16 bytes, and odd ones.
_FORWARD = (64, 96, 256, 512, 1000, 1001, 1024, 3000, 4096, 5120, 8192, 12288)
_FORWARD += (16384, 32768, 65536, 131072, 262144)
_BACKWARD = (64, 96, 256, 1000, 1001, 1024, 3000, 4096, 5120, 8192, 12288)
_BACKWARD += (16384, 65536)
_QUANTIZED = (64, 96, 256, 1000, 1001, 4096, 5120, 8192, 12288, 16384, 65536)
_QUANTIZED += (262144,)
# Of f16 one of each class: its kernels are those of bf16 with other conversions.
_FEW = (64, 256, 1001, 4096, 12288, 65536)
# Lengths for functions that take any: one of each class, aligned and not.
ANY_LENGTHS = (1, 7, 64, 96, 1000, 1001, 4096, 5000, 12288, 16385, 65536)


def _lengths(op, dtype):
    if dtype == "f16":
        return _FEW
    if OPS[op].backward:
        return _BACKWARD
    if _INT8 in OPS[op].outputs or _FLOAT8 in OPS[op].outputs:
        return _QUANTIZED
    return _FORWARD


def functions(fresh=(), quick=False):
    """All that is compiled; `fresh` are further lengths of rows."""
    result = []
    for op in OPS:
        for dtype in DTYPES:
            lengths = _lengths(op, dtype)
            if quick:
                lengths = (1001, 4096) if dtype == "bf16" else ()
            more = [n for n in fresh if n not in lengths and dtype != "f16"]
            if OPS[op].backward:
                more = [n for n in more if n <= max(_BACKWARD)]
            wanted = [*lengths, *(() if quick else more), *(() if quick else (0,))]
            result += [Function(op, dtype, n) for n in wanted]
    return result


@dataclass(frozen=True)
class Timing:
    """A problem that is timed. The aim is in TB/s, of the copy's, or in us."""

    op: str
    dtype: str
    rows: int
    n: int
    aim: float
    unit: str = "TB/s"
    extra: bool = False

    @property
    def function(self):
        return Function(self.op, self.dtype, self.n)

    @property
    def name(self):
        return f"{self.op} {self.dtype} {self.rows}x{self.n}"

    @property
    def bytes(self):
        return OPS[self.op].footprint(self.dtype, self.rows, self.n)

    @property
    def is_decode(self):
        return self.unit == "us"


def timings():
    """In the order of importance."""
    result = []

    def add(*arguments, **flags):
        result.append(Timing(*arguments, **flags))

    for n, aim in ((4096, 2.95), (1024, 2.75), (512, 2.5), (256, 2.2)):
        add("rms_norm", "bf16", 32768, n, aim)
    add("rms_norm_fp8", "bf16", 16384, 4096, 2.7)
    add("rms_norm_backward", "bf16", 8192, 4096, 2.6)
    add("layer_norm_backward", "f32", 4096, 16384, 2.4)
    for n, aim in ((4096, 2.75), (1024, 2.0), (16384, 2.95)):
        add("layer_norm", "f32", 4096, n, aim)
    for n, aim in ((4096, 2.8), (16384, 2.95), (32768, 2.9)):
        add("add_rms_norm", "f32", 2048, n, aim)
    for rows in (1, 128, 16):
        add("rms_norm", "bf16", rows, 4096, 4.0, "us")
    # The longer the row, the fewer of them: all have a gigabyte.
    for n in (16384, 65536, 262144, 8192, 131072, 32768):
        add("rms_norm", "bf16", 2**28 // n, n, 0.99, "of the copy")
    add("rms_norm_fp8", "bf16", 8192, 4096, 2.7)
    add("rms_norm_fp8_static", "bf16", 16384, 4096, 2.7)
    add("rms_norm_int8", "bf16", 16384, 4096, 2.7, extra=True)
    add("add_rms_norm", "bf16", 32, 4096, 4.0, "us", extra=True)
    for n in (1000, 1001, 3000, 5120, 12288):
        add("rms_norm", "bf16", 32768, n, 0.0, extra=True)
    add("layer_norm_saved", "bf16", 16384, 4096, 0.0, extra=True)
    add("layer_norm_backward", "bf16", 8192, 4096, 0.0, extra=True)
    return result
