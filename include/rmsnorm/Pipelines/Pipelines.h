//===- Pipelines.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole lowerings, from tensors to what a code generator takes.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_PIPELINES_PIPELINES_H
#define RMSNORM_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "llvm/Support/Error.h"

namespace mlir {
class OpPassManager;

namespace norm {

/// How f32 becomes bf16.
enum class BF16Conversion {
  /// By the instruction of the target if it has one, else by integers.
  Target,
  /// As LLVM does it: by an instruction (AVX512-BF16, for one), or, for a
  /// target
  /// that has none, by calls. AVX512-BF16's takes subnormal numbers for zero.
  Native,
  /// By operations on integers, on every target.
  Integers
};

struct NormToCPUOptions : PassPipelineOptions<NormToCPUOptions> {
  Option<unsigned> vectorWidth{
      *this, "vector-width",
      llvm::cl::desc("Bits in a vector, a power of two; 0 asks the target, and "
                     "is 128 for each unit of vscale if vectors are scalable"),
      llvm::cl::init(0)};
  Option<bool> scalable{
      *this, "scalable",
      llvm::cl::desc("Vectors as long as the target has them, which must have "
                     "SVE or RISC-V's V"),
      llvm::cl::init(false)};
  Option<std::string> triple{
      *this, "triple",
      llvm::cl::desc("The target whose vectors are used; the host where none "
                     "of triple, cpu and features is given"),
      llvm::cl::init("")};
  Option<std::string> cpu{
      *this, "cpu",
      llvm::cl::desc("The target's CPU, or native; empty for the baseline"),
      llvm::cl::init("")};
  Option<std::string> features{
      *this, "features",
      llvm::cl::desc("Features that the CPU has or lacks: +avx2,-fma"),
      llvm::cl::init("")};
  Option<unsigned> accumulators{
      *this, "accumulators",
      llvm::cl::desc("Partial sums of a row; a power of two"),
      llvm::cl::init(4)};
  Option<uint64_t> overlapBytes{
      *this, "overlap-bytes",
      llvm::cl::desc("Read a row while the one before is written, if both take "
                     "no more bytes"),
      llvm::cl::init(32 << 10)};
  Option<unsigned> blockRows{
      *this, "block-rows",
      llvm::cl::desc("Longer rows that are computed together; a power of two"),
      llvm::cl::init(2)};
  Option<bool> contract{
      *this, "contract",
      llvm::cl::desc(
          "Add products without rounding them, where the target can"),
      llvm::cl::init(true)};
  Option<bool> prefetch{
      *this, "prefetch",
      llvm::cl::desc("Ask for the next row while a row is stored"),
      llvm::cl::init(true)};
  Option<uint64_t> nontemporalBytes{
      *this, "nontemporal-bytes",
      llvm::cl::desc("Write results of this size and more past the caches; 0 "
                     "for never"),
      llvm::cl::init(8 << 20)};
  Option<uint64_t> parallelBytes{
      *this, "parallel-bytes",
      llvm::cl::desc("Share rows that take so many bytes or more between the "
                     "threads of OpenMP; 0 for never"),
      llvm::cl::init(0)};
  Option<BF16Conversion> bf16Conversion{
      *this, "bf16-conversion", llvm::cl::desc("How f32 becomes bf16"),
      llvm::cl::values(
          clEnumValN(BF16Conversion::Target, "target",
                     "By the target's instruction if it has one"),
          clEnumValN(BF16Conversion::Native, "native", "As LLVM does it"),
          clEnumValN(BF16Conversion::Integers, "integers",
                     "By operations on integers")),
      llvm::cl::init(BF16Conversion::Target)};
  Option<bool> outParams{
      *this, "out-params",
      llvm::cl::desc("Write results to buffers that the caller gives, behind "
                     "the arguments, instead of returning new ones"),
      llvm::cl::init(false)};
  Option<bool> cWrappers{
      *this, "c-wrappers",
      llvm::cl::desc("Add _mlir_ciface_ entry points for calls from C and the "
                     "execution engine"),
      llvm::cl::init(true)};
};

/// The widest vectors of the host, in bits: 512 with AVX-512, 256 with AVX,
/// 128 elsewhere.
unsigned getHostVectorWidth();

/// The bits in a vector that the options give or their target has; for each
/// unit of vscale if vectors are scalable. Fails for a target that does not
/// exist.
llvm::Expected<unsigned> getVectorWidth(const NormToCPUOptions &options);

/// Fails if the options ask for scalable vectors and their target has none, or
/// does not exist.
llvm::Error checkScalable(const NormToCPUOptions &options);

/// Whether f32 is to become bf16 by an instruction. Fails for a target that
/// does not exist.
llvm::Expected<bool> convertsBF16(const NormToCPUOptions &options);

/// Adds `norm-to-cpu`: a module of functions on tensors, with ops of norm,
/// linalg, tensor, arith, math and scf, to the LLVM dialect. Norm ops become
/// vectorised row kernels, everything else plain loops; a module without norm
/// ops goes through too. Memrefs at function boundaries have the identity
/// layout. Results are returned in buffers that the caller frees, or with
/// `out-params` written to buffers that the caller gives; the code calls libm
/// for what LLVM has no instruction for. The target must exist: getVectorWidth
/// says whether it does. With `scalable` it must pass checkScalable.
void buildNormToCPUPipeline(OpPassManager &pm, const NormToCPUOptions &options);

/// What becomes of kernels.
enum class GPUFormat {
  /// Assembly: PTX, which the driver compiles, or AMD's.
  ISA,
  /// The chip's machine code.
  Binary,
  /// NVIDIA's container of machine code and PTX.
  Fatbinary
};

struct NormToGPUOptions : PassPipelineOptions<NormToGPUOptions> {
  Option<std::string> chip{*this, "chip",
                           llvm::cl::desc("The GPU: sm_80, sm_90, gfx942, ..."),
                           llvm::cl::init("sm_90")};
  Option<std::string> features{
      *this, "features",
      llvm::cl::desc("Features beside those that the chip needs: +ptx83"),
      llvm::cl::init("")};
  Option<unsigned> multiprocessors{
      *this, "multiprocessors",
      llvm::cl::desc("How many the GPU has; 0 for as many as the usual part"),
      llvm::cl::init(0)};
  Option<GPUFormat> format{
      *this, "format", llvm::cl::desc("What becomes of kernels"),
      llvm::cl::values(
          clEnumValN(GPUFormat::ISA, "isa", "Assembly: PTX, or AMD's"),
          clEnumValN(GPUFormat::Binary, "bin",
                     "Machine code, by CUDA's ptxas or lld"),
          clEnumValN(GPUFormat::Fatbinary, "fatbin",
                     "Machine code and PTX, by CUDA's ptxas and fatbinary")),
      llvm::cl::init(GPUFormat::ISA)};
  Option<std::string> toolkit{
      *this, "toolkit",
      llvm::cl::desc("Folder of CUDA or ROCm; by default what CUDA_HOME or "
                     "ROCM_PATH names"),
      llvm::cl::init("")};
  Option<bool> contract{*this, "contract",
                        llvm::cl::desc("Add products without rounding them"),
                        llvm::cl::init(true)};
  Option<bool> outParams{
      *this, "out-params",
      llvm::cl::desc("Write results to buffers that the caller gives, behind "
                     "the arguments, instead of returning new ones"),
      llvm::cl::init(false)};
  Option<bool> cWrappers{
      *this, "c-wrappers",
      llvm::cl::desc("Add _mlir_ciface_ entry points for calls from C and the "
                     "execution engine"),
      llvm::cl::init(true)};
};

/// Adds `norm-to-gpu-launches`: a module of functions on tensors, with ops of
/// norm, linalg, tensor, arith, math and scf, to kernels (`gpu.func` at the
/// level of vector, memref and scf) and functions that launch them. Arguments,
/// results and buffers are in memory of the device and have the identity
/// layout. The chip must exist: GPUTarget::resolve says whether it does.
void buildNormToGPULaunchesPipeline(OpPassManager &pm,
                                    const NormToGPUOptions &options);

/// Adds the passes from what `norm-to-gpu-launches` leaves in each `gpu.module`
/// to a `gpu.binary` of `format`. The chip must exist.
void buildNormGPUKernelsPipeline(OpPassManager &pm,
                                 const NormToGPUOptions &options);

/// Adds `norm-to-gpu`: the same, then kernels to binaries of `format`, and
/// functions to the LLVM dialect with calls of MLIR's mgpu functions
/// (docs/Runtime.md).
void buildNormToGPUPipeline(OpPassManager &pm, const NormToGPUOptions &options);

/// Adds the end of `norm-to-cpu`: loops, vectors and arithmetic on memrefs, to
/// the LLVM dialect.
void buildLoopsToLLVMPipeline(OpPassManager &pm,
                              const NormToCPUOptions &options);

/// Registers the pipelines for the command line.
void registerNormPipelines();

} // namespace norm
} // namespace mlir

#endif // RMSNORM_PIPELINES_PIPELINES_H
