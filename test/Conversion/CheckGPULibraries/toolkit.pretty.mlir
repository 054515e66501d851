// RUN: not rmsnorm-opt %s --norm-to-gpu="chip=sm_90 format=isa toolkit=%t.none" 2>&1 | FileCheck %s

// CHECK: error: '{{.*}}.none' is no folder of CUDA
module {
}
