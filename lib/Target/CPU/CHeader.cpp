//===- CHeader.cpp ----------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/EntryPoints.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
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

static void printComment(raw_ostream &os, const CFunction &function) {
  os << "/* " << function.name << "\n *\n";
  printParameters(os, function);
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
