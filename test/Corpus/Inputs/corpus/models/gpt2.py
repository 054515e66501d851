"""GPT-2: LayerNorm before attention and MLP, and at the end."""
from . import layers

VOCABULARY, POSITIONS = 50257, 1024


def build(b, blocks=12, batch=1, length=64, width=768, heads=12):
    ids = b.argument([batch, length], b.ids)
    tokens, places = b.weight(VOCABULARY, width), b.weight(POSITIONS, width)
    at = b.reshape(b.positions(length, b.ids), 1, length)
    x = b.add(b.embedding(tokens, ids), b.embedding(places, at))
    mask = b.causal_mask(length)

    def norm(x):
        return b.layer_norm(x, b.weight(width), b.weight(width), 1e-5)

    def block(x):
        joint = b.linear(norm(x), 3 * width)
        parts = [b.slice(joint, -1, i * width, (i + 1) * width) for i in range(3)]
        parts = [layers.split_heads(b, part, heads) for part in parts]
        y = layers.attention(b, *parts, mask)
        x = b.add(b.linear(y, width), x)
        y = b.gelu_tanh(b.linear(norm(x), 4 * width))
        return b.add(x, b.linear(y, width))

    for _ in range(blocks):
        x = block(x)
    x = norm(x)
    logits = b.matmul(x, b.transpose(tokens, 1, 0))
    return [logits, *layers.beside(b, x)]
