"""Prints a function with a long chain of ops: chain.py read|dependence N."""

import sys

X = "tensor<4x8xf32>"
R = "tensor<4xf32>"
W = "tensor<8xf32>"
kind, count = sys.argv[1], int(sys.argv[2])
lines = [
    f"%zero = arith.constant dense<0.0> : {R}",
    f"%n = arith.constant dense<8.0> : {R}",
    f"%e = tensor.empty() : {X}",
    f"%sq = arith.mulf %x, %x : {X}",
    f"%s = linalg.reduce {{ arith.addf }} ins(%sq : {X}) outs(%zero : {R}) "
    "dimensions = [1]",
    f"%ms = arith.divf %s, %n : {R}",
    f"%r = math.rsqrt %ms : {R}",
    f"%rb = linalg.broadcast ins(%r : {R}) outs(%e : {X}) dimensions = [1]",
]
if kind == "read":
    # An even number of negations of the numerator, inside of the norm.
    lines.append(f"%c0 = arith.negf %x : {X}")
    for i in range(1, count):
        lines.append(f"%c{i} = arith.negf %c{i - 1} : {X}")
    lines.append(f"%y = arith.mulf %c{count - 1}, %rb : {X}")
else:
    # A scale that takes many ops to compute, none of which reads x.
    lines.append(f"%c0 = math.exp %w : {W}")
    for i in range(1, count):
        lines.append(f"%c{i} = math.exp %c{i - 1} : {W}")
    lines.append(
        f"%wb = linalg.broadcast ins(%c{count - 1} : {W}) outs(%e : {X}) "
        "dimensions = [0]"
    )
    lines.append(f"%wx = arith.mulf %x, %wb : {X}")
    lines.append(f"%y = arith.mulf %wx, %rb : {X}")
print(f"func.func @chain(%x: {X}, %w: {W}) -> {X} {{")
for line in lines:
    print("  " + line)
print(f"  return %y : {X}\n}}")
