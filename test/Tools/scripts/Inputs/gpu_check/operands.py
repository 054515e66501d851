"""Operands of the ops for tests, as NumPy has them."""

import numpy as np

from normcheck.arrays import FLOAT8
from normcheck.cases import EPSILON, OPS


def to_bf16(values):
    """Bits, to nearest even; NaN stays NaN."""
    bits = np.asarray(values, np.float32).view(np.uint32).astype(np.uint64)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    return np.where(np.isnan(values), 0x7FC0, rounded).astype(np.uint16)


def encode(values, element):
    if element == "bf16":
        return to_bf16(values)
    return np.asarray(values).astype({"f32": np.float32, "f16": np.float16}[element])


def decode(stored, element):
    """As f64; 8-bit floats stay bits."""
    if element == "bf16":
        bits = stored.view(np.uint16).astype(np.uint32) << 16
        return bits.view(np.float32).astype(np.float64)
    if element == "f8E4M3FN":
        return stored.view(np.uint8).astype(np.int64)
    return stored.astype(np.float64)


def make_inputs(function, rows, n, seed=1, special=None):
    """What is stored, and the same as f64."""
    random, op = np.random.default_rng(seed), OPS[function.op]
    stored, values = {}, {}
    for operand in op.inputs:
        element = operand.element(function.dtype)
        if operand.kind == "scalar":
            stored[operand.name], values[operand.name] = np.float32(37.5), 37.5
            continue
        numbers = random.standard_normal(operand.shape(rows, n))
        if operand.name == "w":
            numbers = 1 + 0.4 * numbers
        if operand.name == "x":
            numbers = 1.5 * numbers + 0.25
            if special is not None:
                numbers = special(numbers)
        if operand.kind == "row":
            x = values["x"]
            mean = x.mean(1) if op.centres else 0 * x[:, 0]
            variance = ((x - mean[:, None]) ** 2).mean(1)
            rstd = 1 / np.sqrt(variance + EPSILON)
            numbers = mean if operand.name == "mean" else rstd
        stored[operand.name] = encode(numbers, element)
        values[operand.name] = decode(stored[operand.name], element)
    return stored, values


def encode_float8(values):
    """The nearest codes, of two the even one."""
    codes = np.zeros(values.shape, np.uint8)
    positive = FLOAT8[:127]
    flat, out = values.reshape(-1), codes.reshape(-1)
    for index, value in enumerate(flat):
        distance = np.abs(positive - abs(value))
        best = int(distance.argmin())
        if best < 126 and distance[best + 1] == distance[best] and best % 2:
            best += 1
        out[index] = best | (0x80 if value < 0 else 0)
    return codes
