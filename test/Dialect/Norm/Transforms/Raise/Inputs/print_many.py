"""Prints a function of COUNT RMSNorms of one x, with different epsilons.

usage: print_many.py COUNT
"""

import sys

COUNT = int(sys.argv[1])
X, ROW, ONE, SHIFT = "tensor<4x8xf32>", "tensor<4x1xf32>", "tensor<1x1xf32>", "tensor<1xi8>"


def const(name, value, type_):
    print(f'  %{name} = "tosa.const"() <{{values = dense<{value}> : {type_}}}> : () -> {type_}')


def product(name, a, b, types, result):
    print(f"  %{name} = tosa.mul %{a}, %{b}, %shift : ({types}, {SHIFT}) -> {result}")


print(f"func.func @main(%x: {X}) -> ({', '.join([X] * COUNT)}) {{")
const("n", 0.125, ONE)
const("shift", 0, SHIFT)
for i in range(COUNT):
    const(f"e{i}", f"{(i + 1) * 1e-5:.3e}", ONE)
    product(f"q{i}", "x", "x", f"{X}, {X}", X)
    print(f"  %s{i} = tosa.reduce_sum %q{i} {{axis = 1 : i32}} : ({X}) -> {ROW}")
    product(f"m{i}", f"s{i}", "n", f"{ROW}, {ONE}", ROW)
    print(f"  %v{i} = tosa.add %m{i}, %e{i} : ({ROW}, {ONE}) -> {ROW}")
    print(f"  %r{i} = tosa.rsqrt %v{i} : ({ROW}) -> {ROW}")
    product(f"y{i}", "x", f"r{i}", f"{X}, {ROW}", X)
print("  return " + ", ".join(f"%y{i}" for i in range(COUNT)) + " : " + ", ".join([X] * COUNT))
print("}")
