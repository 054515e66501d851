//===- CPUTarget.cpp --------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Pipelines/CPUTarget.h"

#include "rmsnorm/Support/TargetFeatures.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/RISCVISAInfo.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;
using namespace mlir::norm;

template <typename... Args>
static llvm::Error makeError(const char *format, const Args &...args) {
  return llvm::createStringError(
      llvm::formatv(/*Validate=*/true, format, args...).str());
}

static std::unique_ptr<llvm::MCSubtargetInfo>
createSubtarget(const CPUTarget &target) {
  std::string error;
  llvm::Triple triple(target.triple);
  const llvm::Target *entry = llvm::TargetRegistry::lookupTarget(triple, error);
  return std::unique_ptr<llvm::MCSubtargetInfo>(
      entry->createMCSubtargetInfo(triple, target.cpu, target.features));
}

/// Makes the host's processor of `native`.
static llvm::Error resolveNative(CPUTarget &target) {
  llvm::Triple triple(target.triple), host(llvm::sys::getProcessTriple());
  if (triple.getArch() != host.getArch())
    return makeError("the CPU 'native' is the host's, a {0}, but the triple is "
                     "'{1}'",
                     host.getArchName(), target.triple);
  target.cpu = llvm::sys::getHostCPUName().str();
  SmallVector<std::string> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features);
  // What is given comes last: it has the last word.
  if (!target.features.empty())
    features.push_back(target.features);
  target.features = llvm::join(features, ",");
  return llvm::Error::success();
}

static llvm::Error checkNames(const CPUTarget &target) {
  auto subtarget = createSubtarget({target.triple, "", ""});
  if (!target.cpu.empty() && !subtarget->isCPUStringValid(target.cpu))
    return makeError("'{0}' is no CPU of '{1}' that LLVM knows", target.cpu,
                     target.triple);
  for (StringRef feature : llvm::split(target.features, ',')) {
    if (target.features.empty())
      break;
    if (!isSignedFeature(*subtarget, feature))
      return makeError("'{0}' is no feature of '{1}' that LLVM knows; features "
                       "are given as +name or -name",
                       feature, target.triple);
  }
  return llvm::Error::success();
}

/// What code generation would end the process for.
static llvm::Error checkCombination(const CPUTarget &target) {
  llvm::Triple triple(target.triple);
  auto need = [&](StringRef feature) -> llvm::Error {
    if (target.hasFeature(feature))
      return llvm::Error::success();
    return makeError("{0} with the features '{1}' lacks '{2}'",
                     target.cpu.empty() ? "the baseline CPU"
                                        : "the CPU '" + target.cpu + "'",
                     target.features, feature);
  };
  if (triple.isAArch64())
    return need("neon");
  if (llvm::Error error = need("64bit"))
    return error;
  if (triple.isX86())
    return need("sse2");
  auto subtarget = createSubtarget(target);
  std::vector<std::string> extensions;
  for (const llvm::SubtargetFeatureKV &known :
       subtarget->getAllProcessorFeatures())
    if (subtarget->hasFeature(known.Value) &&
        llvm::RISCVISAInfo::isSupportedExtensionFeature(known.Key))
      extensions.push_back("+" + std::string(known.Key));
  return llvm::RISCVISAInfo::parseFeatures(/*XLen=*/64, extensions).takeError();
}

llvm::Expected<CPUTarget> CPUTarget::resolve(StringRef triple, StringRef cpu,
                                             StringRef features) {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    return true;
  }();
  (void)initialized;
  CPUTarget target;
  target.triple = triple.empty() ? llvm::sys::getProcessTriple()
                                 : llvm::Triple::normalize(triple);
  target.cpu = cpu.str();
  target.features = features.str();
  llvm::Triple parsed(target.triple);
  std::string error;
  if (!llvm::TargetRegistry::lookupTarget(parsed, error))
    return makeError("'{0}' is no target that LLVM knows", triple);
  if (parsed.getArch() != llvm::Triple::x86_64 || parsed.isX32())
    if (parsed.getArch() != llvm::Triple::aarch64 &&
        parsed.getArch() != llvm::Triple::riscv64)
      return makeError("'{0}' is not supported: only x86-64, little-endian "
                       "AArch64 and 64-bit RISC-V are",
                       triple);
  if (target.cpu == "native") {
    if (llvm::Error error = resolveNative(target))
      return error;
  } else if (parsed.isRISCV64() && target.cpu.empty()) {
    // What distributions are built for. LLVM's baseline has no floating point,
    // and could not be linked with them.
    target.features =
        "+m,+a,+f,+d,+c" + (features.empty() ? "" : "," + features.str());
  }
  if (llvm::Error error = checkNames(target))
    return error;
  if (llvm::Error error = checkCombination(target))
    return error;
  return target;
}

bool CPUTarget::hasFeature(StringRef feature) const {
  auto subtarget = createSubtarget(*this);
  return llvm::any_of(subtarget->getAllProcessorFeatures(),
                      [&](const llvm::SubtargetFeatureKV &known) {
                        return feature == known.Key &&
                               subtarget->hasFeature(known.Value);
                      });
}

unsigned CPUTarget::getVectorWidth() const {
  llvm::Triple parsed(triple);
  if (parsed.isX86()) {
    if (hasFeature("avx512f"))
      return 512;
    return hasFeature("avx") ? 256 : 128;
  }
  if (parsed.isRISCV64())
    for (unsigned bits = 65536; bits > 128; bits /= 2)
      if (hasFeature("zvl" + std::to_string(bits) + "b"))
        return bits;
  return 128;
}

bool CPUTarget::hasScalableVectors() const {
  llvm::Triple parsed(triple);
  return (parsed.isAArch64() && hasFeature("sve")) ||
         (parsed.isRISCV64() && hasFeature("v"));
}
