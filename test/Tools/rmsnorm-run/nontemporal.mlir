// RUN: rmsnorm-run %s --compare --dynamic-size=7 \
// RUN:     --pipeline='builtin.module(norm-to-cpu{nontemporal-bytes=64})' \
// RUN:   | FileCheck %s
// RUN: rmsnorm-run %s --compare --dynamic-size=7 \
// RUN:     --pipeline='builtin.module(norm-to-cpu{nontemporal-bytes=1000000})' \
// RUN:   | FileCheck %s

// Past the caches or through them, with a tail in each row: the same answer.
// CHECK: within the bound
func.func @main(%x: tensor<?x80xf32>, %w: tensor<80xf32>) -> tensor<?x80xf32> {
  %y = norm.rms_norm %x scale(%w : tensor<80xf32> dims [1]) axes [1]
    epsilon 1.0e-5 : tensor<?x80xf32> -> tensor<?x80xf32>
  return %y : tensor<?x80xf32>
}
