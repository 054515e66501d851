// RUN: rmsnorm-opt %s --norm-fuse --remarks-filter=norm-fuse \
// RUN:     --remark-format=emitRemark 2>&1 | FileCheck %s

// x is gathered from a table.
// CHECK: remark: [Missed] not-row-program |
// CHECK-SAME: Remark="linalg.generic is not absorbed:
// CHECK-LABEL: func.func @not_row_program
// CHECK: tensor.extract
// CHECK: norm.rowwise

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @not_row_program(%t: tensor<9xf32>, %x: tensor<4x8xindex>)
    -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [#matrix, #matrix],
                       iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x8xindex>)
      outs(%e : tensor<4x8xf32>) {
  ^bb0(%a: index, %o: f32):
    %n = tensor.extract %t[%a] : tensor<9xf32>
    linalg.yield %n : f32
  } -> tensor<4x8xf32>
  %y = norm.rms_norm %s axes [1] epsilon 1.0e-5
      : tensor<4x8xf32> -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
