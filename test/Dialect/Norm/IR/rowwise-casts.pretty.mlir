// RUN: rmsnorm-opt %s --split-input-file --canonicalize | FileCheck %s
// RUN: rmsnorm-opt %s --split-input-file --norm-to-cpu | FileCheck %s --check-prefix=CPU

// The length of the row is that of one operand, and the program's from then on.

#matrix = affine_map<(d0, d1) -> (d0, d1)>
#column = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @scale(
// CHECK-SAME: %[[X:.+]]: tensor<8x?xf32>, %[[W:.+]]: tensor<64xf32>
// CHECK: norm.rowwise {{.*}} ins(%[[X]], %[[W]] : tensor<8x?xf32>, tensor<64xf32>) outs(%{{.+}} : tensor<8x?xf32>, tensor<8xindex>)
// CHECK-NEXT: ^bb0(%[[R:.+]]: tensor<64xf32>, %[[S:.+]]: tensor<64xf32>):
// CHECK-NEXT: %[[N:.+]] = arith.constant 64 : index
// CHECK: %[[SUM:.+]] = norm.reduce add %[[R]] : tensor<64xf32>
// CHECK: %[[SPLAT:.+]] = tensor.splat %[[SUM]] : tensor<64xf32>
// CHECK: %[[IS:.+]] = arith.cmpf olt, %[[R]], %[[SPLAT]] : tensor<64xf32>
// CHECK: arith.select %[[IS]], %[[R]], %[[S]] : tensor<64xi1>, tensor<64xf32>
// CHECK: norm.yield %{{.+}}, %[[N]]
// CHECK: -> tensor<8x?xf32>, tensor<8xindex>
// CPU-LABEL: llvm.func @scale
func.func @scale(%x: tensor<8x?xf32>, %w: tensor<64xf32>) -> (tensor<8x?xf32>, tensor<8xindex>) {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<8x?xf32>
  %any = tensor.cast %w : tensor<64xf32> to tensor<?xf32>
  %e = tensor.empty(%n) : tensor<8x?xf32>
  %i = tensor.empty() : tensor<8xindex>
  %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #matrix, affine_map<(d0, d1) -> (d0)>]
      ins(%x, %any : tensor<8x?xf32>, tensor<?xf32>)
      outs(%e, %i : tensor<8x?xf32>, tensor<8xindex>) {
  ^bb0(%r: tensor<?xf32>, %s: tensor<?xf32>):
    %c0 = arith.constant 0 : index
    %size = tensor.dim %r, %c0 : tensor<?xf32>
    %sum = norm.reduce add %r : tensor<?xf32>
    %splat = tensor.splat %sum[%size] : tensor<?xf32>
    %is = arith.cmpf olt, %r, %splat : tensor<?xf32>
    %t = arith.select %is, %r, %s : tensor<?xi1>, tensor<?xf32>
    norm.yield %t, %size : tensor<?xf32>, index
  } -> tensor<8x?xf32>, tensor<8xindex>
  return %y#0, %y#1 : tensor<8x?xf32>, tensor<8xindex>
}

// -----

#matrix = affine_map<(d0, d1) -> (d0, d1)>

// Of a destination the result is cast back.
// CHECK-LABEL: func.func @destination(
// CHECK: %[[Y:.+]] = norm.rowwise
// CHECK-SAME: ins(%{{.+}} : tensor<?x?xf32>) outs(%{{.+}} : tensor<8x64xf32>) attributes {some.mark} {
// CHECK: } -> tensor<8x64xf32>
// CHECK: tensor.cast %[[Y]] : tensor<8x64xf32> to tensor<?x?xf32>
// CPU-LABEL: llvm.func @destination
func.func @destination(%x: tensor<?x?xf32>, %y: tensor<8x64xf32>) -> tensor<?x?xf32> {
  %any = tensor.cast %y : tensor<8x64xf32> to tensor<?x?xf32>
  %z = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%x : tensor<?x?xf32>)
      outs(%any : tensor<?x?xf32>) attributes {some.mark} {
  ^bb0(%r: tensor<?xf32>):
    %n = arith.negf %r : tensor<?xf32>
    norm.yield %n : tensor<?xf32>
  } -> tensor<?x?xf32>
  return %z : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func.func @to_more(
// CHECK: %[[X:.+]] = tensor.cast
// CHECK: norm.rowwise {{.*}} ins(%[[X]] : tensor<8x64xf32>)
// CPU-LABEL: llvm.func @to_more
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @to_more(%x: tensor<?x?xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %known = tensor.cast %x : tensor<?x?xf32> to tensor<8x64xf32>
  %z = norm.rowwise axes [1] maps [#matrix, #matrix] ins(%known : tensor<8x64xf32>)
      outs(%y : tensor<8x64xf32>) {
  ^bb0(%r: tensor<64xf32>):
    %n = arith.negf %r : tensor<64xf32>
    norm.yield %n : tensor<64xf32>
  } -> tensor<8x64xf32>
  return %z : tensor<8x64xf32>
}
