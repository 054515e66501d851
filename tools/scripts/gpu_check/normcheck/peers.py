"""What torch offers for the ops: eager, and compiled from formulas."""

import torch
import torch.nn.functional as F

from normcheck.cases import EPSILON, FLOAT8_MAX


def _rstd(x):
    return torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON)


def rms_norm(x, w):
    wide = x.float()
    return ((wide * _rstd(wide) * w.float()).to(x.dtype),)


def eager_rms_norm(x, w):
    if hasattr(F, "rms_norm"):
        return (F.rms_norm(x, (x.shape[-1],), w, EPSILON),)
    return rms_norm(x, w)


def layer_norm(x, w, b):
    return (F.layer_norm(x, (x.shape[-1],), w, b, EPSILON),)


def layer_norm_saved(x, w, b):
    return torch.native_layer_norm(x, (x.shape[-1],), w, b, EPSILON)


def add_rms_norm(x, r, w):
    s = x + r
    return rms_norm(s, w)[0], s


def eager_add_rms_norm(x, r, w):
    s = x + r
    return eager_rms_norm(s, w)[0], s


def rms_norm_int8(x, w):
    wide = x.float()
    scaled = wide * w.float()
    largest = scaled.abs().amax(-1, keepdim=True)
    codes = (scaled * (127 / largest)).round().to(torch.int8)
    return codes, (largest * _rstd(wide) / 127).reshape(-1)


def rms_norm_fp8(x, w):
    wide = x.float()
    scaled = wide * w.float()
    largest = scaled.abs().amax(-1, keepdim=True)
    codes = (scaled * (FLOAT8_MAX / largest)).to(torch.float8_e4m3fn)
    return codes, (largest * _rstd(wide) / FLOAT8_MAX).reshape(-1)


def rms_norm_fp8_static(x, w, k):
    wide = x.float()
    scaled = wide * (_rstd(wide) * k) * w.float()
    return (scaled.clamp(-FLOAT8_MAX, FLOAT8_MAX).to(torch.float8_e4m3fn),)


def rms_norm_backward(dy, x, rstd, w):
    d, xhat = dy.float(), x.float() * rstd.unsqueeze(1)
    g = d * w.float()
    inner = g - xhat * (g * xhat).mean(1, keepdim=True)
    return (inner * rstd.unsqueeze(1)).to(x.dtype), (d * xhat).sum(0).to(w.dtype)


def eager_rms_norm_backward(dy, x, rstd, w):
    fused = getattr(torch.ops.aten, "_fused_rms_norm_backward", None)
    if fused is None:
        return rms_norm_backward(dy, x, rstd, w)
    return fused(dy, x, [x.shape[1]], rstd.unsqueeze(1), w, [True, True])


def layer_norm_backward(dy, x, mean, rstd, w):
    d, root = dy.float(), rstd.unsqueeze(1)
    xhat = (x.float() - mean.unsqueeze(1)) * root
    g = d * w.float()
    inner = g - g.mean(1, keepdim=True) - xhat * (g * xhat).mean(1, keepdim=True)
    sums = (d * xhat).sum(0).to(w.dtype), d.sum(0).to(w.dtype)
    return (inner * root).to(x.dtype), *sums


def eager_layer_norm_backward(dy, x, mean, rstd, w):
    return torch.ops.aten.native_layer_norm_backward(
        dy, x, [x.shape[1]], mean.unsqueeze(1), rstd.unsqueeze(1), w, w, [True] * 3
    )


FORMULAS = {
    f.__name__: f
    for f in (
        rms_norm, layer_norm, layer_norm_saved, add_rms_norm, rms_norm_int8,
        rms_norm_fp8, rms_norm_fp8_static, rms_norm_backward, layer_norm_backward,
    )
}  # fmt: skip
EAGER = {
    **FORMULAS,
    "rms_norm": eager_rms_norm,
    "add_rms_norm": eager_add_rms_norm,
    "rms_norm_backward": eager_rms_norm_backward,
    "layer_norm_backward": eager_layer_norm_backward,
}


def is_close(op, dtype, want, got):
    """Whether a peer computes the same, within what it may round in between."""
    slack = 1e-3 if dtype == "f32" else 4e-2
    for a, b in zip(want, got):
        if a.numel() != b.numel():
            return False
        # The ends; all of it would be gigabytes in f64.
        a, b = (
            torch.cat([t[: 1 << 21].double(), t[-(1 << 21) :].double()])
            for t in (a.reshape(-1), b.reshape(-1))
        )
        # One step of a code, and of sums over rows their size.
        size = a.abs().amax()
        step = size / 8 if op.outputs[0].name == "q" else size * slack
        if not bool(((a - b).abs() <= step + slack * a.abs()).all()):
            return False
    return True
