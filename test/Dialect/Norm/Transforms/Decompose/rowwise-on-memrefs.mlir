// RUN: rmsnorm-opt %s --norm-decompose --remarks-filter=norm-decompose 2>&1 \
// RUN:   | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// CHECK: remark: [Missed] rowwise-on-memrefs
// CHECK-SAME: Function=copy
// CHECK-SAME: a row program on memrefs has no values to replace
// CHECK-LABEL: func.func @copy
// CHECK-NEXT: norm.rowwise
func.func @copy(%x: memref<8x64xf32>, %y: memref<8x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32>) outs(%y : memref<8x64xf32>) {
  ^bb0(%r: tensor<64xf32>):
    norm.yield %r : tensor<64xf32>
  }
  return
}
