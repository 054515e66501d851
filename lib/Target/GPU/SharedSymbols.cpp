//===- SharedSymbols.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which sizes of arguments are the same.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"
#include "rmsnorm/Dialect/Norm/IR/Norm.h"
#include "rmsnorm/Target/GPU/DeviceProgram.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/EquivalenceClasses.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Sizes of one function that are the same: dimensions of values, values that
/// are sizes, and dimensions of what an op ranges over.
class SizeClasses {
public:
  explicit SizeClasses(func::FuncOp function) {
    // What is in a region may not be executed.
    for (Operation &op : function.front())
      visit(&op);
  }

  using Size = std::pair<const void *, unsigned>;
  static Size get(Value value, unsigned dim) {
    return {value.getAsOpaquePointer(), dim};
  }
  Size getLeader(Size size) {
    classes.insert(size);
    return classes.getLeaderValue(size);
  }
  std::optional<int64_t> getKnown(Size size) {
    auto found = known.find(getLeader(size));
    if (found == known.end())
      return std::nullopt;
    return found->second;
  }

private:
  void visit(Operation *op);
  void visitMap(Operation *op, Value operand, AffineMap map);
  void unite(Size lhs, Size rhs);
  /// Notes the sizes that the type has.
  void note(Value value);
  void uniteShapes(Value lhs, Value rhs);
  void uniteWithSizes(Value shaped, ValueRange dynamicSizes);

  llvm::EquivalenceClasses<Size> classes;
  std::map<Size, int64_t> known;
};
} // namespace

/// The "dimension" of a value that is a size itself.
static constexpr unsigned valueItself = ~0u;

void SizeClasses::unite(Size lhs, Size rhs) {
  std::optional<int64_t> value = getKnown(lhs);
  if (!value)
    value = getKnown(rhs);
  classes.unionSets(lhs, rhs);
  if (value)
    known[getLeader(lhs)] = *value;
}

void SizeClasses::note(Value value) {
  auto type = dyn_cast<ShapedType>(value.getType());
  if (!type || !type.hasRank())
    return;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (!ShapedType::isDynamic(size))
      known[getLeader(get(value, dim))] = size;
}

void SizeClasses::uniteShapes(Value lhs, Value rhs) {
  auto type = dyn_cast<ShapedType>(lhs.getType());
  auto other = dyn_cast<ShapedType>(rhs.getType());
  if (!type || !other || !type.hasRank() || !other.hasRank() ||
      type.getRank() != other.getRank())
    return;
  note(lhs);
  note(rhs);
  for (unsigned dim = 0; dim < type.getRank(); ++dim)
    unite(get(lhs, dim), get(rhs, dim));
}

void SizeClasses::uniteWithSizes(Value shaped, ValueRange dynamicSizes) {
  unsigned next = 0;
  auto type = cast<ShapedType>(shaped.getType());
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      unite(get(shaped, dim), get(dynamicSizes[next++], valueItself));
}

void SizeClasses::visitMap(Operation *op, Value operand, AffineMap map) {
  if (!isa<ShapedType>(operand.getType()))
    return;
  note(operand);
  for (auto [dim, expr] : llvm::enumerate(map.getResults()))
    if (auto position = dyn_cast<AffineDimExpr>(expr))
      unite(get(operand, dim), {op, position.getPosition()});
}

void SizeClasses::visit(Operation *op) {
  if (auto rowwise = dyn_cast<RowwiseOp>(op)) {
    for (auto [index, operand] : llvm::enumerate(op->getOperands()))
      visitMap(op, operand, rowwise.getInputMap(index));
  } else if (auto generic = dyn_cast<linalg::LinalgOp>(op)) {
    for (OpOperand &operand : op->getOpOperands())
      if (operand.getOperandNumber() <
          static_cast<unsigned>(generic.getNumDpsInputs() +
                                generic.getNumDpsInits()))
        visitMap(op, operand.get(), generic.getMatchingIndexingMap(&operand));
  } else if (auto dim = dyn_cast<ShapedDimOpInterface>(op)) {
    if (std::optional<int64_t> index = getConstantIntValue(dim.getDimension()))
      if (*index >= 0 &&
          *index < cast<ShapedType>(dim.getShapedValue().getType()).getRank()) {
        note(dim.getShapedValue());
        unite(get(op->getResult(0), valueItself),
              get(dim.getShapedValue(), *index));
      }
  } else if (isa<tensor::EmptyOp>(op)) {
    uniteWithSizes(op->getResult(0), op->getOperands());
  } else if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    uniteWithSizes(splat, splat.getDynamicSizes());
  } else if (isa<tensor::CastOp, memref::CastOp, bufferization::ToTensorOp,
                 bufferization::ToBufferOp>(op)) {
    uniteShapes(op->getOperand(0), op->getResult(0));
  } else if (auto materialize =
                 dyn_cast<bufferization::MaterializeInDestinationOp>(op)) {
    uniteShapes(materialize.getSource(), materialize.getDest());
  }
  // The results are the destinations.
  if (auto destinations = dyn_cast<DestinationStyleOpInterface>(op))
    for (OpResult result : op->getResults())
      uniteShapes(destinations.getTiedOpOperand(result)->get(), result);
}

/// Replaces symbols of one function.
static void share(CFunction &interface, func::FuncOp function) {
  MLIRContext *context = function.getContext();
  SizeClasses classes(function);
  SmallVector<AffineExpr> replacements(interface.symbolNames.size());
  std::vector<std::string> names;
  std::map<SizeClasses::Size, AffineExpr> symbols;
  auto keep = [&](unsigned symbol) {
    replacements[symbol] = getAffineSymbolExpr(names.size(), context);
    names.push_back(interface.symbolNames[symbol]);
  };
  unsigned next = 0;
  for (unsigned index = 0; index < interface.numArguments; ++index) {
    CParameter &parameter = interface.parameters[index];
    Value argument = function.getArgument(index);
    // Symbols are numbered in the order of the parameters.
    if (!parameter.isBuffer && isa<IndexType>(parameter.elementType)) {
      auto leader =
          classes.getLeader({argument.getAsOpaquePointer(), valueItself});
      keep(next);
      symbols.try_emplace(leader, replacements[next]);
      ++next;
    }
    SmallVector<unsigned> passed;
    for (auto [dim, size] : llvm::enumerate(parameter.sizes)) {
      auto symbol = dyn_cast<AffineSymbolExpr>(size);
      if (!symbol)
        continue;
      assert(symbol.getPosition() == next && "sizes are numbered in order");
      SizeClasses::Size key = SizeClasses::get(argument, dim);
      if (std::optional<int64_t> known = classes.getKnown(key)) {
        replacements[next] = getAffineConstantExpr(*known, context);
      } else if (auto found = symbols.find(classes.getLeader(key));
                 found != symbols.end()) {
        replacements[next] = found->second;
      } else {
        passed.push_back(names.size());
        keep(next);
        symbols[classes.getLeader(key)] = replacements[next];
      }
      ++next;
    }
    // Those behind the sizes are strides.
    for (unsigned symbol : parameter.symbols)
      if (symbol >= next) {
        passed.push_back(names.size());
        keep(symbol);
        next = symbol + 1;
      }
    parameter.symbols = std::move(passed);
  }
  for (CParameter &parameter : interface.parameters) {
    for (AffineExpr &size : parameter.sizes)
      size = size.replaceSymbols(replacements);
    if (parameter.strides)
      for (AffineExpr &stride : *parameter.strides)
        stride = stride.replaceSymbols(replacements);
  }
  interface.symbolNames.assign(names.begin(), names.end());
}

LogicalResult norm::shareSymbols(ModuleOp module,
                                 MutableArrayRef<CFunction> functions) {
  OwningOpRef<ModuleOp> copy = module.clone();
  PassManager pm(module.getContext());
  // Their maps say which dimensions are the same ones.
  pm.addPass(createConvertNormToRowwise());
  pm.addPass(createNormElementwiseToLinalg());
  if (failed(pm.run(*copy)))
    return failure();
  for (CFunction &function : functions)
    share(function, copy->lookupSymbol<func::FuncOp>(function.name));
  return success();
}
