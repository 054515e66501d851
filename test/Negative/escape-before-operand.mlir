// RUN: rmsnorm-opt %s --norm-raise --remarks-filter=norm-raise \
// RUN:     --remark-format=emitRemark -o %t.after 2>&1 \
// RUN:   | FileCheck %s
// RUN: rmsnorm-opt %s -o %t.before
// RUN: diff %t.before %t.after

// The mean is used before the scale is there.
// CHECK: remark: [Missed] escape-before-operand |
// CHECK-SAME: Remark="a statistic is used before all operands are there"

#row = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @escape_before_operand(%x: tensor<4x8xf32>, %late: tensor<1x8xf32>) -> (tensor<4x8xf32>, tensor<4xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<8.0> : tensor<4xf32>
  %eps = arith.constant dense<1.0e-5> : tensor<4xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %mu_s = linalg.reduce { arith.addf } ins(%x : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %mu = arith.divf %mu_s, %n : tensor<4xf32>
  %mub = linalg.broadcast ins(%mu : tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) dimensions = [1]
  %d = arith.subf %x, %mub : tensor<4x8xf32>
  %sq = arith.mulf %d, %d : tensor<4x8xf32>
  %var_s = linalg.reduce { arith.addf } ins(%sq : tensor<4x8xf32>)
      outs(%zero : tensor<4xf32>) dimensions = [1]
  %var = arith.divf %var_s, %n : tensor<4xf32>
  %v = arith.addf %var, %eps : tensor<4xf32>
  %r = math.rsqrt %v : tensor<4xf32>
  %used = math.exp %mu : tensor<4xf32>
  %w = tensor.extract_slice %late[0, 0] [1, 8] [1, 1]
      : tensor<1x8xf32> to tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#row, #stat, #col, #stat, #row],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x, %r, %w, %mu : tensor<4x8xf32>, tensor<4xf32>, tensor<8xf32>, tensor<4xf32>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a0: f32, %a1: f32, %a2: f32, %a3: f32, %o: f32):
    %d0 = arith.subf %a0, %a3 : f32
    %f = arith.mulf %d0, %a1 : f32
    %g = arith.mulf %f, %a2 : f32
    linalg.yield %g : f32
  } -> tensor<4x8xf32>
  return %y, %used : tensor<4x8xf32>, tensor<4xf32>
}
