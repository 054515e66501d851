"""Llama with its layers in a scan, as MaxText has it: the body of the loop is
there once, with two norms, and the weights come in stacks."""
from . import layers, llama


def build(b, blocks=24, batch=1, length=64, width=1024, heads=16, epsilon=1e-5):
    def block(b, x):
        cos, sin = llama.angles(b, length, width // heads, x.dtype)
        mask = b.causal_mask(length)
        body = llama.block_of(b, heads, 11 * width // 4, epsilon, cos, sin, mask)
        return body(x)

    # The weights of one layer are those that a layer asks for.
    trial = type(b)("trial", b.style, b.dtype)
    x = trial.argument([batch, length, width], b.dtype)
    block(trial, x)
    weights = trial.function.arguments[1:]

    def scanned(x, *own):
        own, weight = iter(own), b.weight
        b.weight = lambda *shape, dtype=None: next(own)
        y = block(b, x)
        b.weight = weight
        return y

    ids = b.clip(b.argument([batch, length], b.ids), 0, llama.VOCABULARY - 1)
    x = b.embedding(b.weight(llama.VOCABULARY, width), ids)
    x = b.custom_call("Sharding", x, 'backend_config = "", mhlo.sharding = "{replicated}"')
    x = b.scan(blocks, scanned, x, weights)
    x = b.rms_norm(x, b.weight(width), epsilon)
    logits = b.linear(x, llama.VOCABULARY, bias=False)
    return [logits, *layers.beside(b, b.convert(x, "f32"))]
