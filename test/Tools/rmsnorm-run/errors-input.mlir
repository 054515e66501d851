// .npy files that do not fit or cannot be read, outputs that cannot be written.
// RUN: rm -rf %t && mkdir %t
// RUN: rmsnorm-run %s --entry=f --pipeline='%upstream' --output=%t/f
// RUN: rmsnorm-run %s --entry=g --pipeline='%upstream' --output=%t/g
// RUN: not rmsnorm-run %s --entry=f --input=%t/g0.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not rmsnorm-run %s --entry=h --input=%t/g0.npy 2>&1 | FileCheck %s --check-prefix=DTYPE
// RUN: not rmsnorm-run %s --entry=f --input=%t/none.npy 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rmsnorm-run %s --entry=f --input=%s 2>&1 | FileCheck %s --check-prefix=NOTNPY
// RUN: not rmsnorm-run %s --entry=f --input=- --input=%t/f0.npy 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --output=%t/no/f 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --json=%t/no/f 2>&1 | FileCheck %s --check-prefix=OUTPUT

// SHAPE: errors-input.mlir:[[#@LINE+7]]:1: error: argument #0 is 'tensor<4xf32>', but the shape given is [5]
// DTYPE: g0.npy:{{.*}} error: the dtype is 'f4', but bf16 is 'V2' or 'u2'
// NONE: none.npy:{{.*}} error: cannot read: No such file or directory
// NOTNPY: errors-input.mlir:{{.*}} error: not a .npy file: the magic string is missing
// MANY: error: 2 inputs are given, but there are 1 arguments
// OUTPUT: error: cannot open output file '{{.*}}': No such file or directory

func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @g(%x: tensor<5xf32>) -> tensor<5xf32> {
  return %x : tensor<5xf32>
}
func.func @h(%x: tensor<5xbf16>) -> tensor<5xbf16> {
  return %x : tensor<5xbf16>
}
