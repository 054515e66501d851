//===- NormOps.td - Semantic ops and the fused row kernel -*- tablegen -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RMSNORM_DIALECT_NORM_IR_NORMOPS_TD
#define RMSNORM_DIALECT_NORM_IR_NORMOPS_TD

include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "rmsnorm/Dialect/Norm/IR/NormDialect.td"
include "rmsnorm/Dialect/Norm/IR/NormInterfaces.td"

class Norm_Op<string mnemonic, list<Trait> traits = []>
    : Op<Norm_Dialect, mnemonic, traits>;

def Norm_Float : AnyTypeOf<[F16, BF16, F32, F64], "f16, bf16, f32 or f64">;
def Norm_Tensor : RankedTensorOf<[F16, BF16, F32, F64]>;
def Norm_StatTensor : RankedTensorOf<[F32, F64]>;

//===----------------------------------------------------------------------===//
// Semantic ops
//===----------------------------------------------------------------------===//

class Norm_SemanticOp<string mnemonic, list<Trait> traits = []>
    : Norm_Op<mnemonic, !listconcat([
        Pure,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<RowProgramOpInterface>], traits)> {
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

// What the two forward ops share: affine operands with explicit dimension
// maps, epsilon, and the types between which values are rounded.
class Norm_ForwardOp<string mnemonic, list<Trait> traits = []>
    : Norm_SemanticOp<mnemonic,
                      !listconcat([AttrSizedOperandSegments], traits)> {
  dag affineArguments = (ins
    Norm_Tensor:$x,
    Optional<Norm_Tensor>:$scale,
    Optional<Norm_Tensor>:$bias,
    DenseI64ArrayAttr:$axes,
    F64Attr:$epsilon,
    DefaultValuedAttr<Norm_EpsilonModeAttr,
                      "::mlir::norm::EpsilonMode::Inside">:$epsilon_mode,
    OptionalAttr<DenseI64ArrayAttr>:$scale_dims,
    OptionalAttr<DenseI64ArrayAttr>:$bias_dims,
    DefaultValuedAttr<F64Attr, "0.0">:$scale_offset,
    OptionalAttr<TypeAttr>:$statistics_type,
    OptionalAttr<TypeAttr>:$normalized_type,
    OptionalAttr<TypeAttr>:$scaled_type);

  code affineDeclarations = [{
    /// The domain: the shape of x.
    ::mlir::RankedTensorType getDomainType() { return getX().getType(); }
    /// The element type that the statistics are computed in (f32 or f64).
    ::mlir::FloatType getStatisticsElementType();
    /// The type that the normalised value is rounded to before it is scaled.
    ::mlir::FloatType getNormalizedElementType();
    /// The type that the scaled value is rounded to before the bias is added.
    ::mlir::FloatType getScaledElementType();
  }];
}

def Norm_RMSNormOp : Norm_ForwardOp<"rms_norm"> {
  let summary = "Root mean square normalisation of rows";
  let description = [{
    Over each row of N elements

    ```
    ms   = sum(x * x) / N
    rstd = 1 / sqrt(ms + epsilon)                     epsilon_mode = inside
           1 / (sqrt(ms) + epsilon)                   outside
           1 / sqrt(max(ms, epsilon))                 clamp_var
           1 / max(sqrt(ms), epsilon)                 clamp_norm
    y    = x * rstd * (scale_offset + scale) + bias
    ```

    (Zhang and Sennrich 2019; the epsilon modes are those of PyTorch and JAX,
    of Keras' `unit_norm`, and of `torch.nn.functional.normalize`.) With
    `statistics_extent = k` the mean square is taken over the first k elements
    of the row only (pRMSNorm) and all N are normalised by it.

    Shapes: `x` and `y` have the domain's shape; `scale` and `bias` have the
    extents of the domain dimensions that `dims` names, in increasing order,
    be they axes (the usual case) or grid dimensions too (per-head scale,
    adaptive norms); `rstd` has the grid's shape.

    Types and rounding points. `x` is converted to the statistics type
    (`statistics_type`; by default f64 for an f64 `x`, otherwise f32), exactly.
    Sums, the root and `x * rstd` are computed in it. The product is rounded
    to `normalized_type` (default: the statistics type, no rounding). It is
    multiplied by the scale in the widest of the types that meet, and rounded
    to `scaled_type` (default: the wider of `normalized_type` and the type of
    the factor); the bias is added likewise and the sum is rounded to the
    element type of `y`. The factor is the scale as it is or, with an offset,
    `scale_offset + scale` in the statistics type or the scale's own,
    whichever is wider. The order of summation is not fixed by the op. `rstd`
    has the statistics type.

    A row of zeros with `epsilon = 0.0` gives NaN; NaN and infinity propagate
    as in the formula. An empty row (N = 0) yields no elements of `y` and a
    NaN `rstd` (0/0).

    Example:

    ```mlir
    func.func @llama(%x: tensor<2x16x64xbf16>, %w: tensor<64xbf16>)
        -> tensor<2x16x64xbf16> {
      %y = norm.rms_norm %x scale(%w : tensor<64xbf16> dims [2])
          axes [2] epsilon 1.0e-6 {normalized_type = bf16}
          : tensor<2x16x64xbf16> -> tensor<2x16x64xbf16>
      return %y : tensor<2x16x64xbf16>
    }
    ```
  }];
  let arguments = !con(affineArguments,
                       (ins OptionalAttr<I64Attr>:$statistics_extent));
  let results = (outs Norm_Tensor:$y, Optional<Norm_StatTensor>:$rstd);
  let assemblyFormat = [{
    $x (`scale` `(` $scale^ `:` type($scale) `dims` $scale_dims `)`)?
    (`bias` `(` $bias^ `:` type($bias) `dims` $bias_dims `)`)?
    `axes` $axes `epsilon` $epsilon (`mode` $epsilon_mode^)? attr-dict
    `:` type($x) `->` type($y) (`rstd` type($rstd)^)?
  }];
  let extraClassDeclaration = affineDeclarations;
}

def Norm_LayerNormOp : Norm_ForwardOp<"layer_norm", [AttrSizedResultSegments]> {
  let summary = "Layer normalisation of rows";
  let description = [{
    Over each row of N elements

    ```
    mean = sum(x) / N
    var  = sum((x - mean)^2) / N
    rstd = 1 / sqrt(var + epsilon)                    epsilon_mode = inside
           1 / (sqrt(var) + epsilon)                  outside
           1 / sqrt(max(var, epsilon))                clamp_var
           1 / max(sqrt(var), epsilon)                clamp_norm
    y    = (x - mean) * rstd * (scale_offset + scale) + bias
    ```

    (Ba, Kiros and Hinton 2016.) The variance is the biased, two-pass one.
    Shapes, types, rounding points and errors are those of `norm.rms_norm`;
    `mean` and `rstd` have the grid's shape and the statistics type.

    Example:

    ```mlir
    func.func @gpt2(%x: tensor<2x16x64xf32>, %w: tensor<64xf32>,
                    %b: tensor<64xf32>) -> tensor<2x16x64xf32> {
      %y = norm.layer_norm %x scale(%w : tensor<64xf32> dims [2])
          bias(%b : tensor<64xf32> dims [2]) axes [2] epsilon 1.0e-5
          : tensor<2x16x64xf32> -> tensor<2x16x64xf32>
      return %y : tensor<2x16x64xf32>
    }
    ```
  }];
  let arguments = affineArguments;
  let results = (outs Norm_Tensor:$y, Optional<Norm_StatTensor>:$mean,
                      Optional<Norm_StatTensor>:$rstd);
  let assemblyFormat = [{
    $x (`scale` `(` $scale^ `:` type($scale) `dims` $scale_dims `)`)?
    (`bias` `(` $bias^ `:` type($bias) `dims` $bias_dims `)`)?
    `axes` $axes `epsilon` $epsilon (`mode` $epsilon_mode^)? attr-dict
    `:` type($x) `->` type($y) (`mean` type($mean)^)? (`rstd` type($rstd)^)?
  }];
  let extraClassDeclaration = affineDeclarations;
}

class Norm_BackwardOp<string mnemonic>
    : Norm_SemanticOp<mnemonic, [AttrSizedResultSegments]> {
  dag affineAttributes = (ins
    DenseI64ArrayAttr:$axes,
    DefaultValuedAttr<F64Attr, "0.0">:$epsilon,
    DefaultValuedAttr<Norm_EpsilonModeAttr,
                      "::mlir::norm::EpsilonMode::Inside">:$epsilon_mode,
    OptionalAttr<DenseI64ArrayAttr>:$scale_dims,
    OptionalAttr<DenseI64ArrayAttr>:$bias_dims,
    DefaultValuedAttr<F64Attr, "0.0">:$scale_offset);
  let results = (outs Norm_Tensor:$dx, Optional<Norm_Tensor>:$dscale,
                      Optional<Norm_Tensor>:$dbias);

  code affineDeclarations = [{
    /// The domain: the shape of x.
    ::mlir::RankedTensorType getDomainType() { return getX().getType(); }
    /// The element type that everything is computed in: that of rstd.
    ::mlir::FloatType getStatisticsElementType();
  }];
}

def Norm_RMSNormBackwardOp : Norm_BackwardOp<"rms_norm_backward"> {
  let summary = "Gradient of norm.rms_norm";
  let description = [{
    From the gradient `dy` of the output, `x`, and the saved `rstd`

    ```
    xhat   = x * rstd
    g      = dy * (scale_offset + scale)
    dx     = rstd * (g - k * xhat * (sum(g * xhat) / N))
    dscale = sum over rows of dy * xhat
    dbias  = sum over rows of dy
    ```

    where k is 1 for `epsilon_mode = inside`, `1 / (1 - epsilon * rstd)` for
    `outside`, and 0 in the rows that were clamped, 1 in the others, for the
    clamp modes (`epsilon` is only read when the mode is not `inside`).

    Shapes: `dy`, `x` and `dx` have the domain's shape, `rstd` the grid's.
    `dscale` has the shape of `scale`; `dbias` has the extents of
    `bias_dims`. Everything is computed in the type of `rstd` (f32 or f64);
    the sums over rows are accumulated in it too and rounded once, to the
    element type of the result. The gradient passes straight through the
    rounding points of the forward op. The order of summation is not fixed.

    Example:

    ```mlir
    func.func @grad(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
                    %rstd: tensor<8xf32>, %w: tensor<64xf32>)
        -> (tensor<8x64xf32>, tensor<64xf32>) {
      %dx, %dw = norm.rms_norm_backward %dy, %x, %rstd
          scale(%w : tensor<64xf32> dims [1]) axes [1]
          : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
          -> tensor<8x64xf32> dscale tensor<64xf32>
      return %dx, %dw : tensor<8x64xf32>, tensor<64xf32>
    }
    ```
  }];
  let arguments = !con((ins Norm_Tensor:$dy, Norm_Tensor:$x,
                            Norm_StatTensor:$rstd,
                            Optional<Norm_Tensor>:$scale), affineAttributes);
  let assemblyFormat = [{
    $dy `,` $x `,` $rstd
    (`scale` `(` $scale^ `:` type($scale) `dims` $scale_dims `)`)?
    `axes` $axes (`epsilon` $epsilon^)? (`mode` $epsilon_mode^)?
    (`bias_dims` $bias_dims^)? attr-dict
    `:` type($dy) `,` type($x) `,` type($rstd)
    `->` type($dx) (`dscale` type($dscale)^)? (`dbias` type($dbias)^)?
  }];
  let extraClassDeclaration = affineDeclarations;
}

def Norm_LayerNormBackwardOp : Norm_BackwardOp<"layer_norm_backward"> {
  let summary = "Gradient of norm.layer_norm";
  let description = [{
    From the gradient `dy` of the output, `x`, and the saved `mean` and `rstd`

    ```
    xhat   = (x - mean) * rstd
    g      = dy * (scale_offset + scale)
    dx     = rstd * (g - sum(g) / N - k * xhat * (sum(g * xhat) / N))
    dscale = sum over rows of dy * xhat
    dbias  = sum over rows of dy
    ```

    with k, shapes, types and rounding points as in `norm.rms_norm_backward`.

    Example:

    ```mlir
    func.func @grad(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>,
                    %mean: tensor<8xf32>, %rstd: tensor<8xf32>,
                    %w: tensor<64xf32>)
        -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
      %dx, %dw, %db = norm.layer_norm_backward %dy, %x, %mean, %rstd
          scale(%w : tensor<64xf32> dims [1]) axes [1] bias_dims [1]
          : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>, tensor<8xf32>
          -> tensor<8x64xf32> dscale tensor<64xf32> dbias tensor<64xf32>
      return %dx, %dw, %db
          : tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
    }
    ```
  }];
  let arguments = !con((ins Norm_Tensor:$dy, Norm_Tensor:$x,
                            Norm_StatTensor:$mean, Norm_StatTensor:$rstd,
                            Optional<Norm_Tensor>:$scale), affineAttributes);
  let assemblyFormat = [{
    $dy `,` $x `,` $mean `,` $rstd
    (`scale` `(` $scale^ `:` type($scale) `dims` $scale_dims `)`)?
    `axes` $axes (`epsilon` $epsilon^)? (`mode` $epsilon_mode^)?
    (`bias_dims` $bias_dims^)? attr-dict
    `:` type($dy) `,` type($x) `,` type($mean) `,` type($rstd)
    `->` type($dx) (`dscale` type($dscale)^)? (`dbias` type($dbias)^)?
  }];
  let extraClassDeclaration = affineDeclarations;
}

//===----------------------------------------------------------------------===//
// The fused row kernel
//===----------------------------------------------------------------------===//

def Norm_RowwiseOp : Norm_Op<"rowwise", [
    AttrSizedOperandSegments, DestinationStyleOpInterface, IsolatedFromAbove,
    SingleBlock, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ConditionallySpeculatable>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>]> {
  let summary = "A grid of rows, and a row program run once for each row";
  let description = [{
    The domain is an index space of rank r, given by the indexing maps. Its
    dimensions named by `axes` are normalised: together, in increasing order,
    they form one row of N elements. The other dimensions are the grid.

    Each input and each destination has an indexing map from the domain: a
    projected permutation whose results are in increasing order. The kind of
    an operand follows from its map:

    | map contains | kind | in the row program |
    |---|---|---|
    | all axes, all grid dimensions | matrix | `tensor<N x T>` |
    | all axes, some or no grid dimensions | column | `tensor<N x T>` |
    | no axis, some or all grid dimensions | row | `T` |
    | nothing | scalar | `T` |

    A map that has some of the axes but not all of them is refused.

    The region has one block argument for each input, and is isolated. It
    holds a straight-line program of `arith` and `math` ops on 1-D tensors and
    scalars, `arith.constant`, `tensor.splat` (scalar to row), `tensor.dim` of
    a row (N), and `norm.reduce` (row to scalar), and ends in `norm.yield`
    with one value for each destination. A yielded tensor is written to the
    destination's row, a yielded scalar to its element.

    A destination whose map lacks a grid dimension is *accumulated*: its
    result is the destination's initial value plus the sum, over the missing
    grid dimensions, of the yielded values. It must have a float element
    type, and is summed in that type; the order is not fixed by the op.
    Other destinations are overwritten and their initial values are not read.

    On tensors the results are the destinations' new values; on memrefs there
    are no results. Destinations must not alias inputs unless the two have the
    same map and the same layout (in-place normalisation), nor each other; an
    accumulated one must not alias any other operand. Where that is not plain
    from the operands, such as with arguments of a function, the caller sees to
    it.

    Example:

    ```mlir
    func.func @center(%x: tensor<8x64xf32>, %init: tensor<8x64xf32>)
        -> tensor<8x64xf32> {
      %y = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                       affine_map<(d0, d1) -> (d0, d1)>]
          ins(%x : tensor<8x64xf32>) outs(%init : tensor<8x64xf32>) {
      ^bb0(%row: tensor<64xf32>):
        %n = arith.constant 64.0 : f32
        %sum = norm.reduce add %row : tensor<64xf32>
        %mean = arith.divf %sum, %n : f32
        %means = tensor.splat %mean : tensor<64xf32>
        %d = arith.subf %row, %means : tensor<64xf32>
        norm.yield %d : tensor<64xf32>
      } -> tensor<8x64xf32>
      return %y : tensor<8x64xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$inputs,
                       Variadic<AnyShaped>:$inits,
                       DenseI64ArrayAttr:$axes,
                       AffineMapArrayAttr:$indexing_maps);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `axes` $axes `maps` $indexing_maps
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $inits `:` type($inits) `)`
    attr-dict-with-keyword $body (`->` type($results)^)?
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let builders = [
    // Creates the block of the region, with its arguments, and leaves it
    // empty; result types are the types of the tensor destinations.
    OpBuilder<(ins "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$inits,
                   "::llvm::ArrayRef<int64_t>":$axes,
                   "::llvm::ArrayRef<::mlir::AffineMap>":$maps)>
  ];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getInitsMutable();
    }

    /// The number of dimensions of the domain.
    unsigned getDomainRank();
    /// True when domain dimension `dim` is normalised.
    bool isAxis(unsigned dim) {
      return ::llvm::is_contained(getAxes(), static_cast<int64_t>(dim));
    }
    /// The domain dimensions that are not normalised, in order.
    ::llvm::SmallVector<unsigned> getGridDims();
    /// The static extents of the domain; kDynamic where no operand knows.
    ::llvm::SmallVector<int64_t> getStaticDomain();
    /// N: the product of the extents of the axes, or kDynamic.
    int64_t getStaticRowSize();

    ::mlir::AffineMap getInputMap(unsigned index) {
      return ::llvm::cast<::mlir::AffineMapAttr>(getIndexingMaps()[index])
          .getValue();
    }
    ::mlir::AffineMap getInitMap(unsigned index) {
      return getInputMap(getInputs().size() + index);
    }
    /// True when the map follows the axes: its operand is a tensor in the row
    /// program, not a scalar.
    bool hasAxes(::mlir::AffineMap map);
    /// True when destination `index` is summed over grid dimensions.
    bool isAccumulated(unsigned index);

    ::mlir::Block *getRowProgram() { return &getBody().front(); }
    /// Drops input `index`, with its map and the program's argument, of which
    /// there are no uses.
    void eraseInput(unsigned index);
  }];
}

def Norm_ReduceOp : Norm_Op<"reduce", [Pure,
    HasParent<"RowwiseOp">,
    TypesMatchWith<"the result is an element of the row", "row", "result",
        "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "Reduces a row to a scalar";
  let description = [{
    `add` sums the row in its own element type, from +0, in an order that the
    op does not fix; `max` is the largest element, NaN if there is one, and
    minus infinity for an empty row (`arith.maximumf`). With `first = k` only
    the first k elements take part.

    ```mlir
    func.func @amax(%x: tensor<8x64xf32>, %init: tensor<8xf32>)
        -> tensor<8xf32> {
      %m = norm.rowwise axes [1] maps [affine_map<(d0, d1) -> (d0, d1)>,
                                       affine_map<(d0, d1) -> (d0)>]
          ins(%x : tensor<8x64xf32>) outs(%init : tensor<8xf32>) {
      ^bb0(%row: tensor<64xf32>):
        %abs = math.absf %row : tensor<64xf32>
        %amax = norm.reduce max %abs : tensor<64xf32>
        norm.yield %amax : f32
      } -> tensor<8xf32>
      return %m : tensor<8xf32>
    }
    ```
  }];
  let arguments = (ins Norm_ReduceKindAttr:$kind,
                       1DTensorOf<[F16, BF16, F32, F64]>:$row,
                       OptionalAttr<I64Attr>:$first);
  let results = (outs Norm_Float:$result);
  let assemblyFormat =
      "$kind $row (`first` $first^)? attr-dict `:` type($row)";
  let hasVerifier = 1;
}

def Norm_YieldOp : Norm_Op<"yield", [Pure, Terminator, ReturnLike,
                                     HasParent<"RowwiseOp">]> {
  let summary = "Ends a row program and names its results";
  let arguments = (ins Variadic<AnyType>:$operands);
  let assemblyFormat = "attr-dict ($operands^ `:` type($operands))?";
}

#endif // RMSNORM_DIALECT_NORM_IR_NORMOPS_TD
