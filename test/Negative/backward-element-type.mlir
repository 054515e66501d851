// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The saved rstd of the only row is a number, and no tensor.
// CHECK: remark: [Missed] backward-element-type |
// CHECK-SAME: a gradient's operands are dense tensors of f16, bf16, f32 or f64

func.func @backward_element_type(%dy: tensor<8xf32>, %x: tensor<8xf32>,
                                 %rstd: f32) -> tensor<8xf32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %n = arith.constant dense<8.0> : tensor<f32>
  %e = tensor.empty() : tensor<8xf32>
  %rb = linalg.fill ins(%rstd : f32) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %h = arith.mulf %x, %rb : tensor<8xf32>
  %p = arith.mulf %dy, %h : tensor<8xf32>
  %sum = linalg.reduce { arith.addf } ins(%p : tensor<8xf32>)
      outs(%zero : tensor<f32>) dimensions = [0]
  %c = arith.divf %sum, %n : tensor<f32>
  %cb = linalg.broadcast ins(%c : tensor<f32>)
      outs(%e : tensor<8xf32>) dimensions = [0]
  %q = arith.mulf %h, %cb : tensor<8xf32>
  %d = arith.subf %dy, %q : tensor<8xf32>
  %dx = arith.mulf %d, %rb : tensor<8xf32>
  return %dx : tensor<8xf32>
}
