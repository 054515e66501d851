//===- Run.cpp -------------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

using namespace normtest;
using hostkernel::HostKernel;

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

Buffer::Buffer(size_t bytes, Place place) : bytes(bytes) {
  size_t page = sysconf(_SC_PAGESIZE);
  size_t inside = (bytes + page - 1) / page * page;
  mapped = inside + 2 * page;
  void *address =
      mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) {
    std::perror("mmap");
    std::abort();
  }
  mapping = static_cast<char *>(address);
  if (inside != 0 && mprotect(mapping + page, inside, PROT_READ | PROT_WRITE)) {
    std::perror("mprotect");
    std::abort();
  }
  begin = mapping + page + (place == Place::End ? inside - bytes : 0);
}

Buffer::~Buffer() { munmap(mapping, mapped); }

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

std::string normtest::getPipeline(const std::string &options) {
  return "builtin.module(norm-fuse,norm-to-cpu{out-params " + options + "})";
}

const HostKernel &normtest::getKernel(Op op, Type type, const Domain &domain,
                                      Layout layout,
                                      const std::string &options) {
  // Never destroyed: at the end of the process it would be too late, because an
  // engine compiles once more when it is.
  static auto &kernels =
      *new std::map<std::string, std::unique_ptr<HostKernel>>;
  std::string source = getSource(op, type, domain, layout);
  std::unique_ptr<HostKernel> &kernel = kernels[options + source];
  if (!kernel)
    kernel = HostKernel::compile(source, getPipeline(options));
  if (!kernel) {
    std::fprintf(stderr, "cannot compile:\n%s", source.c_str());
    std::abort();
  }
  return *kernel;
}

//===----------------------------------------------------------------------===//
// Layouts
//===----------------------------------------------------------------------===//

namespace {
/// Where an operand's elements are.
struct Placement {
  Placement(const Problem &problem, Kind kind, const RunOptions &options);

  /// The element of the value number `index`.
  int64_t at(int64_t index) const {
    int64_t inner = columns.size();
    return rows[index / inner] + columns[index % inner];
  }

  std::vector<int64_t> sizes, strides;
  int64_t offset = 0;
  /// One more than the last element.
  int64_t extent = 1;
  std::vector<int64_t> rows{0}, columns{0};
};
} // namespace

Placement::Placement(const Problem &problem, Kind kind,
                     const RunOptions &options) {
  const Domain &domain = problem.domain;
  std::vector<unsigned> dims;
  for (unsigned dim = 0; dim < domain.extents.size(); ++dim)
    if (kind == Kind::Matrix || domain.isAxis(dim) == (kind == Kind::Column))
      dims.push_back(dim);
  bool isPlain = options.layout == Layout::Identity || kind == Kind::PerRow ||
                 (options.layout == Layout::Columns && kind != Kind::Matrix);
  // The last dimension is the fastest, but for Columns.
  std::vector<unsigned> order(dims.rbegin(), dims.rend());
  if (options.layout == Layout::Columns && !isPlain)
    order = dims;
  std::map<unsigned, int64_t> strideOf;
  int64_t stride = !isPlain && options.layout == Layout::Everywhere ? 2 : 1;
  for (unsigned dim : order) {
    strideOf[dim] = stride;
    stride = stride * domain.extents[dim] + (isPlain ? 0 : options.padding);
  }
  for (unsigned dim : dims) {
    sizes.push_back(domain.extents[dim]);
    strides.push_back(strideOf[dim]);
    std::vector<int64_t> &to = domain.isAxis(dim) ? columns : rows;
    std::vector<int64_t> next;
    for (int64_t before : to)
      for (int64_t i = 0; i < domain.extents[dim]; ++i)
        next.push_back(before + i * strideOf[dim]);
    to = std::move(next);
  }
  if (!isPlain)
    offset = 5;
  extent =
      rows.empty() || columns.empty() ? 0 : rows.back() + columns.back() + 1;
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

/// NaN in every float type, and a code that is not used.
static constexpr unsigned char poison = 0xff, poisonCode = 0x80;

std::string normtest::run(const HostKernel &kernel, Problem &problem,
                          const RunOptions &options) {
  auto call = [&](hostkernel::Arguments &arguments,
                  llvm::ArrayRef<const Buffer *>) -> std::string {
    kernel.call(arguments);
    return "";
  };
  return run(call, problem, options);
}

std::string normtest::run(Callable callable, Problem &problem,
                          const RunOptions &options) {
  struct Entry {
    Operand *operand;
    Placement placement;
    std::shared_ptr<Buffer> buffer;
    std::vector<char> before;
  };
  std::vector<Entry> entries;
  hostkernel::Arguments arguments;
  auto add = [&](Operand &operand, std::shared_ptr<Buffer> buffer) {
    Placement placement(problem, operand.kind, options);
    size_t bytes = bytesOf(operand.type);
    if (!buffer) {
      buffer =
          std::make_shared<Buffer>(placement.extent * bytes, options.place);
      std::memset(buffer->data(),
                  operand.type == Type::I8 ? poisonCode : poison,
                  buffer->size());
    }
    // An offset leads from an address that may be in the page before.
    char *data = buffer->data() - placement.offset * bytes;
    arguments.add({data, placement.offset, placement.sizes, placement.strides});
    entries.push_back({&operand, std::move(placement), std::move(buffer), {}});
  };
  for (Operand &operand : problem.inputs) {
    add(operand, nullptr);
    Entry &entry = entries.back();
    size_t bytes = bytesOf(operand.type);
    for (size_t i = 0; i < operand.values.size(); ++i)
      store(operand.type, entry.buffer->data() + entry.placement.at(i) * bytes,
            operand.values[i]);
  }
  for (Operand &operand : problem.outputs) {
    bool isShared = options.inPlace >= 0 && &operand == problem.outputs.data();
    add(operand, isShared ? entries[options.inPlace].buffer : nullptr);
  }
  for (Entry &entry : entries)
    entry.before.assign(entry.buffer->data(),
                        entry.buffer->data() + entry.buffer->size());

  std::vector<const Buffer *> buffers;
  buffers.reserve(entries.size());
  for (const Entry &entry : entries)
    buffers.push_back(entry.buffer.get());
  std::string failure = callable(arguments, buffers);
  if (!failure.empty())
    return failure;

  // What may change: the elements of outputs.
  for (size_t number = problem.inputs.size(); number < entries.size();
       ++number) {
    Entry &entry = entries[number];
    size_t bytes = bytesOf(entry.operand->type);
    for (size_t i = 0; i < entry.operand->values.size(); ++i) {
      int64_t at = entry.placement.at(i) * bytes;
      entry.operand->values[i] =
          load(entry.operand->type, entry.buffer->data() + at);
      std::memcpy(entry.before.data() + at, entry.buffer->data() + at, bytes);
    }
  }
  bool isInput = true;
  for (size_t number = 0; number < entries.size(); ++number) {
    const Entry &entry = entries[number];
    isInput = number < problem.inputs.size();
    if (isInput && static_cast<int>(number) == options.inPlace)
      continue; // its gaps are those of the output
    if (std::memcmp(entry.before.data(), entry.buffer->data(),
                    entry.before.size()) != 0)
      return (isInput ? "input " : "a gap of operand ") +
             std::to_string(number) + " was written";
  }
  return "";
}
