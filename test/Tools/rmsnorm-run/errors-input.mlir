// .npy files that do not fit or cannot be read, outputs that cannot be written.
// RUN: rm -rf %t && mkdir %t
// RUN: rmsnorm-run %s --entry=f --pipeline='%upstream' --output=%t/f
// RUN: rmsnorm-run %s --entry=g --pipeline='%upstream' --output=%t/g
// RUN: not rmsnorm-run %s --entry=f --input=%t/g0.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not rmsnorm-run %s --entry=h --input=%t/g0.npy 2>&1 | FileCheck %s --check-prefix=DTYPE
// RUN: not rmsnorm-run %s --entry=f --input=%t/none.npy 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not rmsnorm-run %s --entry=f --input=%s 2>&1 | FileCheck %s --check-prefix=NOTNPY
// RUN: not rmsnorm-run %s --entry=f --input=- --input=%t/f0.npy 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --output=%t/no/f 2>&1 | FileCheck %s --check-prefix=OUTPUT -DFILE=%t/no/f0.npy
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --json=%t/no/f 2>&1 | FileCheck %s --check-prefix=OUTPUT -DFILE=%t/no/f
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --json=/dev/full 2>&1 | FileCheck %s --check-prefix=FULL -DFILE=/dev/full
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' --json 2>&1 >/dev/full | FileCheck %s --check-prefix=FULL -DFILE='<stdout>'
// RUN: not rmsnorm-run %s --entry=f --pipeline='%upstream' 2>&1 >/dev/full | FileCheck %s --check-prefix=FULL -DFILE='<stdout>'
// RUN: not rmsnorm-run %s --entry=f --input=%t/f0.npy --shape=0:4 2>&1 | FileCheck %s --check-prefix=RANDOM -DOPTION=shape
// RUN: not rmsnorm-run %s --entry=f --input=%t/f0.npy --stddev=0:2 2>&1 | FileCheck %s --check-prefix=RANDOM -DOPTION=stddev

// SHAPE: errors-input.mlir:[[#@LINE+9]]:1: error: argument #0 is 'tensor<4xf32>', but the shape given is [5]
// DTYPE: g0.npy:{{.*}} error: the dtype is 'f4', but bf16 is 'V2' or 'u2'
// NONE: none.npy:{{.*}} error: cannot read: No such file or directory
// NOTNPY: errors-input.mlir:{{.*}} error: not a .npy file: the magic string is missing
// MANY: error: 2 inputs are given, but there are 1 arguments
// OUTPUT: [[FILE]]:0:0: error: cannot open output file '[[FILE]]': No such file or directory
// FULL: {{^}}[[FILE]]:0:0: error: cannot write: No space left on device
// RANDOM: errors-input.mlir:[[#@LINE+2]]:1: error: --[[OPTION]] names argument #0, which is not random: it is read from '{{.*}}f0.npy'

func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
func.func @g(%x: tensor<5xf32>) -> tensor<5xf32> {
  return %x : tensor<5xf32>
}
func.func @h(%x: tensor<5xbf16>) -> tensor<5xbf16> {
  return %x : tensor<5xbf16>
}
