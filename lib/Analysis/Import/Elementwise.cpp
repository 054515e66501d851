//===- Elementwise.cpp - The table of elementwise ops ---------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rmsnorm/Analysis/Import/Importer.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::algebra;

using Operands = ArrayRef<Polynomial>;
using Result = std::optional<Polynomial>;

/// base^exponent, where the exponent is a constant that a norm may have.
static Result power(Algebra &a, const Polynomial &base,
                    const Polynomial &exponent) {
  std::optional<Coefficient> value = exponent.asConstant();
  if (!value || !value->isExact())
    return std::nullopt;
  Rational quarters = value->value() * Rational(4);
  std::optional<int64_t> steps = quarters.asInteger();
  if (!steps || std::abs(*steps) > 32)
    return std::nullopt;
  return a.pow(base, value->value());
}

/// True for a number, or a product of extents: integers that cannot wrap.
static bool isExtent(const Polynomial &value) {
  return llvm::all_of(value.terms, [](const Monomial &term) {
    return llvm::all_of(term.factors, [](const Factor &factor) {
      return factor.atom->kind == Atom::Kind::Extent;
    });
  });
}

static Result identity(Algebra &, Operation *, Operands o) { return o[0]; }

static Result integerIdentity(Algebra &, Operation *, Operands o) {
  return isExtent(o[0]) ? Result(o[0]) : std::nullopt;
}

ElementwiseImporter norm::lookupElementwise(StringRef name) {
  static const llvm::StringMap<ElementwiseImporter> table = {
      {"arith.addf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.add(o[0], o[1]);
       }},
      {"arith.subf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.sub(o[0], o[1]);
       }},
      {"arith.mulf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.mul(o[0], o[1]);
       }},
      {"arith.divf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.div(o[0], o[1]);
       }},
      {"arith.negf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.negate(o[0]);
       }},
      {"arith.maximumf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.max(o[0], o[1]);
       }},
      {"arith.maxnumf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.max(o[0], o[1]);
       }},
      {"arith.minimumf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.min(o[0], o[1]);
       }},
      {"arith.minnumf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.min(o[0], o[1]);
       }},
      {"arith.muli",
       [](Algebra &a, Operation *, Operands o) -> Result {
         if (!isExtent(o[0]) || !isExtent(o[1]))
           return std::nullopt;
         return a.mul(o[0], o[1]);
       }},
      {"arith.extf", identity},
      {"arith.truncf", identity},
      {"arith.sitofp", integerIdentity},
      {"arith.uitofp", integerIdentity},
      {"arith.index_cast", integerIdentity},
      {"arith.index_castui", integerIdentity},
      {"arith.extsi", integerIdentity},
      {"arith.extui", integerIdentity},
      {"math.absf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.abs(o[0]);
       }},
      {"math.fma",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.add(a.mul(o[0], o[1]), o[2]);
       }},
      {"math.sqrt",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.pow(o[0], Rational(1, 2));
       }},
      {"math.rsqrt",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return a.pow(o[0], Rational(-1, 2));
       }},
      {"math.powf",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return power(a, o[0], o[1]);
       }},
      {"math.fpowi",
       [](Algebra &a, Operation *, Operands o) -> Result {
         return power(a, o[0], o[1]);
       }},
  };
  return table.lookup(name);
}

bool norm::isRootOp(Operation *op) {
  StringRef name = op->getName().getStringRef();
  return name == "math.rsqrt" || name == "math.sqrt" || name == "math.powf";
}

bool norm::isNormElement(Type type) {
  return isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type);
}

bool norm::isWidening(Operation *op) {
  return op->getName().getStringRef() == "arith.extf";
}
