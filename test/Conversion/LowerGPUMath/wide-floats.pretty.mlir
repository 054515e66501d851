// RUN: rmsnorm-opt %s --norm-to-gpu="chip=sm_90 format=isa" --split-input-file --verify-diagnostics

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @norm(%x: memref<5x256xf128>, %y: memref<5x256xf128>) {
  // expected-error @below {{has elements of type 'f128', with which no GPU computes}}
  norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<5x256xf128>)
      outs(%y : memref<5x256xf128>) {
  ^bb0(%r: tensor<256xf128>):
    %c = arith.addf %r, %r : tensor<256xf128>
    norm.yield %c : tensor<256xf128>
  }
  return
}

// -----

func.func @loop(%x: tensor<256xf80>) -> tensor<256xf80> {
  // expected-error @below {{has elements of type 'f80', with which no GPU computes}}
  %c = arith.addf %x, %x : tensor<256xf80>
  return %c : tensor<256xf80>
}
