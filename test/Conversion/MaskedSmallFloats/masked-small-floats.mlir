// RUN: rmsnorm-opt --norm-move-masked-small-floats %s | FileCheck %s

// CHECK-LABEL: llvm.func @narrow
// CHECK: %[[ZERO:.+]] = llvm.bitcast %{{.*}} : vector<8xbf16> to vector<8xi16>
// CHECK: %[[X:.+]] = llvm.intr.masked.load {{.*}}, %[[ZERO]] {alignment = 2 : i32} : (!llvm.ptr, vector<8xi1>, vector<8xi16>) -> vector<8xi16>
// CHECK: %[[F:.+]] = llvm.bitcast %[[X]] : vector<8xi16> to vector<8xbf16>
// CHECK: %[[Y:.+]] = llvm.bitcast %[[F]] : vector<8xbf16> to vector<8xi16>
// CHECK: llvm.intr.masked.store %[[Y]]
llvm.func @narrow(%p: !llvm.ptr, %m: vector<8xi1>, %zero: vector<8xbf16>) {
  %x = llvm.intr.masked.load %p, %m, %zero {alignment = 2 : i32}
    : (!llvm.ptr, vector<8xi1>, vector<8xbf16>) -> vector<8xbf16>
  llvm.intr.masked.store %x, %p, %m {alignment = 2 : i32}
    : vector<8xbf16>, vector<8xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: llvm.func @wide
// CHECK-NOT: bitcast
llvm.func @wide(%p: !llvm.ptr, %m: vector<8xi1>, %zero: vector<8xf32>) {
  %x = llvm.intr.masked.load %p, %m, %zero {alignment = 4 : i32}
    : (!llvm.ptr, vector<8xi1>, vector<8xf32>) -> vector<8xf32>
  llvm.intr.masked.store %x, %p, %m {alignment = 4 : i32}
    : vector<8xf32>, vector<8xi1> into !llvm.ptr
  llvm.return
}

// Scalable vectors also without a mask; others LLVM can take apart.
// CHECK-LABEL: llvm.func @unmasked
// CHECK: %[[X:.+]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> vector<[4]xi16>
// CHECK: %[[F:.+]] = llvm.bitcast %[[X]] : vector<[4]xi16> to vector<[4]xf16>
// CHECK: %[[Y:.+]] = llvm.bitcast %[[F]] : vector<[4]xf16> to vector<[4]xi16>
// CHECK: llvm.store %[[Y]], %{{.*}} {alignment = 2 : i64}
// CHECK: llvm.load {{.*}} -> vector<4xf16>
// CHECK-NEXT: llvm.store {{.*}} : vector<4xf16>
// CHECK-NEXT: llvm.load {{.*}} -> vector<[4]xf32>
// CHECK-NEXT: llvm.store {{.*}} : vector<[4]xf32>
llvm.func @unmasked(%p: !llvm.ptr) {
  %x = llvm.load %p {alignment = 2 : i64} : !llvm.ptr -> vector<[4]xf16>
  llvm.store %x, %p {alignment = 2 : i64} : vector<[4]xf16>, !llvm.ptr
  %y = llvm.load %p : !llvm.ptr -> vector<4xf16>
  llvm.store %y, %p : vector<4xf16>, !llvm.ptr
  %z = llvm.load %p : !llvm.ptr -> vector<[4]xf32>
  llvm.store %z, %p : vector<[4]xf32>, !llvm.ptr
  llvm.return
}
