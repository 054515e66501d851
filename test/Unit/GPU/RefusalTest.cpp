//===- RefusalTest.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is not modelled is refused with a diagnostic.
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

#include "mlir/IR/Diagnostics.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gputest;
using namespace gpumodel;

static void expectRefused(const std::string &source, const std::string &text) {
  ASSERT_NE(source, "");
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&hostkernel::getContext(),
                                        [&](mlir::Diagnostic &diagnostic) {
                                          message += diagnostic.str() + "\n";
                                          return mlir::success();
                                        });
  EXPECT_FALSE(Program::compile(source));
  EXPECT_THAT(message, testing::HasSubstr(text));
}

TEST(Refusals, Kernels) {
  expectRefused("module {", "expected operation name");
  expectRefused(getElementwise("\ngpu.printf \"x\"").str(),
                "'gpu.printf' op is not modelled in a kernel");
  expectRefused(
      getElementwise("\nllvm.inline_asm has_side_effects \"exit;\", \"\" : () "
                     "-> ()")
          .str(),
      "is not modelled, other than with an empty string");
  expectRefused(
      getElementwise("\n%a = memref.atomic_rmw addf %v, %ys[%at] : (f32, "
                     "memref<?xf32, strided<[1]>>) -> f32")
          .str(),
      "accesses memory in a way that is not modelled");
  expectRefused(
      replaceOnce(getElementwise("").str(), "    return",
                  "    %e = memref.load %x[] : memref<f32>\n    return"),
      "touches device memory on the host");
  expectRefused(getElementwise("\n%e = nvvm.inline_ptx \"ex2.approx.f32 $0, "
                               "$1;\" ro(%v : f32) -> f32")
                    .str(),
                "is not modelled, other than to move a register");
  std::string variable = R"(
      %p = memref.alloca() : memref<9000xf32>
      memref.store %v, %p[%t] : memref<9000xf32>
      %w = memref.load %p[%c0] : memref<9000xf32>
      memref.store %w, %ys[%t] : memref<?xf32, strided<[1]>>)";
  expectRefused(getElementwise(variable).str(), "larger than 32768 bytes");
  expectRefused(getElementwise("\nscf.if %isFirst {" + variable + "\n}").str(),
                "of a size that is not known");
  // Sizes are passed beside a pointer, not in a descriptor.
  Kernel sized;
  sized.elementType = "?xf32";
  expectRefused(sized.str(), "a kernel cannot take an argument of type "
                             "'memref<?xf32>'");
}
