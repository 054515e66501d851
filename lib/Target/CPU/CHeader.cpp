//===- CHeader.cpp ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/CInterface.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

static constexpr StringLiteral conventions =
    R"(/* Functions compiled by rmsnorm: one header for C99 and C++.
 *
 * A buffer is passed by a pointer to its first element, followed by those of
 * its sizes and strides that are not fixed. Sizes are in elements and not
 * negative, strides are in elements, and sizes that an operation needs to be
 * equal must be equal: nothing is checked.
 *
 * - "in" is only read, "in, out" is read and may be written, "out" is written;
 *   the caller owns all of them.
 * - What is written must overlap no other buffer.
 * - A pointer needs the alignment of its element type, no more.
 * - Calls may run at the same time, in any thread, when none writes what
 *   another one uses, unless a function says otherwise.
 */
)";

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

static void printComment(raw_ostream &os, const CFunction &function) {
  os << "/* " << function.name << "\n *\n";
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
  if (!function.parameters.empty())
    os << " *\n";
  os << (function.allocates
             ? " * Takes temporary memory by malloc, which must not fail, and "
               "frees it.\n"
             : " * Takes no memory from the heap.\n");
  if (function.keepsState)
    os << " * Not to be called by two threads at a time: it keeps state.\n";
  os << " */\n";
}

static void printDeclaration(raw_ostream &os, const CFunction &function) {
  SmallVector<std::string> groups;
  for (const CParameter &parameter : function.parameters) {
    std::string group;
    if (parameter.isPointer() && parameter.access == CParameter::Access::Read)
      group += "const ";
    group += parameter.getElementName();
    group += parameter.isPointer() ? " *" : " ";
    group += parameter.name;
    for (unsigned symbol : parameter.symbols)
      group += ", int64_t " + function.symbolNames[symbol];
    groups.push_back(std::move(group));
  }
  if (groups.empty())
    groups.push_back("void");
  std::string line =
      "void " + function.name + "(" + llvm::join(groups, ", ") + ");";
  if (line.size() <= 80)
    os << line << "\n";
  else
    os << "void " << function.name << "(\n    " << llvm::join(groups, ",\n    ")
       << ");\n";
}

void norm::printCHeader(raw_ostream &os, ArrayRef<CFunction> functions,
                        StringRef guard) {
  os << conventions << "#ifndef " << guard << "\n#define " << guard << "\n\n";
  auto usesBool = [](const CFunction &function) {
    return llvm::any_of(function.parameters, [](const CParameter &parameter) {
      return parameter.elementType.isInteger(1);
    });
  };
  if (llvm::any_of(functions, usesBool))
    os << "#include <stdbool.h>\n";
  os << "#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
  for (const CFunction &function : functions) {
    os << "\n";
    printComment(os, function);
    printDeclaration(os, function);
  }
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
}
