//===- Kernels.cpp ----------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelRun.h"

using namespace gputest;

/// The element of the thread, and constants.
static const std::string prologue = R"(      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %i1 = arith.constant 1 : i32
      %i32 = arith.constant 32 : i32
      %zero = arith.constant 0.0 : f32
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %d = gpu.block_dim x
      %first = arith.muli %b, %d : index
      %at = arith.addi %first, %t : index
      %isFirst = arith.cmpi eq, %t, %c0 : index
      %xs = memref.reinterpret_cast %x to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %ys = memref.reinterpret_cast %y to offset: [0], sizes: [%n], strides: [1]
        : memref<f32> to memref<?xf32, strided<[1]>>
      %v = memref.load %xs[%at] : memref<?xf32, strided<[1]>>)";

Kernel gputest::getElementwise(const std::string &body) {
  Kernel kernel;
  kernel.attributions =
      "workgroup(%s: memref<64xf32, #gpu.address_space<workgroup>>)";
  kernel.body = "\n" + prologue + body;
  return kernel;
}

Kernel gputest::getBlockSum() {
  Kernel kernel = getElementwise(R"(
      %c5 = arith.constant 5 : index
      %c8 = arith.constant 8 : index
      %c32 = arith.constant 32 : index
      %sum = scf.for %k = %c0 to %c5 step %c1 iter_args(%s0 = %v) -> f32 {
        %ki = arith.index_cast %k : index to i32
        %offset = arith.shli %i1, %ki : i32
        %o, %valid = gpu.shuffle xor %s0, %offset, %i32 : f32
        %add = arith.addf %s0, %o : f32
        scf.yield %add : f32
      }
      %lane = arith.remui %t, %c32 : index
      %warp = arith.divui %t, %c32 : index
      %leads = arith.cmpi eq, %lane, %c0 : index
      scf.if %leads {
        memref.store %sum, %s[%warp] : memref<64xf32, #gpu.address_space<workgroup>>
      }
      gpu.barrier
      scf.if %isFirst {
        %total = scf.for %k = %c0 to %c8 step %c1 iter_args(%acc = %zero) -> f32 {
          %part = memref.load %s[%k] : memref<64xf32, #gpu.address_space<workgroup>>
          %add = arith.addf %acc, %part : f32
          scf.yield %add : f32
        }
        memref.store %total, %ys[%b] : memref<?xf32, strided<[1]>>
      })");
  kernel.grid = 4;
  kernel.block = 256;
  kernel.attributes = "known_block_size = array<i32: 256, 1, 1>";
  return kernel;
}

Kernel gputest::getClusterExchange() {
  Kernel kernel = getElementwise(R"(
      %rank = gpu.cluster_block_id x
      %size = gpu.cluster_dim_blocks x
      %next = arith.addi %rank, %c1 : index
      %wrapped = arith.remui %next, %size : index
      %peer = arith.index_cast %wrapped : index to i32
      nvvm.cluster.arrive // begun
      nvvm.cluster.wait // begun
      %address = memref.extract_aligned_pointer_as_index %s
        : memref<64xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %bytes = arith.muli %t, %c4 : index
      %mine = arith.addi %address, %bytes : index
      %integer = arith.index_cast %mine : index to i32
      %local = llvm.inttoptr %integer : i32 to !llvm.ptr<3>
      %remote = nvvm.mapa %local, %peer : !llvm.ptr<3> -> !llvm.ptr<7>
      llvm.store %v, %remote : f32, !llvm.ptr<7>
      nvvm.cluster.arrive // written
      nvvm.cluster.wait // written
      %c63 = arith.constant 63 : index
      %other = arith.subi %c63, %t : index
      %got = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
      memref.store %got, %ys[%at] : memref<?xf32, strided<[1]>>)");
  kernel.grid = 16;
  kernel.cluster = 8;
  return kernel;
}

Kernel gputest::getPersistentLoop() {
  Kernel kernel = getElementwise(R"(
      %c6 = arith.constant 6 : index
      %c63 = arith.constant 63 : index
      %grid = gpu.grid_dim x
      %end = scf.for %row = %b to %c6 step %grid iter_args(%slot = %c0) -> index {
        %start = arith.muli %row, %d : index
        %i = arith.addi %start, %t : index
        %xi = memref.load %xs[%i] : memref<?xf32, strided<[1]>>
        %line = memref.subview %s[%slot, 0] [1, 64] [1, 1]
          : memref<2x64xf32, #gpu.address_space<workgroup>>
          to memref<64xf32, strided<[1], offset: ?>, #gpu.address_space<workgroup>>
        memref.store %xi, %line[%t]
          : memref<64xf32, strided<[1], offset: ?>, #gpu.address_space<workgroup>>
        gpu.barrier
        %other = arith.subi %c63, %t : index
        %got = memref.load %line[%other]
          : memref<64xf32, strided<[1], offset: ?>, #gpu.address_space<workgroup>>
        memref.store %got, %ys[%i] : memref<?xf32, strided<[1]>>
        %nextSlot = arith.subi %c1, %slot : index
        scf.yield %nextSlot : index
      })");
  kernel.attributions =
      "workgroup(%s: memref<2x64xf32, #gpu.address_space<workgroup>>)";
  kernel.grid = 2;
  return kernel;
}
