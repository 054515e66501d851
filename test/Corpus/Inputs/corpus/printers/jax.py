"""Norms, activations and scanned layers of JAX libraries."""
import math

from ..builder import Value
from .stablehlo import StableHLO, shaped, typed


class JAX(StableHLO):
    ids = "i32"

    # Norms.

    def layer_norm(self, x, scale, bias, epsilon):
        with self.norm("layer_norm", x, [-1], epsilon, scale, bias):
            if self.style == "equinox":
                return self.equinox_layer_norm(x, scale, bias, epsilon)
            return self.flax_layer_norm(x, scale, bias, epsilon)

    def flax_layer_norm(self, x, scale, bias, epsilon):
        axis = [len(x.shape) - 1]
        if self.style == "two-pass":
            mean = self.mean(x, axis, keep=False)
            centred = self.sub(x, self.kept(mean, x, axis))
            variance = self.mean(self.square(centred), axis, keep=False)
        else:
            square = self.mean(self.square(x), axis, keep=False)
            mean = self.mean(x, axis, keep=False)
            variance = self.sub(square, self.square(mean))
            variance = self.maximum(0.0, variance)
        mean, variance = self.kept(mean, x, axis), self.kept(variance, x, axis)
        centred = self.sub(x, mean)
        root = self.rsqrt(self.add(variance, epsilon))
        column = (1,) * (len(x.shape) - 1) + scale.shape
        y = self.mul(centred, self.mul(root, self.reshape(scale, *column)))
        return self.add(y, self.reshape(bias, *column))

    def equinox_layer_norm(self, x, scale, bias, epsilon):
        mean = self.mean(x, [-1])
        variance = self.maximum(0.0, self.var(x))
        root = self.rsqrt(self.add(variance, epsilon))
        y = self.mul(self.sub(x, mean), root)
        return self.add(self.mul(scale, y), bias)

    def var(self, x):
        """jnp.var over the last axis, which jnp jits: with the correction as an
        argument, and a NaN where it leaves nothing to divide by."""

        def body(x, correction):
            centred = self.sub(x, self.mean(x, [-1]))
            square = self.square(centred)
            count = self.constant(float(x.shape[-1]), x.dtype)
            left = self.sub(count, self.convert(correction, x.dtype))
            total = self.total(square, [-1])
            variance = self.div(total, self.in_dim(left, [], total.shape))
            zero = self.constant(0.0, x.dtype)
            return self.where(self.compare("GT", left, zero, "FLOAT"), variance, math.nan)

        return self.call("_var", [x, self.constant(0, "i32")], body)

    def rms_norm(self, x, scale, epsilon):
        with self.norm("rms_norm", x, [-1], epsilon, scale, None):
            wide = self.convert(x, "f32")
            mean = self.mean(self.square(wide), [-1])
            if self.style == "maxtext":
                root = self.rsqrt(self.add(mean, epsilon))
                y = self.convert(self.mul(wide, root), x.dtype)
                return self.mul(y, self.convert(scale, x.dtype))
            y = self.div(wide, self.sqrt(self.add(mean, epsilon)))
            return self.mul(scale, self.convert(y, x.dtype))

    # Layers.

    def attention_scale(self, scores, width):
        root = self.sqrt(self.constant(float(width), scores.dtype))
        return self.div(scores, self.in_dim(root, [], scores.shape))

    def softmax(self, a):
        wide = self.convert(a, "f32")
        exponent = self.unary("exp", self.sub(wide, self.maximum_of(wide, -1)))
        return self.convert(self.div(exponent, self.total(exponent, [-1])), a.dtype)

    def gelu_tanh(self, a):
        return self.call("gelu", [a], super().gelu_tanh)

    def silu(self, a):
        return self.call("silu", [a], super().silu)

    def clip(self, ids, low, high):
        def body(ids, low, high):
            low = self.in_dim(low, [], ids.shape)
            high = self.in_dim(high, [], ids.shape)
            return self.binary("min", high, self.binary("max", low, ids))

        low, high = self.constant(low, "i32"), self.constant(high, "i32")
        return self.call("clip", [ids, low, high], body)

    # Scanned layers.

    def scan(self, layers, body, carry, weights):
        """A loop over the layers, with the weights of all of them in stacks:
        what jax.lax.scan is lowered to."""
        stacks = [self.weight(layers, *w.shape, dtype=w.dtype) for w in weights]
        zero = self.constant(0, "i32")
        values = [zero, carry, *stacks]
        outer = self.function
        inner = [
            Value(outer.names.fresh("iterArg"), *value[1:]) for value in values
        ]
        binding, parts = outer.names.several(len(values))
        pairs = ", ".join(f"{a.name} = {b.name}" for a, b in zip(inner, values))
        types = ", ".join(map(typed, values))
        self.line(f"{binding} = stablehlo.while({pairs}) : {types}")
        self.line("cond {")
        outer.indent += "  "
        end = self.compare("LT", inner[0], self.constant(layers, "i32"), "SIGNED")
        self.line(f"stablehlo.return {end.name} : {typed(end)}")
        outer.indent = outer.indent[2:]
        self.line("} do {")
        outer.indent += "  "
        own = [self.layer_of(stack, inner[0]) for stack in inner[2:]]
        result = self.call("closed_call", [inner[1], *own], body)
        index = self.add(inner[0], self.constant(1, "i32"))
        names = [index.name, result.name] + [value.name for value in inner[2:]]
        self.line(f"stablehlo.return {', '.join(names)} : {types}")
        outer.indent = outer.indent[2:]
        self.line("}")
        return Value(parts[1], *carry[1:])

    def layer_of(self, stack, index):
        """stack[index], with the index wrapped as jnp does."""
        zero, count = self.constant(0, "i32"), self.constant(stack.shape[0], "i32")
        negative = self.compare("LT", index, zero, "SIGNED")
        at = self.select(negative, self.add(index, count), index)
        zeros = [self.constant(0, "i32") for _ in stack.shape[1:]]
        sizes = (1, *stack.shape[1:])
        operands = [stack, at, *zeros]
        text = ", ".join(value.name for value in operands)
        text += f", sizes = [{', '.join(map(str, sizes))}]"
        types = f"({', '.join(map(typed, operands))}) -> {shaped(sizes, stack.dtype)}"
        part = self.op("dynamic_slice", text, types, sizes, stack.dtype)
        return self.reshape(part, *stack.shape[1:])
