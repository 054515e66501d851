//===- NormToCPU.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Shared.h"

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Pipelines/CPUTarget.h"
#include "rmsnorm/Pipelines/Pipelines.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/Transforms/RequestCWrappers.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::norm;

unsigned norm::getHostVectorWidth() {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  if (features.lookup("avx512f"))
    return 512;
  return features.lookup("avx") ? 256 : 128;
}

/// Of a scalable vector, for each unit of vscale: a register of SVE, two of
/// RISC-V's V.
static constexpr unsigned scalableWidth = 128;

/// No target is given.
static bool isForHost(const NormToCPUOptions &options) {
  return options.triple.empty() && options.cpu.empty() &&
         options.features.empty();
}

static llvm::Expected<CPUTarget>
resolveTarget(const NormToCPUOptions &options) {
  return CPUTarget::resolve(options.triple, options.cpu, options.features);
}

llvm::Expected<unsigned> norm::getVectorWidth(const NormToCPUOptions &options) {
  unsigned width = 0;
  if (isForHost(options)) {
    width = getHostVectorWidth();
  } else {
    llvm::Expected<CPUTarget> target = resolveTarget(options);
    if (!target)
      return target.takeError();
    width = target->getVectorWidth();
  }
  if (options.vectorWidth)
    return options.vectorWidth;
  return options.scalable ? scalableWidth : width;
}

/// The target of scalable vectors: the host, with what it has, unless given.
static llvm::Expected<CPUTarget>
getScalableTarget(const NormToCPUOptions &options) {
  return isForHost(options) ? CPUTarget::resolve("", "native", "")
                            : resolveTarget(options);
}

llvm::Error norm::checkScalable(const NormToCPUOptions &options) {
  if (!options.scalable)
    return llvm::Error::success();
  llvm::Expected<CPUTarget> target = getScalableTarget(options);
  if (!target)
    return target.takeError();
  if (target->hasScalableVectors())
    return llvm::Error::success();
  return llvm::createStringError(
      "'" + target->triple +
      "' with this CPU and these features has no scalable vectors: that takes "
      "'sve' on AArch64 or 'v' on RISC-V");
}

llvm::Expected<bool> norm::convertsBF16(const NormToCPUOptions &options) {
  if (options.bf16Conversion != BF16Conversion::Target)
    return options.bf16Conversion == BF16Conversion::Native;
  if (isForHost(options)) {
    llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
    return features.lookup("avx512bf16") && features.lookup("avx512vl");
  }
  llvm::Expected<CPUTarget> target = resolveTarget(options);
  if (!target)
    return target.takeError();
  return target->hasFeature("avx512bf16") && target->hasFeature("avx512vl");
}

static void addBufferization(OpPassManager &pm, bool outParams) {
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  bufferization::OneShotBufferizePassOptions options;
  options.bufferizeFunctionBoundaries = true;
  // A loop may carry a tensor that an iteration makes anew; deallocation frees
  // the one before.
  options.allowReturnAllocsFromLoops = true;
  options.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(options));
  if (outParams) {
    pm.addPass(createDistinctBufferResults());
    bufferization::BufferResultsToOutParamsPassOptions results;
    results.hoistStaticAllocs = results.hoistDynamicAllocs = true;
    results.modifyPublicFunctions = true;
    pm.addPass(bufferization::createBufferResultsToOutParamsPass(results));
  }
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void norm::addRowwiseBuffers(OpPassManager &pm, bool outParams) {
  pm.addPass(createConvertNormToRowwise());
  pm.addPass(createNormElementwiseToLinalg());
  pm.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createNormSeparateDestinations());
  addBufferization(pm, outParams);
  pm.addPass(createConvertStridedCopyToLinalg());
}

/// Arithmetic on 16-bit floats in f32, as most targets do it. For most of them
/// LLVM would call a library function for each conversion to bf16.
static void addSmallFloats(OpPassManager &pm, bool convertsBF16) {
  arith::ArithEmulateUnsupportedFloatsOptions emulate;
  emulate.sourceTypeStrs = {"bf16"};
  emulate.targetTypeStr = "f32";
  pm.addNestedPass<func::FuncOp>(
      arith::createArithEmulateUnsupportedFloats(emulate));
  pm.addNestedPass<func::FuncOp>(math::createMathExtendToSupportedTypes());
  pm.addPass(createNormKeepRoundings());
  pm.addPass(createNormExpandFloat8());
  // Pairs of conversions that the two passes left between ops must stay: they
  // are rounding points. So no canonicalization is needed or wanted here.
  arith::ArithExpandOpsPassOptions expand;
  expand.includeBf16 = !convertsBF16;
  pm.addPass(arith::createArithExpandOpsPass(expand));
}

static void addLLVM(OpPassManager &pm, const NormToCPUOptions &options) {
  ConvertVectorToLLVMPassOptions vectorOptions;
  // Masks by one instruction.
  vectorOptions.armSVE =
      options.scalable &&
      llvm::cantFail(getScalableTarget(options)).hasFeature("sve");
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createConvertExpandShapeToReinterpretCast());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createLoopInvariantCodeMotionPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass(vectorOptions));
  // What LLVM has an intrinsic for, and libm for the rest: also for the two
  // that would be made of an intrinsic and cancel near zero.
  pm.addPass(createConvertExpM1ToLibm());
  ConvertMathToLLVMPassOptions mathOptions;
  mathOptions.approximateLog1p = false;
  pm.addPass(createConvertMathToLLVMPass(mathOptions));
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass(vectorOptions));
  pm.addPass(createConvertComplexToLLVMPass());
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createNormAttachLoopAnnotations());
  pm.addPass(createNormMoveMaskedSmallFloats());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}

void norm::buildLoopsToLLVMPipeline(OpPassManager &pm,
                                    const NormToCPUOptions &options) {
  addSmallFloats(pm, llvm::cantFail(convertsBF16(options)));
  addLLVM(pm, options);
}

void norm::buildNormToCPUPipeline(OpPassManager &pm,
                                  const NormToCPUOptions &options) {
  addRowwiseBuffers(pm, options.outParams);
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
  if (options.cWrappers)
    pm.addNestedPass<func::FuncOp>(LLVM::createLLVMRequestCWrappersPass());
  if (options.parallelBytes)
    pm.addPass(createNormShareRows({options.parallelBytes}));
  ConvertRowwiseToVectorOptions rowwise;
  rowwise.vectorWidth = llvm::cantFail(getVectorWidth(options));
  rowwise.scalable = options.scalable;
  rowwise.accumulators = options.accumulators;
  rowwise.blockRows = options.blockRows;
  rowwise.overlapBytes = options.overlapBytes;
  rowwise.contract = options.contract;
  rowwise.prefetch = options.prefetch;
  rowwise.nontemporalBytes = options.nontemporalBytes;
  // After deallocation, which does not know fences.
  pm.addPass(createConvertRowwiseToVector(rowwise));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());

  buildLoopsToLLVMPipeline(pm, options);
}

void norm::registerNormPipelines() {
  registerNormToGPUPipelines();
  // As PassPipelineRegistration does, which cannot refuse options.
  registerPassPipeline(
      "norm-to-cpu",
      "Lower norm, linalg and tensor ops to the LLVM dialect for a CPU",
      [](OpPassManager &pm, StringRef text,
         function_ref<LogicalResult(const Twine &)> errorHandler) {
        NormToCPUOptions options;
        if (failed(options.parseFromString(text)))
          return failure();
        if (llvm::Expected<unsigned> width = getVectorWidth(options); !width)
          return errorHandler("norm-to-cpu: " +
                              llvm::toString(width.takeError()));
        if (llvm::Error error = checkScalable(options))
          return errorHandler("norm-to-cpu: " +
                              llvm::toString(std::move(error)));
        buildNormToCPUPipeline(pm, options);
        return success();
      },
      [](function_ref<void(const detail::PassOptions &)> handler) {
        handler(NormToCPUOptions());
      });
}
