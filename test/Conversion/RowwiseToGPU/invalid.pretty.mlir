// RUN: rmsnorm-opt --split-input-file --verify-diagnostics --convert-rowwise-to-gpu %s
// RUN: not rmsnorm-opt --convert-rowwise-to-gpu=chip=sm_91 %s 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not rmsnorm-opt --convert-rowwise-to-gpu=chip=sm_60 %s 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: not rmsnorm-opt --convert-rowwise-to-gpu=chip=gfx1100 %s 2>&1 | FileCheck %s --check-prefix=WARPS
// RUN: not rmsnorm-opt --convert-rowwise-to-gpu=chip=a100 %s 2>&1 | FileCheck %s --check-prefix=NAME

// CHIP: error: convert-rowwise-to-gpu: there is no chip 'sm_91' of nvptx64-nvidia-cuda
// OLD: error: convert-rowwise-to-gpu: 'sm_60' is too old: kernels need sm_70 or newer
// WARPS: error: convert-rowwise-to-gpu: 'gfx1100' has other warps than kernels are made for: only chips gfx9.. are supported
// NAME: error: convert-rowwise-to-gpu: there is no chip 'a100'; chips are named as sm_90, gfx942


func.func @tensors(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>) -> tensor<4x6xf32> {
  // expected-error@+1 {{'norm.rowwise' op is on tensors; bufferize it first}}
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%y : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

#tiled = affine_map<(d0, d1) -> (d0 floordiv 2, d1, d0 mod 2)>
func.func @layout(%x: memref<4x6xf32, #tiled>, %y: memref<4x6xf32>) {
  // expected-error@+1 {{operand #0 is 'memref<4x6xf32, affine_map<(d0, d1) -> (d0 floordiv 2, d1, d0 mod 2)>>', whose layout is not strided}}
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x6xf32, #tiled>) outs(%y : memref<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  }
  return
}

// -----

func.func @constants(%x: memref<4x2xf32>, %y: memref<4x2xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x2xf32>) outs(%y : memref<4x2xf32>) {
  ^bb0(%row: tensor<2xf32>):
    // expected-error@+1 {{is a row of different constants; pass it as an input}}
    %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %s = arith.addf %row, %c : tensor<2xf32>
    norm.yield %s : tensor<2xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
func.func @different_sums(%x: memref<2x3x4xf32>, %a: memref<4xf32>,
                          %b: memref<3x4xf32>) {
  // expected-error@+1 {{destinations #0 and #1 are summed over different dimensions, which no kernel does}}
  norm.rowwise axes [2] maps [#matrix, affine_map<(d0, d1, d2) -> (d2)>,
                              affine_map<(d0, d1, d2) -> (d1, d2)>]
      ins(%x : memref<2x3x4xf32>)
      outs(%a, %b : memref<4xf32>, memref<3x4xf32>) {
  ^bb0(%row: tensor<4xf32>):
    norm.yield %row, %row : tensor<4xf32>, tensor<4xf32>
  }
  return
}

// -----

gpu.module @device {
  func.func @f(%x: memref<4x2xf32>) {
    // expected-error@+1 {{is in a kernel; only the host can launch its own}}
    norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                affine_map<(d0, d1) -> (d0, d1)>]
        ins(%x : memref<4x2xf32>) outs(%x : memref<4x2xf32>) {
    ^bb0(%row: tensor<2xf32>):
      norm.yield %row : tensor<2xf32>
    }
    return
  }
}

// -----

%x = memref.alloc() : memref<4x2xf32>
// expected-error@+1 {{is not in a function of a module}}
norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                            affine_map<(d0, d1) -> (d0, d1)>]
    ins(%x : memref<4x2xf32>) outs(%x : memref<4x2xf32>) {
^bb0(%row: tensor<2xf32>):
  norm.yield %row : tensor<2xf32>
}
