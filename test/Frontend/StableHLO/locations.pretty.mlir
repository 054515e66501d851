// Locations wherever --mlir-print-debuginfo puts them.
// RUN: rmsnorm-opt --mlir-print-debuginfo --mlir-print-local-scope %s | FileCheck %s

#loc = loc(unknown)
#loc1 = loc("x")
module @jit_f {
  // CHECK: func.func public @main(%{{.*}}: tensor<2x8xf32> loc("x"))
  func.func public @main(%arg0: tensor<2x8xf32> loc("x")) -> tensor<2xf32> {
    // CHECK-NEXT: "stablehlo.constant"{{.*}} loc(unknown)
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32> loc(#loc)
    // CHECK-NEXT: "stablehlo.reduce"(
    // CHECK-NEXT: ^bb0(%{{.*}}: tensor<f32> loc("a"), %{{.*}}: tensor<f32> loc("b")):
    // CHECK-NEXT:   "stablehlo.add"{{.*}} loc("add")
    // CHECK-NEXT:   "stablehlo.return"{{.*}} loc("sum"("f.py":3:4))
    // CHECK-NEXT: }) {{.*}} loc("reduce")
    %0 = stablehlo.reduce(%arg0 init: %cst) across dimensions = [1] : (tensor<2x8xf32>, tensor<f32>) -> tensor<2xf32>
     reducer(%a: tensor<f32> loc("a"), %b: tensor<f32> loc("b"))  {
      %2 = stablehlo.add %a, %b : tensor<f32> loc("add")
      stablehlo.return %2 : tensor<f32> loc("sum"("f.py":3:4))
    } loc("reduce")
    // CHECK-NEXT: "stablehlo.rsqrt"{{.*}} loc("x")
    %1 = stablehlo.rsqrt %0 : tensor<2xf32> loc(#loc1)
    return %1 : tensor<2xf32> loc(#loc)
  } loc(#loc)
} loc(#loc)
