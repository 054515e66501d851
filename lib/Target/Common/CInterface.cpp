//===- CInterface.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a function looks like from C: names, types, sizes and strides.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Target/Common/CInterface.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/TargetLibraryInfo.h"

using namespace mlir;
using namespace mlir::norm;

static constexpr StringLiteral nameAttr = "norm.name";

//===----------------------------------------------------------------------===//
// Names and types
//===----------------------------------------------------------------------===//

/// Words that C99 or C++ keeps for itself, and the types that headers use.
static const llvm::StringSet<> &getReservedWords() {
  static const llvm::StringSet<> words = [] {
    llvm::StringSet<> set;
    for (StringRef word : llvm::split(
             "alignas alignof and and_eq asm auto bitand bitor bool break case "
             "catch char char8_t char16_t char32_t class compl concept const "
             "consteval constexpr constinit const_cast continue co_await "
             "co_return co_yield decltype default delete do double "
             "dynamic_cast else enum explicit export extern false float for "
             "friend goto if inline int int8_t int16_t int32_t int64_t long "
             "mutable namespace new noexcept not not_eq nullptr operator or "
             "or_eq private protected public register reinterpret_cast "
             "requires restrict return short signed sizeof static "
             "static_assert static_cast struct switch template this "
             "thread_local throw true try typedef typeid typename typeof "
             "uint8_t uint16_t uint32_t uint64_t union unsigned using virtual "
             "void volatile wchar_t while xor xor_eq",
             ' '))
      set.insert(word);
    return set;
  }();
  return words;
}

/// Whether `name` is spelled as an identifier that is not reserved by an
/// underscore.
static bool isSpelledAsIdentifier(StringRef name) {
  return !name.empty() && llvm::isAlpha(name.front()) &&
         llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool norm::isCIdentifier(StringRef name) {
  return isSpelledAsIdentifier(name) && !getReservedWords().contains(name);
}

StringRef CParameter::getElementName() const {
  if (isa<IndexType>(elementType))
    return "int64_t";
  if (elementType.isF64())
    return "double";
  if (elementType.isF32())
    return "float";
  unsigned width = elementType.getIntOrFloatBitWidth();
  if (width == 1)
    return "bool";
  bool isUnsigned =
      isa<FloatType>(elementType) || elementType.isUnsignedInteger();
  static constexpr StringLiteral names[2][4] = {
      {"int8_t", "int16_t", "int32_t", "int64_t"},
      {"uint8_t", "uint16_t", "uint32_t", "uint64_t"}};
  return names[isUnsigned][llvm::Log2_32(width / 8)];
}

static bool hasElementName(Type type, bool isBuffer, bool onDevice) {
  if (onDevice && isBuffer && type.isIntOrFloat())
    return llvm::is_contained({8, 16, 32, 64}, type.getIntOrFloatBitWidth());
  if (isa<Float64Type, Float32Type, Float16Type, BFloat16Type>(type))
    return true;
  if (isa<IndexType>(type))
    return true;
  if (auto integer = dyn_cast<IntegerType>(type)) {
    unsigned width = integer.getWidth();
    return llvm::is_contained({8, 16, 32, 64}, width) ||
           (width == 1 && !isBuffer);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// Whether nothing that the value is used by, as it is or through views, may
/// write to the buffer.
static bool isOnlyRead(Value buffer) {
  return llvm::all_of(buffer.getUsers(), [&](Operation *user) {
    if (auto toTensor = dyn_cast<bufferization::ToTensorOp>(user))
      return !toTensor.getWritable();
    if (isa<ViewLikeOpInterface>(user) && isMemoryEffectFree(user))
      return llvm::all_of(user->getResults(), isOnlyRead);
    auto interface = dyn_cast<MemoryEffectOpInterface>(user);
    if (!interface)
      return false;
    SmallVector<MemoryEffects::EffectInstance> effects;
    interface.getEffects(effects);
    // An op without effects may pass the address on.
    if (effects.empty())
      return isa<ShapedDimOpInterface>(user) || user->getNumResults() == 0;
    return llvm::all_of(effects, [&](const auto &effect) {
      return isa<MemoryEffects::Read>(effect.getEffect()) ||
             (effect.getValue() && effect.getValue() != buffer);
    });
  });
}

namespace {
/// Describes one function.
class InterfaceBuilder {
public:
  InterfaceBuilder(func::FuncOp function, const CInterfaceOptions &options)
      : function(function), options(options) {}

  FailureOr<CFunction> build();

private:
  LogicalResult addArgument(unsigned index);
  LogicalResult addResults();
  /// Fills in what the type says, but the sizes of results.
  LogicalResult describe(CParameter &parameter, Type type, const Twine &what);
  FailureOr<std::string> getName(Attribute attribute, const Twine &otherwise);
  std::string makeUnique(std::string name);
  /// A new symbol of that name.
  AffineExpr addSymbol(CParameter &parameter, std::string name);

  func::FuncOp function;
  const CInterfaceOptions &options;
  CFunction result;
  llvm::StringSet<> names;
  /// The symbols of arguments' sizes and of indices.
  DenseMap<std::pair<unsigned, int>, unsigned> symbols;
};
} // namespace

std::string InterfaceBuilder::makeUnique(std::string name) {
  if (getReservedWords().contains(name) ||
      llvm::is_contained(options.reserved, name))
    name += "_";
  std::string unique = name;
  for (unsigned i = 1; !names.insert(unique).second; ++i)
    unique = name + "_" + std::to_string(i);
  return unique;
}

FailureOr<std::string> InterfaceBuilder::getName(Attribute attribute,
                                                 const Twine &otherwise) {
  if (!attribute)
    return makeUnique(otherwise.str());
  auto name = dyn_cast<StringAttr>(attribute);
  if (!name || !isSpelledAsIdentifier(name))
    return function.emitError()
           << "'" << nameAttr << "' must be the name of a parameter in C, but "
           << "is " << attribute;
  return makeUnique(name.str());
}

AffineExpr InterfaceBuilder::addSymbol(CParameter &parameter,
                                       std::string name) {
  unsigned symbol = result.symbolNames.size();
  result.symbolNames.push_back(makeUnique(std::move(name)));
  parameter.symbols.push_back(symbol);
  return getAffineSymbolExpr(symbol, function.getContext());
}

LogicalResult InterfaceBuilder::describe(CParameter &parameter, Type type,
                                         const Twine &what) {
  auto refuse = [&](StringRef why) {
    return function.emitError() << what << " is " << type << ", " << why;
  };
  MemRefLayoutAttrInterface layout;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (tensor.getEncoding())
      return refuse("whose encoding C has no form for");
  } else if (auto memref = dyn_cast<MemRefType>(type)) {
    if (memref.getMemorySpace())
      return refuse("which is not in the memory of C");
    layout = memref.getLayout();
  } else if (isa<ShapedType>(type)) {
    return refuse("which C has no form for");
  }
  auto shaped = dyn_cast<ShapedType>(type);
  parameter.isBuffer = shaped != nullptr;
  parameter.elementType = shaped ? shaped.getElementType() : type;
  if (!hasElementName(parameter.elementType, parameter.isBuffer,
                      options.onDevice))
    return refuse(parameter.isBuffer ? "whose elements C has no type for"
                                     : "which C has no type for");
  if (!layout || layout.isIdentity())
    return success();
  SmallVector<int64_t> strides;
  if (failed(cast<MemRefType>(type).getStridesAndOffset(strides,
                                                        parameter.offset)))
    return refuse("whose layout is not strided");
  if (ShapedType::isDynamic(parameter.offset))
    parameter.offset = 0;
  parameter.strides.emplace();
  for (int64_t stride : strides)
    parameter.strides->push_back(
        getAffineConstantExpr(stride, function.getContext()));
  return success();
}

LogicalResult InterfaceBuilder::addArgument(unsigned index) {
  CParameter parameter;
  Type type = function.getArgumentTypes()[index];
  auto writable = function.getArgAttrOfType<BoolAttr>(
      index, bufferization::BufferizationDialect::kWritableAttrName);
  // The layout that bufferization gives to the argument.
  if (auto layout = function.getArgAttrOfType<MemRefLayoutAttrInterface>(
          index, bufferization::BufferizationDialect::kBufferLayoutAttrName))
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      type =
          MemRefType::get(tensor.getShape(), tensor.getElementType(), layout);
  if (failed(describe(parameter, type, "argument #" + Twine(index))))
    return failure();
  auto name =
      getName(function.getArgAttr(index, nameAttr), "arg" + Twine(index));
  if (failed(name))
    return failure();
  parameter.name = *name;
  function.removeArgAttr(index,
                         StringAttr::get(function.getContext(), nameAttr));

  if (isa<RankedTensorType>(function.getArgumentTypes()[index])) {
    if (writable && writable.getValue())
      parameter.access = CParameter::Access::ReadAndWritten;
    else
      function.setArgAttr(
          index, bufferization::BufferizationDialect::kWritableAttrName,
          BoolAttr::get(function.getContext(), false));
  } else if (parameter.isBuffer && !isOnlyRead(function.getArgument(index))) {
    parameter.access = CParameter::Access::ReadAndWritten;
  }
  if (!parameter.isBuffer) {
    if (isa<IndexType>(type)) {
      symbols[{index, -1}] = result.symbolNames.size();
      result.symbolNames.push_back(parameter.name);
    }
    result.parameters.push_back(std::move(parameter));
    return success();
  }
  for (auto [dim, size] : llvm::enumerate(cast<ShapedType>(type).getShape())) {
    if (ShapedType::isDynamic(size))
      symbols[{index, dim}] = result.symbolNames.size();
    parameter.sizes.push_back(
        ShapedType::isDynamic(size)
            ? addSymbol(parameter,
                        parameter.name + "_dim" + std::to_string(dim))
            : getAffineConstantExpr(size, function.getContext()));
  }
  if (parameter.strides)
    for (auto [dim, stride] : llvm::enumerate(*parameter.strides))
      if (ShapedType::isDynamic(cast<AffineConstantExpr>(stride).getValue()))
        stride = addSymbol(parameter,
                           parameter.name + "_stride" + std::to_string(dim));
  result.parameters.push_back(std::move(parameter));
  return success();
}

LogicalResult InterfaceBuilder::addResults() {
  auto sizes = getResultSizes(
      function, [&](unsigned argument, std::optional<unsigned> dim) {
        return symbols.at({argument, dim ? static_cast<int>(*dim) : -1});
      });
  if (failed(sizes))
    return failure();
  for (auto [index, type] : llvm::enumerate(function.getResultTypes())) {
    CParameter parameter;
    parameter.access = CParameter::Access::Written;
    if (failed(describe(parameter, type, "result #" + Twine(index))))
      return failure();
    if (options.onDevice && !parameter.isBuffer)
      return function.emitError()
             << "result #" << index << " is " << type
             << "; only buffers can be written by a device";
    if (parameter.strides)
      return function.emitError()
             << "result #" << index << " is " << type
             << "; only a buffer in row-major order can be returned";
    auto name = getName(function.getResultAttr(index, nameAttr),
                        "result" + Twine(index));
    if (failed(name))
      return failure();
    parameter.name = *name;
    function.removeResultAttr(index,
                              StringAttr::get(function.getContext(), nameAttr));
    parameter.sizes = std::move((*sizes)[index]);
    result.parameters.push_back(std::move(parameter));
  }
  return success();
}

FailureOr<CFunction> InterfaceBuilder::build() {
  result.name = function.getName().str();
  // C's own one takes other arguments.
  if (!isCIdentifier(result.name) || result.name == "main")
    return function.emitError() << "'" << result.name
                                << "' cannot be the name of a function in C; "
                                   "--prefix makes another one of it";
  // The code would call itself in the library's place.
  llvm::LibFunc libFunc;
  if (llvm::TargetLibraryInfoImpl(llvm::Triple())
          .getLibFunc(result.name, libFunc))
    return function.emitError()
           << "'" << result.name
           << "' is a function of C's library; --prefix makes another "
              "name of it";
  names.insert(result.name);
  result.numArguments = function.getNumArguments();
  for (unsigned i = 0; i < result.numArguments; ++i)
    if (failed(addArgument(i)))
      return failure();
  if (failed(addResults()))
    return failure();
  // Only what C calls is visible.
  function->removeAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName());
  return std::move(result);
}

FailureOr<std::vector<CFunction>>
norm::buildCInterface(ModuleOp module, const CInterfaceOptions &options) {
  std::vector<CFunction> functions;
  for (func::FuncOp function : module.getOps<func::FuncOp>()) {
    if (function.isExternal()) {
      auto isPassedAlike = [](Type type) {
        return isa<Float32Type, Float64Type, IndexType>(type) ||
               type.isInteger(64);
      };
      if (!llvm::all_of(function.getArgumentTypes(), isPassedAlike) ||
          !llvm::all_of(function.getResultTypes(), isPassedAlike) ||
          function.getNumResults() > 1)
        return function.emitError()
               << "'" << function.getName()
               << "' has no body, and C's functions can be called with scalars "
                  "of type f32, f64, i64 and index only, for one result";
      continue;
    }
    if (!function.isPublic())
      continue;
    FailureOr<CFunction> described =
        InterfaceBuilder(function, options).build();
    if (failed(described))
      return failure();
    functions.push_back(std::move(*described));
  }
  if (functions.empty())
    return module.emitError("there is no public function with a body to "
                            "compile");
  return functions;
}
