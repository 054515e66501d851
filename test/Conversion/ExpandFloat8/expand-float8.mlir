// RUN: rmsnorm-opt --norm-expand-float8 %s | FileCheck %s

// CHECK-LABEL: func.func @narrow
// CHECK-NOT: arith.truncf
// CHECK: %[[CODE:.+]] = arith.trunci %{{.*}} : vector<8xi32> to vector<8xi8>
// CHECK: arith.bitcast %[[CODE]] : vector<8xi8> to vector<8xf8E4M3FN>
func.func @narrow(%x: vector<8xf32>) -> vector<8xf8E4M3FN> {
  %y = arith.truncf %x : vector<8xf32> to vector<8xf8E4M3FN>
  return %y : vector<8xf8E4M3FN>
}

// CHECK-LABEL: func.func @wide
// CHECK: %[[CODE:.+]] = arith.bitcast %{{.*}} : f8E5M2 to i8
// CHECK: arith.extui %[[CODE]] : i8 to i32
// CHECK-NOT: arith.extf
func.func @wide(%x: f8E5M2) -> f32 {
  %y = arith.extf %x : f8E5M2 to f32
  return %y : f32
}

// From bf16 by way of f32, which is exact; from f64 that would round twice.

// CHECK-LABEL: func.func @others
// CHECK: arith.extf %{{.*}} : bf16 to f32
// CHECK: arith.truncf %{{.*}} : f64 to f8E4M3FN
// CHECK: arith.truncf %{{.*}} : f32 to f16
func.func @others(%x: bf16, %y: f64) -> (f8E4M3FN, f8E4M3FN, f16) {
  %a = arith.truncf %x : bf16 to f8E4M3FN
  %b = arith.truncf %y : f64 to f8E4M3FN
  %z = arith.constant 1.0 : f32
  %c = arith.truncf %z : f32 to f16
  return %a, %b, %c : f8E4M3FN, f8E4M3FN, f16
}
