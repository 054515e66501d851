//===- NormToGPU.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Shared.h"

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"
#include "rmsnorm/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/Transforms/RequestCWrappers.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

void norm::buildNormToGPULaunchesPipeline(OpPassManager &pm,
                                          const NormToGPUOptions &options) {
  // Who frees what a function returns is then known, mostly: otherwise the host
  // would find out with tables in memory.
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  addRowwiseBuffers(pm, options.outParams);
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  ConvertRowwiseToGPUOptions rowwise;
  rowwise.chip = options.chip;
  rowwise.multiprocessors = options.multiprocessors;
  rowwise.contract = options.contract;
  pm.addPass(createConvertRowwiseToGPU(rowwise));

  // What is not a norm.
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToParallelLoopsPass());
  pm.addNestedPass<func::FuncOp>(createNormLoopsToGPU());
  pm.addNestedPass<func::FuncOp>(createGpuMapParallelLoopsPass());
  pm.addPass(createConvertParallelLoopToGpuPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createGpuDecomposeMemrefsPass());
  pm.addPass(createCSEPass());
  pm.addPass(createGpuKernelOutliningPass());
  pm.addPass(createNormNameKernels());

  pm.addPass(createNormBuffersToGPU());
  pm.addPass(createConvertExpandShapeToReinterpretCast());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// The names that gpu-module-to-binary has for formats.
static StringRef getFormat(GPUFormat format) {
  switch (format) {
  case GPUFormat::ISA:
    return "isa";
  case GPUFormat::Binary:
    return "bin";
  case GPUFormat::Fatbinary:
    return "fatbin";
  }
  llvm_unreachable("all formats are handled");
}

void norm::buildNormGPUKernelsPipeline(OpPassManager &pm,
                                       const NormToGPUOptions &options) {
  GPUTarget target =
      llvm::cantFail(GPUTarget::resolve(options.chip, options.features));
  bool isNVIDIA = target.vendor == GPUTarget::Vendor::NVIDIA;
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  arith::ArithEmulateUnsupportedFloatsOptions emulate;
  emulate.sourceTypeStrs = {"bf16"};
  emulate.targetTypeStr = "f32";
  kernels.addPass(arith::createArithEmulateUnsupportedFloats(emulate));
  kernels.addPass(math::createMathExtendToSupportedTypes());
  kernels.addPass(createNormKeepRoundings());
  kernels.addPass(createNormLowerGPUMath({options.chip}));
  kernels.addPass(createNormExpandFloat8());
  // Pairs of conversions that these passes left between ops must stay: they are
  // rounding points. So no canonicalization is needed or wanted here.
  kernels.addPass(createConvertVectorToSCFPass());
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createLoopInvariantCodeMotionPass());
  kernels.addPass(createSCFToControlFlowPass());
  if (isNVIDIA) {
    ConvertGpuOpsToNVVMOpsOptions nvvm;
    nvvm.useBarePtrCallConv = true;
    kernels.addPass(createConvertGpuOpsToNVVMOps(nvvm));
    kernels.addPass(createNormMarkProgrammaticLaunch());
  } else {
    ConvertGpuOpsToROCDLOpsOptions rocdl;
    rocdl.chipset = target.chip;
    rocdl.useBarePtrCallConv = true;
    kernels.addPass(createConvertGpuOpsToROCDLOps(rocdl));
  }
  // Later than accesses to memory, whose spaces it does not know.
  kernels.addPass(createConvertVectorToLLVMPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());

  if (isNVIDIA) {
    pm.addPass(createNormCheckGPULibraries({options.toolkit}));
    GpuNVVMAttachTargetOptions attach;
    attach.triple = target.triple;
    attach.chip = target.chip;
    attach.features = target.features;
    attach.optLevel = 3;
    pm.addPass(createGpuNVVMAttachTarget(attach));
  } else {
    GpuROCDLAttachTargetOptions attach;
    attach.triple = target.triple;
    attach.chip = target.chip;
    attach.features = target.features;
    attach.optLevel = 3;
    pm.addPass(createGpuROCDLAttachTarget(attach));
  }
  GpuModuleToBinaryPassOptions binary;
  binary.compilationTarget = getFormat(options.format).str();
  binary.toolkitPath = options.toolkit;
  pm.addPass(createGpuModuleToBinaryPass(binary));
}

static void addHost(OpPassManager &pm, const NormToGPUOptions &options) {
  pm.addNestedPass<func::FuncOp>(createGpuAsyncRegionPass());
  if (options.cWrappers)
    pm.addNestedPass<func::FuncOp>(LLVM::createLLVMRequestCWrappersPass());
  pm.addPass(createSCFToControlFlowPass());
  GpuToLLVMConversionPassOptions toLLVM;
  toLLVM.kernelBarePtrCallConv = true;
  pm.addPass(createGpuToLLVMConversionPass(toLLVM));
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void norm::buildNormToGPUPipeline(OpPassManager &pm,
                                  const NormToGPUOptions &options) {
  buildNormToGPULaunchesPipeline(pm, options);
  buildNormGPUKernelsPipeline(pm, options);
  addHost(pm, options);
}

void norm::registerNormToGPUPipelines() {
  auto add = [](StringRef name, StringRef description,
                void (*build)(OpPassManager &, const NormToGPUOptions &)) {
    registerPassPipeline(
        name, description,
        [name, build](OpPassManager &pm, StringRef text,
                      function_ref<LogicalResult(const Twine &)> errorHandler) {
          NormToGPUOptions options;
          if (failed(options.parseFromString(text)))
            return failure();
          llvm::Expected<GPUTarget> target =
              GPUTarget::resolve(options.chip, options.features);
          if (!target)
            return errorHandler(name + ": " +
                                llvm::toString(target.takeError()));
          build(pm, options);
          return success();
        },
        [](function_ref<void(const detail::PassOptions &)> handler) {
          handler(NormToGPUOptions());
        });
  };
  add("norm-to-gpu-launches",
      "Lower norm, linalg and tensor ops to kernels of a GPU, as gpu.func, and "
      "their launches",
      buildNormToGPULaunchesPipeline);
  add("norm-to-gpu",
      "Lower norm, linalg and tensor ops to binaries for a GPU and the host's "
      "code, in the LLVM dialect, that launches them",
      buildNormToGPUPipeline);
}
