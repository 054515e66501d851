//===- ScalarInteger.cpp ------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels of the integer ops and of select.
//
// An integer depends on floats only through conversions and comparisons, so
// errors are rare: sums and products carry them, everything else turns an
// error into "no bound".
//
//===----------------------------------------------------------------------===//

#include "Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::reference;

static constexpr double infinity = std::numeric_limits<double>::infinity();

static bool isExact(ArrayRef<Number> in) {
  return llvm::all_of(in, [](Number number) { return number.error == 0.0; });
}

static uint64_t zeroExtended(int64_t integer, unsigned width) {
  uint64_t bits = integer;
  return width < 64 ? bits & ((uint64_t(1) << width) - 1) : bits;
}

/// The low bits of `bits`, as arrays keep them.
static int64_t wrap(uint64_t bits, unsigned width) {
  return width == 1 ? static_cast<int64_t>(bits & 1)
                    : llvm::SignExtend64(bits, width);
}

/// i1 is kept as 0 or 1, but is 0 or -1 where its sign counts.
static int64_t signedValue(int64_t integer, unsigned width) {
  return width == 1 ? -integer : integer;
}

static Number make(const ScalarOp &op, uint64_t bits, double error) {
  if (error != 0.0 && op.format.width == 1)
    error = 1.0;
  return Number::ofInteger(wrap(bits, op.format.width), error);
}

/// A function of the operands as zero-extended integers.
template <typename F>
static Number unsignedOp(const ScalarOp &op, ArrayRef<Number> in, F f) {
  unsigned width = op.operandFormat.width;
  return make(
      op,
      f(zeroExtended(in[0].integer, width), zeroExtended(in[1].integer, width)),
      isExact(in) ? 0.0 : infinity);
}

/// A function of the operands as signed integers.
template <typename F>
static Number signedOp(const ScalarOp &op, ArrayRef<Number> in, F f) {
  unsigned width = op.operandFormat.width;
  return make(op,
              static_cast<uint64_t>(f(signedValue(in[0].integer, width),
                                      signedValue(in[1].integer, width))),
              isExact(in) ? 0.0 : infinity);
}

/// Division by zero and overflow are undefined: no result is wrong.
template <typename F>
static Number signedDivision(const ScalarOp &op, ArrayRef<Number> in, F f) {
  int64_t divisor = in[1].integer;
  if (divisor == 0 || (divisor == -1 && in[0].integer == INT64_MIN))
    return Number::ofInteger(0, infinity);
  return signedOp(op, in, f);
}
template <typename F>
static Number unsignedDivision(const ScalarOp &op, ArrayRef<Number> in, F f) {
  if (in[1].integer == 0)
    return Number::ofInteger(0, infinity);
  return unsignedOp(op, in, f);
}

template <typename F>
static Number shift(const ScalarOp &op, ArrayRef<Number> in, F f) {
  if (zeroExtended(in[1].integer, op.format.width) >= op.format.width)
    return Number::ofInteger(0, infinity);
  return f(op, in);
}

static Number add(const ScalarOp &op, ArrayRef<Number> in) {
  return make(op,
              static_cast<uint64_t>(in[0].integer) +
                  static_cast<uint64_t>(in[1].integer),
              in[0].error + in[1].error);
}
static Number subtract(const ScalarOp &op, ArrayRef<Number> in) {
  return make(op,
              static_cast<uint64_t>(in[0].integer) -
                  static_cast<uint64_t>(in[1].integer),
              in[0].error + in[1].error);
}
static Number multiply(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a * b; });
}
static Number divideSigned(const ScalarOp &op, ArrayRef<Number> in) {
  return signedDivision(op, in, [](int64_t a, int64_t b) { return a / b; });
}
static Number remainderSigned(const ScalarOp &op, ArrayRef<Number> in) {
  return signedDivision(op, in, [](int64_t a, int64_t b) { return a % b; });
}
static Number divideFloor(const ScalarOp &op, ArrayRef<Number> in) {
  return signedDivision(op, in, [](int64_t a, int64_t b) {
    return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  });
}
static Number divideCeil(const ScalarOp &op, ArrayRef<Number> in) {
  return signedDivision(op, in, [](int64_t a, int64_t b) {
    return a / b + ((a % b != 0 && (a < 0) == (b < 0)) ? 1 : 0);
  });
}
static Number divideUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedDivision(op, in, [](uint64_t a, uint64_t b) { return a / b; });
}
static Number remainderUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedDivision(op, in, [](uint64_t a, uint64_t b) { return a % b; });
}
static Number divideCeilUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedDivision(op, in, [](uint64_t a, uint64_t b) {
    return a / b + (a % b != 0 ? 1 : 0);
  });
}
static Number bitAnd(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a & b; });
}
static Number bitOr(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a | b; });
}
static Number bitXor(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a ^ b; });
}
static Number shiftLeft(const ScalarOp &op, ArrayRef<Number> in) {
  return shift(op, in, [](const ScalarOp &op, ArrayRef<Number> in) {
    return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a << b; });
  });
}
static Number shiftRightSigned(const ScalarOp &op, ArrayRef<Number> in) {
  return shift(op, in, [](const ScalarOp &op, ArrayRef<Number> in) {
    return signedOp(op, in, [](int64_t a, int64_t b) { return a >> b; });
  });
}
static Number shiftRightUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return shift(op, in, [](const ScalarOp &op, ArrayRef<Number> in) {
    return unsignedOp(op, in, [](uint64_t a, uint64_t b) { return a >> b; });
  });
}
static Number maximumSigned(const ScalarOp &op, ArrayRef<Number> in) {
  return signedOp(op, in, [](int64_t a, int64_t b) { return std::max(a, b); });
}
static Number minimumSigned(const ScalarOp &op, ArrayRef<Number> in) {
  return signedOp(op, in, [](int64_t a, int64_t b) { return std::min(a, b); });
}
static Number maximumUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in,
                    [](uint64_t a, uint64_t b) { return std::max(a, b); });
}
static Number minimumUnsigned(const ScalarOp &op, ArrayRef<Number> in) {
  return unsignedOp(op, in,
                    [](uint64_t a, uint64_t b) { return std::min(a, b); });
}

static Number absolute(const ScalarOp &op, ArrayRef<Number> in) {
  int64_t integer = in[0].integer;
  return make(op, integer < 0 ? -static_cast<uint64_t>(integer) : integer,
              in[0].error);
}

template <bool isSigned>
static Number convert(const ScalarOp &op, ArrayRef<Number> in) {
  unsigned width = op.operandFormat.width;
  uint64_t bits = isSigned
                      ? static_cast<uint64_t>(signedValue(in[0].integer, width))
                      : zeroExtended(in[0].integer, width);
  return make(op, bits, in[0].error);
}

static Number compareIntegers(const ScalarOp &op, ArrayRef<Number> in) {
  unsigned width = op.operandFormat.width;
  int64_t a = signedValue(in[0].integer, width);
  int64_t b = signedValue(in[1].integer, width);
  uint64_t ua = zeroExtended(a, width), ub = zeroExtended(b, width);
  bool result = false;
  switch (static_cast<arith::CmpIPredicate>(op.predicate)) {
  case arith::CmpIPredicate::eq:
    result = a == b;
    break;
  case arith::CmpIPredicate::ne:
    result = a != b;
    break;
  case arith::CmpIPredicate::slt:
    result = a < b;
    break;
  case arith::CmpIPredicate::sle:
    result = a <= b;
    break;
  case arith::CmpIPredicate::sgt:
    result = a > b;
    break;
  case arith::CmpIPredicate::sge:
    result = a >= b;
    break;
  case arith::CmpIPredicate::ult:
    result = ua < ub;
    break;
  case arith::CmpIPredicate::ule:
    result = ua <= ub;
    break;
  case arith::CmpIPredicate::ugt:
    result = ua > ub;
    break;
  case arith::CmpIPredicate::uge:
    result = ua >= ub;
    break;
  }
  double slack = in[0].error + in[1].error;
  double distance = std::fabs(static_cast<double>(a) - static_cast<double>(b));
  return Number::ofInteger(result,
                           slack > 0.0 && !(distance > slack) ? 1.0 : 0.0);
}

static Number select(const ScalarOp &op, ArrayRef<Number> in) {
  bool condition = in[0].integer != 0;
  Number chosen = condition ? in[1] : in[2];
  if (in[0].error == 0.0)
    return chosen;
  // An implementation may choose the other one.
  Number other = condition ? in[2] : in[1];
  double distance = op.format.semantics
                        ? std::fabs(chosen.value - other.value)
                        : std::fabs(static_cast<double>(chosen.integer) -
                                    static_cast<double>(other.integer));
  chosen.error = std::fmax(chosen.error, distance + other.error);
  if (std::isnan(distance))
    chosen.error = infinity;
  return chosen;
}

Kernel norm::reference::getIntegerKernel(StringRef name) {
  return llvm::StringSwitch<Kernel>(name)
      .Case("arith.select", select)
      .Case("arith.addi", add)
      .Case("arith.subi", subtract)
      .Case("arith.muli", multiply)
      .Case("arith.divsi", divideSigned)
      .Case("arith.divui", divideUnsigned)
      .Case("arith.remsi", remainderSigned)
      .Case("arith.remui", remainderUnsigned)
      .Case("arith.ceildivsi", divideCeil)
      .Case("arith.ceildivui", divideCeilUnsigned)
      .Case("arith.floordivsi", divideFloor)
      .Case("arith.andi", bitAnd)
      .Case("arith.ori", bitOr)
      .Case("arith.xori", bitXor)
      .Case("arith.shli", shiftLeft)
      .Case("arith.shrsi", shiftRightSigned)
      .Case("arith.shrui", shiftRightUnsigned)
      .Case("arith.maxsi", maximumSigned)
      .Case("arith.minsi", minimumSigned)
      .Case("arith.maxui", maximumUnsigned)
      .Case("arith.minui", minimumUnsigned)
      .Case("arith.cmpi", compareIntegers)
      .Cases({"arith.extsi", "arith.trunci", "arith.index_cast"}, convert<true>)
      .Cases({"arith.extui", "arith.index_castui"}, convert<false>)
      .Case("math.absi", absolute)
      .Default(nullptr);
}
