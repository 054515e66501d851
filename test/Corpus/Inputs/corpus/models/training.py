"""A training step: a forward pass with norms, and Adam with clipped gradients,
which has a root and an epsilon for each parameter. The gradients are
arguments."""
import math


def global_norm(b, gradients):
    total = None
    for gradient in gradients:
        part = b.total(b.square(gradient), range(len(gradient.shape)), keep=False)
        total = b.add(total, part) if total else part
    return b.sqrt(total)


def clipped(b, gradient, norm):
    norm = b.expand(norm, *(1,) * len(gradient.shape)) if gradient.shape else norm
    return b.div(gradient, b.maximum(norm, 1.0))


def adam(b, weight, gradient, first, second):
    first = b.add(b.mul(first, 0.9), b.mul(gradient, 0.1))
    second = b.add(b.mul(second, 0.999), b.mul(b.square(gradient), 0.001))
    step = b.div(b.div(first, 0.271), b.add(b.sqrt(b.div(second, 0.002997)), 1e-8))
    # Weight decay, and the rate at which it learns.
    return b.sub(weight, b.mul(b.add(step, b.mul(weight, 0.01)), 3e-4)), first, second


def adafactor(b, gradient, rows, columns):
    """The second moment of a matrix from those of its rows and columns."""
    square = b.add(b.square(gradient), 1e-30)
    rows = b.add(b.mul(rows, 0.99), b.mul(b.mean(square, [1]), 0.01))
    columns = b.add(b.mul(columns, 0.99), b.mul(b.mean(square, [0]), 0.01))
    row_factor = b.rsqrt(b.div(rows, b.mean(rows, [0])))
    return b.mul(b.mul(gradient, row_factor), b.rsqrt(columns))


def build(b, blocks=12, batch=8, width=512):
    x = b.argument([batch, 16, width], b.dtype)
    weights = []

    def weight(*shape):
        weights.append(b.weight(*shape))
        return weights[-1]

    for _ in range(blocks):
        y = b.layer_norm(x, weight(width), weight(width), 1e-6)
        y = b.add(b.matmul(y, weight(width, width)), weight(width))
        x = b.add(x, b.gelu_tanh(y))
    loss = b.mul(b.total(b.square(x), [0, 1, 2], keep=False), 1.0 / math.prod(x.shape))

    results = [loss]
    gradients = [b.argument(w.shape, w.dtype) for w in weights]
    norm = global_norm(b, gradients)
    for w, gradient in zip(weights, gradients):
        moments = [b.argument(w.shape, w.dtype) for _ in range(2)]
        results += adam(b, w, clipped(b, gradient, norm), *moments)
    rows, columns = b.argument([width, 1], b.dtype), b.argument([1, width], b.dtype)
    results.append(adafactor(b, gradients[2], rows, columns))
    return results
