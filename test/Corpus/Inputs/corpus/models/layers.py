"""Attention, and what stands beside the norms in real models."""
import contextlib
import math

from ..builder import Norm


def split_heads(b, x, heads):
    batch, length, width = x.shape
    return b.transpose(b.reshape(x, batch, length, heads, width // heads), 0, 2, 1, 3)


def attention(b, query, key, value, mask=None):
    """Of [batch, heads, length, width] each."""
    batch, heads, length, width = query.shape
    scores = b.matmul(query, b.transpose(key, 0, 1, 3, 2))
    scores = b.attention_scale(scores, width)
    if mask is not None:
        scores = b.masked(scores, mask)
    y = b.transpose(b.matmul(b.softmax(scores), value), 0, 2, 1, 3)
    return b.reshape(y, batch, length, heads * width)


def self_attention(b, x, heads, mask=None, bias=True):
    parts = [split_heads(b, b.linear(x, x.shape[-1], bias), heads) for _ in range(3)]
    return b.linear(attention(b, *parts, mask), x.shape[-1], bias)


# What the next two normalise would be a LayerNorm of its own, but the scale
# and the bias that belong to it are by channel: it stays as it is.


def normalized(b, x):
    centred = b.sub(x, b.mean(x, [2, 3]))
    root = b.rsqrt(b.add(b.mean(b.square(centred), [2, 3]), 1e-5))
    return b.mul(centred, root)


def group_norm(b, x, groups):
    """Of [B, C, H, W], by way of a view [B, groups, C / groups * H * W]."""
    batch, channels, height, width = x.shape
    grouped = b.reshape(x, batch, groups, channels // groups, height * width)
    y = b.reshape(normalized(b, grouped), batch, channels, height, width)
    scale, bias = [b.reshape(b.weight(channels), 1, channels, 1, 1) for _ in range(2)]
    return b.add(b.mul(y, scale), bias)


def instance_norm(b, x):
    """Of [B, C, H, W], over H and W, with scale and bias by channels."""
    scale, bias = [b.reshape(b.weight(x.shape[1]), 1, x.shape[1], 1, 1) for _ in range(2)]
    return b.add(b.mul(normalized(b, x), scale), bias)


# What must stay: none of these is a norm of a row with its own statistics.


def batch_norm_inference(b, x):
    """With statistics that are weights, over channels of [B, C, H, W]."""
    column = (1, x.shape[1], 1, 1)
    mean, variance, scale, bias = [
        b.reshape(b.weight(x.shape[1]), *column) for _ in range(4)
    ]
    root = b.rsqrt(b.add(variance, 1e-3))
    return b.add(b.mul(b.mul(b.sub(x, mean), root), scale), bias)


def l2_normalize(b, x):
    # Where N has a rational root, this is an RMSNorm with the scale 1 / sqrt(N).
    width, context = x.shape[-1], contextlib.nullcontext()
    if math.isqrt(width) ** 2 == width:
        axes, types = (len(x.shape) - 1,), (x.dtype, x.dtype)
        context = b.gap(Norm("rms_norm", axes, 1e-12 / width, True, False, types))
    with context:
        return b.div(x, b.sqrt(b.add(b.total(b.square(x), [-1]), 1e-12)))


def masked_mean(b, x, mask):
    """Mean pooling of [B, S, D] over the tokens that `mask` [B, S, 1] has."""
    count = b.maximum(b.total(mask, [1]), 1e-9)
    return b.div(b.total(b.mul(x, mask), [1]), count)


def masked_norm(b, x, mask):
    """Statistics over the elements of the row that `mask` [B, S, D] has."""
    count = b.total(mask, [-1])
    mean = b.div(b.total(b.mul(x, mask), [-1]), count)
    centred = b.sub(x, mean)
    variance = b.div(b.total(b.mul(b.square(centred), mask), [-1]), count)
    return b.mul(centred, b.rsqrt(b.add(variance, 1e-5)))


def uncentred(b, x):
    """Divided by its standard deviation, but nothing is subtracted."""
    return b.mul(x, b.rsqrt(b.add(b.variance(x, [-1]), 1e-5)))


def beside(b, x):
    """All that applies to a tensor [B, S, D]."""
    mask = b.argument([*x.shape[:2], 1], x.dtype)
    wide = b.argument(x.shape, x.dtype)
    return [
        l2_normalize(b, masked_mean(b, x, mask)),
        masked_norm(b, x, wide),
        uncentred(b, x),
        b.vector_norm(x),
        b.variance(x, [-1]),
    ]
