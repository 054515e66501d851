"""BERT: LayerNorm after each residual, and after the embeddings."""
from ..literals import LOWEST
from . import layers

VOCABULARY, POSITIONS = 30522, 512


def build(b, blocks=12, batch=2, length=64, width=768, heads=12, epsilon=1e-12):
    ids = b.argument([batch, length], b.ids)
    kinds = b.argument([batch, length], b.ids)
    mask = b.argument([batch, 1, 1, length], b.dtype)
    at = b.reshape(b.positions(length, b.ids), 1, length)
    x = b.embedding(b.weight(VOCABULARY, width), ids)
    x = b.add(x, b.embedding(b.weight(2, width), kinds))
    x = b.add(x, b.embedding(b.weight(POSITIONS, width), at))

    def norm(x):
        return b.layer_norm(x, b.weight(width), b.weight(width), epsilon)

    # 0 where there is a token, the lowest number where there is none.
    mask = b.mul(b.sub(1.0, mask), LOWEST[b.dtype])
    b.masked = lambda scores, mask: b.add(scores, mask)
    x = norm(x)
    for _ in range(blocks):
        x = norm(b.add(layers.self_attention(b, x, heads, mask), x))
        y = b.gelu_erf(b.linear(x, 4 * width))
        x = norm(b.add(b.linear(y, width), x))
    first = b.reshape(b.slice(x, 1, 0, 1), batch, width)
    pooled = b.tanh(b.add(b.matmul(first, b.weight(width, width)), b.weight(width)))
    return [x, pooled, *layers.beside(b, x)]
