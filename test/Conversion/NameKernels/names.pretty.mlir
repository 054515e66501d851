// RUN: rmsnorm-opt %s --norm-name-kernels | FileCheck %s

// Kernels, and their launches, get names that PTX has; functions of the host keep
// theirs, and so do functions that only kernels call.
// CHECK: gpu.module @main.1_kernels
// CHECK: gpu.func @main_1() kernel
// CHECK: gpu.func @main_1_0() kernel
// CHECK: gpu.func @main_1_1() kernel
// CHECK: gpu.func @_1st() kernel
// CHECK: gpu.func @f__() kernel
// CHECK: gpu.func @___kernel() kernel
// CHECK: gpu.func @fine$_1() kernel
// CHECK: gpu.func @a.helper()
// CHECK: func.func @main.1(
// CHECK: gpu.launch_func {{.*}}@main.1_kernels::@main_1_0
// CHECK: gpu.launch_func {{.*}}@main.1_kernels::@main_1_1
// CHECK: gpu.launch_func {{.*}}@main.1_kernels::@main_1 blocks
// CHECK: gpu.launch_func {{.*}}@main.1_kernels::@f__
module attributes {gpu.container_module} {
  gpu.module @"main.1_kernels" {
    gpu.func @main_1() kernel {
      gpu.return
    }
    gpu.func @main.1() kernel {
      gpu.return
    }
    gpu.func @"main 1"() kernel {
      gpu.return
    }
    gpu.func @"1st"() kernel {
      gpu.return
    }
    gpu.func @"f\C3\A9"() kernel {
      gpu.return
    }
    gpu.func @"-- "() kernel {
      gpu.return
    }
    gpu.func @fine$_1() kernel {
      gpu.return
    }
    gpu.func @"a.helper"() {
      gpu.return
    }
  }
  func.func @main.1() {
    %c1 = arith.constant 1 : index
    gpu.launch_func @"main.1_kernels"::@main.1 blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    gpu.launch_func @"main.1_kernels"::@"main 1" blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    gpu.launch_func @"main.1_kernels"::@main_1 blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    gpu.launch_func @"main.1_kernels"::@"f\C3\A9" blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
    return
  }
}
