//===- GPUTarget.cpp ------------------------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/RowwiseToGPU/GPUTarget.h"

#include "rmsnorm/Support/TargetFeatures.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

#include <algorithm>
#include <memory>

using namespace mlir::norm;

namespace {
/// A chip of NVIDIA's, the first version of PTX that LLVM needs for what we
/// use, and its size.
struct NVIDIAChip {
  unsigned capability;
  unsigned ptx;
  unsigned multiprocessors;
  unsigned threads;
  unsigned sharedKiB;
};
} // namespace

/// Chips that are not here are like the last one that is older.
static constexpr NVIDIAChip nvidiaChips[] = {
    {70, 70, 80, 2048, 96},    // V100
    {75, 70, 40, 1024, 64},    // T4
    {80, 71, 108, 2048, 163},  // A100
    {86, 71, 84, 1536, 99},    // A40
    {87, 74, 16, 1536, 163},   // Jetson AGX Orin
    {88, 90, 16, 1536, 163},   // like the one before
    {89, 78, 142, 1536, 99},   // L40
    {90, 80, 132, 2048, 227},  // H100, H200
    {100, 86, 148, 2048, 227}, // B200
    {103, 88, 148, 2048, 227}, // B300
    {110, 90, 20, 1536, 227},  // Jetson AGX Thor
    {120, 87, 188, 1536, 99},  // RTX PRO 6000
    {121, 88, 48, 1536, 99},   // GB10
};

/// What LLVM knows of the chips of a triple.
static llvm::Expected<std::unique_ptr<llvm::MCSubtargetInfo>>
getChips(const std::string &triple) {
  static bool initialized = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeAMDGPUTargetInfo();
    LLVMInitializeAMDGPUTargetMC();
    return true;
  }();
  (void)initialized;
  std::string message;
  llvm::Triple parsed(triple);
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(parsed, message);
  if (!target)
    return llvm::createStringError(message);
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      target->createMCSubtargetInfo(parsed, "", ""));
  if (!info)
    return llvm::createStringError("nothing is known of chips of " + triple);
  return info;
}

/// Whether LLVM's target knows the chip. It accepts every name, and warns only.
static llvm::Error checkChip(const std::string &triple, llvm::StringRef chip) {
  auto info = getChips(triple);
  if (!info)
    return info.takeError();
  if (!(*info)->isCPUStringValid(chip))
    return llvm::createStringError("there is no chip '" + chip.str() + "' of " +
                                   triple);
  return llvm::Error::success();
}

/// Whether a feature is one of those that chips of the same name have or have
/// not. Others, such as NVIDIA's sm_100, would make another chip of it, for
/// which nothing here is planned.
static bool isOptional(llvm::StringRef feature) {
  return feature.starts_with("ptx") || feature == "xnack" ||
         feature == "sramecc";
}

/// The same of features, as "+ptx80" and "-xnack,+sramecc".
static llvm::Error checkFeatures(const std::string &triple,
                                 llvm::StringRef features) {
  auto info = getChips(triple);
  if (!info)
    return info.takeError();
  for (llvm::StringRef feature : llvm::split(features, ','))
    if (!isSignedFeature(**info, feature) || !isOptional(feature.drop_front()))
      return llvm::createStringError("'" + feature.str() +
                                     "' is no feature that chips of " + triple +
                                     " have or have not; these are given as "
                                     "+name or -name: +ptx80, -xnack");
  return llvm::Error::success();
}

static llvm::Expected<GPUTarget> resolveNVIDIA(llvm::StringRef chip,
                                               llvm::StringRef number) {
  GPUTarget target;
  target.triple = "nvptx64-nvidia-cuda";
  // sm_90a has what sm_90 has.
  if (number.rtrim("af").getAsInteger(10, target.capability))
    return llvm::createStringError("there is no chip '" + chip.str() + "'");
  if (llvm::Error error = checkChip(target.triple, chip))
    return error;
  if (target.capability < nvidiaChips[0].capability)
    return llvm::createStringError("'" + chip.str() +
                                   "' is too old: kernels need sm_70 or newer");
  NVIDIAChip like = nvidiaChips[0];
  for (const NVIDIAChip &known : nvidiaChips)
    if (known.capability <= target.capability)
      like = known;
  target.multiprocessors = like.multiprocessors;
  target.threads = like.threads;
  target.sharedBytes = like.sharedKiB << 10;
  // More than eight blocks are not portable between parts.
  target.cluster = target.capability >= 90 ? 8 : 1;
  target.dependentLaunch = target.capability >= 90;
  // Code for a family of chips is newer than most of them.
  unsigned ptx = number.ends_with("f") ? std::max(like.ptx, 88u) : like.ptx;
  target.features = "+ptx" + llvm::utostr(ptx);
  return target;
}

static llvm::Expected<GPUTarget> resolveAMD(llvm::StringRef chip) {
  GPUTarget target;
  target.vendor = GPUTarget::Vendor::AMD;
  target.triple = "amdgcn-amd-amdhsa";
  if (llvm::Error error = checkChip(target.triple, chip))
    return error;
  if (!chip.starts_with("gfx9"))
    return llvm::createStringError("'" + chip.str() +
                                   "' has other warps than kernels are made "
                                   "for: only chips gfx9.. are supported");
  target.multiprocessors = chip == "gfx90a" ? 104 : 304;
  target.registers = 4 * 512 * 64;
  target.sharedBytes = 64 << 10;
  return target;
}

llvm::Expected<GPUTarget> GPUTarget::resolve(llvm::StringRef chip,
                                             llvm::StringRef features) {
  llvm::StringRef number = chip;
  llvm::Expected<GPUTarget> target =
      number.consume_front("sm_") ? resolveNVIDIA(chip, number)
      : chip.starts_with("gfx")
          ? resolveAMD(chip)
          : llvm::createStringError("there is no chip '" + chip.str() +
                                    "'; chips are named as sm_90, gfx942");
  if (!target)
    return target;
  target->chip = chip.str();
  if (features.empty())
    return target;
  if (llvm::Error error = checkFeatures(target->triple, features))
    return error;
  target->features += (target->features.empty() ? "" : ",") + features.str();
  return target;
}
