// RUN: rmsnorm-opt --split-input-file --one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map" %s | FileCheck %s
// RUN: rmsnorm-opt --split-input-file --one-shot-bufferize="bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map copy-before-write=1" %s | FileCheck %s --check-prefix=VALUES

// The row program stays on tensors, the destination is written in place.
// CHECK-LABEL: func.func @program
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x6xf32>, %[[Y:[a-z0-9_]+]]: memref<4x6xf32>
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: norm.rowwise {{.*}} ins(%[[X]] : memref<4x6xf32>) outs(%[[Y]] : memref<4x6xf32>)
// CHECK: tensor.splat %{{.*}} : tensor<6xf32>
// CHECK: arith.select %{{.*}} : tensor<6xi1>, tensor<6xf32>
// CHECK: norm.yield %{{.*}} : tensor<6xf32>
// CHECK: return %[[Y]]
func.func @program(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%y : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %zero = arith.constant dense<0.0> : tensor<6xf32>
    %sum = norm.reduce add %row : tensor<6xf32>
    %sums = tensor.splat %sum : tensor<6xf32>
    %p = arith.cmpf ogt, %row, %zero : tensor<6xf32>
    %s = arith.select %p, %row, %zero : tensor<6xi1>, tensor<6xf32>
    %d = arith.subf %s, %sums : tensor<6xf32>
    %e = arith.addf %d, %row : tensor<6xf32>
    %f = arith.addf %e, %zero : tensor<6xf32>
    norm.yield %f : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

// Same value, same map: no copy.
// CHECK-LABEL: func.func @in_place
// CHECK-SAME: %[[X:[a-z0-9_]+]]: memref<4x6xf32>
// CHECK-NOT: memref.copy
// CHECK: norm.rowwise {{.*}} ins(%[[X]] : memref<4x6xf32>) outs(%[[X]] : memref<4x6xf32>)
func.func @in_place(%x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : tensor<4x6xf32>) outs(%x : tensor<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    norm.yield %row : tensor<6xf32>
  } -> tensor<4x6xf32>
  return %r : tensor<4x6xf32>
}

// -----

// Every row reads the column that all rows add to: the destination is a copy.
// CHECK-LABEL: func.func @column
// CHECK-SAME: %{{.*}}: memref<4x6xf32>, %[[W:[a-z0-9_]+]]: memref<6xf32>
// CHECK: %[[COPY:[a-z0-9_]+]] = memref.alloc
// CHECK: memref.copy %[[W]], %[[COPY]]
// CHECK: norm.rowwise {{.*}} outs(%[[COPY]] : memref<6xf32>)
func.func @column(%x: tensor<4x6xf32>, %w: tensor<6xf32>) -> tensor<6xf32> {
  %r = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                   affine_map<(d0, d1) -> (d1)>,
                                   affine_map<(d0, d1) -> (d1)>]
      ins(%x, %w : tensor<4x6xf32>, tensor<6xf32>) outs(%w : tensor<6xf32>) {
  ^bb0(%row: tensor<6xf32>, %col: tensor<6xf32>):
    %p = arith.mulf %row, %col : tensor<6xf32>
    norm.yield %p : tensor<6xf32>
  } -> tensor<6xf32>
  return %r : tensor<6xf32>
}

// -----

// On buffers already: untouched.
// CHECK-LABEL: func.func @buffers
// CHECK: ^bb0(%{{.*}}: tensor<6xf32>)
// CHECK: tensor.splat %{{.*}} : tensor<6xf32>
// CHECK-NEXT: arith.cmpf
// CHECK-NEXT: arith.select %{{.*}} : tensor<6xi1>, tensor<6xf32>
// CHECK-NEXT: norm.yield
func.func @buffers(%x: memref<4x6xf32>, %y: memref<4x6xf32>) {
  norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                              affine_map<(d0, d1) -> (d0, d1)>]
      ins(%x : memref<4x6xf32>) outs(%y : memref<4x6xf32>) {
  ^bb0(%row: tensor<6xf32>):
    %sum = norm.reduce add %row : tensor<6xf32>
    %sums = tensor.splat %sum : tensor<6xf32>
    %p = arith.cmpf ogt, %row, %sums : tensor<6xf32>
    %s = arith.select %p, %row, %sums : tensor<6xi1>, tensor<6xf32>
    norm.yield %s : tensor<6xf32>
  }
  return
}

// -----

// What bufferizes elsewhere (arith.select, arith.constant, arith.index_cast)
// stays in a row program as it is, as does what the analysis takes for a write
// to its operands (the other ops). Values need no copies.
// CHECK-LABEL: func.func @values
// VALUES-LABEL: func.func @values
// CHECK-NOT: memref.alloc
// CHECK: ^bb0(%[[A:.+]]: tensor<6xf32>, %[[B:.+]]: tensor<6xf32>, %[[C:.+]]: tensor<6xi32>, %[[F:.+]]: i1):
// VALUES: ^bb0(%[[A:.+]]: tensor<6xf32>, %[[B:.+]]: tensor<6xf32>, %[[C:.+]]: tensor<6xi32>, %[[F:.+]]: i1):
// CHECK-NEXT: %[[P:.+]] = arith.cmpf ogt, %[[A]], %[[B]]
// CHECK-NEXT: %[[S:.+]] = arith.select %[[P]], %[[A]], %[[B]]
// CHECK-NEXT: %[[T:.+]] = arith.select %[[F]], %[[S]], %[[A]]
// CHECK-NEXT: %[[I:.+]] = arith.index_cast %[[C]]
// CHECK-NEXT: %[[J:.+]] = arith.addi %[[I]], %[[I]]
// CHECK-NEXT: %[[K:.+]] = arith.index_cast %[[J]]
// CHECK-NEXT: %[[L:.+]] = arith.sitofp %[[K]]
// CHECK-NEXT: %[[ONES:.+]] = arith.constant dense<1.000000e+00> : tensor<6xf32>
// CHECK-NEXT: %[[M:.+]] = math.fma %[[T]], %[[L]], %[[ONES]]
// CHECK-NEXT: %[[N:.+]] = arith.select %[[P]], %[[ONES]], %[[M]]
// CHECK-NEXT: %[[O:.+]] = arith.mulf %[[N]], %[[S]]
// CHECK-NEXT: norm.yield %[[O]], %[[S]] : tensor<6xf32>, tensor<6xf32>
// VALUES-NEXT: arith.cmpf
// VALUES-NEXT: arith.select
// VALUES-NEXT: arith.select
// VALUES-NEXT: arith.index_cast
// VALUES-NEXT: arith.addi
// VALUES-NEXT: arith.index_cast
// VALUES-NEXT: arith.sitofp
// VALUES-NEXT: arith.constant
// VALUES-NEXT: math.fma
// VALUES-NEXT: arith.select
// VALUES-NEXT: arith.mulf
// VALUES-NEXT: norm.yield
#rows = affine_map<(d0, d1) -> (d0, d1)>
#stat = affine_map<(d0, d1) -> (d0)>
func.func @values(%x: tensor<4x6xf32>, %y: tensor<4x6xf32>,
                  %i: tensor<4x6xi32>, %f: tensor<4xi1>, %u: tensor<4x6xf32>,
                  %v: tensor<4x6xf32>) -> (tensor<4x6xf32>, tensor<4x6xf32>) {
  %r:2 = norm.rowwise axes [1] maps [#rows, #rows, #rows, #stat, #rows, #rows]
      ins(%x, %y, %i, %f : tensor<4x6xf32>, tensor<4x6xf32>, tensor<4x6xi32>,
          tensor<4xi1>)
      outs(%u, %v : tensor<4x6xf32>, tensor<4x6xf32>) {
  ^bb0(%a: tensor<6xf32>, %b: tensor<6xf32>, %c: tensor<6xi32>, %flag: i1):
    %p = arith.cmpf ogt, %a, %b : tensor<6xf32>
    %s = arith.select %p, %a, %b : tensor<6xi1>, tensor<6xf32>
    %t = arith.select %flag, %s, %a : tensor<6xf32>
    %j = arith.index_cast %c : tensor<6xi32> to tensor<6xindex>
    %k = arith.addi %j, %j : tensor<6xindex>
    %l = arith.index_cast %k : tensor<6xindex> to tensor<6xi32>
    %m = arith.sitofp %l : tensor<6xi32> to tensor<6xf32>
    %ones = arith.constant dense<1.0> : tensor<6xf32>
    %n = math.fma %t, %m, %ones : tensor<6xf32>
    %o = arith.select %p, %ones, %n : tensor<6xi1>, tensor<6xf32>
    %q = arith.mulf %o, %s : tensor<6xf32>
    norm.yield %q, %s : tensor<6xf32>, tensor<6xf32>
  } -> tensor<4x6xf32>, tensor<4x6xf32>
  return %r#0, %r#1 : tensor<4x6xf32>, tensor<4x6xf32>
}
