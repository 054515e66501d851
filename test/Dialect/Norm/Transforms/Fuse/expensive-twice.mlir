// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// x is read on the way to the scale, before the norm can run.
// CHECK: remark: [Missed] expensive-twice |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @expensive_twice
// CHECK: linalg.generic
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @expensive_twice(%x: tensor<4x8xbf16>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xbf16>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %w = arith.extf %a : bf16 to f32
    %n = math.tanh %w : f32
    linalg.yield %n : f32
  } -> tensor<4x8xf32>
  %c = arith.constant 0 : index
  %v = tensor.extract %s[%c, %c] : tensor<4x8xf32>
  %vs = tensor.splat %v : tensor<8xf32>
  %w = math.exp %vs : tensor<8xf32>
  %y = norm.rms_norm %s scale(%w : tensor<8xf32> dims [1])
      axes [1] epsilon 1.0e-5 : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
