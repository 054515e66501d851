//===- Fiber.cpp ----------------------------------------- -*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fiber.h"

#include <sys/mman.h>
#include <unistd.h>

using namespace gpumodel;

//===----------------------------------------------------------------------===//
// Switches
//===----------------------------------------------------------------------===//

#if GPUMODEL_OWN_SWITCH

/// Pushes the registers that a callee saves, stores the stack pointer in
/// `*from`, and returns to where `to` was left.
extern "C" void gpumodel_change_stack(void **from, void *to);

#if defined(__x86_64__)

asm(R"(
  .text
  .p2align 4
  .globl gpumodel_change_stack
  .hidden gpumodel_change_stack
  .type gpumodel_change_stack, @function
gpumodel_change_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  retq
  .size gpumodel_change_stack, .-gpumodel_change_stack
)");

/// Saved registers, then the address to return to.
static constexpr unsigned savedWords = 6, entryWord = 6, frameWords = 8;

#else

asm(R"(
  .text
  .p2align 4
  .globl gpumodel_change_stack
  .hidden gpumodel_change_stack
  .type gpumodel_change_stack, %function
gpumodel_change_stack:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
  .size gpumodel_change_stack, .-gpumodel_change_stack
)");

/// x30, the address to return to, is among the saved registers.
static constexpr unsigned savedWords = 20, entryWord = 11, frameWords = 20;

#endif

void Context::start(char *stack, size_t bytes, void (*entry)()) {
  // Stacks lie whole pages apart; without this the same lines of the cache
  // would hold the top of each.
  size_t color = (reinterpret_cast<uintptr_t>(stack) / (64 << 10)) % 32 * 64;
  auto *top = reinterpret_cast<uintptr_t *>(stack + bytes - color);
  uintptr_t *frame = top - frameWords;
  for (unsigned i = 0; i < frameWords; ++i)
    frame[i] = 0;
  static_assert(entryWord <= savedWords);
  frame[entryWord] = reinterpret_cast<uintptr_t>(entry);
  stackPointer = frame;
}

void Context::change(Context &from, Context &to) {
  gpumodel_change_stack(&from.stackPointer, to.stackPointer);
}

#else

void Context::start(char *stack, size_t bytes, void (*entry)()) {
  getcontext(&context);
  context.uc_stack.ss_sp = stack;
  context.uc_stack.ss_size = bytes;
  context.uc_link = nullptr;
  makecontext(&context, entry, 0);
}

void Context::change(Context &from, Context &to) {
  swapcontext(&from.context, &to.context);
}

#endif

//===----------------------------------------------------------------------===//
// Stacks
//===----------------------------------------------------------------------===//

size_t Stacks::page() {
  static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

Stacks::~Stacks() {
  if (memory)
    munmap(memory, count * stride());
}

bool Stacks::reserve(size_t wanted) {
  if (wanted <= count)
    return true;
  if (memory)
    munmap(memory, count * stride());
  memory = nullptr;
  count = 0;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#ifdef MAP_NORESERVE
  flags |= MAP_NORESERVE;
#endif
  void *mapped = mmap(nullptr, wanted * stride(), PROT_READ | PROT_WRITE, flags,
                      /*fd=*/-1, /*offset=*/0);
  if (mapped == MAP_FAILED)
    return false;
  memory = static_cast<char *>(mapped);
  count = wanted;
  for (size_t i = 0; i < count; ++i)
    if (mprotect(memory + i * stride(), page(), PROT_NONE) != 0)
      return false;
  return true;
}
