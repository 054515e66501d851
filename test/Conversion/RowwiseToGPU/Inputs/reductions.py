"""Prints a row program of as many reductions as are wanted, all of a long row."""

import sys

count = int(sys.argv[1])
print("#matrix = affine_map<(d0, d1) -> (d0, d1)>")
print("#row = affine_map<(d0, d1) -> (d0)>")
print("func.func @f(%x: memref<8x100003xf32>, %y: memref<8xf32>) {")
print("  norm.rowwise axes [1] maps [#matrix, #row]")
print("      ins(%x : memref<8x100003xf32>) outs(%y : memref<8xf32>) {")
print("  ^bb0(%r: tensor<100003xf32>):")
print("    %t0 = arith.constant 0.0 : f32")
for number in range(count):
    print(f"    %s{number} = norm.reduce add %r : tensor<100003xf32>")
    print(f"    %t{number + 1} = arith.addf %t{number}, %s{number} : f32")
print(f"    norm.yield %t{count} : f32")
print("  }")
print("  return")
print("}")
