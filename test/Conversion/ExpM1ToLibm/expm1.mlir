// RUN: rmsnorm-opt %s --convert-expm1-to-libm | FileCheck %s

// CHECK-LABEL: func.func @scalars
// CHECK: %[[A:.+]] = call @expm1f(%{{.+}}) : (f32) -> f32
// CHECK: %[[B:.+]] = call @expm1(%{{.+}}) : (f64) -> f64
// CHECK: return %[[A]], %[[B]]
func.func @scalars(%x: f32, %y: f64) -> (f32, f64) {
  %a = math.expm1 %x : f32
  %b = math.expm1 %y : f64
  return %a, %b : f32, f64
}

// CHECK-LABEL: func.func @vector
// CHECK-COUNT-2: call @expm1f
// CHECK-NOT: math.expm1
func.func @vector(%x: vector<2xf32>) -> vector<2xf32> {
  %a = math.expm1 %x : vector<2xf32>
  return %a : vector<2xf32>
}

// CHECK-LABEL: func.func @others_stay
// CHECK: math.exp %
// CHECK: math.log1p %
func.func @others_stay(%x: f32) -> f32 {
  %a = math.exp %x : f32
  %b = math.log1p %a : f32
  return %b : f32
}
