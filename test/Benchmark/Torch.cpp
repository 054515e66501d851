//===- Torch.cpp - Functions of libtorch ----------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As models call them: LayerNorm and its gradient are one function each, of all
// else there is none in Debian's version and it is composed as model code does.
// Results are tensors of their own; memory that is given back is handed out
// again, as if no page of it were new.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#ifndef RMSNORM_HAVE_TORCH

std::vector<bench::Implementation> bench::getTorch() { return {}; }

#else

#define AT_PER_OPERATOR_HEADERS
#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/native_layer_norm.h>
#include <ATen/ops/native_layer_norm_backward.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstring>
#include <map>

using namespace bench;
using at::Tensor;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

namespace {
/// Hands out again what was given back, by size. For one thread.
struct Cache final : c10::Allocator {
  c10::DataPtr allocate(size_t bytes) const override {
    c10::Device device(c10::DeviceType::CPU);
    if (bytes == 0)
      return {nullptr, device};
    size_t size = (bytes + 63) / 64 * 64;
    void *data = nullptr;
    if (auto it = unused.find(size); it != unused.end()) {
      data = it->second;
      unused.erase(it);
    } else {
      data = std::aligned_alloc(64, size);
      sizes[data] = size;
    }
    return {data, data, giveBack, device};
  }
  static void giveBack(void *data) { unused.emplace(sizes.at(data), data); }
  static void clear() {
    for (auto [size, data] : unused) {
      sizes.erase(data);
      std::free(data);
    }
    unused.clear();
  }
  static inline std::multimap<size_t, void *> unused;
  static inline std::map<void *, size_t> sizes;
};
} // namespace

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// In f32 inside, rounded before the scale.
static Tensor rmsNorm(const Tensor &x, const Tensor &scale) {
  Tensor wide = x.to(at::kFloat);
  Tensor variance = wide.pow(2).mean(-1, /*keepdim=*/true);
  return scale * (wide * (variance + epsilon).rsqrt()).to(x.scalar_type());
}

/// The results of a problem, in the order of its outputs.
static std::vector<Tensor> compute(Op op, const std::vector<Tensor> &in) {
  int64_t columns = in[0].size(1);
  switch (op) {
  case Op::LayerNorm:
    return {std::get<0>(
        at::native_layer_norm(in[0], {columns}, in[1], in[2], epsilon))};
  case Op::RMSNorm:
    return {rmsNorm(in[0], in[1])};
  case Op::AddRMSNorm: {
    Tensor sum = in[0] + in[1];
    return {rmsNorm(sum, in[2]), sum};
  }
  case Op::RMSNormInt8: {
    Tensor y = rmsNorm(in[0], in[1]).to(at::kFloat);
    Tensor largest = y.abs().amax(-1, /*keepdim=*/true);
    return {(y * (127 / largest)).round().to(at::kChar), largest / 127};
  }
  case Op::LayerNormBackward: {
    // The bias only says that its gradient is asked for.
    auto [dx, dscale, dbias] =
        at::native_layer_norm_backward(in[0], in[1], {columns}, in[2], in[3],
                                       in[4], in[4], {true, true, true});
    return {dx, dscale, dbias};
  }
  case Op::RMSNormBackward: {
    at::ScalarType type = in[0].scalar_type();
    Tensor dy = in[0].to(at::kFloat), normal = in[1].to(at::kFloat) * in[2];
    Tensor g = dy * in[3];
    Tensor dx = in[2] * (g - normal * (g * normal).mean(-1, /*keepdim=*/true));
    return {dx.to(type), (dy * normal).sum(0).to(type)};
  }
  }
  __builtin_unreachable();
}

static at::ScalarType typeOf(Array::Element element) {
  switch (element) {
  case Array::Element::F32:
    return at::kFloat;
  case Array::Element::BF16:
    return at::kBFloat16;
  case Array::Element::F16:
    return at::kHalf;
  case Array::Element::I8:
    return at::kChar;
  }
  __builtin_unreachable();
}

static Run prepare(Problem &p) {
  at::set_num_threads(1);
  Cache::clear();
  auto inputs = std::make_shared<std::vector<Tensor>>();
  auto results = std::make_shared<std::vector<Tensor>>();
  auto call = [op = p.op, inputs, results] {
    c10::InferenceMode guard;
    results->clear(); // its memory is used again
    *results = compute(op, *inputs);
  };
  try {
    c10::InferenceMode guard;
    for (const Array &array : p.inputs) {
      std::vector<int64_t> shape = array.shape;
      bool isRow = isBackward(p.op) && shape.size() == 1 &&
                   inputs->size() < p.scaleIndex();
      if (isRow)
        shape.push_back(1);
      inputs->push_back(
          at::from_blob(array.data.get(), shape, typeOf(array.element)));
      // The function wants statistics in the type of x.
      if (isRow && p.op == Op::LayerNormBackward)
        inputs->back() = inputs->back().to(inputs->front().scalar_type());
    }
    call();
  } catch (const std::exception &) {
    return {}; // not for this type
  }
  return {call, [&p, results] {
            for (size_t i = 0; i < results->size(); ++i)
              std::memcpy(p.outputs[i].data.get(),
                          (*results)[i].contiguous().data_ptr(),
                          p.outputs[i].bytes());
          }};
}

std::vector<Implementation> bench::getTorch() {
  static Cache cache;
  c10::SetCPUAllocator(&cache, /*priority=*/100);
  return {{"libtorch", prepare, Implementation::Kind::Peer, TORCH_VERSION}};
}

#endif
