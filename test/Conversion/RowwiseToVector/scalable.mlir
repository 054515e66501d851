// RUN: rmsnorm-opt --convert-rowwise-to-vector="scalable vector-width=128 accumulators=2 overlap-bytes=0 nontemporal-bytes=1" --canonicalize --cse %s | FileCheck %s

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d0)>
#across = affine_map<(d0, d1) -> (d1)>

// The length is known, but not how many vectors that is. Only the end is
// masked.
// CHECK-LABEL: func.func @static
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x83xf32>, %[[Y:[a-z0-9_]+]]: memref<4x83xf32>
// CHECK-DAG: %[[C4:[a-z0-9_]+]] = arith.constant 4 : index
// CHECK-DAG: %[[C8:[a-z0-9_]+]] = arith.constant 8 : index
// CHECK-DAG: %[[N:[a-z0-9_]+]] = arith.constant 83 : index
// CHECK: %[[SCALE:[a-z0-9_]+]] = vector.vscale
// CHECK: %[[STEP:[a-z0-9_]+]] = arith.muli %[[SCALE]], %[[C4]]
// CHECK: scf.for %[[ROW:[a-z0-9_]+]] =
// CHECK: %[[BLOCK:[a-z0-9_]+]] = arith.muli %[[SCALE]], %[[C8]]
// CHECK: %[[REST:[a-z0-9_]+]] = arith.remui %[[N]], %[[BLOCK]]
// CHECK: %[[END:[a-z0-9_]+]] = arith.subi %[[N]], %[[REST]]
// CHECK: %[[SUMS:[a-z0-9_]+]]:2 = scf.for %[[I:[a-z0-9_]+]] = %{{.*}} to %[[END]] step %[[BLOCK]]
// CHECK: vector.load %[[X]][%[[ROW]], %[[I]]] : memref<4x83xf32>, vector<[4]xf32>
// CHECK: %[[NEXT:[a-z0-9_]+]] = arith.addi %[[I]], %[[STEP]]
// CHECK: vector.load %[[X]][%[[ROW]], %[[NEXT]]]
// CHECK-NOT: mask
// CHECK: scf.yield
// CHECK: scf.if
// CHECK: %[[MASK:[a-z0-9_]+]] = vector.create_mask %[[REST]] : vector<[4]xi1>
// CHECK: %[[X0:[a-z0-9_]+]] = vector.maskedload %[[X]][%[[ROW]], %[[END]]], %[[MASK]]
// CHECK: %[[PART:[a-z0-9_]+]] = arith.addf %[[SUMS]]#0, %[[X0]]
// CHECK: arith.select %[[MASK]], %[[PART]], %[[SUMS]]#0
// CHECK: %[[LEFT:[a-z0-9_]+]] = arith.subi %[[N]]
// CHECK: vector.create_mask %[[LEFT]] : vector<[4]xi1>
// CHECK: %[[BOTH:[a-z0-9_]+]] = arith.addf %[[LAST:[a-z0-9_]+]]#0, %[[LAST]]#1
// CHECK: vector.reduction <add>, %[[BOTH]] fastmath<reassoc> : vector<[4]xf32> into f32
// CHECK-COUNT-4: vector.store {{.*}} : memref<4x83xf32>, vector<[4]xf32>
// CHECK-NOT: nontemporal
// CHECK: vector.maskedstore
// CHECK-LABEL: func.func @maxima
func.func @static(%x: memref<4x83xf32>, %y: memref<4x83xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<4x83xf32>) outs(%y : memref<4x83xf32>) {
  ^bb0(%row: tensor<83xf32>):
    %sum = norm.reduce add %row : tensor<83xf32>
    %sums = tensor.splat %sum : tensor<83xf32>
    %d = arith.subf %row, %sums : tensor<83xf32>
    norm.yield %d : tensor<83xf32>
  }
  return
}

// A row of one element is summed as a long one is, too.
// CHECK: vector.reduction <maximumf>, %{{.*}} : vector<[2]xf64> into f64
// CHECK: %[[MOST:[a-z0-9_]+]] = vector.reduction <maxsi>, %{{.*}} : vector<[2]xi64> into i64
// CHECK: arith.bitcast %[[MOST]] : i64 to f64
func.func @maxima(%x: memref<?x1xf64>, %y: memref<?xf64>, %z: memref<?xf64>) {
  norm.rowwise axes [1] maps [#matrix, #column, #column]
      ins(%x : memref<?x1xf64>) outs(%y, %z : memref<?xf64>, memref<?xf64>) {
  ^bb0(%row: tensor<1xf64>):
    %max = norm.reduce max %row : tensor<1xf64>
    %abs = math.absf %row : tensor<1xf64>
    %most = norm.reduce max %abs : tensor<1xf64>
    norm.yield %max, %most : f64, f64
  }
  return
}

// Pairs of bf16 are not taken apart, and numbers become rows as integers.
// CHECK-LABEL: func.func @brain
// CHECK: %[[BITS:[a-z0-9_]+]] = arith.bitcast %{{.*}} : bf16 to i16
// CHECK: %[[ALL:[a-z0-9_]+]] = vector.broadcast %[[BITS]] : i16 to vector<[4]xi16>
// CHECK: arith.bitcast %[[ALL]] : vector<[4]xi16> to vector<[4]xbf16>
// CHECK: vector.load {{.*}} : memref<?x64xbf16>, vector<[4]xbf16>
// CHECK-NOT: deinterleave
// CHECK: return
func.func @brain(%x: memref<?x64xbf16>, %s: bf16, %y: memref<?x64xbf16>) {
  norm.rowwise axes [1] maps [#matrix, affine_map<(d0, d1) -> ()>, #matrix]
      ins(%x, %s : memref<?x64xbf16>, bf16) outs(%y : memref<?x64xbf16>) {
  ^bb0(%row: tensor<64xbf16>, %scale: bf16):
    %scales = tensor.splat %scale : tensor<64xbf16>
    %wide = arith.extf %row : tensor<64xbf16> to tensor<64xf32>
    %wides = arith.extf %scales : tensor<64xbf16> to tensor<64xf32>
    %p = arith.mulf %wide, %wides : tensor<64xf32>
    %r = arith.truncf %p : tensor<64xf32> to tensor<64xbf16>
    norm.yield %r : tensor<64xbf16>
  }
  return
}

// Rows side by side.
// CHECK-LABEL: func.func @beside
// CHECK: %[[SCALE:[a-z0-9_]+]] = vector.vscale
// CHECK: %[[LANES:[a-z0-9_]+]] = arith.muli %[[SCALE]]
// CHECK: scf.for {{.*}} step %[[LANES]]
// CHECK: vector.load {{.*}}, vector<[4]xf32>
// CHECK: scf.if
// CHECK: vector.create_mask {{.*}} : vector<[4]xi1>
// CHECK: return
func.func @beside(%x: memref<16x?xf32>, %y: memref<?xf32>) {
  norm.rowwise axes [0] maps [#matrix, #across]
      ins(%x : memref<16x?xf32>) outs(%y : memref<?xf32>) {
  ^bb0(%row: tensor<16xf32>):
    %sum = norm.reduce add %row : tensor<16xf32>
    norm.yield %sum : f32
  }
  return
}

// LLVM has no vectors of the first op on any target, and not on all of the
// second, or for the sum that the third stores.
// CHECK-LABEL: func.func @apart
// CHECK-NOT: vscale
// CHECK: math.exp {{.*}} : vector<4xf32>
// CHECK: math.absf {{.*}} : vector<8xf16>
// CHECK: arith.addf {{.*}} : vector<8xf16>
// CHECK: return
func.func @apart(%x: memref<?x16xf32>, %y: memref<?x16xf16>,
                 %z: memref<16xf16>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<?x16xf32>) outs(%x : memref<?x16xf32>) {
  ^bb0(%row: tensor<16xf32>):
    %e = math.exp %row : tensor<16xf32>
    norm.yield %e : tensor<16xf32>
  }
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%y : memref<?x16xf16>) outs(%y : memref<?x16xf16>) {
  ^bb0(%row: tensor<16xf16>):
    %a = math.absf %row : tensor<16xf16>
    norm.yield %a : tensor<16xf16>
  }
  norm.rowwise axes [1] maps [#matrix, #across]
      ins(%y : memref<?x16xf16>) outs(%z : memref<16xf16>) {
  ^bb0(%row: tensor<16xf16>):
    norm.yield %row : tensor<16xf16>
  }
  return
}
