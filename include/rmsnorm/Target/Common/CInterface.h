//===- CInterface.h ---------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions as C sees them: bare pointers, sizes and strides in place of
// tensors and memrefs.
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_TARGET_COMMON_CINTERFACE_H
#define RMSNORM_TARGET_COMMON_CINTERFACE_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace mlir::norm {

/// One argument or result of a function.
struct CParameter {
  enum class Access { Read, ReadAndWritten, Written };

  /// The C type of an element, such as `float`.
  StringRef getElementName() const;
  /// Whether C passes a pointer: to a buffer, or to where a scalar goes.
  bool isPointer() const { return isBuffer || access == Access::Written; }

  std::string name;
  Type elementType;
  Access access = Access::Read;
  bool isBuffer = false;
  /// Constants, and sums, products and so on of the symbols of the function.
  SmallVector<AffineExpr> sizes;
  /// As `sizes`; none for a buffer that is contiguous in row-major order.
  std::optional<SmallVector<AffineExpr>> strides;
  /// What the type has the first element at, in elements, where it says so. C
  /// passes a pointer to the first element.
  int64_t offset = 0;
  /// The function's symbols that are passed behind the pointer: the dynamic
  /// sizes, then the dynamic strides.
  SmallVector<unsigned> symbols;
};

struct CFunction {
  std::string name;
  /// The arguments, then the results, which are passed by pointer.
  SmallVector<CParameter> parameters;
  unsigned numArguments = 0;
  /// The C names of the sizes, strides and indices that expressions are of.
  SmallVector<std::string> symbolNames;
  /// Known after lowering.
  bool allocates = false, keepsState = false;
};

/// Whether C can have the name for a function or a parameter, in C++, too.
bool isCIdentifier(StringRef name);

/// Inlines calls, since bufferization makes the caller allocate what a function
/// returns, whose size only the callee knows, and puts the prefix before the
/// names of the functions that C sees. Fails with a diagnostic where an op is
/// not registered or a name is taken.
LogicalResult prepareForC(ModuleOp module, StringRef prefix);

struct CInterfaceOptions {
  /// Buffers are in memory of a device: C handles their addresses only, so that
  /// elements may be of every type of whole bytes, and results are buffers.
  bool onDevice = false;
  /// Names that parameters cannot have.
  ArrayRef<StringRef> reserved;
};

/// Prepares a module on tensors or memrefs for a lowering with `out-params`,
/// and describes its public functions. Arguments and results are named by the
/// attribute `norm.name`, else by number. Arguments that are tensors are not
/// written in place, but where `bufferization.writable` says so. Fails with a
/// diagnostic for what C cannot call.
FailureOr<std::vector<CFunction>>
buildCInterface(ModuleOp module, const CInterfaceOptions &options = {});

/// The sizes of each result that is a tensor or a memref, as expressions of the
/// symbols that `getSymbol` gives to the dynamic sizes of arguments and, with
/// no dimension, to arguments of type index. Empty for scalars.
FailureOr<SmallVector<SmallVector<AffineExpr>>> getResultSizes(
    FunctionOpInterface function,
    function_ref<unsigned(unsigned argument, std::optional<unsigned> dim)>
        getSymbol);

/// The name of the module or else of its first function, as C can have it.
std::string getBaseName(ModuleOp module, ArrayRef<CFunction> functions);

/// What the include guard of a header is by default: the same in capitals.
std::string getIncludeGuard(ModuleOp module, ArrayRef<CFunction> functions);

/// Prints the lines of a comment that describe parameters.
void printParameters(raw_ostream &os, const CFunction &function);

} // namespace mlir::norm

#endif // RMSNORM_TARGET_COMMON_CINTERFACE_H
