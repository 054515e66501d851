//===- Arith.cpp - arith and math -----------------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

using namespace mlir;
using namespace mlir::norm;

void norm::addArithRows(OpTable &t) {
  t.constant("arith.constant");
  t.elementwise("arith.addf", elements::add).isAffine = true;
  t.elementwise("arith.subf", elements::sub).isAffine = true;
  t.elementwise("arith.mulf", elements::mul).isAffine = true;
  t.elementwise("arith.negf", elements::negate).isAffine = true;
  t.elementwise("arith.divf", elements::div);
  t.elementwise("arith.maximumf", elements::max);
  t.elementwise("arith.minimumf", elements::min);
  t.elementwise("arith.maxnumf", elements::max).dropsNaN = true;
  t.elementwise("arith.minnumf", elements::min).dropsNaN = true;
  t.elementwise("arith.extf", elements::identity).isCast = true;
  t.elementwise("arith.truncf", elements::identity).isCast = true;
  t.elementwise("arith.select", elements::select);
  t.elementwise("arith.muli", elements::mul);
  for (StringRef name : {"sitofp", "index_cast", "extsi"})
    t.elementwise("arith." + name, elements::integerIdentity);
  for (StringRef name : {"uitofp", "index_castui", "extui"})
    t.elementwise("arith." + name, elements::unsignedIdentity);

  t.elementwise("math.absf", elements::abs);
  t.elementwise("math.fma", elements::fma);
  t.elementwise("math.sqrt", elements::sqrt).isRoot = true;
  t.elementwise("math.rsqrt", elements::rsqrt).isRoot = true;
  t.elementwise("math.powf", elements::power).isRoot = true;
  t.elementwise("math.fpowi", elements::power);
}
