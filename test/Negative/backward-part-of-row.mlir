// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The projection is over the first half of the row, and divided by its size.
// CHECK: remark: [Missed] backward-part-of-row |
// CHECK-SAME: the sums are over 4 of the 8 elements of dimension 1

func.func @backward_part_of_row(%dy: tensor<4x8xf32>, %x: tensor<4x8xf32>,
    %rstd: tensor<4xf32>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<4.0> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %p = arith.mulf %dy, %x : tensor<4x8xf32>
  %half = tensor.extract_slice %p[0, 0] [4, 4] [1, 1]
      : tensor<4x8xf32> to tensor<4x4xf32>
  %sum = linalg.reduce { arith.addf } ins(%half : tensor<4x4xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %sr = arith.mulf %sum, %rstd : tensor<4xf32>
  %c = arith.divf %sr, %n : tensor<4xf32>
  %cb = linalg.broadcast ins(%c : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %rb = linalg.broadcast ins(%rstd : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %h = arith.mulf %x, %rb : tensor<4x8xf32>
  %q = arith.mulf %h, %cb : tensor<4x8xf32>
  %d = arith.subf %dy, %q : tensor<4x8xf32>
  %dx = arith.mulf %d, %rb : tensor<4x8xf32>
  return %dx : tensor<4x8xf32>
}
