//===- HostVersionTest.cpp - The plugin's check of its host ----*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostVersion.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace rmsnorm;
using testing::HasSubstr;

TEST(HostVersion, AcceptsAnyPatchOfTheSameRelease) {
  for (unsigned patch : {0u, 1u, 99u})
    EXPECT_EQ(
        explainVersionMismatch({LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR, patch}),
        "");
}

TEST(HostVersion, RefusesAnotherMajor) {
  for (unsigned major : {LLVM_VERSION_MAJOR - 1, LLVM_VERSION_MAJOR + 1}) {
    std::string reason = explainVersionMismatch({major, LLVM_VERSION_MINOR, 8});
    EXPECT_THAT(reason, HasSubstr("built for LLVM " +
                                  std::to_string(LLVM_VERSION_MAJOR)));
    EXPECT_THAT(reason, HasSubstr("host runs LLVM " + std::to_string(major)));
  }
}

TEST(HostVersion, RefusesAnotherMinor) {
  EXPECT_THAT(
      explainVersionMismatch({LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR + 1, 0}),
      HasSubstr("it is not loaded"));
}

TEST(HostVersion, RefusesAHostThatDoesNotSay) {
  EXPECT_THAT(explainVersionMismatch({0, 0, 0}), HasSubstr("LLVM 0.0.0"));
}
