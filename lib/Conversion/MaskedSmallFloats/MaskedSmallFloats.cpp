//===- MaskedSmallFloats.cpp -----------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a target has neither masks nor 16-bit floats, LLVM takes a masked
// vector apart, makes a float of each element, and calls a function to get it
// back. A scalable vector, masked or not, it cannot take apart.
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Conversion/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMMOVEMASKEDSMALLFLOATS
#include "rmsnorm/Conversion/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

static Type toIntegers(OpBuilder &b, Type type) {
  return cast<VectorType>(type).clone(b.getI16Type());
}

static bool isSmall(Type type) {
  return isa<BFloat16Type, Float16Type>(getElementTypeOrSelf(type));
}

static void moveAsIntegers(LLVM::MaskedLoadOp load) {
  if (!isSmall(load.getType()))
    return;
  OpBuilder b(load);
  Location loc = load.getLoc();
  Type type = toIntegers(b, load.getType());
  Value passThru = load.getPassThru();
  if (passThru)
    passThru = LLVM::BitcastOp::create(b, loc, type, passThru);
  auto integers = LLVM::MaskedLoadOp::create(
      b, loc, type, load.getData(), load.getMask(), passThru,
      load.getAlignmentAttr(), load.getNontemporalAttr());
  load.replaceAllUsesWith(
      LLVM::BitcastOp::create(b, loc, load.getType(), integers).getResult());
  load.erase();
}

static void moveAsIntegers(LLVM::MaskedStoreOp store) {
  Value value = store.getValue();
  if (!isSmall(value.getType()))
    return;
  OpBuilder b(store);
  store.getValueMutable().assign(LLVM::BitcastOp::create(
      b, store.getLoc(), toIntegers(b, value.getType()), value));
}

static bool isScalable(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.isScalable();
}

static void moveAsIntegers(LLVM::LoadOp load) {
  Type type = load.getType();
  if (!isSmall(type) || !isScalable(type))
    return;
  OpBuilder b(load);
  b.setInsertionPointAfter(load);
  load.getResult().setType(toIntegers(b, type));
  auto floats = LLVM::BitcastOp::create(b, load.getLoc(), type, load);
  load.getResult().replaceAllUsesExcept(floats, floats);
}

static void moveAsIntegers(LLVM::StoreOp store) {
  Type type = store.getValue().getType();
  if (!isSmall(type) || !isScalable(type))
    return;
  OpBuilder b(store);
  store.getValueMutable().assign(LLVM::BitcastOp::create(
      b, store.getLoc(), toIntegers(b, type), store.getValue()));
}

namespace {
struct NormMoveMaskedSmallFloats
    : norm::impl::NormMoveMaskedSmallFloatsBase<NormMoveMaskedSmallFloats> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      TypeSwitch<Operation *>(op)
          .Case<LLVM::MaskedLoadOp, LLVM::MaskedStoreOp, LLVM::LoadOp,
                LLVM::StoreOp>([](auto access) { moveAsIntegers(access); });
    });
  }
};
} // namespace
