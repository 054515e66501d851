// RUN: rmsnorm-opt --split-input-file --convert-rowwise-to-gpu --cse %s | FileCheck %s

// Where rows begin, and how long they are.

// All rows begin at multiples of 16 bytes.
// CHECK-LABEL: gpu.func @known_0
// CHECK: vector.load {{.*}}, vector<4xf32>
// CHECK: func.func @known
// CHECK-NOT: scf.if
// CHECK: return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @known(%x: memref<8x64xf32, strided<[68, 1], offset: 4>>,
    %y: memref<8x64xf32, strided<[68, 1], offset: 4>>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32, strided<[68, 1], offset: 4>>) outs(%y : memref<8x64xf32, strided<[68, 1], offset: 4>>) {
  ^bb0(%a: tensor<64xf32>):
    %s = arith.mulf %a, %a : tensor<64xf32>
    %d = arith.addf %s, %a : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

// Of 8.
// CHECK-LABEL: gpu.func @by_offset_0
// CHECK: vector.load {{.*}}, vector<2xf32>
// CHECK: func.func @by_offset
// CHECK-NOT: scf.if
// CHECK: return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @by_offset(%x: memref<8x64xf32, strided<[64, 1], offset: 6>>,
    %y: memref<8x64xf32, strided<[64, 1], offset: 6>>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32, strided<[64, 1], offset: 6>>) outs(%y : memref<8x64xf32, strided<[64, 1], offset: 6>>) {
  ^bb0(%a: tensor<64xf32>):
    %s = arith.mulf %a, %a : tensor<64xf32>
    %d = arith.addf %s, %a : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

// Of no more than an element.
// CHECK-LABEL: gpu.func @by_stride_0
// CHECK-NOT: vector.load
// CHECK: memref.load
// CHECK: func.func @by_stride
// CHECK-NOT: scf.if
// CHECK: return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @by_stride(%x: memref<8x64xf32, strided<[65, 1]>>,
    %y: memref<8x64xf32, strided<[65, 1]>>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32, strided<[65, 1]>>) outs(%y : memref<8x64xf32, strided<[65, 1]>>) {
  ^bb0(%a: tensor<64xf32>):
    %s = arith.mulf %a, %a : tensor<64xf32>
    %d = arith.addf %s, %a : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

// Elements are apart.
// CHECK-LABEL: gpu.func @not_contiguous_0
// CHECK-NOT: vector.load
// CHECK: memref.load
// CHECK: func.func @not_contiguous
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @not_contiguous(%x: memref<8x64xf32, strided<[128, 2]>>,
    %y: memref<8x64xf32, strided<[128, 2]>>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32, strided<[128, 2]>>) outs(%y : memref<8x64xf32, strided<[128, 2]>>) {
  ^bb0(%a: tensor<64xf32>):
    %s = arith.mulf %a, %a : tensor<64xf32>
    %d = arith.addf %s, %a : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

// Offsets and strides are looked at: of both operands, and all.
// CHECK-LABEL: func.func @unknown_stride
// CHECK: %{{.+}}, %[[XO:[a-z0-9_]+]], %{{.+}}:2, %[[XS:[a-z0-9_]+]]:2 = memref.extract_strided_metadata %arg0
// CHECK: %{{.+}}, %[[YO:[a-z0-9_]+]], %{{.+}}:2, %[[YS:[a-z0-9_]+]]:2 = memref.extract_strided_metadata %arg1
// CHECK: %[[R0:.+]] = arith.remui %[[XO]], %{{.+}}
// CHECK: %[[E0:.+]] = arith.cmpi eq, %[[R0]]
// CHECK: %[[R1:.+]] = arith.remui %[[XS]]#0, %{{.+}}
// CHECK: %[[E1:.+]] = arith.cmpi eq, %[[R1]]
// CHECK: %[[A1:.+]] = arith.andi %[[E0]], %[[E1]]
// CHECK: %[[R2:.+]] = arith.remui %[[YO]], %{{.+}}
// CHECK: %[[E2:.+]] = arith.cmpi eq, %[[R2]]
// CHECK: %[[A2:.+]] = arith.andi %[[A1]], %[[E2]]
// CHECK: %[[R3:.+]] = arith.remui %[[YS]]#0, %{{.+}}
// CHECK: %[[E3:.+]] = arith.cmpi eq, %[[R3]]
// CHECK: %[[A3:.+]] = arith.andi %[[A2]], %[[E3]]
// CHECK: scf.if %[[A3]] {
// CHECK: gpu.launch_func @unknown_stride_kernels::@unknown_stride_0
// CHECK: } else {
// CHECK: gpu.launch_func @unknown_stride_kernels::@unknown_stride_1
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @unknown_stride(%x: memref<8x64xf32, strided<[?, 1], offset: ?>>,
    %y: memref<8x64xf32, strided<[?, 1], offset: ?>>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x64xf32, strided<[?, 1], offset: ?>>) outs(%y : memref<8x64xf32, strided<[?, 1], offset: ?>>) {
  ^bb0(%a: tensor<64xf32>):
    %s = arith.mulf %a, %a : tensor<64xf32>
    %d = arith.addf %s, %a : tensor<64xf32>
    norm.yield %d : tensor<64xf32>
  }
  return
}

// -----

// A ladder of lengths, for rows of whole chunks and for others.
// CHECK-LABEL: func.func @unknown_length
// CHECK: %[[N:.+]] = memref.dim
// CHECK: %[[REST:.+]] = arith.remui %[[N]], %c4
// CHECK: %[[WHOLE:.+]] = arith.cmpi eq, %[[REST]]
// CHECK: scf.if %[[WHOLE]] {
// CHECK: %[[A:.+]] = arith.cmpi ule, %[[N]], %c512
// CHECK: scf.if %[[A]] {
// CHECK: gpu.launch_func {{.*}}@unknown_length_0
// CHECK: } else {
// CHECK: %[[B:.+]] = arith.cmpi ule, %[[N]], %c2048
// CHECK: scf.if %[[B]] {
// CHECK: gpu.launch_func {{.*}}@unknown_length_1
// CHECK: } else {
// CHECK: %[[C:.+]] = arith.cmpi ule, %[[N]], %c8192
// CHECK: scf.if %[[C]] {
// CHECK: gpu.launch_func {{.*}}@unknown_length_2
// CHECK: } else {
// CHECK: gpu.launch_func {{.*}}@unknown_length_3
// CHECK: } else {
// CHECK: arith.cmpi ule, %[[N]], %c{{[0-9]+}}
// CHECK: arith.cmpi ule, %[[N]], %c{{[0-9]+}}
// CHECK: arith.cmpi ule, %[[N]], %c{{[0-9]+}}
// CHECK: gpu.launch_func {{.*}}@unknown_length_7
// CHECK-NOT: gpu.launch_func
// CHECK: return
#matrix = affine_map<(d0, d1) -> (d0, d1)>
func.func @unknown_length(%x: memref<8x?xf32>,
    %y: memref<8x?xf32>) {
  norm.rowwise axes [1] maps [#matrix, #matrix]
      ins(%x : memref<8x?xf32>) outs(%y : memref<8x?xf32>) {
  ^bb0(%a: tensor<?xf32>):
    %s = arith.mulf %a, %a : tensor<?xf32>
    %d = arith.addf %s, %a : tensor<?xf32>
    norm.yield %d : tensor<?xf32>
  }
  return
}
