// RUN: rm -f %t.log
// RUN: %with_fake_gpu rmsnorm-run %s --target=cuda --compare --benchmark=3 --json=%t.json --pipeline='%cuda_pipeline' | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON < %t.json
// RUN: FileCheck %s --check-prefix=LOG < %t.log

// The results are an argument, a constant of the host's, and an empty tensor.

// CHECK: result #0: 4x8xf32
// CHECK: within the bound
// CHECK: result #1: 3xf32, [1, 2, 3]
// CHECK: within the bound
// CHECK: result #2: 0x8xf32, []
// CHECK-NEXT: no elements to compare
// CHECK: time 0 ms, copy of the same 268 bytes 0.01 ms (medians of 3)

// JSON: "benchmark": {
// JSON-NEXT: "after_s": 0,
// JSON-NEXT: "bytes": 268,
// JSON-NEXT: "copy_s": 1.
// JSON-NEXT: "repetitions": 3
// JSON: "passed": true

// The argument is freed once, and the constant never.
// LOG: cuMemAllocFromPoolAsync s1 d1 bytes=128
// LOG: cuMemFreeAsync s1 d1
// LOG: live allocations: 0
func.func @main(%x: tensor<4x8xf32>, %empty: tensor<0x8xf32>)
    -> (tensor<4x8xf32>, tensor<3xf32>, tensor<0x8xf32>) {
  %c = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  return %x, %c, %empty : tensor<4x8xf32>, tensor<3xf32>, tensor<0x8xf32>
}
