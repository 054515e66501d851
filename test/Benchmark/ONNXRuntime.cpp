//===- ONNXRuntime.cpp - Kernels of ONNX Runtime --------------------------===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The library is looked for when the program runs: nothing of it is needed to
// build. A problem is a model of one node, as ONNX's protobuf has it, with the
// scale and the bias as constants, so that kernels may prepare them. Inputs and
// outputs are bound to the problem's arrays: nothing is copied.
//
//===----------------------------------------------------------------------===//

#include "Problem.h"

#include <cstdio>
#include <dlfcn.h>

using namespace bench;

//===----------------------------------------------------------------------===//
// The C interface
//===----------------------------------------------------------------------===//

/// The functions of the interface, in a fixed order; later versions only append
/// to it.
static void *const *table;

namespace {
/// A function by its place in the table; false if it returns an error.
template <unsigned index, typename... Arguments> struct Function {
  bool operator()(Arguments... arguments) const {
    using Type = void *(*)(Arguments...);
    void *status = reinterpret_cast<Type>(table[index])(arguments...);
    if (status)
      reinterpret_cast<void (*)(void *)>(table[93])(status); // ReleaseStatus
    return !status;
  }
};
template <unsigned index> struct Release {
  void operator()(void *object) const {
    reinterpret_cast<void (*)(void *)>(table[index])(object);
  }
};

/// What OrtGetApiBase() returns.
struct Base {
  void *const *(*getApi)(uint32_t version);
  const char *(*getVersionString)();
};
} // namespace

/// The version that first has all that is used here: 1.8.
static constexpr uint32_t apiVersion = 8;

// Severity of messages, name -> environment.
static constexpr Function<3, int, const char *, void **> createEnv;
// Environment, model, its bytes, options -> session.
static constexpr Function<8, void *, const void *, size_t, void *, void **>
    createSessionFromArray;
static constexpr Function<10, void **> createSessionOptions;
static constexpr Function<24, void *, int> setIntraOpNumThreads;
static constexpr Function<25, void *, int> setInterOpNumThreads;
// Memory, data, bytes, shape, rank, element type -> value.
static constexpr Function<49, void *, void *, size_t, const int64_t *, size_t,
                          int, void **>
    createTensorWithData;
// Allocator and memory by number -> memory.
static constexpr Function<69, int, int, void **> createCpuMemoryInfo;
// Session, options, binding.
static constexpr Function<133, void *, void *, void *> runWithBinding;
static constexpr Function<134, void *, void **> createIoBinding;
// Binding, name, value.
static constexpr Function<136, void *, const char *, void *> bindInput;
static constexpr Function<137, void *, const char *, void *> bindOutput;
using ReleaseSession = Release<95>;
using ReleaseValue = Release<96>;
using ReleaseBinding = Release<135>;

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

namespace {
/// A message of protobuf, field after field.
class Message {
public:
  Message &add(unsigned field, uint64_t value) {
    varint(field << 3);
    varint(value);
    return *this;
  }
  Message &add(unsigned field, float value) {
    varint(field << 3 | 5);
    bytes.append(reinterpret_cast<const char *>(&value), 4);
    return *this;
  }
  Message &add(unsigned field, const std::string &value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes += value;
    return *this;
  }
  Message &add(unsigned field, const Message &value) {
    return add(field, value.bytes);
  }
  std::string bytes;

private:
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7)
      bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
  }
};
} // namespace

/// ONNX's number of a type.
static uint64_t numberOf(Array::Element element) {
  switch (element) {
  case Array::Element::F32:
    return 1;
  case Array::Element::I8:
    return 3;
  case Array::Element::F16:
    return 10;
  case Array::Element::BF16:
    return 16;
  }
  __builtin_unreachable();
}

/// A value of the graph; rows are dynamic.
static Message describe(const std::string &name, const Array &array) {
  Message shape;
  shape.add(1, Message().add(2, std::string("rows")));
  shape.add(1, Message().add(1, uint64_t(array.shape[1])));
  Message tensor;
  tensor.add(1, numberOf(array.element)).add(2, shape);
  return Message().add(1, name).add(2, Message().add(1, tensor));
}

static Message constant(const std::string &name, const Array &array) {
  return Message()
      .add(1, uint64_t(array.shape[0]))
      .add(2, numberOf(array.element))
      .add(8, name)
      .add(9, std::string(array.as<char>(), array.bytes()));
}

static std::string nameOf(char kind, unsigned index) {
  return kind + std::to_string(index);
}

/// Empty for what has no op.
static std::string getModel(const Problem &p) {
  std::string type, domain;
  std::vector<std::string> results{"y0"};
  switch (p.op) {
  case Op::LayerNorm:
    type = "LayerNormalization";
    break;
  case Op::RMSNorm:
    type = "SimplifiedLayerNormalization"; // in ONNX's domain, for this library
    break;
  case Op::AddRMSNorm:
    type = "SkipSimplifiedLayerNormalization";
    domain = "com.microsoft";
    // The mean and 1 / sqrt(variance) are not asked for.
    results = {"y0", "", "", "y1"};
    break;
  default:
    return "";
  }
  Message node, graph;
  for (unsigned i = 0; i < p.inputs.size(); ++i)
    node.add(1, nameOf('x', i));
  for (const std::string &result : results)
    node.add(2, result);
  node.add(4, type).add(7, domain);
  // Attributes by their name, value and type (of value): the last axis is the
  // default.
  node.add(5, Message()
                  .add(1, std::string("epsilon"))
                  .add(2, float(epsilon))
                  .add(20, uint64_t(1)));
  graph.add(1, node).add(2, std::string("g"));
  for (unsigned i = 0; i < p.inputs.size(); ++i)
    if (i < p.scaleIndex())
      graph.add(11, describe(nameOf('x', i), p.inputs[i]));
    else
      graph.add(5, constant(nameOf('x', i), p.inputs[i]));
  for (unsigned i = 0; i < p.outputs.size(); ++i)
    graph.add(12, describe(nameOf('y', i), p.outputs[i]));
  auto opset = [](const char *domain, uint64_t version) {
    return Message().add(1, std::string(domain)).add(2, version);
  };
  return Message()
      .add(1, uint64_t(8)) // the format's version
      .add(7, graph)
      .add(8, opset("", 17))
      .add(8, opset("com.microsoft", 1))
      .bytes;
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

static Run prepare(void *env, Problem &p) {
  std::string model = getModel(p);
  void *options = nullptr, *session = nullptr, *binding = nullptr,
       *memory = nullptr;
  if (model.empty() || !createSessionOptions(&options))
    return {};
  std::shared_ptr<void> ownOptions(options, Release<100>());
  if (!setIntraOpNumThreads(options, 1) || !setInterOpNumThreads(options, 1) ||
      !createSessionFromArray(env, model.data(), model.size(), options,
                              &session))
    return {}; // no kernel for the type
  std::shared_ptr<void> ownSession(session, ReleaseSession());
  // The device's own allocator, and its default memory.
  if (!createIoBinding(session, &binding))
    return {};
  std::shared_ptr<void> ownBinding(binding, ReleaseBinding());
  if (!createCpuMemoryInfo(/*OrtDeviceAllocator=*/0, /*OrtMemTypeDefault=*/0,
                           &memory))
    return {};
  std::shared_ptr<void> ownMemory(memory, Release<94>());
  std::vector<std::shared_ptr<void>> values;
  auto bind = [&](auto function, const std::string &name, const Array &array) {
    void *value = nullptr;
    if (!createTensorWithData(memory, array.data.get(), array.bytes(),
                              array.shape.data(), array.shape.size(),
                              numberOf(array.element), &value))
      return false;
    values.emplace_back(value, ReleaseValue());
    return function(binding, name.c_str(), value);
  };
  for (unsigned i = 0; i < p.scaleIndex(); ++i)
    if (!bind(bindInput, nameOf('x', i), p.inputs[i]))
      return {};
  for (unsigned i = 0; i < p.outputs.size(); ++i)
    if (!bind(bindOutput, nameOf('y', i), p.outputs[i]))
      return {};
  // Released in reverse order: the binding before its session.
  return {[ownSession, ownMemory, values, ownBinding] {
            if (!runWithBinding(ownSession.get(), nullptr, ownBinding.get()))
              std::fprintf(stderr, "error: ONNX Runtime does not run\n");
          },
          nullptr};
}

std::vector<Implementation> bench::getONNXRuntime() {
  const char *path = std::getenv("BENCH_ONNXRUNTIME");
  void *library =
      dlopen(path ? path : "libonnxruntime.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return {};
  auto getBase =
      reinterpret_cast<const Base *(*)()>(dlsym(library, "OrtGetApiBase"));
  if (!getBase)
    return {};
  std::string version = getBase()->getVersionString();
  // Another major version may order the functions anew.
  if (version.compare(0, 2, "1.") == 0)
    table = getBase()->getApi(apiVersion);
  void *env = nullptr;
  if (!table || !createEnv(/*only what is fatal=*/4, "bench-cpu", &env)) {
    std::fprintf(stderr, "warning: ONNX Runtime %s is of no use\n",
                 version.c_str());
    return {};
  }
  return {{"ONNX Runtime", [env](Problem &p) { return prepare(env, p); },
           Implementation::Kind::Peer, version}};
}
