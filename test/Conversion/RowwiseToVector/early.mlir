// RUN: rmsnorm-opt --convert-rowwise-to-vector="overlap-bytes=0" --canonicalize --cse \
// RUN:     --split-input-file %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// The sum is stored in the first sweep, and read back in the second.

// CHECK-LABEL: func.func @sum
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<?x64xf32>, %[[R:[a-z0-9_]+]]: memref<?x64xf32>, %[[Y:[a-z0-9_]+]]: memref<?x64xf32>, %[[S:[a-z0-9_]+]]: memref<?x64xf32>
// CHECK: scf.for
// CHECK: vector.load %[[X]]
// CHECK: vector.load %[[R]]
// CHECK: vector.store %{{.*}}, %[[S]]
// CHECK: math.rsqrt
// CHECK-NOT: vector.load %[[X]]
// CHECK-NOT: vector.load %[[R]]
// CHECK: %[[SUM:.+]] = vector.load %[[S]]
// CHECK: arith.mulf %[[SUM]]
// CHECK: vector.store %{{.*}}, %[[Y]]
// CHECK-NOT: vector.store %{{.*}}, %[[S]]
// CHECK: return
func.func @sum(%x: memref<?x64xf32>, %r: memref<?x64xf32>,
    %y: memref<?x64xf32>, %s: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix, #matrix]
      ins(%x, %r : memref<?x64xf32>, memref<?x64xf32>)
      outs(%y, %s : memref<?x64xf32>, memref<?x64xf32>) {
  ^bb0(%xr: tensor<64xf32>, %rr: tensor<64xf32>):
    %sum = arith.addf %xr, %rr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %sum, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// The second sweep reads x, whose buffer may be that of the sum: both results
// are stored there.

// CHECK-LABEL: func.func @x_is_read_again
// CHECK-NOT: vector.store
// CHECK: math.rsqrt
// CHECK: vector.store
// CHECK: vector.store
func.func @x_is_read_again(%x: memref<?x64xf32>, %y: memref<?x64xf32>,
    %s: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : memref<?x64xf32>)
      outs(%y, %s : memref<?x64xf32>, memref<?x64xf32>) {
  ^bb0(%xr: tensor<64xf32>):
    %sum = arith.addf %xr, %xr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %xr, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

// One row: nothing tells x from what all rows share.

// CHECK-LABEL: func.func @one_row
// CHECK-NOT: vector.store
// CHECK: math.rsqrt
// CHECK: vector.store
func.func @one_row(%x: memref<64xf32>, %y: memref<64xf32>,
    %s: memref<64xf32>) {
  norm.rowwise axes [0] maps [affine_map<(d0) -> (d0)>,
      affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>]
      ins(%x : memref<64xf32>) outs(%y, %s : memref<64xf32>, memref<64xf32>) {
  ^bb0(%xr: tensor<64xf32>):
    %sum = arith.addf %xr, %xr : tensor<64xf32>
    %squares = arith.mulf %sum, %sum : tensor<64xf32>
    %total = norm.reduce add %squares : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %scaled = arith.mulf %sum, %roots : tensor<64xf32>
    norm.yield %scaled, %sum : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// What has been rounded and stored is converted when it is read back.

// CHECK-LABEL: func.func @rounded
// CHECK: math.roundeven
// CHECK: vector.store
// CHECK: math.rsqrt
// CHECK: arith.fptosi
func.func @rounded(%x: memref<?x64xf32>, %y: memref<?x64xf32>,
    %s: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : memref<?x64xf32>)
      outs(%y, %s : memref<?x64xf32>, memref<?x64xf32>) {
  ^bb0(%xr: tensor<64xf32>):
    %round = math.roundeven %xr : tensor<64xf32>
    %total = norm.reduce add %round : tensor<64xf32>
    %root = math.rsqrt %total : f32
    %roots = tensor.splat %root : tensor<64xf32>
    %i = arith.fptosi %round : tensor<64xf32> to tensor<64xi8>
    %f = arith.sitofp %i : tensor<64xi8> to tensor<64xf32>
    %z = arith.mulf %f, %roots : tensor<64xf32>
    norm.yield %z, %round : tensor<64xf32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// One of two results of an op cannot be read back without the other.

// CHECK-LABEL: func.func @two_results
// CHECK-NOT: vector.store
// CHECK: vector.broadcast
// CHECK: arith.mulsi_extended
// CHECK: vector.store
func.func @two_results(%x: memref<?x64xi32>, %l: memref<?x64xi32>,
    %y: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix]
      ins(%x : memref<?x64xi32>)
      outs(%l, %y : memref<?x64xi32>, memref<?x64xf32>) {
  ^bb0(%a: tensor<64xi32>):
    %low, %high = arith.mulsi_extended %a, %a : tensor<64xi32>
    %f = arith.sitofp %low : tensor<64xi32> to tensor<64xf32>
    %g = arith.sitofp %high : tensor<64xi32> to tensor<64xf32>
    %s = norm.reduce max %f : tensor<64xf32>
    %t = tensor.splat %s : tensor<64xf32>
    %d = arith.addf %g, %t : tensor<64xf32>
    norm.yield %low, %d : tensor<64xi32>, tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// Read back as pairs, and added up over rows as it is.

// CHECK-LABEL: func.func @twice
// CHECK: vector.store
// CHECK: vector.deinterleave
// CHECK: vector.interleave
func.func @twice(%x: memref<?x64xbf16>, %y: memref<?x64xbf16>,
    %s: memref<?x64xbf16>, %c: memref<64xbf16>) {
  norm.rowwise axes [1] maps [#matrix, #matrix, #matrix, #row]
      ins(%x : memref<?x64xbf16>)
      outs(%y, %s, %c : memref<?x64xbf16>, memref<?x64xbf16>, memref<64xbf16>) {
  ^bb0(%xr: tensor<64xbf16>):
    %wide = arith.extf %xr : tensor<64xbf16> to tensor<64xf32>
    %double = arith.addf %wide, %wide : tensor<64xf32>
    %sum = arith.truncf %double : tensor<64xf32> to tensor<64xbf16>
    %sw = arith.extf %sum : tensor<64xbf16> to tensor<64xf32>
    %total = norm.reduce add %sw : tensor<64xf32>
    %totals = tensor.splat %total : tensor<64xf32>
    %ratio = arith.divf %sw, %totals : tensor<64xf32>
    %narrow = arith.truncf %ratio : tensor<64xf32> to tensor<64xbf16>
    norm.yield %narrow, %sum, %sum : tensor<64xbf16>, tensor<64xbf16>, tensor<64xbf16>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @index
// CHECK: vector.store %{{.*}} vector<8xindex>
func.func @index(%x: memref<7x16xindex>, %y: memref<7x16xindex>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<7x16xindex>) outs(%y : memref<7x16xindex>) {
  ^bb0(%xr: tensor<16xindex>):
    %z = arith.addi %xr, %xr : tensor<16xindex>
    norm.yield %z : tensor<16xindex>
  }
  return
}
