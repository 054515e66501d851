// RUN: rmsnorm-opt --convert-rowwise-to-vector="overlap-bytes=0" \
// RUN:     --canonicalize --cse --split-input-file %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// 32 of bf16 are sixteen pairs: the first of each is shifted to the place that
// it has in f32, the second is there. What is f32 in memory is taken apart to
// go with them, and the results are put together.

// CHECK-LABEL: func.func @pairs
// CHECK: %[[LOADED:.+]] = vector.load {{.*}} vector<32xbf16>
// CHECK: %[[PAIRS:.+]] = vector.bitcast %[[LOADED]] : vector<32xbf16> to vector<16xi32>
// CHECK: %[[LOW:.+]] = arith.shli %[[PAIRS]], %{{.*}} : vector<16xi32>
// CHECK: %[[HIGH:.+]] = arith.andi %[[PAIRS]], %{{.*}} : vector<16xi32>
// CHECK: %[[FIRST:.+]] = arith.bitcast %[[LOW]] : vector<16xi32> to vector<16xf32>
// CHECK: %[[SECOND:.+]] = arith.bitcast %[[HIGH]] : vector<16xi32> to vector<16xf32>
// CHECK: %[[W0:.+]], %[[W1:.+]] = vector.deinterleave %{{.*}} : vector<32xf32> -> vector<16xf32>
// CHECK: %[[Y0:.+]] = arith.mulf %[[FIRST]], %[[W0]]
// CHECK: %[[N0:.+]] = arith.truncf %[[Y0]]
// CHECK: %[[Y1:.+]] = arith.mulf %[[SECOND]], %[[W1]]
// CHECK: %[[N1:.+]] = arith.truncf %[[Y1]]
// CHECK: %[[I0:.+]] = arith.bitcast %[[N0]] : vector<16xbf16> to vector<16xi16>
// CHECK: %[[I1:.+]] = arith.bitcast %[[N1]] : vector<16xbf16> to vector<16xi16>
// CHECK: %[[Y:.+]] = vector.interleave %[[I0]], %[[I1]] : vector<16xi16> -> vector<32xi16>
// CHECK: %[[F:.+]] = arith.bitcast %[[Y]] : vector<32xi16> to vector<32xbf16>
// CHECK: vector.store %[[F]]
// CHECK-NOT: arith.extf
func.func @pairs(%x: memref<?x64xbf16>, %w: memref<64xf32>,
    %y: memref<?x64xbf16>) {
  norm.rowwise axes [1] maps [#matrix, #row, #matrix]
      ins(%x, %w : memref<?x64xbf16>, memref<64xf32>)
      outs(%y : memref<?x64xbf16>) {
  ^bb0(%row: tensor<64xbf16>, %wr: tensor<64xf32>):
    %wide = arith.extf %row : tensor<64xbf16> to tensor<64xf32>
    %scaled = arith.mulf %wide, %wr : tensor<64xf32>
    %narrow = arith.truncf %scaled : tensor<64xf32> to tensor<64xbf16>
    norm.yield %narrow : tensor<64xbf16>
  }
  return
}

// -----

// Of three elements that are left two are the first of a pair.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @tail
// CHECK-DAG: vector.constant_mask [3] : vector<32xi1>
// CHECK-DAG: vector.constant_mask [2] : vector<16xi1>
// CHECK-DAG: vector.constant_mask [1] : vector<16xi1>
func.func @tail(%x: memref<?x35xbf16>, %y: memref<?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #column]
      ins(%x : memref<?x35xbf16>) outs(%y : memref<?xf32>) {
  ^bb0(%row: tensor<35xbf16>):
    %wide = arith.extf %row : tensor<35xbf16> to tensor<35xf32>
    %sum = norm.reduce add %wide : tensor<35xf32>
    norm.yield %sum : f32
  }
  return
}

// -----

// No pairs where only what all rows share is bf16, and on big-endian targets,
// where the halves are the other way round.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @shared
// CHECK: vector.load {{.*}} vector<16xbf16>
// CHECK-NOT: deinterleave
func.func @shared(%x: memref<?x64xf32>, %w: memref<64xbf16>,
    %y: memref<?x64xf32>) {
  norm.rowwise axes [1] maps [#matrix, #row, #matrix]
      ins(%x, %w : memref<?x64xf32>, memref<64xbf16>)
      outs(%y : memref<?x64xf32>) {
  ^bb0(%row: tensor<64xf32>, %wr: tensor<64xbf16>):
    %wide = arith.extf %wr : tensor<64xbf16> to tensor<64xf32>
    %scaled = arith.mulf %row, %wide : tensor<64xf32>
    norm.yield %scaled : tensor<64xf32>
  }
  return
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: func.func @big_endian
// CHECK: vector.load {{.*}} vector<16xbf16>
// CHECK: arith.extf
module attributes {dlti.dl_spec = #dlti.dl_spec<"dlti.endianness" = "big">} {
  func.func @big_endian(%x: memref<?x64xbf16>, %y: memref<?x64xf32>) {
    norm.rowwise axes [1] maps [#matrix, #matrix]
        ins(%x : memref<?x64xbf16>) outs(%y : memref<?x64xf32>) {
    ^bb0(%row: tensor<64xbf16>):
      %wide = arith.extf %row : tensor<64xbf16> to tensor<64xf32>
      norm.yield %wide : tensor<64xf32>
    }
    return
  }
}
