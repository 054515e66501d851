// RUN: rmsnorm-run %s --compare --dynamic-size=3 --shape=1:4x8 --pipeline='%upstream' | FileCheck %s
// RUN: not rmsnorm-run %s --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not rmsnorm-run %s --dynamic-size=-1 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not rmsnorm-run %s --dynamic-size=3 --shape=0:3x9 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=STATIC
// RUN: not rmsnorm-run %s --dynamic-size=3 --shape=0:3 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not rmsnorm-run %s --dynamic-size=3 --shape=2:3 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not rmsnorm-run %s --dynamic-size=3 --shape=0:3xx --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not rmsnorm-run %s --dynamic-size=3 --shape=3 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=COLON
// RUN: not rmsnorm-run %s --dynamic-size=1000000000000 --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: not rmsnorm-run %s --dynamic-size=3 --stddev=0:wide --pipeline='%upstream' 2>&1 | FileCheck %s --check-prefix=STDDEV

// CHECK: result #0: 3x8xf32
// CHECK: within the bound
// CHECK: result #1: 4x8xf32
// CHECK: within the bound

// MISSING: dynamic.mlir:[[#@LINE+10]]:1: error: argument #0 is 'tensor<?x8xf32>': its dynamic extents need --shape=0:AxBx... or --dynamic-size=K
// NEGATIVE: dynamic.mlir:[[#@LINE+9]]:1: error: --dynamic-size is negative
// STATIC: dynamic.mlir:[[#@LINE+8]]:1: error: argument #0 is 'tensor<?x8xf32>', but the shape given is [3, 9]
// RANK: dynamic.mlir:[[#@LINE+7]]:1: error: argument #0 is 'tensor<?x8xf32>', but the shape given is [3]
// NUMBER: dynamic.mlir:[[#@LINE+6]]:1: error: --shape=2:3 names argument #2, but there are 2
// SHAPE: dynamic.mlir:[[#@LINE+5]]:1: error: --shape=0:3xx is malformed: '' is not an extent
// COLON: dynamic.mlir:[[#@LINE+4]]:1: error: --shape=3 is malformed: K:... is expected
// HUGE: dynamic.mlir:[[#@LINE+3]]:1: error: argument #0 would have more than 2147483648 elements
// STDDEV: dynamic.mlir:[[#@LINE+2]]:1: error: --stddev=0:wide is malformed: 'wide' is not a number

func.func @main(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %b = linalg.exp ins(%y : tensor<?x8xf32>) outs(%y : tensor<?x8xf32>)
      -> tensor<?x8xf32>
  %c = linalg.add ins(%x, %x : tensor<?x8xf32>, tensor<?x8xf32>)
      outs(%x : tensor<?x8xf32>) -> tensor<?x8xf32>
  return %c, %b : tensor<?x8xf32>, tensor<?x8xf32>
}
