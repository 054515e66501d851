// RUN: rmsnorm-run %s --compare --benchmark=3 --json --seed=7 --pipeline='%upstream' | %python %S/Inputs/check_report.py
// RUN: rmsnorm-run %s --compare --benchmark --json=%t.json --seed=7 --pipeline='%upstream' | FileCheck %s
// RUN: %python %S/Inputs/check_report.py < %t.json

// CHECK: time before {{.*}} ms, after {{.*}} ms ({{.*}}x), copy of the same 4096 bytes {{.*}} ms (medians of {{[0-9]+}})
func.func @norm(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<8x64xf32> -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
