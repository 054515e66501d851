"""Llama: RMSNorm before attention and MLP, and at the end; rotary positions."""
from . import layers

VOCABULARY = 32000


def angles(b, length, width, dtype):
    """cos and sin, [1, 1, length, width]."""
    at = b.reshape(b.positions(length, "f32"), length, 1)
    inverse = b.reshape(b.weight(width // 2, dtype="f32"), 1, width // 2)
    turns = b.mul(at, inverse)
    turns = b.reshape(b.concat([turns, turns], -1), 1, 1, length, width)
    return [b.convert(b.unary(f, turns), dtype) for f in ("cos", "sin")]


def rotary(b, x, cos, sin):
    half = x.shape[-1] // 2
    left, right = b.slice(x, -1, 0, half), b.slice(x, -1, half, 2 * half)
    turned = b.concat([b.unary("neg", right), left], -1)
    return b.add(b.mul(x, cos), b.mul(turned, sin))


def block_of(b, heads, hidden, epsilon, cos, sin, mask):
    def block(x):
        width = x.shape[-1]
        y = b.rms_norm(x, b.weight(width), epsilon)
        query, key, value = [
            layers.split_heads(b, b.linear(y, width, bias=False), heads)
            for _ in range(3)
        ]
        query, key = rotary(b, query, cos, sin), rotary(b, key, cos, sin)
        y = layers.attention(b, query, key, value, mask)
        x = b.add(x, b.linear(y, width, bias=False))
        y = b.rms_norm(x, b.weight(width), epsilon)
        gate = b.silu(b.linear(y, hidden, bias=False))
        y = b.mul(gate, b.linear(y, hidden, bias=False))
        return b.add(x, b.linear(y, width, bias=False))

    return block


def build(b, blocks=24, batch=1, length=64, width=1024, heads=16, epsilon=1e-5):
    ids = b.argument([batch, length], b.ids)
    x = b.embedding(b.weight(VOCABULARY, width), ids)
    cos, sin = angles(b, length, width // heads, x.dtype)
    mask = b.causal_mask(length)
    block = block_of(b, heads, 11 * width // 4, epsilon, cos, sin, mask)
    for _ in range(blocks):
        x = block(x)
    x = b.rms_norm(x, b.weight(width), epsilon)
    logits = b.linear(x, VOCABULARY, bias=False)
    wide = b.convert(x, "f32")
    return [logits, *layers.beside(b, wide)]
