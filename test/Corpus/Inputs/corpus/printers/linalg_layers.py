"""Contractions, gathers and layers in linalg."""
from ..builder import broadcast
from .linalg import Linalg, product, typed


class LoweredTorch(Linalg):
    def contraction(self, op, a, b, shape, attributes=""):
        out = self.filled(0.0, shape, "f32")
        text = f"linalg.{op}{attributes} ins({a.name}, {b.name} : {typed(a)}, {typed(b)})"
        text += f" outs({out.name} : {typed(out)}) -> {typed(out)}"
        return self.convert(self.emit(f"linalg.{op}", text, shape, "f32"), a.dtype)

    def matmul(self, a, b):
        shape = (*a.shape[:-1], b.shape[-1])
        if len(b.shape) == 2:
            rows = product(a.shape[:-1])
            flat = self.reshape(a, rows, a.shape[-1])
            y = self.contraction("matmul", flat, b, (rows, b.shape[-1]))
            return self.reshape(y, *shape)
        batch = product(a.shape[:-2])
        flat = [self.reshape(v, batch, *v.shape[-2:]) for v in (a, b)]
        y = self.contraction("batch_matmul", *flat, (batch, *shape[-2:]))
        return self.reshape(y, *shape)

    def where(self, mask, a, b):
        def body(add, condition, x, _):
            number = self.number(add, b, a.dtype)
            return add("arith.select", f"{condition}, {x}, {number}", a.dtype)

        shape = broadcast(mask.shape, a.shape)
        return self.elementwise([mask, a], shape, a.dtype, body)

    def positions(self, length, dtype):
        def body(add, _):
            at = add("arith.index_cast", add("linalg.index", "0", "index"), "index to i64")
            return at if dtype == "i64" else add("arith.sitofp", at, f"i64 to {dtype}")

        return self.elementwise([], [length], dtype, body)

    def causal_mask(self, length):
        def body(add, _):
            row, column = (add("linalg.index", i, "index") for i in "01")
            return add("arith.cmpi", f"uge, {row}, {column}", "index")

        mask = self.elementwise([], [length, length], "i1", body)
        return self.reshape(mask, 1, 1, length, length)

    def embedding(self, table, ids):
        shape = (*ids.shape, table.shape[1])
        rank = len(shape)

        def body(add, row, _):
            row = add("arith.index_cast", row, "i64 to index")
            column = add("linalg.index", str(rank - 1), "index")
            return add("tensor.extract", f"{table.name}[{row}, {column}]", typed(table))

        out = self.empty(shape, table.dtype)
        maps = [
            (shape, self.map(rank, [f"d{i}" for i in range(rank - 1)])),
            (shape, self.read_map(out, shape)),
        ]
        return self.generic([ids], maps, [out], (), body)[0]

    def patches(self, images, kernel, bias):
        size = kernel.shape[2]
        batch, _, height, width = images.shape
        shape = (batch, kernel.shape[0], height // size, width // size)
        out = self.empty(shape, images.dtype)
        text = f"linalg.broadcast ins({bias.name} : {typed(bias)}) outs({out.name} :"
        text += f" {typed(out)}) dimensions = [0, 2, 3]"
        out = self.emit("linalg.broadcast", text, *out[1:])
        text = "linalg.conv_2d_nchw_fchw {dilations = dense<1> : vector<2xi64>, strides ="
        text += f" dense<{size}> : vector<2xi64>}} ins({images.name}, {kernel.name} :"
        text += f" {typed(images)}, {typed(kernel)}) outs({out.name} : {typed(out)})"
        return self.emit("linalg.conv_2d_nchw_fchw", f"{text} -> {typed(out)}", *out[1:])

    def linear(self, x, outputs, bias=True):
        weight = self.transpose(self.weight(outputs, x.shape[-1]), 1, 0)
        y = self.matmul(x, weight)
        return self.add(y, self.weight(outputs)) if bias else y

    def softmax(self, a):
        return self.convert(super().softmax(self.convert(a, "f32")), a.dtype)

    def layer_norm(self, x, scale, bias, epsilon):
        with self.norm("layer_norm", x, [-1], epsilon, scale, bias):
            centred = self.sub(x, self.mean(x, [-1]))
            variance = self.mean(self.square(centred), [-1])
            root = self.rsqrt(self.add(variance, epsilon))
            y = self.mul(centred, self.expand(root, *x.shape))
            return self.add(self.mul(y, scale), bias)
