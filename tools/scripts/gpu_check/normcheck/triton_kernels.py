"""Plain Triton kernels to compare with: a program has a row, in one pass."""

import torch
import triton
import triton.language as tl

from normcheck.cases import EPSILON, FLOAT8_MAX

# Longer rows are read twice.
_ONE_PASS = 65536


@triton.jit
def _norm(x, r, w, b, y, s, mean_out, rstd_out, n, eps, CENTRES: tl.constexpr,
          ADDS: tl.constexpr, SAVES: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    inside = columns < n
    value = tl.load(x + row * n + columns, mask=inside, other=0.0)
    scale = tl.load(w + columns, mask=inside, other=0.0).to(tl.float32)
    if ADDS:
        value = value + tl.load(r + row * n + columns, mask=inside, other=0.0)
        tl.store(s + row * n + columns, value, mask=inside)
    value = value.to(tl.float32)
    if CENTRES:
        mean = tl.sum(value, axis=0) / n
        value = tl.where(inside, value - mean, 0.0)
    rstd = 1 / tl.sqrt(tl.sum(value * value, axis=0) / n + eps)
    result = value * rstd * scale
    if CENTRES:
        result += tl.load(b + columns, mask=inside, other=0.0).to(tl.float32)
    if SAVES:
        tl.store(mean_out + row, mean)
        tl.store(rstd_out + row, rstd)
    tl.store(y + row * n + columns, result.to(y.dtype.element_ty), mask=inside)


@triton.jit
def _long_rms_norm(x, w, y, n, eps, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    sums = tl.zeros([BLOCK], tl.float32)
    for first in range(0, n, BLOCK):
        columns = first + tl.arange(0, BLOCK)
        value = tl.load(x + row * n + columns, mask=columns < n, other=0.0)
        value = value.to(tl.float32)
        sums += value * value
    rstd = 1 / tl.sqrt(tl.sum(sums, axis=0) / n + eps)
    for first in range(0, n, BLOCK):
        columns = first + tl.arange(0, BLOCK)
        inside = columns < n
        value = tl.load(x + row * n + columns, mask=inside, other=0.0).to(tl.float32)
        scale = tl.load(w + columns, mask=inside, other=0.0).to(tl.float32)
        result = value * rstd * scale
        tl.store(y + row * n + columns, result.to(y.dtype.element_ty), mask=inside)


@triton.jit
def _quantize(x, w, q, factor, n, k, eps, most, DYNAMIC: tl.constexpr,
              ROUNDS: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    inside = columns < n
    value = tl.load(x + row * n + columns, mask=inside, other=0.0).to(tl.float32)
    scale = tl.load(w + columns, mask=inside, other=0.0).to(tl.float32)
    rstd = 1 / tl.sqrt(tl.sum(value * value, axis=0) / n + eps)
    value = value * scale
    if DYNAMIC:
        largest = tl.max(tl.abs(value), axis=0)
        value = value * (most / largest)
        tl.store(factor + row, largest * rstd / most)
    else:
        value = tl.minimum(tl.maximum(value * (rstd * k), -most), most)
    if ROUNDS:
        value = tl.floor(value + 0.5)
    tl.store(q + row * n + columns, value.to(q.dtype.element_ty), mask=inside)


@triton.jit
def _backward(dy, x, mean, rstd, w, dx, partial_w, partial_b, rows, n,
              CENTRES: tl.constexpr, BLOCK: tl.constexpr):  # fmt: skip
    program = tl.program_id(0)
    columns = tl.arange(0, BLOCK)
    inside = columns < n
    scale = tl.load(w + columns, mask=inside, other=0.0).to(tl.float32)
    dw = tl.zeros([BLOCK], tl.float32)
    db = tl.zeros([BLOCK], tl.float32)
    for number in range(program, rows, tl.num_programs(0)):
        row = number.to(tl.int64)
        d = tl.load(dy + row * n + columns, mask=inside, other=0.0).to(tl.float32)
        value = tl.load(x + row * n + columns, mask=inside, other=0.0).to(tl.float32)
        root = tl.load(rstd + row)
        if CENTRES:
            value = tl.where(inside, value - tl.load(mean + row), 0.0)
        xhat = value * root
        g = d * scale
        inner = g - xhat * (tl.sum(g * xhat, axis=0) / n)
        if CENTRES:
            inner -= tl.sum(g, axis=0) / n
            db += d
        dw += d * xhat
        result = (inner * root).to(dx.dtype.element_ty)
        tl.store(dx + row * n + columns, result, mask=inside)
    tl.store(partial_w + program * n + columns, dw, mask=inside)
    if CENTRES:
        tl.store(partial_b + program * n + columns, db, mask=inside)


def _warps(block):
    return min(max(block // 512, 1), 32)


def make(op, inputs, outputs, k=1.0):
    """What computes the op into outputs of its own; None where there is no
    kernel."""
    x, w = inputs["x"], inputs["w"]
    rows, n = x.shape
    own = {name: torch.empty_like(tensor) for name, tensor in outputs.items()}
    if op.name.startswith("rms_norm_fp8"):
        own["q"] = own["q"].view(torch.float8_e4m3fn)
    block = triton.next_power_of_2(n)
    options = {"BLOCK": block, "num_warps": _warps(block)}
    results = tuple(own.values())
    if block > _ONE_PASS:
        if op.name != "rms_norm":
            return None

        def long():
            _long_rms_norm[(rows,)](
                x, w, own["y"], n, EPSILON, BLOCK=8192, num_warps=16
            )
            return results

        return long
    if op.backward:
        programs = 2 * torch.cuda.get_device_properties(x.device).multi_processor_count
        programs = min(programs, rows)
        partials = [
            torch.empty((programs, n), dtype=torch.float32, device=x.device)
            for _ in range(2)
        ]

        def backward():
            _backward[(programs,)](
                inputs["dy"], x, inputs.get("mean"), inputs["rstd"], w, own["dx"],
                *partials, rows, n, CENTRES=op.centres, **options,
            )  # fmt: skip
            own["dscale"].copy_(partials[0].sum(0))
            if op.centres:
                own["dbias"].copy_(partials[1].sum(0))
            return results

        return backward
    if "q" in own:
        rounds = op.name == "rms_norm_int8"

        def quantize():
            _quantize[(rows,)](
                x, w, own["q"], own.get("factor"), n, k, EPSILON,
                127.0 if rounds else FLOAT8_MAX, DYNAMIC="factor" in own,
                ROUNDS=rounds, **options,
            )  # fmt: skip
            return results

        return quantize

    def norm():
        _norm[(rows,)](
            x, inputs.get("r"), w, inputs.get("b"), own["y"], own.get("s"),
            own.get("mean"), own.get("rstd"), n, EPSILON, CENTRES=op.centres,
            ADDS="r" in inputs, SAVES="rstd" in own, **options,
        )  # fmt: skip
        return results

    return norm
