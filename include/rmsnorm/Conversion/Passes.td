//===- Passes.td - Conversions from the norm dialect ------*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_CONVERSION_PASSES_TD
#define RMSNORM_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertNormToRowwise : Pass<"convert-norm-to-rowwise"> {
  let summary = "Wrap each semantic op's row program into a norm.rowwise";
  let description = [{
    Every op that implements `RowProgramOpInterface` becomes one
    `norm.rowwise` whose region is the op's row program, with fresh
    destinations (`tensor.empty`, or zeros where rows are summed). A scale or
    bias that follows some of the axes only is broadcast to all of them first,
    and its gradient is reduced again after; a gradient that is summed over
    rows is rounded once, after the sum.

    ```mlir
    func.func @f(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
      %y = norm.rms_norm %x axes [1] epsilon 1.0e-6
          : tensor<4x64xf32> -> tensor<4x64xf32>
      return %y : tensor<4x64xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::norm::NormDialect"];
}

def ConvertStridedCopyToLinalg : Pass<"convert-strided-copy-to-linalg"> {
  let summary = "Copy strided memrefs with linalg";
  let description = [{
    Turns every `memref.copy` from or to a memref whose layout is not the
    identity into a `linalg.generic`. Upstream lowers such a copy to a call into
    MLIR's runtime library, which programs then have to link.

    ```mlir
    func.func @rows(%x: memref<?x64xf32>,
                    %y: memref<?x64xf32, strided<[?, 1]>>) {
      memref.copy %x, %y
          : memref<?x64xf32> to memref<?x64xf32, strided<[?, 1]>>
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def DistinctBufferResults : Pass<"distinct-buffer-results"> {
  let summary = "Return copies of buffers that are returned twice";
  let description = [{
    Where a function returns one memref of the identity layout as several
    results, all but the first become copies. Upstream's
    `buffer-results-to-out-params` needs that: it replaces the allocation of a
    result by an argument.

    ```mlir
    func.func @twice() -> (memref<8xf32>, memref<8xf32>) {
      %x = memref.alloc() : memref<8xf32>
      return %x, %x : memref<8xf32>, memref<8xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ConvertExpandShapeToReinterpretCast
    : Pass<"convert-expand-shape-to-reinterpret-cast"> {
  let summary = "Lower memref.expand_shape with any dynamic dimensions";
  let description = [{
    Turns every `memref.expand_shape` of a strided memref into a
    `memref.reinterpret_cast`. Upstream's `expand-strided-metadata` does so
    too, but only where each group has one dynamic dimension at most; this is
    for programs with several, such as a dynamic batch and sequence.

    ```mlir
    func.func @split(%x: memref<?x64xf32>, %batch: index, %seq: index)
        -> memref<?x?x64xf32> {
      %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%batch, %seq, 64]
          : memref<?x64xf32> into memref<?x?x64xf32>
      return %y : memref<?x?x64xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ConvertExpM1ToLibm : Pass<"convert-expm1-to-libm", "::mlir::ModuleOp"> {
  let summary = "Lower math.expm1 to calls of libm";
  let description = [{
    Upstream's `convert-math-to-llvm` lowers `math.expm1` to `exp(x) - 1`,
    which cancels where x is small. After this pass it finds none. Other math
    ops stay; vectors are taken apart.

    ```mlir
    func.func @elu(%x: f32) -> f32 {
      %y = math.expm1 %x : f32
      return %y : f32
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def NormExpandFloat8 : Pass<"norm-expand-float8"> {
  let summary = "Expand conversions of 8-bit floats";
  let description = [{
    `arith.truncf` to, and `arith.extf` from, f8E4M3FN and f8E5M2 (OCP "8-bit
    Floating Point", OFP8) become arithmetic on bits, for scalars and vectors
    alike. Rounding is to nearest, ties to even; numbers that are too large become
    NaN in f8E4M3FN, which has no infinity, and infinity in f8E5M2: clamp before,
    where quantisation saturates. Conversions from f64 are left alone: through
    f32 they would round twice.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def NormKeepRoundings : Pass<"norm-keep-roundings"> {
  let summary = "Forbid that conversions of floats cancel each other";
  let description = [{
    Takes the fast-math flag `contract` from `arith.extf` and `arith.truncf`. With
    it, a conversion to a narrower float and back folds to nothing, though it
    rounds. Upstream's `arith-emulate-unsupported-floats` sets it on all that it
    makes: run this pass behind it.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def NormAttachLoopAnnotations : Pass<"norm-attach-loop-annotations"> {
  let summary = "Make loop annotations what LLVM branches know";
  let description = [{
    The lowerings of `scf.for` and `cf.br` hand an attribute
    `llvm.loop_annotation` on to `llvm.br` and `llvm.cond_br`. There it becomes
    their own attribute `loop_annotation`, which the translation to LLVM IR
    reads.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def NormShareRows : Pass<"norm-share-rows", "::mlir::ModuleOp"> {
  let summary = "Share the rows of norm.rowwise on memrefs between threads";
  let description = [{
    The rows of a `norm.rowwise` become an op in a function of its own, which
    each thread of an `omp.parallel` calls for a part of them, that of the caller
    included: the rows of the first grid dimension that is left when contiguous
    ones are merged, as many for each. Where the operands that have such rows
    hold less than `min-bytes`, one call does it all.

    The same row gives the same bits for any number of threads. So does a sum
    over rows: more than 32 rows are cut into chunks of 32, or a 64th of them if
    that is more; each chunk is summed from zero, and the sums of the chunks are
    added to the destination in their order. That takes a buffer of at most 64
    rows for each such destination. A `norm.rowwise` that sums into a scalar, or
    into a memref with a layout, is left as it is.

    The code needs an OpenMP runtime, such as LLVM's libomp. Whether this is
    worth while below some size depends on how soon threads wake up: on a virtual
    machine it took some 50 us where they had gone to sleep.
  }];
  let options = [
    Option<"minBytes", "min-bytes", "uint64_t", /*default=*/"2097152",
           "Share rows that take so many bytes or more">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect",
    "::mlir::omp::OpenMPDialect", "::mlir::scf::SCFDialect"
  ];
}

def NormMoveMaskedSmallFloats : Pass<"norm-move-masked-small-floats"> {
  let summary = "Move 16-bit floats under a mask as integers";
  let description = [{
    Masked loads and stores of vectors of bf16 and f16, in the LLVM dialect, move
    vectors of i16. The bits are the same; but LLVM calls functions that not
    every runtime library has when a target has neither masks nor such floats.
    Other loads and stores of scalable vectors move integers, too: those LLVM
    cannot move at all where there are no such floats.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ConvertRowwiseToVector : Pass<"convert-rowwise-to-vector"> {
  let summary = "Lower norm.rowwise on memrefs to loops over vectors";
  let description = [{
    Every `norm.rowwise` becomes one loop for each grid dimension around the
    code of one row. That is one sweep over the row for each phase of its
    program (a phase ends where a reduction must be known); elementwise values
    that several sweeps need are recomputed from the inputs. Everything is
    stored in the last sweep. Statistics have the type that the program says.

    Dimensions that are contiguous in all operands are merged first. If the
    last axis is then contiguous in every operand that follows it, vectors
    hold consecutive elements of a row; otherwise, if the last grid dimension
    is, they hold consecutive rows; otherwise one element is processed at a
    time. Nothing outside the buffers is read or written: the ends of rows are
    masked. Vectors hold `vector-width` bits of the widest type in the
    program. Programs with an integer division are not vectorised.

    A row is summed in a fixed order. Element i is of vector i / L, lane i mod
    L, where L is the number of lanes that run along the row; where bf16 is read
    for each row, it is of vector 2 (i / 2L) + i mod 2, lane (i mod 2L) / 2.
    Vector v is added to partial sum v mod P, in increasing order, where P is
    `accumulators`, divided by the number of reductions of the sweep (rounded up
    to a power of two), but at least 1. Then partial sum j takes in j + P/2, j +
    P/4, and so on, and lane j of the last one j + L/2, j + L/4, and so on. So
    the same row gives the same bits at every place of every batch, with static
    and dynamic extents. Accumulated destinations are summed in the order of the
    grid, from their initial value. With `contract` (the default) a product that
    is used by a sum only is added by `llvm.intr.fmuladd`, which does not round
    it where the target has an instruction for that: smaller errors, and other
    bits, than on a target without.

    With `scalable` vectors hold `vector-width` bits for each unit of
    `vector.vscale`: one program for every length of vectors that the target may
    have. That is for SVE and for RISC-V's V extension. The whole vectors of a row
    are not masked, those at its end have masks made at run time, also where its
    length is known. The lanes of the last partial sum are added by
    `vector.reduction` with `reassoc`, in the order of the target's instruction
    and not in the one above, so that the bits depend on the length of the target's
    vectors, too; on one machine they are the same at every place, with static and
    dynamic extents. bf16 is then not read in pairs, and nothing is written past
    the caches. A program with an op on rows that LLVM computes one element at a
    time, such as `math.exp`, or one on rows of 16-bit floats that is not computed
    in f32 where the target has none, such as `arith.select`, keeps vectors of
    `vector-width` bits.

    A row is read while the one before is written, if the operands of both are
    known to take no more than `overlap-bytes`: the first sweep of a row goes
    along with the last of the other. Of longer rows `block-rows` are computed
    together, if more is the same for all of them than is read for each; twice as
    many, of any length, if that is in 16 bits and has to be converted. Rows of
    unknown length go one by one. None of that changes a bit.

    Where results hold `nontemporal-bytes` or more together, rows are not
    overlapped (nor are those with shared rows in 16 bits computed together, from
    half of that on), and those of f32, f64, i32 and i64 that start at multiples of a
    vector are written past the caches, with a fence behind the last row: a cache
    would have to read them first, and would not hold them. With `prefetch` the
    next row is asked for then. Where the size is known only at run time, there
    are two loops. Upstream's buffer deallocation does not take the fence: run it
    before. `norm-to-cpu` uses 8 MiB: less is often read again from a cache, and
    was slower (docs/benchmarks/cpu.md).

    An op on tensors, an operand with a layout that is not strided, and a
    tensor constant that is not a splat are errors.

    ```mlir
    func.func @sum_rows(%x: memref<?x64xf32>, %y: memref<?xf32>) {
      norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                  affine_map<(d0, d1) -> (d0)>]
          ins(%x : memref<?x64xf32>) outs(%y : memref<?xf32>) {
      ^bb0(%row: tensor<64xf32>):
        %sum = norm.reduce add %row : tensor<64xf32>
        norm.yield %sum : f32
      }
      return
    }
    ```
  }];
  let options = [
    Option<"vectorWidth", "vector-width", "unsigned", /*default=*/"512",
           "Bits in a vector; a power of two">,
    Option<"scalable", "scalable", "bool", /*default=*/"false",
           "Vectors are as long as the target has them, for SVE and RVV: "
           "vector-width bits for each unit of vscale">,
    Option<"accumulators", "accumulators", "unsigned", /*default=*/"4",
           "Partial sums (each a vector) of a row; a power of two">,
    Option<"overlapBytes", "overlap-bytes", "uint64_t", /*default=*/"32768",
           "Read a row while the one before is written, if both take no more">,
    Option<"blockRows", "block-rows", "unsigned", /*default=*/"2",
           "Longer rows that are computed together; a power of two">,
    Option<"contract", "contract", "bool", /*default=*/"true",
           "Add products without rounding them, where the target can">,
    Option<"prefetch", "prefetch", "bool", /*default=*/"true",
           "Ask for the next row while one is written past the caches">,
    Option<"nontemporalBytes", "nontemporal-bytes", "uint64_t",
           /*default=*/"0",
           "Write results of this size and more past the caches; 0 for never">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvertRowwiseToGPU : Pass<"convert-rowwise-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Lower norm.rowwise on memrefs to kernels of a GPU";
  let description = [{
    Each `norm.rowwise` of a function becomes launches of kernels in a
    `gpu.module` beside the function, named after it. Buffers must be in memory
    of the device, allocations aligned to 16 bytes; the host reads no element.

    How threads share a row depends on its length, on the bytes of its elements
    and on the chip (lib/Conversion/RowwiseToGPU/GPUPlan.cpp):

    | chunks of 16 bytes in a row | a row is of |
    |---|---|
    | up to 128 | 8, 16 or 32 threads, of which a block has 128 |
    | up to 256 | a warp of 32 threads |
    | up to 4096 | a block of up to 512 threads, as many warps as it needs |
    | more, from sm_90 on | a cluster of 2, 4 or 8 such blocks |
    | more than those hold | up to 1024 threads a block, then shared memory, then the row is read again for each phase |

    The borders are lower where more is kept for each element: several inputs,
    or sums over rows. Where rows are side by side in memory (channels first),
    each thread has one.

    A thread keeps its chunks in registers from phase to phase. Sums go through
    shuffles, then one exchange in shared memory, of all blocks of a cluster. The
    order is fixed: the same row gives the same bits at every place. Destinations
    that are summed over rows are summed by each block in registers, in f32 for
    narrower types, and by a second kernel in the order of the blocks; how many
    there are follows from the number of rows and the chip's name.

    Rows whose length is only known at run time have a kernel for each of a few
    classes of length, and others for rows that do not begin at multiples of 16
    bytes. On sm_90 and newer kernels begin with `nvvm.griddepcontrol`, for
    programmatic dependent launch.

    What `convert-rowwise-to-vector` refuses is refused, and results that are
    summed over different dimensions of the grid.

    ```mlir
    func.func @sum_rows(%x: memref<?x64xf32>, %y: memref<?xf32>) {
      norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                  affine_map<(d0, d1) -> (d0)>]
          ins(%x : memref<?x64xf32>) outs(%y : memref<?xf32>) {
      ^bb0(%row: tensor<64xf32>):
        %sum = norm.reduce add %row : tensor<64xf32>
        norm.yield %sum : f32
      }
      return
    }
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90\"",
           "The GPU: sm_80, sm_90, gfx942, ...">,
    Option<"multiprocessors", "multiprocessors", "unsigned", /*default=*/"0",
           "How many the GPU has; 0 for as many as the usual part">,
    Option<"contract", "contract", "bool", /*default=*/"true",
           "Add products without rounding them">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::gpu::GPUDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def NormLowerGPUMath : Pass<"norm-lower-gpu-math"> {
  let summary = "Math that a GPU has instructions for, without a library";
  let description = [{
    In `gpu.module`: `math.rsqrt` in f32 becomes NVIDIA's instruction (relative
    error less than 2^-22.9), in f64 and elsewhere a root and a division;
    `math.absf`, `ceil`, `copysign`, `floor`, `fma`, `roundeven`, `sqrt` and
    `trunc` become intrinsics of LLVM; conversions to f8E4M3FN and f8E5M2 become
    the instructions of sm_89 and newer, with NaN, or infinity, for what is too
    large. Upstream's conversions call the vendor's library for these, and for
    all other math.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90\"", "The GPU">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::vector::VectorDialect"
  ];
}

def NormCheckGPULibraries : Pass<"norm-check-gpu-libraries"> {
  let summary = "Fail for kernels that take a library that is not there";
  let description = [{
    A call of a function of CUDA's libdevice in a `gpu.module` is an error, if
    that library is not in the toolkit: in its folder `nvvm/libdevice`. Upstream's
    `gpu-module-to-binary` would leave the call as it is. A folder of CUDA that
    was named and is none is an error, too.
  }];
  let options = [
    Option<"toolkit", "toolkit", "std::string", /*default=*/"",
           "CUDA's folder; by default what CUDA_ROOT, CUDA_HOME or CUDA_PATH "
           "names">
  ];
}

def NormNameKernels : Pass<"norm-name-kernels", "::mlir::ModuleOp"> {
  let summary = "Give kernels names that PTX has";
  let description = [{
    Names of functions in MLIR are any text, such as `main.1`; those of PTX are of
    letters, digits, `_` and `$`. In names of kernels (`gpu.func` with `kernel`) all
    else becomes `_`, with a number behind it if the name is taken; launches
    follow. Names of other functions stay.
  }];
}

def NormMarkProgrammaticLaunch
    : Pass<"norm-mark-programmatic-launch", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Say in the binary that its kernels wait for those before";
  let description = [{
    A `gpu.module` with `nvvm.griddepcontrol`, of whose kernels each may start
    before the one before it ends, gets a global `rmsnorm_programmatic_launch`,
    by which those who load the binary know.

    ```mlir
    gpu.module @kernels {
      llvm.func @kernel() attributes {nvvm.kernel} {
        nvvm.griddepcontrol wait
        llvm.return
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def NormSeparateDestinations : Pass<"norm-separate-destinations"> {
  let summary = "Give each destination of a norm.rowwise a tensor of its own";
  let description = [{
    A destination that is a `tensor.empty`, or one that is filled, and that
    another op has, too, is made again. Otherwise bufferization copies it.

    ```mlir
    #matrix = affine_map<(d0, d1) -> (d0, d1)>
    #column = affine_map<(d0, d1) -> (d1)>
    func.func @sums(%x: tensor<8x64xf32>) -> (tensor<64xf32>, tensor<64xf32>) {
      %zero = arith.constant 0.0 : f32
      %empty = tensor.empty() : tensor<64xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<64xf32>)
          -> tensor<64xf32>
      %y:2 = norm.rowwise axes [1] maps [#matrix, #column, #column]
          ins(%x : tensor<8x64xf32>)
          outs(%zeros, %zeros : tensor<64xf32>, tensor<64xf32>) {
      ^bb0(%row: tensor<64xf32>):
        %squares = arith.mulf %row, %row : tensor<64xf32>
        norm.yield %row, %squares : tensor<64xf32>, tensor<64xf32>
      } -> tensor<64xf32>, tensor<64xf32>
      return %y#0, %y#1 : tensor<64xf32>, tensor<64xf32>
    }
    ```
  }];
}

def NormLoopsToGPU : Pass<"norm-loops-to-gpu", "::mlir::func::FuncOp"> {
  let summary = "Prepare the host's loops for upstream's conversions to a GPU";
  let description = [{
    Each outermost `scf.parallel` becomes one of one dimension, in tiles of 256,
    for `gpu-map-parallel-loops` and `convert-parallel-loops-to-gpu`. Loops and
    stores that touch elements and are not parallel, which would be left to the
    host, get a loop of one iteration around them.
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"
  ];
}

def NormBuffersToGPU : Pass<"norm-buffers-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Move the buffers of the host's functions to a GPU's memory";
  let description = [{
    `memref.alloc`, `dealloc` and `copy` outside of kernels become `gpu.alloc`,
    `dealloc` and `memcpy`. Constants (`memref.get_global`) are copied to the
    device when their function begins. Arguments and results are taken to be in
    the device's memory. An access of the host to an element is an error.
  }];
  let dependentDialects = ["::mlir::gpu::GPUDialect",
                           "::mlir::memref::MemRefDialect"];
}

def NormElementwiseToLinalg : Pass<"norm-elementwise-to-linalg"> {
  let summary = "convert-elementwise-to-linalg that leaves row programs alone";
  let description = [{
    Elementwise arith and math ops on tensors become `linalg.generic`, as in
    upstream's `convert-elementwise-to-linalg`; those in the row program of a
    `norm.rowwise` stay, because its tensors are rows and have no loops of
    their own.

    ```mlir
    func.func @add(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
      %c = arith.addf %a, %b : tensor<4xf32>
      return %c : tensor<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::norm::NormDialect"];
}

#endif // RMSNORM_CONVERSION_PASSES_TD
