#!/usr/bin/env python3
"""Runs an example block with upstream tools and compares it with NumPy.

usage: compare_with_numpy.py llama|gpt2 FILE.mlir MLIR_OPT MLIR_LIB_DIR

The block's function is called from a test function with random arguments as
constants, lowered by stock mlir-opt passes, run by mlir-runner, and compared
with the block's definition in float64. The tolerance is a small multiple of
the unit roundoff of the block's element type: all intermediate values are of
order one, and the longest sum has 256 terms.
"""
import os
import re
import subprocess
import sys

import numpy as np

B, S, D, HEADS = 2, 8, 64, 4
PIPELINE = (
    "builtin.module(func.func(convert-elementwise-to-linalg),"
    "one-shot-bufferize{bufferize-function-boundaries"
    " function-boundary-type-conversion=identity-layout-map},"
    "func.func(convert-linalg-to-loops,"
    # An expand_shape with two dynamic dimensions in one group must be folded
    # away: expand-strided-metadata crashes on it.
    "fold-memref-alias-ops,resolve-ranked-shaped-type-result-dims,canonicalize),"
    "expand-strided-metadata,affine-expand-index-ops,lower-affine,convert-scf-to-cf,"
    "arith-expand{include-bf16=true},convert-math-to-llvm,convert-math-to-libm,"
    "finalize-memref-to-llvm,convert-func-to-llvm,"
    "convert-arith-to-llvm,convert-cf-to-llvm,convert-index-to-llvm,"
    "reconcile-unrealized-casts)"
)
UNIT_ROUNDOFF = {"f32": 2.0**-24, "bf16": 2.0**-8}


def heads(x):
    return x.reshape(B, S, HEADS, D // HEADS).transpose(0, 2, 1, 3)


def attention(q, k, v, mask):
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(D // HEADS) + mask
    p = np.exp(scores - scores.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return (p @ v).transpose(0, 2, 1, 3).reshape(B, S, D)


def llama(x, mask, cos, sin, w1, wq, wk, wv, wo, w2, gate, up, down):
    def rms(h, w):
        return h / np.sqrt((h * h).mean(-1, keepdims=True) + 1e-5) * w

    def rope(q):
        half = q.shape[-1] // 2
        turned = np.concatenate([-q[..., half:], q[..., :half]], -1)
        return q * cos[:, None] + turned * sin[:, None]

    n = rms(x, w1)
    q, k, v = (heads(n @ w.T) for w in (wq, wk, wv))
    h = x + attention(rope(q), rope(k), v, mask) @ wo.T
    n = rms(h, w2)
    g = n @ gate.T
    return h + (g / (1 + np.exp(-g)) * (n @ up.T)) @ down.T


def gpt2(x, mask, w1, b1, wqkv, bqkv, wo, bo, w2, b2, up, bup, down, bdown):
    def norm(h, w, b):
        d = h - h.mean(-1, keepdims=True)
        return d / np.sqrt((d * d).mean(-1, keepdims=True) + 1e-5) * w + b

    qkv = norm(x, w1, b1) @ wqkv + bqkv
    h = x + attention(*map(heads, np.split(qkv, 3, -1)), mask) @ wo + bo
    m = norm(h, w2, b2) @ up + bup
    m = 0.5 * m * (1 + np.tanh(np.sqrt(2 / np.pi) * (m + 0.044715 * m**3)))
    return h + m @ down + bdown


def random_argument(index, shape, rng):
    """Values of a sensible size, exact in bf16 so that every type can hold them."""
    if index == 1:  # The attention mask is causal.
        values = np.where(np.tri(S) > 0, 0.0, -1e4) * np.ones(shape)
    elif len(shape) == 2:  # A weight matrix keeps its input's variance.
        values = rng.standard_normal(shape) / np.sqrt(min(shape))
    else:
        values = rng.standard_normal(shape)
    bits = values.astype(np.float32).view(np.uint32) & np.uint32(0xFFFF0000)
    return bits.view(np.float32).astype(np.float64)


def literal(values, element):
    """The values as the hexadecimal payload of a dense attribute."""
    words = values.astype("<f4").view("<u4")
    if element == "bf16":
        words = (words >> 16).astype("<u2")
    return words.tobytes().hex().upper()


def driver(types, arguments, element):
    """A function that calls the block and prints its result as f32."""
    lines = [
        "func.func private @printMemrefF32(tensor<*xf32>)"
        " attributes {llvm.emit_c_interface}",
        "func.func @test() {",
    ]
    for index, (values, typ) in enumerate(zip(arguments, types)):
        static = "tensor<" + "x".join(map(str, values.shape)) + f"x{element}>"
        payload = literal(values, element)
        lines.append(f'%s{index} = arith.constant dense<"0x{payload}"> : {static}')
        lines.append(f"%a{index} = tensor.cast %s{index} : {static} to {typ}")
    operands = ", ".join(f"%a{index}" for index in range(len(types)))
    shape = f"{B}x{S}x{D}x"
    lines += [
        f"%r = func.call @main({operands}) : ({', '.join(types)}) -> {types[0]}",
        f"%c = tensor.cast %r : {types[0]} to tensor<{shape}{element}>",
    ]
    if element == "f32":
        lines.append(f"%u = tensor.cast %c : tensor<{shape}f32> to tensor<*xf32>")
    else:
        lines += [
            f"%w = arith.extf %c : tensor<{shape}{element}> to tensor<{shape}f32>",
            f"%u = tensor.cast %w : tensor<{shape}f32> to tensor<*xf32>",
        ]
    lines += ["func.call @printMemrefF32(%u) : (tensor<*xf32>) -> ()", "return", "}"]
    return "\n".join(lines)


def run(command, text):
    done = subprocess.run(command, input=text, text=True, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"{command[0]}: exit code {done.returncode}")
    return done.stdout


def main():
    block, path, mlir_opt, libraries = sys.argv[1:]
    source = open(path).read()
    signature = re.search(r"func\.func @main\((.*?)\) ->", source).group(1)
    types = re.findall(r"tensor<[^>]*>", signature)
    element = types[0].rstrip(">").split("x")[-1]
    rng = np.random.default_rng(22)
    sizes = [(B, S, D), (B, 1, S, S), (B, S, D // HEADS), (B, S, D // HEADS)]
    arguments = []
    for index, typ in enumerate(types):
        shape = typ[len("tensor<") :].split("x")[:-1]
        if "?" in shape:
            shape = sizes[index]
        arguments.append(random_argument(index, tuple(map(int, shape)), rng))

    # The block's closing brace is the module's: put the test function inside.
    module = source.rstrip().removesuffix("}") + driver(types, arguments, element) + "\n}\n"
    lowered = run([mlir_opt, "--pass-pipeline=" + PIPELINE], module)
    shared = ",".join(
        f"{libraries}/libmlir_{name}.so" for name in ("runner_utils", "c_runner_utils")
    )
    printed = run(
        [
            os.path.join(os.path.dirname(mlir_opt), "mlir-runner"),
            "--entry-point-result=void",
            "-e",
            "test",
            "--shared-libs=" + shared,
        ],
        lowered,
    )
    values = re.findall(r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)", printed.split("data =")[1])
    got = np.array(values, np.float64).reshape(B, S, D)
    want = {"llama": llama, "gpt2": gpt2}[block](*arguments)
    error = np.abs(got - want).max() / np.abs(want).max()
    # Six significant digits are printed, whatever the type.
    bound = 8 * UNIT_ROUNDOFF[element] + 1e-5
    print(f"largest error {error:.3g} of the largest element, bound {bound:.3g}")
    return int(not error <= bound)


if __name__ == "__main__":
    sys.exit(main())
