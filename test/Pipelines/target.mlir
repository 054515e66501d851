// The width of vectors is that of the target.
// RUN: rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu" %s | FileCheck %s --check-prefix=BITS128 --implicit-check-not='vector<8xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu cpu=x86-64-v3" %s | FileCheck %s --check-prefix=BITS256 --implicit-check-not='vector<16xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu features=+fma,+avx2" %s | FileCheck %s --check-prefix=BITS256 --implicit-check-not='vector<16xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu cpu=x86-64-v4" %s | FileCheck %s --check-prefix=BITS512
// RUN: rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu cpu=x86-64-v4 vector-width=256" %s | FileCheck %s --check-prefix=BITS256 --implicit-check-not='vector<16xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=aarch64-linux-gnu" %s | FileCheck %s --check-prefix=BITS128 --implicit-check-not='vector<8xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=riscv64-linux-gnu features=+v" %s | FileCheck %s --check-prefix=BITS128 --implicit-check-not='vector<8xf32>'
// RUN: rmsnorm-opt --norm-to-cpu="triple=riscv64-linux-gnu features=+v,+zvl512b" %s | FileCheck %s --check-prefix=BITS512

// Or it is what the target has.
// RUN: rmsnorm-opt --norm-to-cpu="triple=aarch64-linux-gnu features=+sve scalable" %s | FileCheck %s --check-prefixes=SCALABLE,SVE
// RUN: rmsnorm-opt --norm-to-cpu="triple=riscv64-linux-gnu features=+v,+zvl256b scalable" %s | FileCheck %s --check-prefixes=SCALABLE,RVV --implicit-check-not=arm_sve
// RUN: rmsnorm-opt --norm-to-cpu="triple=riscv64-linux-gnu features=+v scalable vector-width=64" %s | FileCheck %s --check-prefix=NARROW --implicit-check-not='vector<[4]xf32>'

// What does not exist is refused.
// RUN: not rmsnorm-opt --norm-to-cpu="triple=foo" %s 2>&1 | FileCheck %s --check-prefix=TRIPLE
// RUN: not rmsnorm-opt --norm-to-cpu="triple=nvptx64-nvidia-cuda" %s 2>&1 | FileCheck %s --check-prefix=GPU
// RUN: not rmsnorm-opt --norm-to-cpu="triple=aarch64-linux-gnu cpu=znver5" %s 2>&1 | FileCheck %s --check-prefix=CPU
// RUN: not rmsnorm-opt --norm-to-cpu="features=avx2" %s 2>&1 | FileCheck %s --check-prefix=FEATURE
// RUN: not rmsnorm-opt --norm-to-cpu="triple=riscv64 cpu=generic-rv32" %s 2>&1 | FileCheck %s --check-prefix=LACKS

// RUN: not rmsnorm-opt --norm-to-cpu="triple=aarch64-linux-gnu scalable" %s 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not rmsnorm-opt --norm-to-cpu="triple=riscv64-linux-gnu features=+zve64x scalable" %s 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not rmsnorm-opt --norm-to-cpu="triple=x86_64-linux-gnu cpu=x86-64-v4 scalable" %s 2>&1 | FileCheck %s --check-prefix=FIXED

// BITS128: llvm.load {{.*}} -> vector<4xf32>
// BITS256: llvm.load {{.*}} -> vector<8xf32>
// BITS512: llvm.load {{.*}} -> vector<16xf32>
// SCALABLE: llvm.intr.vscale
// SVE: arm_sve.intr.whilelt
// RVV: llvm.intr.stepvector
// SCALABLE: llvm.load {{.*}} -> vector<[4]xf32>
// NARROW: llvm.load {{.*}} -> vector<[2]xf32>
// FIXED: norm-to-cpu: '{{.*}}-linux-gnu' with this CPU and these features has no scalable vectors: that takes 'sve' on AArch64 or 'v' on RISC-V
// TRIPLE: norm-to-cpu: 'foo' is no target that LLVM knows
// GPU: norm-to-cpu: 'nvptx64-nvidia-cuda' is not supported: only x86-64, little-endian AArch64 and 64-bit RISC-V are
// CPU: norm-to-cpu: 'znver5' is no CPU of 'aarch64-unknown-linux-gnu' that LLVM knows
// FEATURE: norm-to-cpu: 'avx2' is no feature of '{{.*}}' that LLVM knows; features are given as +name or -name
// LACKS: norm-to-cpu: the CPU 'generic-rv32' with the features '' lacks '64bit'
func.func @norm(%x: tensor<2x64xf32>) -> tensor<2x64xf32> {
  %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
      : tensor<2x64xf32> -> tensor<2x64xf32>
  return %y : tensor<2x64xf32>
}
