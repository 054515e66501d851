// RUN: rmsnorm-translate --norm-to-ptx %s | FileCheck %s --check-prefixes=CHECK,SM90
// RUN: rmsnorm-translate --norm-to-ptx --chip=sm_80 %s | FileCheck %s --check-prefixes=CHECK,SM80 --implicit-check-not=rmsnorm_programmatic_launch
// RUN: rmsnorm-translate --norm-to-ptx --chip=sm_90 --features=+ptx83 --prefix=my_ %s | FileCheck %s --check-prefix=OPTIONS

// One run writes the image, the header and the manifest, which say the same.
// RUN: rm -rf %t && mkdir %t
// RUN: rmsnorm-translate --norm-to-ptx --chip=sm_80 %s -o %t/norm.ptx --header=%t/norm.h --manifest=%t/norm.json
// RUN: rmsnorm-translate --norm-to-ptx --chip=sm_80 %s | diff - %t/norm.ptx
// RUN: rmsnorm-translate --norm-to-gpu-header --chip=sm_80 --image=norm.ptx %s | diff - %t/norm.h
// RUN: rmsnorm-translate --norm-to-gpu-manifest --chip=sm_80 --image=norm.ptx %s | diff - %t/norm.json

// Nothing is said of what goes well.
// RUN: rmsnorm-translate --norm-to-ptx %S/Inputs/norms.mlir -o %t/norms.ptx 2>&1 | count 0

// SM90: .version 8.0
// SM90-NEXT: .target sm_90
// SM80: .version 7.1
// SM80-NEXT: .target sm_80
// OPTIONS: .version 8.3
// OPTIONS: .entry my_first_0(
// OPTIONS: .entry my_second_0(

// Kernels that wait say so; those of all functions are in one module.
// SM90: .visible .global .align 4 .u32 rmsnorm_programmatic_launch = 1;
// CHECK-NOT: .target
// CHECK: .visible .entry first_0(
// CHECK: .maxntid 128
// SM90: griddepcontrol.wait
// CHECK-DAG: ld.global{{.*}}.v4
// CHECK-DAG: st.global{{.*}}.v4
// CHECK: .visible .entry second_0(
func.func @first(%x: tensor<?x4096xbf16>) -> tensor<?x4096xbf16> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x4096xbf16> -> tensor<?x4096xbf16>
  return %y : tensor<?x4096xbf16>
}
func.func @second(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = norm.layer_norm %x axes [1] epsilon 1.0e-6
      : tensor<?x64xf32> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
