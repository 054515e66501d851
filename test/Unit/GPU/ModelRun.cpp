//===- ModelRun.cpp -------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

using namespace gputest;

std::string Kernel::str() const {
  std::string memref = "memref<" + elementType + ">";
  std::string parameters =
      "(%x: " + memref + ", %y: " + memref + ", %z: " + memref + ", %n: index)";
  auto constant = [](const char *name, int64_t value, const char *type) {
    return std::string("    ") + name + " = arith.constant " +
           std::to_string(value) + " : " + type + "\n";
  };
  return "module attributes {gpu.container_module} {\n"
         "  gpu.module @k {\n"
         "    gpu.func @f" +
         parameters + " " + attributions + " kernel " +
         (attributes.empty() ? "" : "attributes {" + attributes + "} ") + "{" +
         body +
         "\n      gpu.return\n"
         "    }\n"
         "  }\n"
         "  func.func @f" +
         parameters + " {\n" + constant("%one", 1, "index") +
         constant("%grid", grid, "index") + constant("%block", block, "index") +
         constant("%cluster", cluster, "index") +
         constant("%shared", sharedBytes, "i32") +
         "    gpu.launch_func @k::@f clusters in (%cluster, %one, %one)\n"
         "      blocks in (%grid, %one, %one) threads in (%block, %one, %one)\n"
         "      dynamic_shared_memory_size %shared\n"
         "      args(%x : " +
         memref + ", %y : " + memref + ", %z : " + memref +
         ", %n : index)\n"
         "    return\n"
         "  }\n"
         "}\n";
}

std::string gputest::replaceOnce(std::string text, const std::string &from,
                                 const std::string &to) {
  size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
    return "";
  return text.replace(at, from.size(), to);
}
