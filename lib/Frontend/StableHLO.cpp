//===- StableHLO.cpp --------------------------------------*- C++ -*-===//
//
// Part of the rmsnorm project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The syntax of StableHLO and of what comes with it: MHLO, its predecessor,
// CHLO, and Shardy. Ops that have no row here are printed in generic form by
// their own tools, too (gather, scatter, sort, reduce_window, ...).
//
//===----------------------------------------------------------------------===//

#include "OpSyntax.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::frontend;

ArrayRef<OpSyntax> frontend::getStableHLOSyntax() {
  static constexpr OpSyntax rows[] = {
      // Elementwise.
      {"abs cbrt ceil convert cosine count_leading_zeros exponential "
       "exponential_minus_one floor imag is_finite log log_plus_one logistic "
       "not negate popcnt real round_nearest_afz round_nearest_even rsqrt sign "
       "sine sqrt tan tanh",
       "% {} :same"},
      {"add and atan2 divide maximum minimum multiply or power remainder "
       "shift_left shift_right_arithmetic shift_right_logical subtract xor",
       "% , % {} :same"},
      {"clamp", "% , % , % {} :same"},
      {"complex", "% , % {} :complex"},
      {"compare", "comparison_direction:enum=comparison_direction , % , % "
                  "?( , compare_type:enum=comparison_type )? {} :fn"},
      {"reduce_precision", "% , format = <exponent-mantissa> {} :same"},
      {"select", "% , % , % {} :select"},
      {"uniform_quantize uniform_dequantize", "% {} :fn"},

      // Constants and shapes.
      {"constant", "<constant>"},
      {"iota", "dim = iota_dimension:i64 {} :results"},
      {"dynamic_iota", "% , dim = iota_dimension:i64 {} :fn"},
      {"bitcast_convert reshape", "% {} :fn"},
      {"dynamic_reshape dynamic_update_slice dynamic_pad real_dynamic_slice "
       "compute_reshape_shape cstr_reshapable",
       "%* {} :fn"},
      {"get_dimension_size", "% , dim = dimension:i64 {} :fn"},
      {"set_dimension_size", "% , % , dim = dimension:i64 {} :fn"},
      {"broadcast", "% , sizes = broadcast_sizes:ints {} :fn"},
      {"broadcast_in_dim", "% , dims = broadcast_dimensions:ints {} :fn"},
      {"dynamic_broadcast_in_dim",
       "% , % , dims = broadcast_dimensions:ints {} :fn"},
      {"concatenate", "%* , dim = dimension:i64 {} :fn"},
      {"transpose", "% , dims = permutation:ints {} :fn"},
      {"reverse", "% , dims = dimensions:ints {} :same"},
      {"slice", "% <slice-ranges> {} :fn"},
      {"dynamic_slice", "%* , sizes = slice_sizes:ints {} :fn"},
      {"pad", "% , % , low = edge_padding_low:ints , "
              "high = edge_padding_high:ints , "
              "interior = interior_padding:ints {} :fn"},

      // Contractions, reductions and other mathematics.
      {"reduce", "<reduce>"},
      {"dot", "% , % ?( , precision = precision_config:enums=precision )? "
              "{} :fn"},
      {"dot_general", "% , % <dot-dimensions> {} :fn"},
      {"convolution dynamic_conv",
       "( %* ) dim_numbers = <convolution-dimensions> , window = <window> "
       "{} :fn"},
      {"einsum", "% , % , config = einsum_config:str {} :fn"},
      {"unary_einsum", "% , config = einsum_config:str {} :fn"},
      {"cholesky", "% ?( , lower = lower:bool )? {} :same"},
      {"fft", "% , type = fft_type:enum=fft_type , "
              "length = fft_length:ints {} :fn"},
      {"rng", "% , % , % , "
              "distribution = rng_distribution:enum=rng_distribution {} :fn"},
      {"rng_bit_generator",
       "% , algorithm = rng_algorithm:enum=rng_algorithm {} :fn"},

      // Control, calls, tuples and tokens.
      {"while", "assign :pairs? {}kw cond region=assign do region=assign"},
      {"return", "%* {} :operands?"},
      {"custom_call", "call_target_name:sym ( %* ) {} :fn"},
      {"composite", "name:str %* {} :fn"},
      {"optimization_barrier", "<barrier>"},
      {"tuple", "%* {} :tuple"},
      {"get_tuple_element", "% [ index:i32 ] {} :fn"},
      {"after_all", "%* {} :same"},
      {"create_token partition_id replica_id", "{} :results"},
      {"trace", "% , tag:str {} :operands"},
  };
  return rows;
}

/// What MHLO has beside the ops that it shares with StableHLO.
ArrayRef<OpSyntax> frontend::getMHLOSyntax() {
  static constexpr OpSyntax rows[] = {
      {"copy cosh erf erf_inv sinh acos acosh asin asinh atan atanh",
       "% {} :same"},
      {"bitcast domain", "% {} :fn"},
      {"add_dependency stochastic_convert", "% , % {} :fn"},
      {"topk", "( % , k = k:i64 ?( , largest = largest:bool )? ) {} :list"},
  };
  return rows;
}

ArrayRef<OpSyntax> frontend::getCHLOSyntax() {
  static constexpr OpSyntax rows[] = {
      {"acos acosh asin asin_acos_kernel asinh atan atanh bessel_i1e conj cosh "
       "digamma erf erf_inv erfc is_inf is_neg_inf is_pos_inf lgamma sinh "
       "square tan",
       "% {} :same"},
      {"mulhi next_after polygamma zeta", "% , % {} :same"},
      {"broadcast_add broadcast_and broadcast_atan2 broadcast_compare "
       "broadcast_complex broadcast_divide broadcast_maximum broadcast_minimum "
       "broadcast_multiply broadcast_next_after broadcast_or "
       "broadcast_polygamma broadcast_power broadcast_remainder "
       "broadcast_shift_left broadcast_shift_right_arithmetic "
       "broadcast_shift_right_logical broadcast_subtract broadcast_xor "
       "broadcast_zeta",
       "% , % {} :fn"},
      {"broadcast_select", "% , % , % {} :fn"},
      {"constant", "<constant>"},
      {"dynamic_reshape minimum_broadcast_shapes", "%* {} :fn"},
      {"top_k", "( % , k = k:i64 ) {} :list"},
  };
  return rows;
}

ArrayRef<OpSyntax> frontend::getShardySyntax() {
  static constexpr OpSyntax rows[] = {
      {"mesh", "sym_name:sym = mesh:body=mesh {}"},
      {"sharding_constraint reshard", "% sharding:body=sharding {} :same"},
      {"sharding_group", "% group_id = group_id:i64 {} :operands"},
      {"propagation_barrier",
       "% allowed_direction = "
       "allowed_direction:enum=propagation_direction {} :same"},
      {"constant", "<constant>"},
      {"manual_computation",
       "( %* ) in_shardings = in_shardings:list=sharding_per_value "
       "out_shardings = out_shardings:list=sharding_per_value "
       "manual_axes = manual_axes:set=manual_axes region=args {} :fn"},
      {"named_computation",
       "< name:str > ( %* ) "
       "?( in_shardings = in_shardings:list=sharding_per_value )? "
       "?( out_shardings = out_shardings:list=sharding_per_value )? "
       "region=args {} :fn"},
      {"return", "{} %* :operands?"},
  };
  return rows;
}
