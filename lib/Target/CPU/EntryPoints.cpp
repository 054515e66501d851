//===- EntryPoints.cpp ------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions that C calls, around those that the lowering left, which take
// a descriptor for each memref.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/CPU/EntryPoints.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Analysis/TargetLibraryInfo.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Builds one entry point.
class EntryPointBuilder {
public:
  EntryPointBuilder(LLVM::LLVMFuncOp body, const CFunction &function)
      : body(body), function(function), b(body), loc(body.getLoc()) {}

  FailureOr<LLVM::LLVMFuncOp> build();

private:
  /// How C passes what is no pointer.
  Type getPassedType(Type type);
  void addParameters(LLVM::LLVMFuncOp entry);
  Value evaluate(AffineExpr expr);
  Value getConstant(int64_t value) {
    return LLVM::ConstantOp::create(b, loc, b.getI64Type(), value);
  }
  /// The descriptor of a buffer, field by field.
  void appendDescriptor(const CParameter &parameter, Value pointer);
  Value convertScalar(Value value, Type type);
  void storeResults(LLVM::CallOp call);

  LLVM::LLVMFuncOp body;
  const CFunction &function;
  OpBuilder b;
  Location loc;
  /// The values of symbols, and of the parameters themselves.
  SmallVector<Value> symbols, values;
  SmallVector<Value> operands;
};
} // namespace

Type EntryPointBuilder::getPassedType(Type type) {
  if (isa<IndexType>(type))
    return b.getI64Type();
  if (isa<Float32Type, Float64Type>(type))
    return type;
  // A bool is a byte, and floats of 16 bits are passed as integers.
  return b.getIntegerType(std::max(8u, type.getIntOrFloatBitWidth()));
}

void EntryPointBuilder::addParameters(LLVM::LLVMFuncOp entry) {
  unsigned next = 0;
  symbols.resize(function.symbolNames.size());
  unsigned symbol = 0;
  for (const CParameter &parameter : function.parameters) {
    values.push_back(entry.getArgument(next++));
    // Numbered in this order.
    if (!parameter.isPointer() && isa<IndexType>(parameter.elementType))
      symbols[symbol++] = values.back();
    for (unsigned extent : parameter.symbols) {
      assert(extent == symbol && "symbols are numbered as they are passed");
      symbols[extent] = entry.getArgument(next++);
      ++symbol;
    }
  }
}

Value EntryPointBuilder::evaluate(AffineExpr expr) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return getConstant(constant.getValue());
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return symbols[symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value lhs = evaluate(binary.getLHS()), rhs = evaluate(binary.getRHS());
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return LLVM::AddOp::create(b, loc, lhs, rhs);
  case AffineExprKind::Mul:
    return LLVM::MulOp::create(b, loc, lhs, rhs);
  case AffineExprKind::Mod:
    return LLVM::SRemOp::create(b, loc, lhs, rhs);
  case AffineExprKind::CeilDiv: {
    Value less = LLVM::SubOp::create(b, loc, rhs, getConstant(1));
    lhs = LLVM::AddOp::create(b, loc, lhs, less);
    return LLVM::SDivOp::create(b, loc, lhs, rhs);
  }
  default:
    return LLVM::SDivOp::create(b, loc, lhs, rhs);
  }
}

void EntryPointBuilder::appendDescriptor(const CParameter &parameter,
                                         Value pointer) {
  if (parameter.offset != 0) {
    Type type = parameter.elementType;
    if (!LLVM::isCompatibleType(type))
      type = getPassedType(type);
    pointer = LLVM::GEPOp::create(
        b, loc, pointer.getType(), type, pointer,
        LLVM::GEPArg(static_cast<int32_t>(-parameter.offset)));
  }
  operands.append({pointer, pointer, getConstant(parameter.offset)});
  SmallVector<Value> sizes, strides(parameter.sizes.size());
  for (AffineExpr size : parameter.sizes)
    sizes.push_back(evaluate(size));
  Value product;
  for (int64_t dim = strides.size() - 1; dim >= 0; --dim) {
    if (parameter.strides) {
      strides[dim] = evaluate((*parameter.strides)[dim]);
      continue;
    }
    strides[dim] = product ? product : getConstant(1);
    product =
        product ? LLVM::MulOp::create(b, loc, product, sizes[dim]) : sizes[dim];
  }
  llvm::append_range(operands, sizes);
  llvm::append_range(operands, strides);
}

Value EntryPointBuilder::convertScalar(Value value, Type type) {
  if (value.getType() == type)
    return value;
  if (isa<FloatType>(type))
    return LLVM::BitcastOp::create(b, loc, type, value);
  if (!type.isInteger(1))
    return value;
  // Any bit but the lowest is as C left it.
  return LLVM::TruncOp::create(b, loc, type, value);
}

void EntryPointBuilder::storeResults(LLVM::CallOp call) {
  unsigned numScalars = 0;
  for (const CParameter &parameter : function.parameters)
    numScalars +=
        parameter.access == CParameter::Access::Written && !parameter.isBuffer;
  int64_t next = 0;
  for (auto [parameter, pointer] :
       llvm::zip_equal(function.parameters, values)) {
    if (parameter.access != CParameter::Access::Written || parameter.isBuffer)
      continue;
    Value value = call.getResult();
    if (numScalars > 1)
      value = LLVM::ExtractValueOp::create(b, loc, value, next++);
    if (value.getType().isInteger(1))
      value = LLVM::ZExtOp::create(b, loc, b.getI8Type(), value);
    LLVM::StoreOp::create(b, loc, value, pointer);
  }
}

FailureOr<LLVM::LLVMFuncOp> EntryPointBuilder::build() {
  SmallVector<Type> types;
  for (const CParameter &parameter : function.parameters) {
    types.push_back(parameter.isPointer()
                        ? LLVM::LLVMPointerType::get(b.getContext())
                        : getPassedType(parameter.elementType));
    types.append(parameter.symbols.size(), b.getI64Type());
  }
  auto entry = LLVM::LLVMFuncOp::create(
      b, loc, function.name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                  types));
  b.setInsertionPointToStart(entry.addEntryBlock(b));
  addParameters(entry);
  for (auto [parameter, value] : llvm::zip_equal(function.parameters, values)) {
    if (parameter.isBuffer) {
      appendDescriptor(parameter, value);
    } else if (parameter.access != CParameter::Access::Written) {
      if (operands.size() >= body.getNumArguments())
        break;
      operands.push_back(
          convertScalar(value, body.getArgumentTypes()[operands.size()]));
    }
  }
  if (TypeRange(ValueRange(operands)) != TypeRange(body.getArgumentTypes()))
    return body.emitError()
           << "the lowering changed the arguments of '" << function.name << "'";
  storeResults(LLVM::CallOp::create(b, loc, body, operands));
  LLVM::ReturnOp::create(b, loc, ValueRange());
  return entry;
}

/// What a module may call and not have: C's library, and functions of scalars
/// that it declares.
static LogicalResult checkNeeds(ModuleOp module,
                                const llvm::StringSet<> &declared) {
  llvm::TargetLibraryInfoImpl library{llvm::Triple()};
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    llvm::LibFunc libFunc;
    if (!function.isExternal() || function.getName().starts_with("llvm.") ||
        declared.contains(function.getName()) ||
        library.getLibFunc(function.getName(), libFunc))
      continue;
    // Where it is called says more than where the lowering declared it.
    Operation *user = function;
    if (auto uses = SymbolTable::getSymbolUses(function, module);
        uses && !uses->empty())
      user = uses->begin()->getUser();
    return emitError(user->getLoc())
           << "the program calls '" << function.getName()
           << "', which is neither a part of it nor of C's library";
  }
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getInitializerRegion().empty() && !global.getValueOrNull())
      return global.emitError()
             << "'" << global.getSymName() << "' is not a part of the program";
  return success();
}

/// Whether the function or what it calls takes memory from the heap.
static bool isAllocating(LLVM::LLVMFuncOp function,
                         SymbolTableCollection &symbols,
                         DenseSet<Operation *> &visited) {
  if (!visited.insert(function).second)
    return false;
  return function
      .walk([&](LLVM::CallOp call) {
        auto callee = dyn_cast_or_null<LLVM::LLVMFuncOp>(
            call.resolveCallableInTable(&symbols));
        if (!callee ||
            (!callee.isExternal() && !isAllocating(callee, symbols, visited)))
          return WalkResult::advance();
        bool isHeap =
            llvm::is_contained({"malloc", "aligned_alloc"}, callee.getName());
        return isHeap || !callee.isExternal() ? WalkResult::interrupt()
                                              : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult norm::addCEntryPoints(ModuleOp module,
                                    MutableArrayRef<CFunction> functions,
                                    const llvm::StringSet<> &declared) {
  if (failed(checkNeeds(module, declared)))
    return failure();
  bool keepsState = false;
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    global.setLinkage(LLVM::Linkage::Internal);
    keepsState |= !global.getConstant();
  }
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (!function.isExternal())
      function.setLinkage(LLVM::Linkage::Internal);
  SymbolTableCollection symbols;
  SymbolTable &table = symbols.getSymbolTable(module);
  for (CFunction &function : functions) {
    auto body = table.lookup<LLVM::LLVMFuncOp>(function.name);
    if (!body)
      return module.emitError()
             << "the lowering lost '" << function.name << "'";
    DenseSet<Operation *> visited;
    function.allocates = isAllocating(body, symbols, visited);
    function.keepsState = keepsState;
    // Calls from other functions go past the entry point.
    if (failed(table.renameToUnique(body, {})))
      return failure();
    FailureOr<LLVM::LLVMFuncOp> entry =
        EntryPointBuilder(body, function).build();
    if (failed(entry))
      return failure();
    table.insert(*entry);
  }
  return success();
}
