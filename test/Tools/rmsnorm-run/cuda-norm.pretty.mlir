// RUN: rm -f %t.log
// RUN: %with_fake_gpu rmsnorm-run %s --target=cuda --shape=0:3x512 --json=%t.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON < %t.json
// RUN: FileCheck %s --check-prefix=LOG < %t.log

// Without a pipeline it is norm-to-gpu, for the GPU that is there.

// CHECK: result #0: 3x512xbf16
// JSON: "pipeline": "{{.*}}norm-to-gpu{{.*}}chip=sm_90{{.*}}"
// LOG: cuModuleLoadDataEx ptx
// LOG: cuLaunchKernel{{.*}} main_0 grid=1x1x1 block=128x1x1 shared=0
// LOG: live allocations: 0
func.func @main(%x: tensor<?x512xbf16>, %w: tensor<512xbf16>)
    -> tensor<?x512xbf16> {
  %y = norm.rms_norm %x scale(%w : tensor<512xbf16> dims [1]) axes [1]
      epsilon 1.0e-6 : tensor<?x512xbf16> -> tensor<?x512xbf16>
  return %y : tensor<?x512xbf16>
}
