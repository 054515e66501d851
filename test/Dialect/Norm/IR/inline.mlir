// RUN: rmsnorm-opt --inline %s | FileCheck %s

// CHECK-LABEL: func.func @caller
// CHECK-NOT: call
// CHECK: norm.rms_norm
// CHECK: norm.rowwise
// CHECK: norm.reduce
// CHECK-NOT: func.func private
func.func @caller(%x: tensor<8x64xf32>, %init: tensor<8xf32>)
    -> (tensor<8x64xf32>, tensor<8xf32>) {
  %y, %m = call @callee(%x, %init) : (tensor<8x64xf32>, tensor<8xf32>)
      -> (tensor<8x64xf32>, tensor<8xf32>)
  return %y, %m : tensor<8x64xf32>, tensor<8xf32>
}

func.func private @callee(%x: tensor<8x64xf32>, %init: tensor<8xf32>)
    -> (tensor<8x64xf32>, tensor<8xf32>) {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<8x64xf32> -> tensor<8x64xf32>
  %m = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0)>]
      ins(%x : tensor<8x64xf32>) outs(%init : tensor<8xf32>) {
  ^bb0(%row: tensor<64xf32>):
    %amax = norm.reduce max %row : tensor<64xf32>
    norm.yield %amax : f32
  } -> tensor<8xf32>
  return %y, %m : tensor<8x64xf32>, tensor<8xf32>
}
