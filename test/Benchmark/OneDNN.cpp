//===- OneDNN.cpp - oneDNN's primitives -----------------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The interface of version 2, which Debian has. It has LayerNorm only.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#ifndef RMSNORM_HAVE_DNNL

std::vector<bench::Implementation> bench::getOneDNN() { return {}; }

#else

#include <dnnl.hpp>

using namespace bench;
using namespace dnnl;

static Run prepare(Problem &p) {
  if (p.op != Op::LayerNorm && p.op != Op::LayerNormBackward)
    return {};
  static engine cpu(engine::kind::cpu, 0);
  static stream queue(cpu);
  auto type = p.type == Type::F32    ? memory::data_type::f32
              : p.type == Type::BF16 ? memory::data_type::bf16
                                     : memory::data_type::f16;
  memory::desc matrix({p.rows, p.columns}, type, memory::format_tag::ab);
  memory::desc column({p.rows}, memory::data_type::f32, memory::format_tag::a);
  memory::desc vector({p.columns}, memory::data_type::f32,
                      memory::format_tag::a);
  auto wrap = [&](const memory::desc &desc, const Array &array) {
    return memory(desc, cpu, array.data.get());
  };
  // Scales are in f32 here, whatever the matrices are.
  auto widen = [&](const Array &array) {
    memory wide(vector, cpu);
    for (int64_t i = 0; i < p.columns; ++i)
      static_cast<float *>(wide.get_data_handle())[i] = array.at(i);
    return wide;
  };
  auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
  auto forwardDesc = [&](prop_kind kind) {
    return layer_normalization_forward::primitive_desc(
        {kind, matrix, column, float(epsilon), flags}, cpu);
  };
  // So are their gradients.
  std::array<memory, 2> gradients;
  std::unordered_map<int, memory> arguments;
  std::shared_ptr<primitive> primitive;
  try {
    if (p.op == Op::LayerNorm) {
      primitive = std::make_shared<layer_normalization_forward>(
          forwardDesc(prop_kind::forward_inference));
      arguments = {{DNNL_ARG_SRC, wrap(matrix, p.inputs[0])},
                   {DNNL_ARG_SCALE, widen(p.inputs[1])},
                   {DNNL_ARG_SHIFT, widen(p.inputs[2])},
                   {DNNL_ARG_DST, wrap(matrix, p.outputs[0])}};
    } else {
      auto forward = forwardDesc(prop_kind::forward_training);
      // It takes the variance in the place of rstd.
      memory variance(column, cpu);
      for (int64_t row = 0; row < p.rows; ++row) {
        double rstd = p.inputs[3].at(row);
        static_cast<float *>(variance.get_data_handle())[row] =
            1.0 / (rstd * rstd) - epsilon;
      }
      primitive = std::make_shared<layer_normalization_backward>(
          layer_normalization_backward::primitive_desc({prop_kind::backward,
                                                        matrix, matrix, column,
                                                        float(epsilon), flags},
                                                       cpu, forward));
      gradients = {memory(vector, cpu), memory(vector, cpu)};
      arguments = {{DNNL_ARG_DIFF_DST, wrap(matrix, p.inputs[0])},
                   {DNNL_ARG_SRC, wrap(matrix, p.inputs[1])},
                   {DNNL_ARG_MEAN, wrap(column, p.inputs[2])},
                   {DNNL_ARG_VARIANCE, variance},
                   {DNNL_ARG_SCALE, widen(p.inputs[4])},
                   {DNNL_ARG_SHIFT, memory(vector, cpu)},
                   {DNNL_ARG_DIFF_SRC, wrap(matrix, p.outputs[0])},
                   {DNNL_ARG_DIFF_SCALE, gradients[0]},
                   {DNNL_ARG_DIFF_SHIFT, gradients[1]}};
    }
  } catch (const error &) {
    return {}; // not for this machine or type
  }
  auto call = [primitive, arguments] {
    primitive->execute(queue, arguments);
    queue.wait();
  };
  if (p.op == Op::LayerNorm)
    return {call, nullptr};
  return {
      call, [&p, gradients] {
        for (int64_t i = 0; i < p.columns; ++i)
          for (unsigned which : {0, 1})
            p.outputs[1 + which].set(
                i, static_cast<float *>(gradients[which].get_data_handle())[i]);
      }};
}

std::vector<Implementation> bench::getOneDNN() {
  const dnnl_version_t *version = dnnl_version();
  return {{"oneDNN", prepare, Implementation::Kind::Peer,
           std::to_string(version->major) + "." +
               std::to_string(version->minor) + "." +
               std::to_string(version->patch)}};
}

#endif
