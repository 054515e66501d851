// RUN: rm -rf %t && mkdir %t
// RUN: not rmsnorm-translate --norm-to-ptx --chip=foo %s 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not rmsnorm-translate --norm-to-ptx --chip=sm_999 %s 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not rmsnorm-translate --norm-to-ptx --chip=gfx942 %s 2>&1 | FileCheck %s --check-prefix=AMD
// RUN: not rmsnorm-translate --norm-to-ptx --chip=sm_80,sm_90 %s 2>&1 | FileCheck %s --check-prefix=SEVERAL
// RUN: not rmsnorm-translate --norm-to-fatbin --chip=sm_90,sm_90a %s 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: mkdir -p %t/nvvm/libdevice && echo > %t/nvvm/libdevice/libdevice.10.bc
// RUN: not rmsnorm-translate --norm-to-fatbin --toolkit=%t %s 2>&1 | FileCheck %s --check-prefix=TOOLKIT
// RUN: not rmsnorm-translate --norm-to-ptx --toolkit=%t/none %s 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not rmsnorm-translate --norm-to-gpu-header --header-guard=a-b %s 2>&1 | FileCheck %s --check-prefix=GUARD
// RUN: not rmsnorm-translate --norm-to-ptx --manifest=%t/none/norm.json %s 2>&1 | FileCheck %s --check-prefix=MANIFEST
// RUN: not rmsnorm-translate --norm-to-ptx --header=%t/none/norm.h %s 2>&1 | FileCheck %s --check-prefix=HEADER
// RUN: echo 'module @norm { func.func @norm_load(%%x: tensor<4xf32>) -> tensor<4xf32> { %%y = norm.rms_norm %%x axes [0] epsilon 1.0e-6 : tensor<4xf32> -> tensor<4xf32> return %%y : tensor<4xf32> } }' > %t/taken.mlir
// RUN: not rmsnorm-translate --norm-to-gpu-header %t/taken.mlir 2>&1 | FileCheck %s --check-prefix=TAKEN

// CHIP: error: there is no chip 'foo'
// NUMBER: error: there is no chip 'sm_999'
// AMD: error: 'gfx942' is not of NVIDIA: ahead of time, code is compiled for their GPUs only
// SEVERAL: error: a file of PTX is for one chip; a fat binary is for several
// SAME: error: 'sm_90' and 'sm_90a' are for the same GPUs
// TOOLKIT: error: there is no program 'ptxas' in '{{.*}}/bin'
// FOLDER: error: '{{.*}}none' is no folder of CUDA
// GUARD: error: 'a-b' cannot be an include guard in C
// MANIFEST: error: cannot write the manifest: cannot open output file '{{.*}}norm.json'
// HEADER: error: cannot write the header: cannot open output file '{{.*}}norm.h'
// TAKEN: error: 'norm_load' has the name of another function of the header
func.func @norm(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = norm.rms_norm %x axes [0] epsilon 1.0e-6 : tensor<8xf32> -> tensor<8xf32>
  return %y : tensor<8xf32>
}
