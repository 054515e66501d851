// RUN: rmsnorm-opt %s --convert-rowwise-to-gpu=chip=sm_90 --split-input-file --verify-diagnostics

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

func.func @added_twice(%x: memref<7x64xf32>, %z: memref<64xf32>) {
  // expected-error @below {{destinations #0 and #1 are the same buffer, to which no kernel adds twice}}
  norm.rowwise axes [1] maps [#matrix, #row, #row] ins(%x : memref<7x64xf32>)
      outs(%z, %z : memref<64xf32>, memref<64xf32>) {
  ^bb0(%r: tensor<64xf32>):
    %n = arith.addf %r, %r : tensor<64xf32>
    norm.yield %r, %n : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

func.func @added_and_read(%x: memref<7x64xf32>, %z: memref<64xf32>) {
  // expected-error @below {{destination #0 is summed while it is read, which no kernel does in the order of rows}}
  norm.rowwise axes [1] maps [#matrix, #row, #row]
      ins(%x, %z : memref<7x64xf32>, memref<64xf32>)
      outs(%z : memref<64xf32>) {
  ^bb0(%r: tensor<64xf32>, %s: tensor<64xf32>):
    %n = arith.addf %r, %s : tensor<64xf32>
    norm.yield %n : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

func.func @in_a_launch(%x: memref<7x64xf32>, %y: memref<7x64xf32>) {
  %c1 = arith.constant 1 : index
  gpu.launch blocks(%a, %b, %c) in (%d = %c1, %e = %c1, %f = %c1)
      threads(%g, %h, %i) in (%j = %c1, %k = %c1, %l = %c1) {
    // expected-error @below {{is in a kernel; only the host can launch its own}}
    norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<7x64xf32>)
        outs(%y : memref<7x64xf32>) {
    ^bb0(%r: tensor<64xf32>):
      norm.yield %r : tensor<64xf32>
    }
    gpu.terminator
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

gpu.module @kernels {
  gpu.func @in_a_kernel(%x: memref<7x64xf32>, %y: memref<7x64xf32>) kernel {
    // expected-error @below {{is in a kernel; only the host can launch its own}}
    norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : memref<7x64xf32>)
        outs(%y : memref<7x64xf32>) {
    ^bb0(%r: tensor<64xf32>):
      norm.yield %r : tensor<64xf32>
    }
    gpu.return
  }
}
