//===- Elements.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

using namespace normtest;

namespace {
struct Format {
  const char *name;
  size_t bytes;
  /// Bits of the significand, the hidden one included.
  int precision;
  /// Of the smallest positive number, and of what is just too large.
  int minExponent, maxExponent;
};
} // namespace

static const Format &getFormat(Type type) {
  static const Format formats[] = {{"f32", 4, 24, -149, 128},
                                   {"bf16", 2, 8, -133, 128},
                                   {"f16", 2, 11, -24, 16},
                                   {"f64", 8, 53, -1074, 1024},
                                   {"i8", 1, 7, 0, 7}};
  return formats[static_cast<unsigned>(type)];
}

const char *normtest::name(Type type) { return getFormat(type).name; }
size_t normtest::bytesOf(Type type) { return getFormat(type).bytes; }

double normtest::unitOf(Type type) {
  return std::ldexp(1.0, -getFormat(type).precision);
}
double normtest::tinyOf(Type type) {
  return std::ldexp(1.0, getFormat(type).minExponent);
}
double normtest::minNormalOf(Type type) {
  const Format &format = getFormat(type);
  return std::ldexp(1.0, format.minExponent + format.precision - 1);
}
double normtest::maxOf(Type type) {
  const Format &format = getFormat(type);
  return std::ldexp(2.0 - 2.0 * unitOf(type), format.maxExponent - 1);
}

/// The exponent of the last bit of numbers of this magnitude.
static int getLastExponent(const Format &format, long double magnitude) {
  int exponent = 0;
  std::frexp(magnitude, &exponent);
  return std::max(exponent - format.precision, format.minExponent);
}

long double normtest::roundTo(Type type, long double value) {
  if (value == 0 || !std::isfinite(value))
    return value;
  const Format &format = getFormat(type);
  int last = getLastExponent(format, value);
  long double rounded =
      std::ldexp(std::nearbyint(std::ldexp(value, -last)), last);
  if (std::fabs(rounded) > maxOf(type))
    return std::copysign(std::numeric_limits<long double>::infinity(), value);
  return rounded;
}

long double normtest::ulpAt(Type type, long double magnitude) {
  const Format &format = getFormat(type);
  if (magnitude == 0)
    return tinyOf(type);
  return std::ldexp(1.0L, getLastExponent(format, magnitude));
}

static double loadF16(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double mantissa = bits & 1023;
  double value = exponent == 31  ? (mantissa == 0 ? HUGE_VAL : NAN)
                 : exponent == 0 ? std::ldexp(mantissa, -24)
                                 : std::ldexp(mantissa + 1024.0, exponent - 25);
  return std::copysign(value, bits >> 15 ? -1.0 : 1.0);
}

static uint16_t storeF16(double value) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  double magnitude = std::fabs(value);
  if (std::isnan(value))
    return sign | 0x7e00;
  if (std::isinf(value))
    return sign | 0x7c00;
  if (magnitude < minNormalOf(Type::F16))
    return sign | static_cast<uint16_t>(std::ldexp(magnitude, 24));
  int exponent = 0;
  double fraction = std::frexp(magnitude, &exponent); // in [1/2, 1)
  auto mantissa = static_cast<uint16_t>(std::ldexp(fraction, 11)) & 1023;
  return sign | static_cast<uint16_t>((exponent + 14) << 10) | mantissa;
}

template <typename T> static T read(const void *from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

double normtest::load(Type type, const void *from) {
  switch (type) {
  case Type::F32:
    return read<float>(from);
  case Type::F64:
    return read<double>(from);
  case Type::F16:
    return loadF16(read<uint16_t>(from));
  case Type::BF16: {
    uint32_t bits = static_cast<uint32_t>(read<uint16_t>(from)) << 16;
    return read<float>(&bits);
  }
  case Type::I8:
    return read<int8_t>(from);
  }
  __builtin_unreachable();
}

void normtest::store(Type type, void *to, double value) {
  auto write = [&](auto bits) { std::memcpy(to, &bits, sizeof(bits)); };
  switch (type) {
  case Type::F32:
    return write(static_cast<float>(value));
  case Type::F64:
    return write(value);
  case Type::F16:
    return write(storeF16(value));
  case Type::BF16: {
    auto narrow = static_cast<float>(value);
    return write(static_cast<uint16_t>(read<uint32_t>(&narrow) >> 16));
  }
  case Type::I8:
    return write(static_cast<int8_t>(value));
  }
}
