"""What the printers of all exporters share.

A model is written once, against `Builder`. A printer implements the primitive
operations with NumPy's broadcasting, and overrides how an exporter spells a
norm, a linear layer, an activation. The builder keeps the record of what is
to be found: each norm with its axes, epsilon and affine parameters, and how
many ops of each name stand outside of norms.
"""
import collections
import contextlib
import dataclasses

from .literals import LOWEST

Value = collections.namedtuple("Value", "name shape dtype")


@dataclasses.dataclass(frozen=True)
class Norm:
    kind: str  # layer_norm, rms_norm
    axes: tuple
    epsilon: float
    scale: bool
    bias: bool
    types: tuple  # of x and of the result


def is_dynamic(extent):
    return isinstance(extent, str)


def broadcast(*shapes):
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    result = []
    for extents in zip(*padded):
        wide = [extent for extent in extents if extent != 1]
        assert len(set(wide)) <= 1, shapes
        result.append(wide[0] if wide else 1)
    return tuple(result)


class Builder:
    """Primitive operations are those that raise NotImplementedError."""

    def __init__(self, norm_style=""):
        self.style = norm_style
        self.norms = []
        self.gaps = []  # norms that may be found where none should be
        self.inside = collections.Counter()  # ops of norms, by name
        self.outside = collections.Counter()
        self.in_norm = False

    def count(self, op):
        (self.inside if self.in_norm else self.outside)[op] += 1

    @contextlib.contextmanager
    def norm(self, kind, x, axes, epsilon, scale, bias, dtype=None):
        axes = tuple(axis % len(x.shape) for axis in axes)
        types = (x.dtype, dtype or x.dtype)
        self.norms.append(
            Norm(kind, axes, epsilon, scale is not None, bias is not None, types)
        )
        assert not self.in_norm
        self.in_norm = True
        yield
        self.in_norm = False

    @contextlib.contextmanager
    def gap(self, norm):
        """What should stay, but may be found to be a norm."""
        self.gaps.append(norm)
        self.in_norm = True
        yield
        self.in_norm = False

    # Primitive operations.

    def argument(self, shape, dtype):
        raise NotImplementedError

    def weight(self, *shape, dtype=None):
        raise NotImplementedError

    def binary(self, op, a, b):  # b, or a, may be a number
        raise NotImplementedError

    def unary(self, op, a):
        raise NotImplementedError

    def power(self, a, exponent):
        raise NotImplementedError

    def total(self, a, axes, keep=True):
        raise NotImplementedError

    def maximum_of(self, a, axis):
        raise NotImplementedError

    def reshape(self, a, *shape):
        raise NotImplementedError

    def transpose(self, a, *permutation):
        raise NotImplementedError

    def slice(self, a, axis, start, end):
        raise NotImplementedError

    def concat(self, values, axis):
        raise NotImplementedError

    def convert(self, a, dtype):
        raise NotImplementedError

    def expand(self, a, *shape):
        raise NotImplementedError

    def matmul(self, a, b):
        raise NotImplementedError

    def where(self, mask, a, b):
        raise NotImplementedError

    def positions(self, length, dtype):
        """0, 1, ... in a tensor [length]."""
        raise NotImplementedError

    def causal_mask(self, length):
        """A boolean tensor [length, length], or what the exporter has."""
        raise NotImplementedError

    def embedding(self, table, ids):
        raise NotImplementedError

    def patches(self, images, kernel, bias):
        """A convolution [B, 3, H, W] -> [B, C, H / size, W / size]."""
        raise NotImplementedError

    def finish(self, *results):
        """The text of the module."""
        raise NotImplementedError

    # Short names.

    def add(self, a, b):
        return self.binary("add", a, b)

    def sub(self, a, b):
        return self.binary("sub", a, b)

    def mul(self, a, b):
        return self.binary("mul", a, b)

    def div(self, a, b):
        return self.binary("div", a, b)

    def maximum(self, a, b):
        return self.binary("max", a, b)

    def sqrt(self, a):
        return self.unary("sqrt", a)

    def rsqrt(self, a):
        return self.unary("rsqrt", a)

    def square(self, a):
        return self.mul(a, a)

    # Composed of primitive ones; exporters override some.

    def extent(self, a, axes):
        count = 1
        for axis in axes:
            count *= a.shape[axis]
        return count

    def mean(self, a, axes, keep=True):
        total = self.total(a, axes, keep)
        return self.div(total, float(self.extent(a, axes)))

    def variance(self, a, axes):
        centred = self.sub(a, self.mean(a, axes))
        return self.mean(self.square(centred), axes)

    def vector_norm(self, a):
        return self.sqrt(self.total(self.square(a), [-1]))

    def layer_norm(self, x, scale, bias, epsilon):
        with self.norm("layer_norm", x, [-1], epsilon, scale, bias):
            centred = self.sub(x, self.mean(x, [-1]))
            variance = self.mean(self.square(centred), [-1])
            y = self.mul(centred, self.rsqrt(self.add(variance, epsilon)))
            y = self.mul(y, scale)
            return self.add(y, bias) if bias else y

    def rms_norm(self, x, scale, epsilon):
        with self.norm("rms_norm", x, [-1], epsilon, scale, None):
            wide = self.convert(x, "f32")
            mean = self.mean(self.power(wide, 2), [-1])
            y = self.mul(wide, self.rsqrt(self.add(mean, epsilon)))
            return self.mul(scale, self.convert(y, x.dtype))

    def linear(self, x, outputs, bias=True):
        y = self.matmul(x, self.weight(x.shape[-1], outputs))
        return self.add(y, self.weight(outputs)) if bias else y

    def softmax(self, a):
        exponent = self.unary("exp", self.sub(a, self.maximum_of(a, -1)))
        return self.div(exponent, self.total(exponent, [-1]))

    def gelu_tanh(self, a):
        cubed = self.mul(self.power(a, 3), 0.044715)
        inner = self.mul(self.add(a, cubed), 0.7978845608028654)
        factor = self.add(self.unary("tanh", inner), 1.0)
        return self.mul(self.mul(a, 0.5), factor)

    def gelu_erf(self, a):
        error = self.unary("erf", self.mul(a, 0.7071067811865475))
        return self.mul(self.mul(a, 0.5), self.add(error, 1.0))

    def silu(self, a):
        return self.mul(a, self.unary("sigmoid", a))

    def tanh(self, a):
        return self.unary("tanh", a)

    def attention_scale(self, scores, width):
        return self.div(scores, float(width) ** 0.5)

    def masked(self, scores, mask):
        return self.where(mask, scores, LOWEST[scores.dtype])

    def block(self, body, *values):
        """One of the layers of a model; exporters may call or scan it."""
        return body(*values)
