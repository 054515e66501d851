//===- Parameters.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the comments of headers say of parameters.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/CInterface.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

/// Prints an expression of sizes; what is printed inside of another one is put
/// in parentheses unless it is one word.
static void printSize(raw_ostream &os, AffineExpr expr,
                      const CFunction &function, bool isNested = false) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    os << constant.getValue();
    return;
  }
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr)) {
    os << function.symbolNames[symbol.getPosition()];
    return;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  auto print = [&](AffineExpr operand) {
    printSize(os, operand, function, /*isNested=*/true);
  };
  if (isNested)
    os << "(";
  switch (expr.getKind()) {
  case AffineExprKind::CeilDiv:
    os << "(";
    print(binary.getLHS());
    os << " + ";
    print(binary.getRHS());
    os << " - 1) / ";
    break;
  case AffineExprKind::Add:
    print(binary.getLHS());
    os << " + ";
    break;
  case AffineExprKind::Mul:
    print(binary.getLHS());
    os << " * ";
    break;
  case AffineExprKind::Mod:
    print(binary.getLHS());
    os << " % ";
    break;
  default:
    print(binary.getLHS());
    os << " / ";
    break;
  }
  print(binary.getRHS());
  if (isNested)
    os << ")";
}

static void printLayout(raw_ostream &os, const CParameter &parameter,
                        const CFunction &function) {
  os << ", element ";
  for (size_t dim = 0; dim < parameter.sizes.size(); ++dim)
    os << "[i" << dim << "]";
  os << " at " << parameter.name << "[";
  llvm::ListSeparator plus(" + ");
  for (auto [dim, stride] : llvm::enumerate(*parameter.strides)) {
    os << plus << "i" << dim;
    if (stride == 1)
      continue;
    os << " * ";
    printSize(os, stride, function, /*isNested=*/true);
  }
  if (parameter.strides->empty())
    os << "0";
  os << "]";
}

void norm::printParameters(raw_ostream &os, const CFunction &function) {
  size_t width = 0;
  for (const CParameter &parameter : function.parameters)
    width = std::max(width, parameter.name.size());
  for (const CParameter &parameter : function.parameters) {
    os << " *   " << llvm::left_justify(parameter.name, width) << "  ";
    static constexpr StringLiteral accesses[] = {"in", "in, out", "out"};
    os << accesses[static_cast<unsigned>(parameter.access)] << ": "
       << parameter.getElementName();
    if (parameter.elementType.isBF16())
      os << " (bfloat16, the upper half of a float)";
    else if (parameter.elementType.isF16())
      os << " (IEEE binary16)";
    else if (parameter.elementType.isFloat() &&
             parameter.elementType.getIntOrFloatBitWidth() < 16)
      os << " (" << parameter.elementType << ")";
    if (parameter.isBuffer) {
      os << " ";
      for (AffineExpr size : parameter.sizes) {
        os << "[";
        printSize(os, size, function);
        os << "]";
      }
      if (parameter.sizes.empty())
        os << "[1]";
      if (parameter.strides)
        printLayout(os, parameter, function);
      else if (parameter.sizes.size() > 1)
        os << ", row-major";
    }
    os << "\n";
  }
}

std::string norm::getBaseName(ModuleOp module, ArrayRef<CFunction> functions) {
  StringRef name = module.getName().value_or(functions.front().name);
  std::string result;
  for (char c : name)
    result.push_back(llvm::isAlnum(c) ? c : '_');
  if (!llvm::isAlpha(result.empty() ? '_' : result.front()))
    result = "norm_" + result;
  return result;
}

std::string norm::getIncludeGuard(ModuleOp module,
                                  ArrayRef<CFunction> functions) {
  return StringRef(getBaseName(module, functions)).upper() + "_H";
}
