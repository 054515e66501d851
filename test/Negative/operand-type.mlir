// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// An f8 scale, widened in the same op.
// CHECK: remark: [Missed] operand-type |
// CHECK-SAME: Remark="a scale or bias is not f16, bf16, f32 or f64, or has an encoding"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @operand_type(%x: tensor<4x8xf32>, %w: tensor<8xf8E4M3FN>) -> tensor<4x8xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %sq = arith.mulf %x, %x : tensor<4x8xf32>
  %ms_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %ms = arith.divf %ms_s, %n : tensor<4xf32>
  %v = arith.addf %ms, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #col, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %r, %w : tensor<4x8xf32>, tensor<4xf32>, tensor<8xf8E4M3FN>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f8E4M3FN, %o: f32):
    %s = arith.extf %c : f8E4M3FN to f32
    %f = arith.mulf %a, %b : f32
    %g = arith.mulf %f, %s : f32
    linalg.yield %g : f32
  } -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
