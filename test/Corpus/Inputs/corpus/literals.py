"""Numbers as MLIR prints them."""
import decimal
import math
import struct

INFINITY = {"f16": "0x7C00", "bf16": "0x7F80", "f32": "0x7F800000"}
MINUS_INFINITY = {"f16": "0xFC00", "bf16": "0xFF80", "f32": "0xFF800000"}
NAN = {"f16": "0x7E00", "bf16": "0x7FC0", "f32": "0x7FC00000"}

LOWEST = {
    "f16": -65504.0,
    "bf16": -3.3895313892515355e38,
    "f32": -3.4028234663852886e38,
}


def rounded(value, dtype):
    """The number of type `dtype` next to `value`."""
    if dtype == "f64":
        return value
    if dtype == "f16":
        return struct.unpack("<e", struct.pack("<e", value))[0]
    single = struct.unpack("<f", struct.pack("<f", value))[0]
    if dtype == "f32":
        return single
    bits = struct.unpack("<I", struct.pack("<f", single))[0]
    bits += 0x7FFF + (bits >> 16 & 1)
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFF0000))[0]


def spelled(value, dtype):
    """Six digits where they say it all, else as many as are needed."""
    if not dtype.startswith(("f", "bf")):
        return str(int(value))
    if math.isinf(value):
        return (INFINITY if value > 0 else MINUS_INFINITY)[dtype]
    if math.isnan(value):
        return NAN[dtype]
    value = rounded(value, dtype)
    if value == 0:
        return "0.000000e+00"
    context = decimal.Context(prec=6, rounding=decimal.ROUND_DOWN)
    short = f"{context.create_decimal(value):.6e}"
    mantissa, exponent = short.replace("E", "e").split("e")
    short = f"{mantissa}e{int(exponent):+03d}"
    if rounded(float(short), dtype) == value:
        return short
    mantissa, exponent = f"{value:.{16 if dtype == 'f64' else 8}E}".split("E")
    exponent = int(exponent)
    if 0 > exponent >= -3:  # 0.797884583
        digits = 16 if dtype == "f64" else 8
        return f"{value:.{digits - exponent}f}".rstrip("0")
    return f"{mantissa.rstrip('0')}E{exponent}"
